//! Events of family 4: reviews.
//!
//! Not here: who may give a verdict (`rules`).

use serde::{Deserialize, Serialize};

use super::{CommitId, Mark, TaskRef};
use crate::core::values::text::Text;

/// What happened in a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewEvent {
    /// 4.0 The claimant asks for review.
    Submitted {
        /// Which task.
        task: TaskRef,
        /// Under which claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// What is to be reviewed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The number of the pull request that shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pr: Option<u64>,
    },
    /// 4.1 The author approves.
    Approved {
        /// Which task.
        task: TaskRef,
        /// What was looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The attachment that holds a note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
    /// 4.2 The author rejects.
    Rejected {
        /// Which task.
        task: TaskRef,
        /// What was looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The attachment that says why.
        note: Text,
    },
    /// 4.3 The author takes back its verdict.
    Withdrawn {
        /// Which task.
        task: TaskRef,
    },
    /// 4.4 The author has looked at an item of the review checklist, or has not after all.
    CheckTicked {
        /// Which task.
        task: TaskRef,
        /// The item's text.
        item: Text,
        /// Whether it holds.
        ticked: bool,
    },
}
