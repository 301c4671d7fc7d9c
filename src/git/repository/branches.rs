//! The main branch of a repository, and what is merged into it.
//!
//! Not here: the branch of a task (`hooks::binding`).

use std::{collections::HashSet, io::Write as _, path::Path, process::Stdio};

use super::{
    ObjectId, Repository,
    program::{apart, fed},
};
use crate::git::Error;

/// The key of git's config that names the main branch.
const KEY: &str = "coord.mainBranch";

impl Repository {
    /// The main branch, into which finished work is merged, without `refs/heads/`: the one that `coord.mainBranch` names; else
    /// the one that `origin/HEAD` or `init.defaultBranch` names, `main` or `master`, if there is such a branch here; else the
    /// branch of the main worktree. None if there is none of these.
    pub fn main_branch(&self) -> Option<String> {
        let config = self.config();
        if let Some(named) = config.string(KEY).filter(|named| !named.is_empty()) {
            return Some(named);
        }
        let of_origin = self.run_git(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"]);
        let of_origin = of_origin.ok().and_then(|told| {
            let told = String::from_utf8_lossy(&told);
            let branch = told.trim().strip_prefix("refs/remotes/origin/")?;
            Some(branch.to_owned())
        });
        let usual = ["main", "master"].map(|name| Some(name.to_owned()));
        let mut named = [of_origin, config.string("init.defaultBranch")]
            .into_iter()
            .chain(usual)
            .flatten();
        named.find(|branch| self.has_branch(branch)).or_else(|| {
            let mut worktrees = self.listed_worktrees().ok()?.into_iter();
            worktrees.find(|worktree| worktree.main)?.branch
        })
    }

    fn has_branch(&self, branch: &str) -> bool {
        let full = format!("refs/heads/{branch}");
        self.run_git(["show-ref", "--verify", "--quiet", &full])
            .is_ok()
    }

    /// Lets git prepare to move a ref from `old` to `new`, with its locks and the user's hook, and give up then. In the worktree
    /// that is on the branch, the ref is `HEAD`.
    ///
    /// # Errors
    /// [`Error::Failed`] if git would not move it.
    pub fn rehearse_move(
        &self,
        worktree: Option<&Path>,
        name: &str,
        new: ObjectId,
        old: ObjectId,
    ) -> Result<(), Error> {
        let mut git = self.git();
        if let Some(worktree) = worktree {
            git.env_remove("GIT_DIR").current_dir(worktree);
        }
        apart(&mut git)
            .args(["update-ref", "--stdin"])
            .stdin(Stdio::piped());
        let steps = format!("start\nupdate {name} {new} {old}\nprepare\nabort\n");
        fed(git, |mut stdin| stdin.write_all(steps.as_bytes())).map(drop)
    }

    /// The number of commits of `commit` that `branch` lacks.
    ///
    /// # Errors
    /// [`Error::Failed`] if there is no such branch or commit, or git cannot be run.
    pub fn commits_missing(&self, branch: &str, commit: &str) -> Result<u64, Error> {
        let not = format!("^refs/heads/{branch}");
        let told = self.run_git(["rev-list", "--count", "--end-of-options", commit, &not])?;
        Ok(String::from_utf8_lossy(&told)
            .trim()
            .parse()
            .unwrap_or(u64::MAX))
    }

    /// At most `most` of the commits that lead to `tip` and not to `known`, the latest ones.
    ///
    /// # Errors
    /// [`Error::Failed`] if one of them is missing, or git cannot be run.
    pub fn commits_beside(
        &self,
        tip: ObjectId,
        known: ObjectId,
        most: usize,
    ) -> Result<HashSet<ObjectId>, Error> {
        let (most, not) = (format!("--max-count={most}"), format!("^{known}"));
        let told = self.run_git([
            "rev-list",
            &most,
            "--end-of-options",
            &tip.to_string(),
            &not,
        ])?;
        let lines = told.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(ObjectId::from_hex).collect())
    }
}
