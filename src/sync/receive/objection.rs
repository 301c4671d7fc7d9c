//! Why the ledger's ref stays where it is, although a push asks for it to move.
//!
//! Not here: finding that out (`receive`, `screen`).

use crate::{
    core::{entry::codec::v1::PARENTS_MAX, history::judge::Flaw, values::time::Timestamp},
    git::{commit::COMMIT_BYTES_MAX, repository::ObjectId},
};

/// Why the ledger's ref stays where it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Objection {
    /// It was to be deleted.
    #[error("a ledger is not deleted by a push")]
    Deleted,
    /// It was to be moved back.
    #[error("{new} lies before {old}, so published entries would be lost")]
    Rewound {
        /// The tip.
        old: ObjectId,
        /// What was pushed.
        new: ObjectId,
    },
    /// It was to be moved where the tip is not known.
    #[error("{new} does not continue {old}, so published entries would be lost")]
    Replaced {
        /// The tip.
        old: ObjectId,
        /// What was pushed.
        new: ObjectId,
    },
    /// The tip is in the past of what was pushed, but not first.
    #[error("{new} reorders what was published: {old} is not on its first-parent line")]
    Reordered {
        /// The tip.
        old: ObjectId,
        /// What was pushed.
        new: ObjectId,
    },
    /// It is a ledger, but not this one.
    #[error("{new} belongs to another ledger")]
    OtherLedger {
        /// What was pushed.
        new: ObjectId,
    },
    /// It is none.
    #[error("{new} is no ledger: {why}")]
    NoLedger {
        /// What was pushed.
        new: ObjectId,
        /// Why not.
        why: String,
    },
    /// A commit would be quarantined by everybody.
    #[error("{object} would be quarantined: {flaw}")]
    Quarantined {
        /// The commit.
        object: ObjectId,
        /// Why.
        flaw: Flaw,
    },
    /// An object is larger than an entry can be; it was not read.
    #[error("{object} has {bytes} bytes, {COMMIT_BYTES_MAX} are allowed")]
    TooLarge {
        /// The object.
        object: ObjectId,
        /// Its size.
        bytes: u64,
    },
    /// A commit has more parents than an entry can have.
    #[error("{object} has {parents} parents, {PARENTS_MAX} are allowed")]
    TooManyParents {
        /// The commit.
        object: ObjectId,
        /// How many.
        parents: usize,
    },
    /// An entry is of a time to come.
    #[error("{object} is of {time}, more than ten minutes ahead of the server's clock")]
    Ahead {
        /// The entry.
        object: ObjectId,
        /// Its time.
        time: Timestamp,
    },
}

impl Objection {
    /// Whether a sync puts what was pushed where it can be taken in.
    pub fn is_mended_by_sync(&self) -> bool {
        matches!(
            self,
            Self::Rewound { .. } | Self::Replaced { .. } | Self::Reordered { .. }
        )
    }
}
