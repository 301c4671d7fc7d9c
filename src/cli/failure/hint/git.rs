//! The next command after a failure of git, its repository or a remote.
//!
//! Not here: signing (`sign`).

use std::path::Path;

use super::RECOVER;
use crate::{
    core::values::text::shell_word,
    git::Error,
    ledger::{LEDGER_REF, anchor::ANCHOR_REF},
};

/// The next command after `error`; none if nothing is certain to help. A lock is not removed by a hint: its holder may
/// be at work.
pub fn after(error: &Error) -> Option<String> {
    Some(match error {
        Error::NotARepository { .. } => "git init".to_owned(),
        Error::RemoteFull { .. } => "when there is space again: git coord sync".to_owned(),
        Error::WrongGitDir { .. } => "unset GIT_DIR".to_owned(),
        Error::Untrusted { path } => format!(
            "if you trust its owner: git config --global --add safe.directory {}",
            word(path)
        ),
        Error::BareNotAllowed { path } => format!("to use it: export GIT_DIR={}", word(path)),
        Error::BrokenGitFile { file, leads_to } if is_of_a_worktree(leads_to) => format!(
            "in the repository that it belongs to: git worktree repair {}",
            word(file.parent().unwrap_or(file))
        ),
        Error::CircularAlternates { directories } => {
            let last = directories.last().map(|last| last.join("info/alternates"));
            format!(
                "remove the line that closes the circle; to see it: cat {}",
                word(&last.unwrap_or_default())
            )
        }
        Error::NoGit => "install git, then: git --version".to_owned(),
        Error::MissingObject { .. } | Error::CorruptObject { .. } => "git fsck".to_owned(),
        Error::LockHeld { path } => format!(
            "remove it if no git process is running; to see its age: ls -l {}",
            word(path)
        ),
        Error::ReadOnly { .. } => {
            "to append to a file instead: export GIT_COORD_OUTBOX=FILE".to_owned()
        }
        Error::SymbolicRef { name } => format!("to see where it points: git symbolic-ref {name}"),
        Error::RefConflict { other, .. } => format!("to see what is there: git log -1 {other}"),
        Error::UnsupportedEnvironment { variable, .. } => format!("unset {variable}"),
        Error::BrokenRef { name, .. } if [LEDGER_REF, ANCHOR_REF].contains(&name.as_str()) => {
            RECOVER.to_owned()
        }
        Error::Remote { remote, .. } => format!("git ls-remote -- {}", shell_word(remote)),
        Error::RemoteLocked { remote, lock } => format!(
            "remove it if no git process is running there; on the host of '{remote}', in its repository: ls -l {}",
            shell_word(lock)
        ),
        _ => return None,
    })
}

/// Whether this is the git directory of a linked worktree.
fn is_of_a_worktree(git_dir: &Path) -> bool {
    let mut parts = git_dir.components();
    parts.any(|part| part.as_os_str() == "worktrees")
}

/// The path as one word of a shell command.
pub(super) fn word(path: &Path) -> String {
    shell_word(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_can_be_pasted_into_a_shell_whatever_the_path() {
        let path = "/tmp/it's here.lock".into();
        let hint = after(&Error::LockHeld { path }).unwrap();
        assert!(hint.ends_with(r"ls -l '/tmp/it'\''s here.lock'"), "{hint}");
    }
}
