//! A task as an event refers to it.
//!
//! Not here: which task that is in a state (`State::find`).

use serde::{Deserialize, Serialize};

use super::mark::Mark;
use crate::core::values::id::TaskId;

/// A task, by its name for people and the event that created it. Only the event identifies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskRef {
    /// Its name, for people.
    pub id: TaskId,
    /// The event that added it.
    pub mark: Mark,
}
