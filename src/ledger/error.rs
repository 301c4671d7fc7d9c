//! Everything that can go wrong with the ledger of one repository, with a message and a stable code.
//!
//! Not here: the errors of git (`git::Error`), the refusals of the rules (`core::plan::rules`), and what to do about an
//! error (`cli`).

use std::path::PathBuf;

use crate::{
    core::{
        entry::codec::DecodeError,
        history::judge::{Flaw, Unsupported},
        plan::refusal::Refusal,
        values::{
            id::{ActorName, EntryId},
            key::PublicKey,
            time::Timestamp,
        },
    },
    git::{self, sign::SignError},
};

/// A failure of the ledger, or of git beneath it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// git or its repository failed.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// The history is cut off, so the ledger cannot be read to its start.
    #[error("repository '{}' is shallow: the ledger's history is incomplete", .path.display())]
    Shallow {
        /// The repository's common directory.
        path: PathBuf,
    },
    /// The repository has no ledger.
    #[error("this repository has no ledger")]
    NoLedger,
    /// The repository had a ledger, whose ref is gone.
    #[error(
        "the ledger of this repository is gone: ref '{}' does not exist",
        super::LEDGER_REF
    )]
    LedgerGone,
    /// The repository has a ledger already.
    #[error("this repository already has ledger {id}")]
    LedgerExists {
        /// Its id.
        id: EntryId,
    },
    /// The ref holds another ledger than the one that this repository is pinned to.
    #[error(
        "'{}' holds ledger {found:?}, but this repository is pinned to ledger '{pinned}'",
        super::LEDGER_REF
    )]
    OtherLedger {
        /// The ledger's id in `coord.ledger`.
        pinned: String,
        /// The id of the ledger that was found.
        found: EntryId,
    },
    /// The first commit of the ref is not a genesis.
    #[error(
        "'{}' is not a ledger: its first commit is not a genesis ({flaw})",
        super::LEDGER_REF
    )]
    NoGenesis {
        /// The flaw of the first commit.
        flaw: Flaw,
    },
    /// The ledger was upgraded to a version that this program does not know.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The actor is not in the ledger.
    #[error("actor '{actor}' is not in the ledger")]
    UnknownActor {
        /// Its name.
        actor: ActorName,
    },
    /// The key that would sign is not one of the actor's keys in use.
    #[error("the signing key {} is not a current key of actor '{actor}'", .key.fingerprint())]
    ForeignKey {
        /// The actor.
        actor: ActorName,
        /// The key.
        key: PublicKey,
    },
    /// The rules refuse the entry. `render::refusal` has the sentence.
    #[error("the rules refuse it: {}", .0.code())]
    Refused(Refusal),
    /// The entry is dated in the future.
    #[error("{} is more than ten minutes ahead of this machine's clock, {}", .time.seen_from(*.clock), .clock.seen_from(*.clock))]
    AheadOfClock {
        /// The entry's time.
        time: Timestamp,
        /// The time of the machine's clock.
        clock: Timestamp,
    },
    /// A text of the new entry has the shape of a secret. What is signed cannot be taken back.
    #[error("{place} looks like {kind}: '{shown}'; what is signed stays in the ledger for ever")]
    LooksLikeSecret {
        /// Where it is: a field of the entry, or a line of an attachment.
        place: String,
        /// What it looks like.
        kind: &'static str,
        /// Its first characters.
        shown: String,
    },
    /// The new entry does not fit the format.
    #[error("cannot write the entry: {0}")]
    Encode(#[from] DecodeError),
    /// Other writers were faster each time.
    #[error("'{}' kept changing; nothing was appended", super::LEDGER_REF)]
    TooManyRaces,
    /// An attachment is not in the entry's tree, or does not match its digest.
    #[error("attachment '{name}' of entry {entry:?} {why}")]
    Attachment {
        /// The entry.
        entry: EntryId,
        /// The attachment's name.
        name: String,
        /// The fault.
        why: &'static str,
    },
    /// No signature could be made.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Error {
    /// A stable snake_case word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Git(error) => error.code(),
            Self::Shallow { .. } => "shallow_repository",
            Self::NoLedger | Self::LedgerGone => "no_ledger",
            Self::LedgerExists { .. } => "ledger_exists",
            Self::OtherLedger { .. } => "other_ledger",
            Self::NoGenesis { .. } => "no_genesis",
            Self::Unsupported(_) => "unsupported",
            Self::UnknownActor { .. } => "unregistered_actor",
            Self::ForeignKey { .. } => "foreign_key",
            Self::Refused(refusal) => refusal.code().as_str(),
            Self::AheadOfClock { .. } => "ahead_of_clock",
            Self::LooksLikeSecret { .. } => "looks_like_a_secret",
            Self::Encode(_) => "too_large",
            Self::TooManyRaces => "too_many_races",
            Self::Attachment { .. } => "bad_attachment",
            Self::Sign(error) => error.code(),
        }
    }
}
