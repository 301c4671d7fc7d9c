//! The next command after a failure of git or of what it keeps.
//!
//! Not here: signing (`sign`).

use std::path::Path;

use super::RECOVER;
use crate::{
    core::values::text::shell_word,
    git::Error,
    ledger::{LEDGER_REF, anchor::ANCHOR_REF},
};

/// The next command after `error`; none where nothing is certain to help.
pub fn after(error: &Error) -> Option<String> {
    Some(match error {
        Error::NotARepository { .. } => "git init".to_owned(),
        Error::Untrusted { path } => {
            let path = word(path);
            format!("if you trust its owner: git config --global --add safe.directory {path}")
        }
        Error::BareNotAllowed { path } => format!("name it: GIT_DIR={}", word(path)),
        Error::BrokenGitFile { file, leads_to } if is_of_a_worktree(leads_to) => {
            let folder = word(file.parent().unwrap_or(file));
            format!("in the repository that it belongs to: git worktree repair {folder}")
        }
        Error::CircularAlternates { directories } => {
            let last = directories.last().map(|last| last.join("info/alternates"));
            format!(
                "remove the line that closes the cycle from {}",
                word(&last.unwrap_or_default())
            )
        }
        Error::NoGit => "install git, or add it to the PATH".to_owned(),
        Error::MissingObject { .. } | Error::CorruptObject { .. } => "git fsck".to_owned(),
        Error::LockHeld { path } => format!(
            "if no git process is running in this repository: rm {}",
            word(path)
        ),
        Error::ReadOnly { path } => {
            format!(
                "make '{}' and everything in it writable for you, or append to a file with --outbox FILE",
                path.display()
            )
        }
        Error::SymbolicRef { name } => format!("git symbolic-ref --delete {name}"),
        Error::RefConflict { other, .. } => {
            format!("git log -1 {other} shows what is in the way; move it to another name")
        }
        Error::UnsupportedEnvironment { variable, .. } => format!("unset {variable}"),
        Error::BrokenRef { name, .. } if [LEDGER_REF, ANCHOR_REF].contains(&name.as_str()) => {
            RECOVER.to_owned()
        }
        Error::Remote { remote, .. } => format!("git ls-remote {}", shell_word(remote)),
        Error::RemoteLocked { remote, lock } => format!(
            "in '{remote}', if no git process is running there: rm {}",
            shell_word(lock)
        ),
        _ => return None,
    })
}

/// Whether this is where the git directory of a linked worktree lies.
fn is_of_a_worktree(git_dir: &Path) -> bool {
    let mut parts = git_dir.components();
    parts.any(|part| part.as_os_str() == "worktrees")
}

/// The path as one word of a shell's command line.
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
        assert!(hint.ends_with(r"rm '/tmp/it'\''s here.lock'"), "{hint}");
    }
}
