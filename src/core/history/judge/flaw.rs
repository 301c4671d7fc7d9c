//! Why a commit is ignored (quarantined), in a sentence and in a stable word.
//!
//! Not here: which commits are (`judge`), and what the rules refuse of those that are not (`core::plan::refusal`).

use crate::core::plan::roster::KeyStanding;

/// Why a commit is ignored (quarantined).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The commit object is not of the form that entries have.
    #[error("{0}")]
    Frame(String),
    /// The payload is not of the form that entries have.
    #[error("{0}")]
    Payload(String),
    /// The payload is of a format that no upgrade announced.
    #[error("it has format {0}, which no upgrade has announced")]
    UnannouncedFormat(u64),
    /// The message is not what the payload renders to.
    #[error("its message is not the one that belongs to its payload")]
    Message,
    /// The author is not the actor that the payload names.
    #[error("its author is '{author}', but its payload says {actor}")]
    Author {
        /// By the commit.
        author: String,
        /// By the payload.
        actor: String,
    },
    /// The commit's time is not that of the payload.
    #[error("its time is {commit}, but its payload says {payload}")]
    Time {
        /// By the commit.
        commit: u64,
        /// By the payload.
        payload: u64,
    },
    /// The tree is empty although there are attachments, or the other way round.
    #[error("its tree does not fit its attachments")]
    Tree,
    /// The signature is missing, or does not cover these bytes.
    #[error("its signature is bad: {0}")]
    Signature(String),
    /// The actor was not in the ledger.
    #[error("no entry before it adds its actor, {0}")]
    UnknownActor(String),
    /// The key was not the actor's.
    #[error("no entry before it gives {0} the key that signed it")]
    UnknownKey(String),
    /// The key was retired or revoked.
    #[error("it is signed with a key of {actor} that an entry before it {standing}")]
    EndedKey {
        /// Whose key.
        actor: String,
        /// What became of it.
        standing: KeyStanding,
    },
    /// The address is not the one that the actor is registered with.
    #[error("its author's address is '{0}', not the one in the ledger")]
    Email(String),
    /// It belongs to another ledger.
    #[error("it belongs to another ledger")]
    OtherLedger,
    /// The parents that its payload names are not its parents.
    #[error("its parents are not those that its payload names")]
    Parents,
    /// It creates a ledger although there is one.
    #[error("it creates a ledger that already exists")]
    SecondGenesis,
    /// It does not create the ledger although it has no parent.
    #[error("it is not a genesis, but has no parent")]
    NoGenesis,
}

impl Flaw {
    /// The stable words for all flaws, in the order of the variants.
    pub const CODES: &[&str] = &[
        "frame",
        "payload",
        "format_not_announced",
        "message",
        "author",
        "time",
        "tree",
        "signature",
        "unknown_actor",
        "unknown_key",
        "ended_key",
        "email",
        "other_ledger",
        "parents",
        "second_genesis",
        "no_genesis",
    ];
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        let place = match self {
            Self::Frame(_) => 0,
            Self::Payload(_) => 1,
            Self::UnannouncedFormat(_) => 2,
            Self::Message => 3,
            Self::Author { .. } => 4,
            Self::Time { .. } => 5,
            Self::Tree => 6,
            Self::Signature(_) => 7,
            Self::UnknownActor(_) => 8,
            Self::UnknownKey(_) => 9,
            Self::EndedKey { .. } => 10,
            Self::Email(_) => 11,
            Self::OtherLedger => 12,
            Self::Parents => 13,
            Self::SecondGenesis => 14,
            Self::NoGenesis => 15,
        };
        Self::CODES[place]
    }
}
