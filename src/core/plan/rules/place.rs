//! Where an event stands: everything that the rules may know beside the state.
//!
//! Not here: what they ask of it (`conditions`).

use crate::core::{
    entry::event::{Entry, Origin},
    values::{
        id::{ActorName, EntryId},
        key::PublicKey,
        time::Timestamp,
    },
};

/// Where an event stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The entry's id.
    pub id: EntryId,
    /// The entry.
    pub entry: &'a Entry,
    /// The key that signed it.
    pub signer: &'a PublicKey,
    /// Its effective time.
    pub effective: Timestamp,
    /// The index of the event.
    pub index: u16,
}

impl<'a> Place<'a> {
    /// Who wrote it.
    pub fn actor(&self) -> &'a ActorName {
        &self.entry.actor
    }
    /// What this event creates.
    pub fn origin(&self, item: u16) -> Origin {
        Origin {
            entry: self.id,
            event: self.index,
            item,
        }
    }
}
