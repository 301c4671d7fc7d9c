//! The stable codes of errors that the command line itself reports. Scripts depend on them.
//!
//! Not here: the codes of refusals (`core::plan::refusal`), of the rooms below (`git::Error`, `ledger::Error`,
//! `sync::Error`) and of hooks (`hooks`). docs/errors.md lists all codes.

use crate::hooks;

/// The command line is wrong.
pub const USAGE: &str = "usage";
/// Several tasks, snapshots or entries begin like this.
pub const AMBIGUOUS_ID: &str = "ambiguous_id";
/// No actor is set, and the user's key belongs to none.
pub const NO_ACTOR: &str = "no_actor";
/// The repository has no ledger.
pub const NO_LEDGER: &str = "no_ledger";
/// The repository already has a ledger.
pub const LEDGER_EXISTS: &str = "ledger_exists";
/// The ledger uses a version that this program does not know.
pub const UNSUPPORTED: &str = "unsupported";
/// `GIT_COMMITTER_DATE` is not a date.
pub const BAD_DATE: &str = "bad_date";
/// No snapshot has this name.
pub const UNKNOWN_SNAPSHOT: &str = "unknown_snapshot";
/// There is no revision of this name.
pub const UNKNOWN_REVISION: &str = "unknown_revision";
/// The actor cannot claim any task now, except tasks of other owners.
pub const NOTHING_READY: &str = "nothing_ready";
/// This figure has no target.
pub const UNKNOWN_TARGET: &str = "unknown_target";
/// The task did not reach the state in time.
pub const TIMED_OUT: &str = "timed_out";
/// A reviewer rejected the work whose approval the command waits for.
pub const REJECTED: &str = "rejected";
/// The task cannot reach the state any more.
pub const OUT_OF_REACH: &str = "out_of_reach";
/// No entry of the ledger begins like this.
pub const UNKNOWN_ENTRY: &str = "unknown_entry";
/// The entry had no effect, or cannot be undone.
pub const NOTHING_TO_UNDO: &str = "nothing_to_undo";
/// A file, a folder or standard input cannot be read.
pub const CANNOT_READ: &str = "cannot_read";
/// A file, a folder or standard output cannot be written.
pub const CANNOT_WRITE: &str = "cannot_write";
/// The command draws on a terminal, and there is none that it can draw on.
pub const NO_TERMINAL: &str = "no_terminal";
/// The file to import is not a plan that can be read.
pub const BAD_PLAN: &str = "bad_plan";
/// A file that a setup would change has a form that it does not know, or is somewhere else.
pub const SETUP_REFUSED: &str = "setup_refused";
/// The file to observe is not a list of pull requests that can be read.
pub const BAD_PULL_REQUESTS: &str = "bad_pull_requests";
/// No remote is on a forge, or it is not known how to ask this one.
pub const UNKNOWN_FORGE: &str = "unknown_forge";
/// The forge's program is not installed.
pub const FORGE_NOT_INSTALLED: &str = "forge_not_installed";
/// The forge's program is not logged in.
pub const FORGE_NOT_LOGGED_IN: &str = "forge_not_logged_in";
/// The forge does not accept the token.
pub const FORGE_TOKEN_REFUSED: &str = "forge_token_refused";
/// The forge takes no more requests for some time.
pub const FORGE_RATE_LIMITED: &str = "forge_rate_limited";
/// The forge did not answer in time.
pub const FORGE_TIMED_OUT: &str = "forge_timed_out";
/// The forge cannot be reached; the command answers with the last observation.
pub const FORGE_OFFLINE: &str = "forge_offline";
/// The forge does not show the repository.
pub const FORGE_DENIED: &str = "forge_denied";
/// A token must not be sent to this address.
pub const FORGE_UNTRUSTED: &str = "forge_untrusted";
/// The forge or its program failed in another way.
pub const FORGE_FAILED: &str = "forge_failed";
/// A task with this id already exists.
pub const TASK_EXISTS: &str = "task_exists";
/// No commit of the repository has this name.
pub const UNKNOWN_COMMIT: &str = "unknown_commit";
/// The actor has no key here.
pub const MISSING_KEY: &str = "missing_key";
/// A guardrail of this name already exists.
pub const GUARDRAIL_EXISTS: &str = "guardrail_exists";
/// The actor did not write the command in this clone, and nobody trusted it on this machine.
pub const NOT_TRUSTED: &str = "not_trusted";
/// The guardrail has no command that could be run.
pub const NO_COMMAND: &str = "no_command";
/// The repository has no worktree in which a command could be run, or the task has none here.
pub const NO_WORKTREE: &str = "no_worktree";
/// The worktree of a task belongs to another actor, has changed files, or is where the command runs.
pub const WORKTREE_IN_USE: &str = "worktree_in_use";
/// No branch is known into which work is integrated.
pub const NO_MAIN_BRANCH: &str = "no_main_branch";
/// The task has neither a branch nor a commit, or nobody committed on its branch.
pub const NOTHING_TO_INTEGRATE: &str = "nothing_to_integrate";
/// A required guardrail fails at the merge with the main branch.
pub const GUARDRAIL_FAILED: &str = "guardrail_failed";
/// The work and the main branch are in conflict.
pub const MERGE_CONFLICT: &str = "merge_conflict";
/// The work does not continue the main branch.
pub const NOT_FAST_FORWARD: &str = "not_fast_forward";
/// The main branch moved while a merge was made.
pub const TARGET_MOVED: &str = "target_moved";
/// The main branch and that of the remote have diverged.
pub const DIVERGED: &str = "diverged";
/// The remote does not accept a push; `sync::Error` has the message for the ledger.
pub const PUSH_DECLINED: &str = "push_declined";
/// A guardrail's command cannot be started.
pub const CANNOT_RUN: &str = "cannot_run";
/// The user interrupted the command.
pub const INTERRUPTED: &str = "interrupted";
/// No line of the ledger was found to restore the ref to.
pub const NOTHING_TO_RECOVER: &str = "nothing_to_recover";
/// Home continues the line that was published here.
pub const NOTHING_TO_REPAIR: &str = "nothing_to_repair";
/// The commit is valid, or does not belong to the ledger.
pub const NOT_QUARANTINED: &str = "not_quarantined";
/// A hook could not check a push that it has to check.
pub const UNCHECKED: &str = "unchecked";
/// A text has the shape of a secret; `ledger::Error` has the message.
pub const LOOKS_LIKE_A_SECRET: &str = "looks_like_a_secret";
/// A bug in this program.
pub const INTERNAL: &str = "internal";

