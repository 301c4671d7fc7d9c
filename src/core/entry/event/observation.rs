//! Events of family 6: what was seen outside the ledger, and snapshots.
//!
//! Not here: how a forge is asked (`forge`), and the files of a snapshot (`snapshot`).

use serde::{Deserialize, Serialize};

use super::{CommitId, TaskRef};
use crate::core::values::{
    id::{Digest, TaskId},
    task::words,
    text::Text,
    time::Timestamp,
};

/// What somebody saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObservationEvent {
    /// 6.0 The open pull requests of a forge.
    PullRequests {
        /// Where they were seen.
        source: Text,
        /// All that were seen, by number.
        seen: Vec<PullRequest>,
        /// Whether pull requests that are not listed are gone.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        complete: bool,
    },
    /// 6.1 The worktrees of one clone.
    Worktrees {
        /// The clone, by a label.
        host: Text,
        /// All that were seen, by label.
        seen: Vec<Worktree>,
    },
    /// 6.2 A snapshot: the tree of this entry holds the files.
    SnapshotTaken {
        /// What it is called: `morning`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<TaskId>,
        /// The digest of the state at the entry's parent.
        state: Digest,
        /// The versions of rules, state and files by which it was made.
        versions: (u16, u16, u16),
    },
}

words!(
    /// What became of a pull request.
    PullRequestState, "pull request state", "open, merged, closed" {
        /// Under way.
        Open = "open",
        /// Taken in.
        Merged = "merged",
        /// Given up.
        Closed = "closed",
    }
);

words!(
    /// What the checks of a pull request say together.
    Checks, "checks", "none, pending, passing, failing" {
        /// There are none.
        None = "none",
        /// Some still run.
        Pending = "pending",
        /// All pass.
        Passing = "passing",
        /// Some fail.
        Failing = "failing",
    }
);

/// A pull request as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title, by whoever opened it.
    pub title: Text,
    /// What became of it.
    pub state: PullRequestState,
    /// The branch that it would merge.
    pub branch: Text,
    /// What its checks say.
    pub checks: Checks,
}

/// A worktree as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Worktree {
    /// Its label: the name of its folder.
    pub label: Text,
    /// The branch that it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Text>,
    /// The commit that it is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<CommitId>,
    /// Commits that its upstream lacks.
    pub ahead: u32,
    /// Commits that it lacks.
    pub behind: u32,
    /// Changed files.
    pub dirty: u32,
    /// The task that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRef>,
    /// When something last happened in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Timestamp>,
}
