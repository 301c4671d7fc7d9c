//! The output of a git process that talked to another repository, and its meaning.
//!
//! Not here: the fetch or push itself (`transport`).

use std::{path::PathBuf, process::ExitStatus};

use super::program::{complaint, is_pruned, locked_by};
use crate::git::Error;

/// How a push ended that reached the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Pushed {
    /// The other side's ref now has the pushed value.
    Done,
    /// The other side's ref did not have the expected value; nothing changed.
    Moved,
    /// The other side rejects the push.
    Declined(Declined),
}

/// The other side's message about a push that it rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declined {
    /// Whether the user's hook `pre-push` stopped it, before the other side was asked.
    pub by_hook: bool,
    /// The reason.
    pub why: String,
    /// Its advice.
    pub hint: Option<String>,
}

/// The output of a git process that talked to another repository.
pub(super) struct GitOutput {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// The messages by which the other side says that somebody else was faster. All other rejections are final.
const RACES: [&str; 7] = [
    "stale info",
    "fetch first",
    "cannot lock ref",
    "failed to update ref",
    "reference already exists",
    "remote ref updated since checkout",
    "incorrect old value provided",
];

/// Further text in such messages that makes them final: a ref `coord/B` is in the way of `coord`, or the other side cannot
/// write (errno(3)).
const OBSTACLES: [&str; 7] = [
    "exists; cannot create",
    "Permission denied",
    "Read-only file system",
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Input/output error",
];

/// The messages by which the other side says that it failed, with the reason in a line before them: a report that did not
/// come, and objects that could not be stored.
const FAILURES: [&str; 2] = ["[remote failure]", "(unpacker error)"];

/// What the other side says if a `git prune` there took the folder in which it had the pushed objects (`tmp_objdir`), or the
/// objects themselves before the ref led to them.
const PRUNED_THERE: [&str; 5] = [
    "(missing necessary objects)",
    "(unable to migrate objects to permanent storage)",
    "(bad pack)",
    "fatal: --stdin requires a git repository",
    "fatal: not a git repository: '.'",
];

/// What a system says about a full disk: ENOSPC and EDQUOT of errno(3).
const NO_SPACE: [&str; 2] = ["No space left on device", "Disk quota exceeded"];

/// What a push does, in a message.
const PUSH: &str = "push to";

/// git's messages about a connection that another program should make.
const NOBODY: [&str; 2] = [
    "Could not read from remote repository",
    "remote end hung up",
];

/// The maximum number of lines of a host's message that are shown.
const LINES_TOLD_MAX: usize = 6;

impl GitOutput {
    /// How a `git push --porcelain` of one ref ended.
    ///
    /// # Errors
    /// [`Error::RemoteLocked`]; [`Error::Remote`], after which nobody knows whether the ref was set.
    pub(super) fn pushed(&self, remote: &str) -> Result<Pushed, Error> {
        let line = self.stdout.lines().find(|line| line.contains('\t'));
        match line.map(|line| (line.chars().next(), line)) {
            Some((Some(' ' | '+' | '*' | '='), _)) if self.status.success() => Ok(Pushed::Done),
            Some((Some('!'), line)) => self.rejected(line, remote),
            None => match self.told_by_hook() {
                Some(told) => Ok(Pushed::Declined(Declined {
                    by_hook: true,
                    why: told,
                    hint: None,
                })),
                None => Err(self.failure(PUSH, remote)),
            },
            _ => Err(self.failure(PUSH, remote)),
        }
    }

    /// What the user's hook `pre-push` printed if it stopped the push: git then names no ref, and says only that it failed.
    fn told_by_hook(&self) -> Option<String> {
        let mut lines = self.stderr.lines().filter(|line| !line.trim().is_empty());
        let last = lines.next_back()?;
        last.starts_with("error: failed to push some refs to")
            .then(|| {
                let told: Vec<&str> = lines.take(LINES_TOLD_MAX).collect();
                if told.is_empty() {
                    "it printed nothing".to_owned()
                } else {
                    told.join("; ")
                }
            })
    }

