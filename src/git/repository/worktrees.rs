//! The worktrees of a repository, each as git finds it.
//!
//! Not here: which task one belongs to, and whether it is still needed (`cli`'s `observe`).

use std::path::{Path, PathBuf};

use super::{ObjectId, Repository, place::folder_name, program::run};
use crate::{core::values::text::Text, git::Error};

/// A worktree as git finds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenWorktree {
    /// Its folder.
    pub path: PathBuf,
    /// The name of its folder.
    pub name: Option<Text>,
    /// Its name in the ledger.
    pub label: Option<Text>,
    /// Whether it is the first one, which cannot be removed.
    pub main: bool,
    /// Its branch, without `refs/heads/`.
    pub branch: Option<String>,
    /// The commit that it is at.
    pub head: Option<ObjectId>,
    /// Whether somebody locked it against being removed.
    pub locked: bool,
    /// Whether its folder is gone.
    pub gone: bool,
    /// Commits that its upstream lacks.
    pub ahead: u32,
    /// Commits of its upstream that it lacks.
    pub behind: u32,
    /// Changed files, new ones among them.
    pub dirty: u32,
    /// When its `HEAD` last moved, in seconds since 1970, if that was logged.
    pub active: Option<u64>,
}

impl Repository {
    /// The worktrees, the main one first; nothing is written, not even git's index.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn worktrees(&self) -> Result<Vec<SeenWorktree>, Error> {
        let told = self.run_git(["worktree", "list", "--porcelain", "-z"])?;
        let mut worktrees = listed(&String::from_utf8_lossy(&told));
        for worktree in &mut worktrees {
            worktree.label = self.label_of(&worktree.path);
        }
        for worktree in worktrees.iter_mut().filter(|worktree| !worktree.gone) {
            // One that cannot be looked into is listed all the same.
            if let Ok(told) = self.run_git_in(&worktree.path, &STATUS) {
                worktree.read_status(&String::from_utf8_lossy(&told));
            }
            if let Ok(told) = self.run_git_in(&worktree.path, &LAST_MOVE) {
                worktree.active = moved(&String::from_utf8_lossy(&told));
            }
        }
        Ok(worktrees)
    }

    /// The folder of the main worktree; without one, the git directory.
    pub fn main_folder(&self) -> &Path {
        match self.common_dir.file_name().and_then(|name| name.to_str()) {
            Some(".git") => self.common_dir.parent().unwrap_or(&self.common_dir),
            _ => &self.common_dir,
        }
    }

    fn run_git_in(&self, worktree: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let mut git = self.git();
        git.env_remove("GIT_DIR").env("GIT_OPTIONAL_LOCKS", "0");
        git.current_dir(worktree).args(arguments);
        run(git)
    }
}

const STATUS: [&str; 4] = [
    "status",
    "--porcelain=v2",
    "--branch",
    "--untracked-files=normal",
];
const LAST_MOVE: [&str; 6] = [
    "log",
    "--walk-reflogs",
    "--max-count=1",
    "--date=unix",
    "--format=%gd",
    "HEAD",
];

/// Reads `git worktree list --porcelain -z`: attributes that end with NUL, and an empty one after each worktree. What
/// has no files is left out.
fn listed(told: &str) -> Vec<SeenWorktree> {
    let mut worktrees: Vec<SeenWorktree> = Vec::new();
    let mut bare = false;
    for attribute in told.split('\0').filter(|attribute| !attribute.is_empty()) {
        let (key, value) = attribute.split_once(' ').unwrap_or((attribute, ""));
        if key == "worktree" {
            let path = PathBuf::from(value);
            worktrees.push(SeenWorktree {
                name: folder_name(&path),
                main: worktrees.is_empty(),
                path,
                ..SeenWorktree::default()
            });
            continue;
        }
        let Some(last) = worktrees.last_mut() else {
            continue;
        };
        match key {
            "HEAD" => {
                last.head = value
                    .parse()
                    .ok()
                    .filter(|_| value.contains(|digit| digit != '0'))
            }
            "branch" => {
                let name = value.strip_prefix("refs/heads/").unwrap_or(value);
                last.branch = Some(name.to_owned());
            }
            "bare" => bare = true,
            "locked" => last.locked = true,
            "prunable" => last.gone = true,
            _ => {}
        }
    }
    // Only the first can be.
    worktrees.drain(..usize::from(bare));
    worktrees
}

impl SeenWorktree {
    /// Reads `git status --porcelain=v2 --branch`.
    fn read_status(&mut self, told: &str) {
        for line in told.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["#", "branch.ab", ahead, behind] => {
                    let number = |word: &str| word[1..].parse().unwrap_or(0);
                    (self.ahead, self.behind) = (number(ahead), number(behind));
                }
                ["#", ..] => {}
                _ => self.dirty += 1,
            }
        }
    }
}

/// Reads `HEAD@{1760518800}`.
fn moved(told: &str) -> Option<u64> {
    let (_, seconds) = told.trim().strip_suffix('}')?.rsplit_once('{')?;
    seconds.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn each_worktree_is_seen_with_its_branch_and_its_changes() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "-b", "coord/B", "../B"]);
        fixture.git(&["worktree", "add", "-q", "--detach", "../gone"]);
        std::fs::remove_dir_all(fixture.path("gone")).unwrap();
        std::fs::write(fixture.path("B/new file"), "x").unwrap();
        fixture.git(&["-C", "../B", "branch", "-q", "--set-upstream-to=trunk"]);
        fixture.git(&["-C", "../B", "commit", "-q", "--allow-empty", "-m", "y"]);
        let seen = fixture.open_at("B").worktrees().unwrap();
        let [main, linked, gone] = seen.as_slice() else {
            panic!("{seen:?}");
        };
        assert!(main.main && !main.gone && main.dirty == 0);
        assert_eq!(main.branch.as_deref(), Some("trunk"));
        assert_eq!(linked.branch.as_deref(), Some("coord/B"));
        assert_eq!((linked.ahead, linked.behind, linked.dirty), (1, 0, 1));
        assert!(linked.active.is_some() && !linked.main);
        assert!(gone.gone && gone.branch.is_none() && gone.head.is_some());
    }

    #[test]
    fn a_bare_repository_is_not_a_worktree() {
        let told = "worktree /r.git\0bare\0\0worktree /w\0HEAD 0000000000000000000000000000000000000000\0branch refs/heads/x\0\0";
        let seen = listed(told);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].branch.as_deref(), Some("x"));
        assert!(seen[0].head.is_none() && !seen[0].main);
    }
}
