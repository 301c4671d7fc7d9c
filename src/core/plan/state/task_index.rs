//! The place of a task among the others: what one task knows another by, inside a state.
//!
//! Not here: the tasks (`tasks`), and the names that people type (`name`).

use serde::{Deserialize, Serialize};

/// The place of a task in the order in which tasks were added, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskIndex(pub(in crate::core) u32);
