//! Why a commit is ignored (quarantined): a stable word with typed arguments.
//!
//! Not here: which commits are (`judge`), what the rules refuse of those that are not (`core::plan::refusal`), and the
//! sentences (`render::flaw`).

use std::fmt;

use serde::{Serialize, Serializer};

use crate::core::{entry::codec::DecodeError, plan::roster::KeyStanding, values::id::ActorName};

/// Why a commit is ignored (quarantined). It is shown and serialized as its word.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The commit object is not of the form that entries have; what the reader of commits says about it.
    Frame(String),
    /// The payload is not of the form that entries have.
    Payload(DecodeError),
    /// The payload is of a format that no upgrade announced.
    UnannouncedFormat(u64),
    /// The message is not what the payload renders to.
    Message,
    /// The author is not the actor that the payload names.
    Author {
        /// By the commit.
        author: String,
        /// By the payload.
        actor: ActorName,
    },
    /// The commit's time is not that of the payload, in seconds since 1970-01-01T00:00:00Z.
    Time {
        /// By the commit.
        commit: u64,
        /// By the payload.
        payload: u64,
    },
    /// The tree is empty although there are attachments, or the other way round.
    Tree,
    /// The signature does not cover these bytes; what the verifier of signatures says about it.
    Signature(String),
    /// The actor was not in the ledger.
    UnknownActor(ActorName),
    /// The key was not the actor's.
    UnknownKey(ActorName),
    /// The key was retired or revoked.
    EndedKey {
        /// Whose key.
        actor: ActorName,
        /// What became of it.
        standing: KeyStanding,
    },
    /// The address is not the one that the actor is registered with.
    Email(String),
    /// It belongs to another ledger.
    OtherLedger,
    /// The parents that its payload names are not its parents.
    Parents,
    /// It creates a ledger although there is one.
    SecondGenesis,
    /// It does not create the ledger although it has no parent.
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

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Flaw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
