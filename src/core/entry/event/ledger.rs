//! Events of family 0: the ledger itself.
//!
//! Not here: the order that a repair mends (`order`).

use serde::{Deserialize, Serialize};

use crate::core::values::{
    email::Email, id::EntryId, key::PublicKey, task::ActorKind, text::Text, time::DayOffset,
};

/// What happened to the ledger itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerEvent {
    /// 0.0 It was founded; only in the genesis, whose author is the first admin.
    Created(Box<Founding>),
    /// 0.1 From here on, these versions hold.
    Upgraded(Versions),
    /// 0.2 What it calls itself, where its days begin, where its home is.
    Configured(Vec<LedgerFact>),
    /// 0.3 An admin has looked at a quarantined entry; `verify` no longer fails for it.
    Acknowledged {
        /// The quarantined entry, by the id that its descendants give it.
        entry: EntryId,
    },
    /// 0.4 This join mends a reordered line: its first parent is the good tip.
    Repaired,
}

/// What founds a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founding {
    /// The first admin's key; the genesis is signed with it.
    pub key: PublicKey,
    /// Whether the first admin is a person.
    pub kind: ActorKind,
    /// The first admin's address.
    pub email: Email,
    /// A key that no admin can remove; only itself can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<PublicKey>,
    /// Where the ledger differs from the defaults.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<LedgerFact>,
    /// Makes two ledgers founded by the same key in the same second different.
    pub nonce: u64,
}

/// One thing that a ledger says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerFact {
    /// What people call it.
    Title(Option<Text>),
    /// The offset from UTC, in minutes, at which its days begin.
    DayOffset(DayOffset),
    /// The ref that holds it at home.
    HomeRef(Text),
    /// An address of home; a hint, since addresses differ per user.
    HomeUrl(Option<Text>),
}

/// The versions that a ledger is at; what is left out stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// The payload's form and its kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<u16>,
    /// What is allowed and what it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<u16>,
    /// The encoding of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<u16>,
    /// How the message is rendered from the payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u16>,
    /// The files of a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u16>,
}
