//! The name of a worktree in the ledger, and the unfinished operation of git there.
//!
//! Not here: its HEAD (`git::refs`), and which task it belongs to (`hooks::binding`).

use std::path::Path;

use super::Repository;
use crate::core::values::text::Text;

/// An unfinished operation of git that creates earlier commits again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitReplay {
    /// `git rebase`, with either backend, or `git am`.
    Rebase,
    /// `git cherry-pick`.
    CherryPick,
}

impl Repository {
    /// The name of this worktree in the ledger; none in a bare repository, or if its folder's name is not UTF-8.
    pub fn label(&self) -> Option<Text> {
        self.label_of(self.work_dir()?)
    }

    /// The name of a worktree of this clone in the ledger: the name of its folder and, if `coord.host` is set, `@` and that
    /// value. One actor can have folders of the same name on many machines.
    pub fn label_of(&self, folder: &Path) -> Option<Text> {
        let name = folder_name(folder)?;
        match self.config().string(HOST).filter(|host| !host.is_empty()) {
            Some(host) => format!("{name}@{host}").parse().ok(),
            None => Some(name),
        }
    }

    /// The unfinished operation of git in this worktree.
    pub fn replay(&self) -> Option<GitReplay> {
        let there = |name: &str| self.git_dir.join(name).exists();
        if there("rebase-merge") || there("rebase-apply") {
            return Some(GitReplay::Rebase);
        }
        let picks = there("CHERRY_PICK_HEAD") || there("sequencer");
        picks.then_some(GitReplay::CherryPick)
    }
}

/// The setting that distinguishes this clone from others in the ledger.
pub const HOST: &str = "coord.host";

/// The name of a folder, if it is UTF-8.
pub fn folder_name(folder: &Path) -> Option<Text> {
    let name = folder.file_name()?.to_str()?;
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn a_worktree_is_known_by_its_folder_and_its_clone() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "../linked"]);
        let label = || fixture.open_at("linked").label().unwrap();
        assert_eq!(label().as_str(), "linked");
        fixture.git(&["config", "coord.host", "desk"]);
        assert_eq!(label().as_str(), "linked@desk");
    }

    #[test]
    fn a_rebase_that_stopped_is_seen_in_its_worktree_only() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "../linked"]);
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "y"]);
        fixture.git(&["rebase", "-q", "--exec", "git rebase --edit-todo", "HEAD~"]);
        assert_eq!(fixture.open().replay(), None);
        let git_dir = fixture.open().git_dir().to_owned();
        std::fs::create_dir(git_dir.join("rebase-merge")).unwrap();
        assert_eq!(fixture.open().replay(), Some(GitReplay::Rebase));
        assert_eq!(fixture.open_at("linked").replay(), None);
    }
}
