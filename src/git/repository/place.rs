//! The name of a worktree in the ledger, and the unfinished operation of git there.
//!
//! Not here: its HEAD (`git::refs`), and which task it belongs to (`hooks::binding`).

use std::ffi::OsStr;

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
    /// The name of this worktree in the ledger; none in a bare repository.
    pub fn label(&self) -> Option<Text> {
        self.work_dir()?;
        let linked = self.git_dir != self.common_dir;
        let id = linked.then(|| self.git_dir.file_name()).flatten();
        self.label_of(&worktree_name(id)?)
    }

    /// The name of a worktree of this clone in the ledger: its own name and, if `coord.host` is set, `@` and that value.
    /// One actor can have worktrees of the same name on many machines.
    pub fn label_of(&self, name: &Text) -> Option<Text> {
        match self.config().string(HOST).filter(|host| !host.is_empty()) {
            Some(host) => format!("{name}@{host}").parse().ok(),
            None => Some(name.clone()),
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

/// The name of the main worktree. Git never gives it to another: a worktree's id is also part of a ref's name, which
/// cannot contain `[` (git-check-ref-format).
const MAIN: &str = "[main]";

/// The name of a worktree within its repository: git's own id of a linked one, which is the name of its folder in
/// `worktrees/` of the git directory; none if it is too long. Folders can have the same name, ids cannot. Bytes that are
/// not UTF-8 are shown as `\xNN`.
pub(super) fn worktree_name(id: Option<&OsStr>) -> Option<Text> {
    let Some(id) = id else {
        return MAIN.parse().ok();
    };
    let mut name = String::new();
    for chunk in id.as_encoded_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn a_worktree_is_known_by_gits_id_and_its_clone() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        for folder in ["../linked", "../other/linked", "../other/main"] {
            fixture.git(&["worktree", "add", "-q", "--detach", folder]);
        }
        let label = |folder| fixture.open_at(folder).label().unwrap().to_string();
        assert_eq!(label("main"), "[main]");
        assert_eq!(label("linked"), "linked");
        assert_eq!(label("other/linked"), "linked1");
        assert_eq!(label("other/main"), "main");
        fixture.git(&["config", "coord.host", "desk"]);
        assert_eq!(label("linked"), "linked@desk");
        assert_eq!(label("main"), "[main]@desk");
    }

    #[test]
    fn a_worktree_whose_id_is_not_utf_8_has_a_name_of_its_own() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = |id: &[u8]| worktree_name(Some(OsStr::from_bytes(id))).unwrap();
        assert_eq!(name(b"caf\xe9").as_str(), "caf\\xe9");
        assert_ne!(name(b"caf\xe9"), name(b"caf\xe8"));
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
