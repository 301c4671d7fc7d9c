//! The place of an event: all that the rules may use beside the state.
//!
//! Not here: the conditions that use it (`conditions`).

use crate::core::{
    entry::event::{Entry, Origin},
    plan::state::steps::StepCount,
    values::{
        id::{ActorName, EntryId},
        key::PublicKey,
        time::Timestamp,
    },
};

/// The place of an event.
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
    /// The steps that the rules have taken for the entry so far.
    pub steps: &'a StepCount,
}

impl<'a> Place<'a> {
    /// The author.
    pub fn actor(&self) -> &'a ActorName {
        &self.entry.actor
    }
    /// The origin of a thing that this event creates.
    pub fn origin(&self, item: u16) -> Origin {
        Origin {
            entry: self.id,
            event: self.index,
            item,
        }
    }
}
