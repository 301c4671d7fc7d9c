//! The errors between the local ledger and another repository, each with a message and a stable code.
//!
//! Not here: errors of git and of the ledger (`git::Error`, `ledger::Error`), and the hint for an error (`cli`).

use crate::{
    core::{plan::refusal::Refusal, values::id::ActorName},
    git::{self, repository::ObjectId},
    ledger::{self, BRANCH_REF, LEDGER_REF},
    sync::ahead::Ahead,
};

/// A failure of a sync or a repair; or of the ledger or git below it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ledger, or git, failed.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// Commands append to an outbox, and an outbox cannot sync.
    #[error(
        "GIT_COORD_OUTBOX is set, but an outbox cannot sync; somebody who can write to the repository syncs with its file"
    )]
    OutboxSet,
    /// No remote can be the ledger's home.
    #[error("this repository has no remote to sync with")]
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
    /// The remote's host rejects the ref.
    #[error("'{remote}' rejects '{name}': {why}")]
    Declined {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// The host's message.
        why: String,
        /// The host's advice, if it gives any.
        hint: Option<String>,
    },
    /// Our own hook at the remote refuses the push. Another ref would change nothing.
    #[error("'{remote}' rejects '{name}': {why}")]
    Refused {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// The hook's message.
        why: String,
        /// The hook's advice, if it gives any.
        hint: Option<String>,
    },
    /// Home's tip does not continue its earlier tip.
    #[error(transparent)]
    Rewritten(Box<Rewritten>),
    /// Home's ref holds something else than a ledger.
    #[error("'{remote}' does not hold the ledger: its ref '{name}' is at {tip}, and {why}")]
    Overwritten {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// What it holds.
        tip: ObjectId,
        /// Why that is not a ledger.
        why: String,
    },
    /// The actor may not repair a rewritten home for everybody.
    #[error("the rules refuse it: {}", .refusal.code())]
    OnlyAdmins {
        /// Why not.
        refusal: Box<Refusal>,
        /// Home's tip, which the actor may accept for its own clone.
        tip: ObjectId,
    },
    /// Home's tip is not the named one.
    #[error("'{remote}' is at {home}, not at {named}")]
    OtherTip {
        /// The remote.
        remote: String,
        /// The named tip.
        named: ObjectId,
        /// Home's tip.
        home: ObjectId,
    },
    /// Nothing can be published: an entry of home is ahead of the clock, or of this program's versions.
    #[error("nothing can be published now: {0}")]
    HomeAhead(Box<Ahead>),
    /// Unpublished entries of this clone are dated ahead of the clock.
    #[error("cannot publish the entries of this clone: {0}")]
    OwnAhead(Box<Ahead>),
    /// The remote holds another ledger.
    #[error("'{remote}' has another ledger, which was created independently of the local one")]
    OtherLedgerThere {
        /// The remote.
        remote: String,
    },
    /// A courier or an outbox brings commits that would be ignored (quarantined).
    #[error("cannot take entries from '{remote}': {why}")]
    BadHistory {
        /// The courier or the outbox.
        remote: String,
        /// The flaw of the first of them.
        why: String,
    },
    /// Other clones moved home's ref each time.
    #[error("'{remote}' kept changing; nothing was pushed, your entries are still local")]
    TooManyPushes {
        /// The remote.
        remote: String,
    },
    /// Home rejects each push as stale, although its ref does not move.
    #[error(
        "'{remote}' rejects every push as stale although its ref is unchanged; does its push URL lead to another repository?"
    )]
    PushedElsewhere {
        /// The remote.
        remote: String,
    },
}

/// A tip of home that is not accepted: it neither continues the anchor nor is in its past.
#[derive(Debug, thiserror::Error)]
#[error("'{remote}' was rewritten: its tip {tip}{} does not continue the published entries", .signer.as_ref().map_or_else(String::new, |signer| format!(", signed by {signer},")))]
pub struct Rewritten {
    /// The remote.
    pub remote: String,
    /// The tip that is not accepted.
    pub tip: ObjectId,
    /// Its signer, if the signature is good.
    pub signer: Option<ActorName>,
    /// The published entries that it lacks or reorders, a line each.
    pub at_stake: Vec<String>,
}

/// An error type of a caller, which can be made from the errors of git, the ledger and a sync.
pub trait CallerError: From<git::Error> + From<ledger::Error> + From<Error> {}

impl<E: From<git::Error> + From<ledger::Error> + From<Error>> CallerError for E {}

impl From<git::Error> for Error {
    fn from(error: git::Error) -> Self {
        Self::Ledger(error.into())
    }
}

impl Error {
    /// Whether an object that git should have is not there.
    pub(super) fn misses_an_object(&self) -> bool {
        use git::Error::MissingObject;
        matches!(self, Self::Ledger(ledger::Error::Git(MissingObject { .. })))
    }
    /// A stable snake_case word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::OutboxSet => "unsupported_environment",
            Self::NoRemote => "no_remote",
            Self::NoLedgerThere { .. } => "no_ledger_there",
            Self::TwoLedgersThere { .. } => "two_ledgers_there",
            Self::Declined { .. } | Self::Refused { .. } => "push_declined",
            Self::Rewritten(_) => "home_rewritten",
            Self::OnlyAdmins { refusal, .. } => refusal.code().as_str(),
            Self::OtherTip { .. } => "other_tip",
            Self::HomeAhead(ahead) if ahead.version.is_some() => "unsupported",
            Self::HomeAhead(_) | Self::OwnAhead(_) => "ahead_of_clock",
            Self::OtherLedgerThere { .. } => "other_ledger_there",
            Self::BadHistory { .. } | Self::Overwritten { .. } => "bad_history",
            Self::TooManyPushes { .. } => "too_many_pushes",
            Self::PushedElsewhere { .. } => "pushed_elsewhere",
        }
    }

    /// All entries at stake, a line each, if they are more than the message names.
    pub fn details(&self) -> &[String] {
        match self {
            Self::Rewritten(rewritten) => &rewritten.at_stake,
            _ => &[],
        }
    }
}
