//! Everything that can go wrong between the ledger here and another repository, with a message and a stable code.
//!
//! Not here: what git and the ledger fail with by themselves (`git::Error`, `ledger::Error`), and what to do about an
//! error (`cli`).

use crate::{
    core::values::id::ActorName,
    git::{self, repository::ObjectId},
    ledger::{self, BRANCH_REF, LEDGER_REF},
};

/// A failure of a sync, a repair, or of what is taken in; or of the ledger or git beneath it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ledger, or git, failed.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// Entries are appended to an outbox, which is not synced.
    #[error(
        "GIT_COORD_OUTBOX is set: an outbox cannot sync; somebody with write access takes its entries in"
    )]
    OutboxSet,
    /// There is no remote that could be the ledger's home.
    #[error("no remote is set to sync with")]
    NoRemote,
    /// The remote has no ledger.
    #[error("'{remote}' has no ledger")]
    NoLedgerThere {
        /// The remote.
        remote: String,
    },
    /// The remote holds two ledgers, under the two refs that first contact looks at.
    #[error("'{remote}' has two ledgers, at '{LEDGER_REF}' and at '{BRANCH_REF}'")]
    TwoLedgersThere {
        /// The remote.
        remote: String,
    },
    /// The remote's host does not take the ref.
    #[error("'{remote}' rejects '{name}': {why}")]
    Declined {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// What the host says.
        why: String,
        /// What is to be done, if the host says that too.
        hint: Option<String>,
    },
    /// Our own hook at the remote does not take what was pushed; another ref would change nothing.
    #[error("'{remote}' rejects '{name}': {why}")]
    Refused {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// What the hook says.
        why: String,
        /// What is to be done, if the hook says that too.
        hint: Option<String>,
    },
    /// What home holds does not go on from what it held before.
    #[error(transparent)]
    Rewritten(Box<Rewritten>),
    /// Home's tip is another than the one that was named.
    #[error("'{remote}' is at {home}, not at {named}")]
    OtherTip {
        /// The remote.
        remote: String,
        /// What was named.
        named: ObjectId,
        /// Home's tip.
        home: ObjectId,
    },
    /// The remote holds another ledger.
    #[error("'{remote}' has another ledger, which was founded independently of the local one")]
    FoundedApart {
        /// The remote.
        remote: String,
    },
    /// A courier or an outbox brings commits that would be quarantined.
    #[error("nothing was taken in from '{remote}': {why}")]
    BadOffer {
        /// The courier or the outbox.
        remote: String,
        /// What is wrong with the first of them.
        why: String,
    },
    /// Others kept moving home's ref.
    #[error("'{remote}' kept changing; nothing was pushed, your entries are still local")]
    TooManyPushes {
        /// The remote.
        remote: String,
    },
    /// Pushes come too late although home does not move.
    #[error(
        "'{remote}' rejects every push as stale although its ref is unchanged; does its push URL lead to another repository?"
    )]
    PushedElsewhere {
        /// The remote.
        remote: String,
    },
}

/// A tip of home that is not accepted: it neither goes on from what home held before nor is part of it.
#[derive(Debug, thiserror::Error)]
#[error("'{remote}' was rewritten: its tip {tip}{} does not continue the published entries", .signer.as_ref().map_or_else(String::new, |signer| format!(", signed by {signer},")))]
pub struct Rewritten {
    /// The remote.
    pub remote: String,
    /// The tip that is not accepted.
    pub tip: ObjectId,
    /// Who signed it, if that can be believed.
    pub signer: Option<ActorName>,
    /// The published entries that it lacks or reorders, a line each.
    pub at_stake: Vec<String>,
}

/// An error of a caller's own, which takes in what git, the ledger and a sync fail with.
pub trait CallerError: From<git::Error> + From<ledger::Error> + From<Error> {}

impl<E: From<git::Error> + From<ledger::Error> + From<Error>> CallerError for E {}

impl From<git::Error> for Error {
    fn from(error: git::Error) -> Self {
        Self::Ledger(error.into())
    }
}

impl Error {
    /// A stable snake_case word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::OutboxSet => "unsupported_environment",
            Self::NoRemote => "no_remote",
            Self::NoLedgerThere { .. } => "no_ledger_there",
            Self::TwoLedgersThere { .. } => "two_ledgers_there",
            Self::Declined { .. } | Self::Refused { .. } => "push_declined",
            Self::Rewritten(_) => "home_replaced",
            Self::OtherTip { .. } => "other_tip",
            Self::FoundedApart { .. } => "founded_apart",
            Self::BadOffer { .. } => "bad_offer",
            Self::TooManyPushes { .. } => "too_many_pushes",
            Self::PushedElsewhere { .. } => "pushed_elsewhere",
        }
    }

    /// Everything that is at stake, a line each, where that is more than the message says.
    pub fn details(&self) -> &[String] {
        match self {
            Self::Rewritten(rewritten) => &rewritten.at_stake,
            _ => &[],
        }
    }
}
