//! References to the event that created something: a mark in a payload, an origin in the state.
//!
//! Not here: a task by its name and its mark (`reference`).

use serde::{Deserialize, Serialize};

use crate::core::values::id::EntryId;

/// A reference to the event that created something, in this entry or in an earlier one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Mark {
    /// The entry; none for the entry that contains the mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The index of the event in that entry.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub event: u16,
    /// The index within the event, where one event creates several things (steps).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub item: u16,
}

// Serde's `skip_serializing_if` demands this signature.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u16) -> bool {
    *number == 0
}

impl Mark {
    /// The origin that the mark refers to, if the entry `here` contains the mark.
    pub fn origin(self, here: EntryId) -> Origin {
        Origin {
            entry: self.entry.unwrap_or(here),
            event: self.event,
            item: self.item,
        }
    }
}

/// The event that created a task, step, blocker or claim. It identifies the thing for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(EntryId, u16, u16)", into = "(EntryId, u16, u16)")]
pub struct Origin {
    /// The entry.
    pub entry: EntryId,
    /// The index of the event in the entry.
    pub event: u16,
    /// The index within the event.
    pub item: u16,
}

impl Origin {
    /// A mark that refers here from any other entry.
    pub fn mark(self) -> Mark {
        Mark {
            entry: Some(self.entry),
            event: self.event,
            item: self.item,
        }
    }
}

impl From<(EntryId, u16, u16)> for Origin {
    fn from((entry, event, item): (EntryId, u16, u16)) -> Self {
        Self { entry, event, item }
    }
}

impl From<Origin> for (EntryId, u16, u16) {
    fn from(origin: Origin) -> Self {
        (origin.entry, origin.event, origin.item)
    }
}
