//! Why a commit is ignored (quarantined): a stable word with typed arguments, and its sentence.
//!
//! Not here: which commits are (`judge`), and what the rules refuse of those that are not (`core::plan::refusal`).

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::core::{entry::codec::DecodeError, plan::roster::KeyStanding, values::id::ActorName};

/// Why a commit is ignored (quarantined). It is shown as a sentence about the commit, since every layer that finds one
/// reports it; in JSON it is a word (`word`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        match self {
            Self::Frame(why) => f.write_str(why),
            Self::Payload(why) => write!(f, "{why}"),
            Self::UnannouncedFormat(version) => {
                write!(f, "it has format {version}, which no upgrade has announced")
            }
            Self::Message => f.write_str("its message is not the one that belongs to its payload"),
            Self::Author { author, actor } => {
                write!(f, "its author is '{author}', but its payload says {actor}")
            }
            Self::Time { commit, payload } => {
                write!(f, "its time is {commit}, but its payload says {payload}")
            }
            Self::Tree => f.write_str("its tree does not fit its attachments"),
            Self::Signature(why) => write!(f, "its signature is bad: {why}"),
            Self::UnknownActor(actor) => write!(f, "no entry before it adds its actor, {actor}"),
            Self::UnknownKey(actor) => {
                write!(f, "no entry before it gives {actor} the key that signed it")
            }
            Self::EndedKey { actor, standing } => {
                write!(
                    f,
                    "it is signed with a key of {actor} that an entry before it {standing}"
                )
            }
            Self::Email(address) => {
                write!(
                    f,
                    "its author's address is '{address}', not the one in the ledger"
                )
            }
            Self::OtherLedger => f.write_str("it belongs to another ledger"),
            Self::Parents => f.write_str("its parents are not those that its payload names"),
            Self::SecondGenesis => f.write_str("it creates a ledger that already exists"),
            Self::NoGenesis => f.write_str("it has no parent, but does not create a ledger"),
        }
    }
}

/// Serializes a flaw as its word, for JSON.
///
/// # Errors
/// Those of the serializer.
pub fn word<S: Serializer>(flaw: &Flaw, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(flaw.code())
}

/// The same; null for none.
///
/// # Errors
/// Those of the serializer.
pub fn word_if_any<S: Serializer>(flaw: &Option<Flaw>, serializer: S) -> Result<S::Ok, S::Error> {
    flaw.as_ref().map(Flaw::code).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flaw_has_a_word_and_a_sentence() {
        let eve: ActorName = "eve".parse().unwrap();
        let too_long = DecodeError::Oversize(70_000);
        let flaws = [
            (Flaw::Frame("why".to_owned()), "why".to_owned()),
            (Flaw::Payload(too_long.clone()), too_long.to_string()),
            (
                Flaw::UnannouncedFormat(7),
                "it has format 7, which no upgrade has announced".to_owned(),
            ),
            (
                Flaw::Message,
                "its message is not the one that belongs to its payload".to_owned(),
            ),
            (
                Flaw::Author {
                    author: "bob".to_owned(),
                    actor: eve.clone(),
                },
                "its author is 'bob', but its payload says eve".to_owned(),
            ),
            (
                Flaw::Time {
                    commit: 1,
                    payload: 2,
                },
                "its time is 1, but its payload says 2".to_owned(),
            ),
            (
                Flaw::Tree,
                "its tree does not fit its attachments".to_owned(),
            ),
            (
                Flaw::Signature("why".to_owned()),
                "its signature is bad: why".to_owned(),
            ),
            (
                Flaw::UnknownActor(eve.clone()),
                "no entry before it adds its actor, eve".to_owned(),
            ),
            (
                Flaw::UnknownKey(eve.clone()),
                "no entry before it gives eve the key that signed it".to_owned(),
            ),
            (
                Flaw::EndedKey {
                    actor: eve,
                    standing: KeyStanding::Retired,
                },
                "it is signed with a key of eve that an entry before it retired".to_owned(),
            ),
            (
                Flaw::Email("x@y".to_owned()),
                "its author's address is 'x@y', not the one in the ledger".to_owned(),
            ),
            (Flaw::OtherLedger, "it belongs to another ledger".to_owned()),
            (
                Flaw::Parents,
                "its parents are not those that its payload names".to_owned(),
            ),
            (
                Flaw::SecondGenesis,
                "it creates a ledger that already exists".to_owned(),
            ),
            (
                Flaw::NoGenesis,
                "it has no parent, but does not create a ledger".to_owned(),
            ),
        ];
        let words = flaws.iter().map(|(flaw, _)| flaw.code());
        assert_eq!(Vec::from_iter(words), Flaw::CODES);
        for (flaw, sentence) in flaws {
            assert_eq!(flaw.to_string(), sentence);
        }
    }
}
