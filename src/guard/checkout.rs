//! The state of the worktree: its commit, its tree, and the files that differ from them.
//!
//! Files that git ignores never count, nor do untracked files that a run made (`made`). Not here: whether an older result
//! is about another state (`core::plan::state::guardrails`).

use std::collections::BTreeSet;

use super::made::{GitPath, Made};
use crate::{
    core::{
        entry::event::CommitId,
        plan::{refusal::LISTED_MAX, state::guardrails::Subject},
        values::text::Text,
    },
    git::{
        Error, refs,
        repository::{ObjectKind, Repository},
    },
};

/// The files that a check looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The commit; none before the first.
    pub commit: Option<CommitId>,
    /// Its tree.
    pub tree: Option<CommitId>,
    /// The files that differ from it: tracked ones, and untracked ones that no run made.
    changed: BTreeSet<GitPath>,
    /// The untracked files.
    untracked: BTreeSet<GitPath>,
}

impl Checkout {
    /// The current state; none without a worktree.
    ///
    /// # Errors
    /// git cannot tell.
    pub fn read(repository: &Repository) -> Result<Option<Self>, Error> {
        let Some(AtHand { commit, tree }) = at_hand(repository)? else {
            return Ok(None);
        };
        let untracked = untracked(repository)?;
        let made = Made::read(repository);
        let foreign = untracked.iter().filter(|path| !made.has(repository, path));
        let mut changed: BTreeSet<GitPath> = foreign.cloned().collect();
        changed.extend(tracked(repository, commit.as_ref())?);
        Ok(Some(Self {
            commit,
            tree,
            changed,
            untracked,
        }))
    }

    /// Whether files differ from the commit.
    pub fn is_dirty(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The files that differed from the commit, or have come to differ from it since. An untracked file that is new now was
    /// made by the command that ran in between: it is remembered, and does not count.
    ///
    /// # Errors
    /// git cannot tell.
    pub fn changed_by_now(&self, repository: &Repository) -> Result<Vec<Text>, Error> {
        let untracked = untracked(repository)?;
        let is_foreign =
            |path: &&GitPath| self.untracked.contains(*path) && self.changed.contains(*path);
        Made::write(
            repository,
            untracked.iter().filter(|path| !is_foreign(path)),
        );
        let mut changed = self.changed.clone();
        changed.extend(tracked(repository, self.commit.as_ref())?);
        Ok(texts(&changed))
    }

    /// The files that differ from the commit.
    pub fn changed(&self) -> Vec<Text> {
        texts(&self.changed)
    }
}

/// The first paths, as many as a result has room for.
fn texts(paths: &BTreeSet<GitPath>) -> Vec<Text> {
    let texts = paths
        .iter()
        .map(|path| String::from_utf8_lossy(path).parse());
    texts
        .map(Result::unwrap_or_default)
        .take(LISTED_MAX)
        .collect()
}

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHand {
    /// The commit; none before the first.
    pub commit: Option<CommitId>,
    /// Its tree.
    pub tree: Option<CommitId>,
}

impl AtHand {
    /// The same as something at which guardrails can pass.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            commit: self.commit.as_ref(),
            tree: self.tree.as_ref(),
        }
    }
}

/// What is checked out; none without a worktree.
///
/// # Errors
/// HEAD cannot be read.
pub fn at_hand(repository: &Repository) -> Result<Option<AtHand>, Error> {
    if repository.is_bare() {
        return Ok(None);
    }
    let commit = refs::head(repository)?.and_then(|head| head.to_string().parse().ok());
    let tree = commit
        .as_ref()
        .and_then(|commit| tree_of(repository, commit));
    Ok(Some(AtHand { commit, tree }))
}

/// The tree at which guardrails have to pass before a task with this last commit is done. A task without a commit is as
/// good as what is checked out.
///
/// # Errors
/// HEAD cannot be read.
pub fn guarded_tree(
    repository: &Repository,
    commit: Option<&CommitId>,
) -> Result<Option<CommitId>, Error> {
    match commit {
        Some(commit) => Ok(tree_of(repository, commit)),
        None => Ok(at_hand(repository)?.and_then(|here| here.tree)),
    }
}

/// The tree of a commit, if this repository has the commit.
pub fn tree_of(repository: &Repository, commit: &CommitId) -> Option<CommitId> {
    let (kind, raw) = repository.object(commit.to_string().parse().ok()?).ok()?;
    let raw = String::from_utf8_lossy(&raw);
    let tree = raw.lines().next()?.strip_prefix("tree ")?;
    (kind == ObjectKind::Commit).then(|| tree.parse().ok())?
}

/// The tracked files that differ from the commit, or are not in it.
fn tracked(repository: &Repository, commit: Option<&CommitId>) -> Result<Vec<GitPath>, Error> {
    let Some(commit) = commit else {
        return Ok(Vec::new());
    };
    let commit = commit.to_string();
    // Does not refresh the index, because a check must not change the repository.
    let diff = [
        "--no-optional-locks",
        "-c",
        "diff.relative=false",
        "diff",
        "--no-ext-diff",
    ];
    let names = ["--no-renames", "--name-only", "-z", &commit, "--"];
    let names = repository.run_git(diff.into_iter().chain(names))?;
    Ok(paths(&names).collect())
}

/// The untracked files that git does not ignore.
fn untracked(repository: &Repository) -> Result<BTreeSet<GitPath>, Error> {
    let listed = [
        "--no-optional-locks",
        "ls-files",
        "--others",
        "--exclude-standard",
        "-z",
    ];
    Ok(paths(&repository.run_git(listed)?).collect())
}

fn paths(listed: &[u8]) -> impl Iterator<Item = GitPath> {
    let paths = listed.split(|byte| *byte == 0);
    paths.filter(|path| !path.is_empty()).map(<[u8]>::to_vec)
}

/// The name of this machine.
pub fn host() -> Option<Text> {
    nix::unistd::gethostname().ok()?.to_str()?.parse().ok()
}