    /// The meaning of a line that begins with `!`.
    fn rejected(&self, line: &str, remote: &str) -> Result<Pushed, Error> {
        let why = line.rsplit_once('\t').map_or(line, |(_, why)| why);
        if FAILURES.iter().any(|failure| why.contains(failure)) {
            return Err(self.failure(PUSH, remote));
        }
        if let Some(lock) = self.lock_there() {
            let remote = remote.to_owned();
            return Err(Error::RemoteLocked { remote, lock });
        }
        let mut lines = self.stderr.lines();
        let is_race = RACES.iter().any(|race| why.contains(race))
            && !lines.any(|line| OBSTACLES.iter().any(|obstacle| line.contains(obstacle)));
        if is_race {
            return Ok(Pushed::Moved);
        }
        let mut hints = self
            .told_there()
            .filter_map(|line| line.strip_prefix("hint: "));
        if self.full(PUSH).is_some() {
            return Err(self.failure(PUSH, remote));
        }
        let told = self.told_there().filter(|line| !line.starts_with("hint: "));
        let told: Vec<&str> = std::iter::once(why)
            .chain(told)
            .take(LINES_TOLD_MAX)
            .collect();
        Ok(Pushed::Declined(Declined {
            by_hook: false,
            why: told.join("; "),
            hint: hints.next().map(str::to_owned),
        }))
    }

    fn told_there(&self) -> impl Iterator<Item = &str> {
        let lines = self.stderr.lines();
        let told = lines.filter_map(|line| line.strip_prefix("remote: "));
        told.map(str::trim).filter(|line| !line.is_empty())
    }

    /// The file on the other side that locks the ref, by the name in the other side's message.
    fn lock_there(&self) -> Option<String> {
        self.told_there().find_map(|line| match locked_by(line) {
            Some(path) => Some(path.replace("/./", "/")),
            // With reftable, git does not name the file.
            None => line
                .contains("cannot lock references")
                .then(|| "reftable/tables.list.lock".to_owned()),
        })
    }

    /// Whether a `git prune`, here or on the other side, took what was being written. The next try can succeed.
    pub(super) fn is_pruned(&self) -> bool {
        let mut lines = self.stdout.lines().chain(self.stderr.lines());
        lines.any(|line| is_pruned(line) || PRUNED_THERE.iter().any(|text| line.contains(text)))
    }

    /// The file in this repository that locks a ref.
    pub(super) fn lock_here(&self) -> Option<PathBuf> {
        self.stderr.lines().find_map(locked_by).map(PathBuf::from)
    }

    pub(super) fn failure(&self, doing: &'static str, remote: &str) -> Error {
        let remote = remote.to_owned();
        match self.full(doing) {
            Some(line) => Error::RemoteFull {
                remote,
                why: self.complaint(line),
            },
            None => Error::Remote {
                doing,
                remote,
                why: self.reason(),
            },
        }
    }

    /// The other side's line about a full disk or quota. A home in a folder of this machine can tell it without the mark of
    /// the other side. But a fetch writes here, and a push does not.
    fn full(&self, doing: &str) -> Option<&str> {
        let is_full = |line: &&str| NO_SPACE.iter().any(|text| line.contains(text));
        let plain = || self.stderr.lines().find(is_full).filter(|_| doing == PUSH);
        self.told_there().find(is_full).or_else(plain)
    }

    /// The line that says why: git's error. If git says only that nobody answered, it is the last line of the program that
    /// should connect it. Greetings, warnings and progress can come before.
    fn reason(&self) -> String {
        let lines: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let failed = |line: &&str| line.starts_with("fatal: ") || line.starts_with("error: ");
        let Some(place) = lines.iter().position(failed) else {
            return self.complaint(&self.stderr);
        };
        let is_noise = |line: &str| {
            let line = line.to_ascii_lowercase();
            line.starts_with("warning: ") || line.starts_with("remote: ") || line.contains('\r')
        };
        let before = lines[..place].last().filter(|line| !is_noise(line));
        let told = match before {
            Some(before) if NOBODY.iter().any(|nobody| lines[place].contains(nobody)) => before,
            _ => lines[place],
        };
        self.complaint(told)
    }