/// Every code of this file, with its exit status.
pub const ALL: &[(&str, u8)] = &[
    (USAGE, 129),
    (AMBIGUOUS_ID, 128),
    (NO_ACTOR, 128),
    (NO_LEDGER, 128),
    (NO_TERMINAL, 128),
    (LEDGER_EXISTS, 128),
    (UNSUPPORTED, 128),
    (BAD_DATE, 128),
    (UNKNOWN_SNAPSHOT, 128),
    (UNKNOWN_REVISION, 128),
    (NOTHING_READY, 1),
    (UNKNOWN_TARGET, 1),
    (UNKNOWN_ENTRY, 128),
    (NOTHING_TO_UNDO, 1),
    (TIMED_OUT, 1),
    (REJECTED, 1),
    (OUT_OF_REACH, 1),
    (CANNOT_READ, 128),
    (CANNOT_WRITE, 128),
    (BAD_PLAN, 128),
    (SETUP_REFUSED, 128),
    (BAD_PULL_REQUESTS, 128),
    (UNKNOWN_FORGE, 128),
    (FORGE_NOT_INSTALLED, 128),
    (FORGE_NOT_LOGGED_IN, 128),
    (FORGE_TOKEN_REFUSED, 128),
    (FORGE_RATE_LIMITED, 128),
    (FORGE_TIMED_OUT, 128),
    (FORGE_OFFLINE, 0),
    (FORGE_DENIED, 128),
    (FORGE_UNTRUSTED, 128),
    (FORGE_FAILED, 128),
    (TASK_EXISTS, 1),
    (UNKNOWN_COMMIT, 128),
    (MISSING_KEY, 128),
    (GUARDRAIL_EXISTS, 1),
    (NOT_TRUSTED, 1),
    (NO_COMMAND, 1),
    (NO_WORKTREE, 128),
    (WORKTREE_IN_USE, 1),
    (NO_MAIN_BRANCH, 128),
    (NOTHING_TO_INTEGRATE, 1),
    (GUARDRAIL_FAILED, 1),
    (MERGE_CONFLICT, 1),
    (NOT_FAST_FORWARD, 1),
    (TARGET_MOVED, 1),
    (DIVERGED, 1),
    (PUSH_DECLINED, 128),
    (CANNOT_RUN, 128),
    (INTERRUPTED, 128),
    (NOTHING_TO_RECOVER, 1),
    (NOTHING_TO_REPAIR, 1),
    (NOT_QUARANTINED, 1),
    (UNCHECKED, 1),
    (LOOKS_LIKE_A_SECRET, 1),
    (hooks::BAD_TRAILER, 1),
    (hooks::LEDGER_PROTECTED, 1),
    (hooks::PUSH_REFUSED, 1),
    (INTERNAL, 128),
];

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use super::*;
    use crate::{cli::failure::error::refusal_kind, core::plan::refusal::Code};

    /// The rows of docs/errors.md: code and exit status.
    fn documented() -> BTreeMap<String, u8> {
        let mut rows = BTreeMap::new();
        for line in include_str!("../../../docs/errors.md").lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let ["", code, exit, meaning, ""] = cells.as_slice() else {
                continue;
            };
            let Some(code) = code.strip_prefix('`').and_then(|c| c.strip_suffix('`')) else {
                continue;
            };
            assert!(!meaning.is_empty(), "{code} has no meaning");
            let twice = rows.insert(code.to_owned(), exit.parse().expect(code));
            assert!(twice.is_none(), "{code} is there twice");
        }
        rows
    }

    /// Every source file under `folder`.
    fn sources(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
        found
    }

    fn all_sources() -> Vec<String> {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
    }

    /// The texts in quotes.
    fn quoted(source: &str) -> impl Iterator<Item = String> {
        source.split('"').skip(1).step_by(2).map(str::to_owned)
    }

    /// The codes that the `code` methods of error types return.
    fn returned() -> BTreeSet<String> {
        let head = ["fn code", "(&self) -> &'static str {"].concat();
        let mut words = BTreeSet::new();
        for source in all_sources() {
            for body in source.split(&head).skip(1) {
                words.extend(quoted(body.split("\n    }\n").next().unwrap()));
            }
        }
        words
    }

    #[test]
    fn the_table_in_the_docs_has_every_code() {
        let mut real: BTreeMap<String, u8> =
            returned().into_iter().map(|code| (code, 128)).collect();
        for code in Code::ALL {
            let exit = refusal_kind(*code).exit_status();
            real.insert(code.as_str().to_owned(), exit);
        }
        real.extend(ALL.iter().map(|(code, exit)| ((*code).to_owned(), *exit)));
        assert_eq!(documented(), real);
    }

    #[test]
    fn every_code_in_the_source_of_a_command_is_in_the_table() {
        let documented = documented();
        for source in all_sources() {
            let dense: String = source.split_whitespace().collect();
            for maker in ["fatal", "no", "caused"] {
                for rest in dense.split(&format!("CommandError::{maker}(\"")).skip(1) {
                    let code = rest.split('"').next().unwrap();
                    assert!(
                        documented.contains_key(code),
                        "'{code}' is not in docs/errors.md"
                    );
                }
            }
        }
    }
}
