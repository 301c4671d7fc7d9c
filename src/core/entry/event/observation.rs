//! Events of family 6: observations of things outside the ledger, and snapshots.
//!
//! Not here: the requests to a forge (`forge`), and the files of a snapshot (`snapshot`).

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, reference::TaskRef};
use crate::core::values::{
    id::{Digest, TaskId},
    task::words,
    text::Text,
    time::Timestamp,
};

/// An observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObservationEvent {
    /// 6.0 The open pull requests of a forge.
    PullRequests {
        /// The forge's repository.
        source: Text,
        /// The pull requests, sorted by number.
        seen: Vec<PullRequest>,
        /// Whether the list is complete: pull requests that are not in it do not exist any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        complete: bool,
    },
    /// 6.1 The worktrees of one clone.
    Worktrees {
        /// The clone, by a label.
        host: Text,
        /// The worktrees, sorted by label.
        seen: Vec<Worktree>,
    },
    /// 6.2 A snapshot: the tree of this entry holds the files.
    SnapshotTaken {
        /// Its name, for example `morning`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<TaskId>,
        /// The digest of the state at the entry's parent.
        state: Digest,
        /// The versions of the rules, the state and the files that it was made with.
        versions: (u16, u16, u16),
    },
}

words!(
    /// The state of a pull request.
    PullRequestState, "pull request state", "open, merged, closed" {
        /// Not merged yet.
        Open = "open",
        /// Merged into its base branch.
        Merged = "merged",
        /// Closed without a merge.
        Closed = "closed",
    }
);

words!(
    /// The combined result of a pull request's checks.
    Checks, "checks", "none, pending, passing, failing" {
        /// There are no checks.
        None = "none",
        /// Some checks still run.
        Pending = "pending",
        /// All checks pass.
        Passing = "passing",
        /// Some checks fail.
        Failing = "failing",
    }
);

/// A pull request, as observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title, as its author wrote it.
    pub title: Text,
    /// Its state.
    pub state: PullRequestState,
    /// Its source branch.
    pub branch: Text,
    /// The result of its checks.
    pub checks: Checks,
}

/// A worktree, as observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Worktree {
    /// Its label: the name of its folder.
    pub label: Text,
    /// Its branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Text>,
    /// Its checked-out commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<CommitId>,
    /// The number of its commits that the upstream does not have.
    pub ahead: u32,
    /// The number of the upstream's commits that it does not have.
    pub behind: u32,
    /// The number of changed files.
    pub dirty: u32,
    /// Its bound task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRef>,
    /// The time of the last activity in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Timestamp>,
}
