//! The state of the worktree: its commit, its tree, and whether files differ from them.
//!
//! Not here: whether an older result is about another state (`stale`).

use crate::{
    core::{entry::event::CommitId, values::text::Text},
    git::{Error, refs, repository::Repository},
};

/// The files that a check looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The commit; none before the first.
    pub commit: Option<CommitId>,
    /// Its tree.
    pub tree: Option<CommitId>,
    /// Whether the worktree differs from it: changed files, or files that git neither tracks nor ignores.
    pub dirty: bool,
}

impl Checkout {
    /// The current state; none without a worktree.
    ///
    /// # Errors
    /// git cannot tell.
    pub fn read(repository: &Repository) -> Result<Option<Self>, Error> {
        if repository.is_bare() {
            return Ok(None);
        }
        let commit = refs::head(repository)?;
        let tree = match &commit {
            Some(commit) => {
                let peeled = format!("{commit}^{{tree}}");
                let tree = repository.run_git(["rev-parse", "--verify", "--quiet", &peeled])?;
                String::from_utf8_lossy(&tree).trim().parse().ok()
            }
            None => None,
        };
        Ok(Some(Self {
            commit: commit.and_then(|commit| commit.to_string().parse().ok()),
            tree,
            dirty: differs(repository, "--untracked-files=normal")?,
        }))
    }

    /// Whether the worktree is as it was: the same commit, and no tracked file changed. A new file that a command leaves
    /// behind, such as a report, does not count as a change.
    ///
    /// # Errors
    /// git cannot tell.
    pub fn still_holds(&self, repository: &Repository) -> Result<bool, Error> {
        let now = refs::head(repository)?.map(|commit| commit.to_string());
        let then = self.commit.as_ref().map(ToString::to_string);
        Ok(now == then && (self.dirty || !differs(repository, "--untracked-files=no")?))
    }
}

/// Does not refresh the index, because a check must not change the repository.
fn differs(repository: &Repository, untracked: &str) -> Result<bool, Error> {
    let status = ["--no-optional-locks", "status", "--porcelain", untracked];
    Ok(!repository.run_git(status)?.is_empty())
}

/// The name of this machine.
pub fn host() -> Option<Text> {
    nix::unistd::gethostname().ok()?.to_str()?.parse().ok()
}
