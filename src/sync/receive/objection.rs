//! The objections to a push that would move the ledger's ref.
//!
//! Not here: the checks (`receive`, `screen`).

use crate::{
    core::{entry::codec::v1::PARENTS_MAX, history::judge::Flaw, values::time::Timestamp},
    git::{commit::COMMIT_BYTES_MAX, repository::ObjectId},
};

/// Why a push is refused and the ledger's ref stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Objection {
    /// The push would delete the ref.
    #[error("a push cannot delete a ledger")]
    Deleted,
    /// The push would move the ref back.
    #[error("{new} is before {old}, so published entries would be lost")]
    Rewound {
        /// The tip.
        old: ObjectId,
        /// The pushed tip.
        new: ObjectId,
    },
    /// The push would replace the tip by a line that does not contain it.
    #[error("{new} does not continue {old}, so published entries would be lost")]
    Replaced {
        /// The tip.
        old: ObjectId,
        /// The pushed tip.
        new: ObjectId,
    },
    /// The tip is in the past of the pushed tip, but not on its mainline.
    #[error("{new} reorders published entries: {old} is not on its mainline")]
    Reordered {
        /// The tip.
        old: ObjectId,
        /// The pushed tip.
        new: ObjectId,
    },
    /// It is a ledger, but not this one.
    #[error("{new} belongs to another ledger")]
    OtherLedger {
        /// The pushed tip.
        new: ObjectId,
    },
    /// It is not a ledger.
    #[error("{new} is not a ledger: {why}")]
    NoLedger {
        /// The pushed tip.
        new: ObjectId,
        /// The reason.
        why: String,
    },
    /// Every reader would quarantine a commit.
    #[error("commit {object} would be ignored (quarantined): {flaw}")]
    Quarantined {
        /// The commit.
        object: ObjectId,
        /// Why.
        flaw: Flaw,
    },
    /// An object is larger than an entry can be; it was not read.
    #[error("{object} has {bytes} bytes, but only {COMMIT_BYTES_MAX} are allowed")]
    TooLarge {
        /// The object.
        object: ObjectId,
        /// Its size.
        bytes: u64,
    },
    /// A commit has more parents than an entry can have.
    #[error("{object} has {parents} parents, but only {PARENTS_MAX} are allowed")]
    TooManyParents {
        /// The commit.
        object: ObjectId,
        /// How many.
        parents: usize,
    },
    /// An entry is dated in the future.
    #[error("{object} is dated {}, more than ten minutes ahead of the server's clock", .time.dated())]
    Ahead {
        /// The entry.
        object: ObjectId,
        /// Its time.
        time: Timestamp,
    },
}

impl Objection {
    /// Whether a sync by the pusher can make the push acceptable.
    pub fn is_mended_by_sync(&self) -> bool {
        matches!(
            self,
            Self::Rewound { .. } | Self::Replaced { .. } | Self::Reordered { .. }
        )
    }
}
