//! The index of a task. Inside a state, one task refers to another by it.
//!
//! Not here: the tasks (`tasks`), and the names that people type (`name`).

use serde::{Deserialize, Serialize};

/// The index of a task in the order of addition, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskIndex(pub(in crate::core) u32);

impl TaskIndex {
    pub(in crate::core) fn at(place: usize) -> Self {
        // `rules` limits a ledger to fewer than 2^32 tasks.
        Self(place as u32)
    }
    /// The number of tasks before it.
    pub fn number(self) -> u32 {
        self.0
    }
    pub(in crate::core) fn place(self) -> usize {
        self.0 as usize
    }
}
