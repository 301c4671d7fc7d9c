//! Events of family 6: observations of things outside the ledger, and snapshots.
//!
//! Not here: the requests to a forge (`forge`), and the files of a snapshot (`snapshot`).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, reference::TaskRef};
use crate::core::values::{
    id::{Digest, TaskId},
    task::words,
    text::Text,
    time::Timestamp,
    url::Url,
};

/// An observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObservationEvent {
    /// 6.0 Pull requests of a forge's repository; those that are neither seen nor gone are as they were.
    PullRequests {
        /// The forge's repository.
        source: Source,
        /// The pull requests that are new or have changed, sorted by number.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seen: Vec<PullRequest>,
        /// The numbers of those that were known and are not there any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<u64>,
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
    /// The kind of a forge.
    ForgeKind, "forge", "github, gitlab, gitea, other" {
        /// GitHub, also on a host of one's own.
        Github = "github",
        /// GitLab, also on a host of one's own.
        Gitlab = "gitlab",
        /// Gitea and Forgejo.
        Gitea = "gitea",
        /// Another one.
        Other = "other",
    }
);

words!(
    /// What the reviewers of a pull request have decided, as its forge sees it.
    ReviewDecision, "review decision", "none, required, approved, changes_requested" {
        /// No review is required.
        None = "none",
        /// A review is required and not complete.
        Required = "required",
        /// The reviews that are required approve.
        Approved = "approved",
        /// A reviewer wants changes.
        ChangesRequested = "changes_requested",
    }
);

words!(
    /// The combined result of a pull request's checks, which follows from their number.
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

/// A repository on a forge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The kind of the forge.
    pub forge: ForgeKind,
    /// The address of the repository's page.
    pub repository: Url,
}

/// The address without its scheme: `github.com/acme/plan`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.repository.as_str();
        let rest = address.split_once("://").map(|(_, rest)| rest);
        f.write_str(rest.unwrap_or(address))
    }
}

/// The number of checks of a pull request, by result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct CheckCounts {
    /// Those that pass, or do not have to.
    pub passing: u32,
    /// Those that fail.
    pub failing: u32,
    /// Those without a result yet.
    pub pending: u32,
}

impl CheckCounts {
    /// The combined result: one that fails decides, then one that is pending.
    pub fn result(self) -> Checks {
        match self {
            Self { failing: 1.., .. } => Checks::Failing,
            Self { pending: 1.., .. } => Checks::Pending,
            Self { passing: 1.., .. } => Checks::Passing,
            _ => Checks::None,
        }
    }
    /// The number of checks.
    pub fn total(self) -> u64 {
        u64::from(self.passing) + u64::from(self.failing) + u64::from(self.pending)
    }
}

/// A pull request, as observed. A field is absent if it was not observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title, as its author wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PullRequestState>,
    /// Whether it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<bool>,
    /// Its source branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Text>,
    /// The tip of its source branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// The branch into which it is to be merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Text>,
    /// Its author, by the name on the forge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Text>,
    /// The results of its checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<CheckCounts>,
    /// What its reviewers have decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewDecision>,
    /// Whether it can be merged without conflicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mergeable: Option<bool>,
    /// Its labels, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Text>>,
    /// The time of its last change on the forge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The commit with which it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_commit: Option<CommitId>,
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