    /// git's complaint, or else its exit status.
    fn complaint(&self, text: &str) -> String {
        complaint(text.as_bytes()).unwrap_or_else(|| self.status.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn answered(why: &str, stderr: &str) -> Result<Pushed, Error> {
        let output = GitOutput {
            status: ExitStatus::from_raw(1 << 8),
            stdout: format!("To home\n!\tx:refs/coord/ledger\t{why}\nDone\n"),
            stderr: stderr.to_owned(),
        };
        output.pushed("home")
    }

    fn rejected(stderr: &str) -> Result<Pushed, Error> {
        answered("[remote rejected] (failed to update ref)", stderr)
    }

    #[test]
    fn a_lost_race_is_distinguished_from_an_obstacle_that_stays() {
        let moved = "remote: error: cannot lock ref 'refs/coord/ledger': is at 1 but expected 2\n";
        for said in ["", moved] {
            assert_eq!(rejected(said).unwrap(), Pushed::Moved);
        }
        for why in [
            "'refs/heads/coord/B' exists; cannot create 'refs/heads/coord'",
            "Unable to create '/home.git/./refs/coord/ledger.lock': Permission denied",
        ] {
            let said = format!("remote: error: cannot lock ref 'x': {why}\n");
            let Pushed::Declined(told) = rejected(&said).unwrap() else {
                panic!("{why}");
            };
            assert!(told.why.ends_with(why), "{told:?}");
        }
        let refused = "remote: error: no\nremote: hint: ask\n";
        let declined = answered("[remote rejected] (hook declined)", refused);
        let Pushed::Declined(told) = declined.unwrap() else {
            panic!("a race is no answer");
        };
        assert_eq!(told.why, "[remote rejected] (hook declined); error: no");
        assert_eq!(told.hint.as_deref(), Some("ask"));
    }

    #[test]
    fn a_full_disk_there_is_named_however_git_fails() {
        for (why, stderr) in [
            (
                "[remote rejected] (unpacker error)",
                "remote: fatal: unable to write loose object file: No space left on device\n",
            ),
            (
                "[remote rejected] (failed to update ref)",
                "remote: error: unable to write '/h/refs/coord/ledger.lock': Disk quota exceeded\n",
            ),
            (
                "[remote failure] (remote failed to report status)",
                "remote: error: No space left on device\n",
            ),
            (
                "[remote rejected] (unpacker error)",
                "fatal: unable to write loose object file: No space left on device\n",
            ),
            (
                "[remote rejected] (failed to update ref)",
                "error: unable to write '/h/refs/coord/ledger.lock': Disk quota exceeded\n",
            ),
            (
                "[remote failure] (remote failed to report status)",
                "fatal: sha1 file '/h/objects/tmp' write error. Out of diskspace: No space left on device\n",
            ),
        ] {
            let error = answered(why, stderr).unwrap_err();
            assert_eq!(error.code(), "disk_full", "{error}");
        }
    }

    #[test]
    fn a_prune_beside_a_fetch_or_a_push_is_recognised() {
        let gone = "remote: fatal: could not open '/h/./objects/tmp_objdir-incoming-x/pack/tmp_pack_x' \
            for reading: No such file or directory        \n";
        let written = "error: unable to write file .git/objects/ab/cd: No such file or directory\n\
            fatal: failed to write object\nfatal: unpack-objects failed\n";
        let full =
            "remote: fatal: unable to write file /h/objects/ab/cd: No space left on device\n";
        for (why, stderr, pruned) in [
            ("(unpacker error)", gone, true),
            ("(missing necessary objects)", "", true),
            ("", written, true),
            ("(unpacker error)", full, false),
            ("(hook declined)", "remote: error: no\n", false),
            ("(stale info)", "", false),
        ] {
            let output = GitOutput {
                status: ExitStatus::from_raw(1 << 8),
                stdout: format!("To home\n!\tx:refs/coord/ledger\t[remote rejected] {why}\n"),
                stderr: stderr.to_owned(),
            };
            assert_eq!(output.is_pruned(), pruned, "{why} {stderr}");
        }
    }

    #[test]
    fn a_lock_is_named_as_the_other_side_names_it() {
        let said = "remote: error: cannot lock ref 'refs/coord/ledger': \
            Unable to create '/home.git/./refs/coord/ledger.lock': File exists.        \nremote: \n";
        for (said, name) in [
            (said, "/home.git/refs/coord/ledger.lock"),
            (
                "remote: error: cannot lock references\n",
                "reftable/tables.list.lock",
            ),
        ] {
            let Err(Error::RemoteLocked { lock, .. }) = rejected(said) else {
                panic!("{said}");
            };
            assert_eq!(lock, name);
        }
    }

    #[test]
    fn a_failed_fetch_reports_its_reason_and_not_earlier_output() {
        let nobody = "fatal: Could not read from remote repository.\n\nPlease make sure\n";
        let added = "Warning: Permanently added 'x' to the list of known hosts.\n";
        let denied = "git@x: Permission denied (publickey).";
        for (said, why) in [
            (format!("{added}{denied}\n{nobody}"), denied),
            (format!("{added}{nobody}"), "Could not read from remote repository."),
            (format!("{denied}\r\n{nobody}"), denied),
            (
                "warning: redirecting to y\nremote: 100% (1/1), done.\nfatal: early EOF\nfatal: index-pack failed\n".to_owned(),
                "early EOF",
            ),
            ("ssh: not found\n".to_owned(), "ssh: not found"),
        ] {
            let output = GitOutput {
                status: ExitStatus::from_raw(1 << 8),
                stdout: String::new(),
                stderr: said,
            };
            let told = output.failure("fetch from", "home").to_string();
            assert_eq!(told, format!("cannot fetch from 'home': {why}"));
        }
    }
}
