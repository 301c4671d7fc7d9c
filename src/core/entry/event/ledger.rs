//! Events of family 0: the ledger itself.
//!
//! Not here: the order that a repair mends (`order`).

use serde::{Deserialize, Serialize};

use crate::core::values::{
    email::Email, id::EntryId, key::PublicKey, task::ActorKind, text::Text, time::DayOffset,
};

/// An event about the ledger itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerEvent {
    /// 0.0 The ledger was created; only in the genesis, whose author is the first admin.
    Created(Box<Founding>),
    /// 0.1 These versions apply from here on.
    Upgraded(Versions),
    /// 0.2 The ledger's title, the start of its days, or its home was set.
    Configured(Vec<LedgerFact>),
    /// 0.3 An admin has seen an ignored (quarantined) commit; from then on `verify` does not fail because of it.
    Acknowledged {
        /// The ignored (quarantined) commit, by the id under which its descendants name it.
        entry: EntryId,
    },
    /// 0.4 This join repairs a reordered line: its first parent is the good tip.
    Repaired,
}

/// The content of the founding event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founding {
    /// The first admin's key; the genesis is signed with it.
    pub key: PublicKey,
    /// Whether the first admin is a person.
    pub kind: ActorKind,
    /// The first admin's address.
    pub email: Email,
    /// The recovery key. No admin can remove it; only this key itself can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<PublicKey>,
    /// The settings that differ from the defaults.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<LedgerFact>,
    /// A random number, so that two ledgers created by the same key in the same second differ.
    pub nonce: u64,
}

/// One setting of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerFact {
    /// Its name for people.
    Title(Option<Text>),
    /// The offset from UTC, in minutes, at which its days begin.
    DayOffset(DayOffset),
    /// The ref that holds it at home.
    HomeRef(Text),
    /// An address of home; a hint, since addresses differ per user.
    HomeUrl(Option<Text>),
}

/// The versions of a ledger; an absent field leaves that version unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// The version of the payload's form and its kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<u16>,
    /// The version of the rules and the effects of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<u16>,
    /// The version of the state's encoding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<u16>,
    /// The version of the commit message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u16>,
    /// The version of a snapshot's files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u16>,
}

impl Versions {
    /// The versions with the names of what they govern.
    pub fn parts(self) -> [(&'static str, Option<u16>); 5] {
        [
            ("format", self.format),
            ("rules", self.rules),
            ("state", self.state),
            ("message", self.message),
            ("files", self.files),
        ]
    }
    /// Whether one of them is larger than the other's.
    pub fn exceed(self, other: Self) -> bool {
        let mut pairs = self.parts().into_iter().zip(other.parts());
        pairs.any(|((_, version), (_, other))| version > other)
    }
}
