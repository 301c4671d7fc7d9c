//! Events of family 4: reviews.
//!
//! Not here: the permission to give a verdict (`rules`).

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, mark::Mark, reference::TaskRef};
use crate::core::values::text::Text;

/// An event of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewEvent {
    /// 4.0 The claimant asks for a review.
    Submitted {
        /// The task.
        task: TaskRef,
        /// The claim that the author works under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// The commit to review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The number of its pull request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pr: Option<u64>,
    },
    /// 4.1 The author approves.
    Approved {
        /// The task.
        task: TaskRef,
        /// The reviewed commit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The attachment that holds a note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
    /// 4.2 The author rejects.
    Rejected {
        /// The task.
        task: TaskRef,
        /// The reviewed commit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The attachment that holds the reason.
        note: Text,
    },
    /// 4.3 The author takes back its verdict.
    Withdrawn {
        /// The task.
        task: TaskRef,
    },
    /// 4.4 The author ticked an item of the review checklist, or removed the tick.
    CheckTicked {
        /// The task.
        task: TaskRef,
        /// The item's text.
        item: Text,
        /// Whether it is ticked.
        ticked: bool,
    },
}
