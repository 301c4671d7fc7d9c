//! The dependencies and children of all tasks, read backwards.
//!
//! Not here: searching them (`graph`).

use std::collections::{BTreeMap, BTreeSet};

use super::task_index::TaskIndex;

/// Whether a dependency or a child came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::core) enum Link {
    Added,
    Removed,
}

/// The tasks that come directly after each task.
#[derive(Debug, Clone, Default)]
pub(super) struct Dependents {
    of: BTreeMap<TaskIndex, BTreeSet<TaskIndex>>,
    nobody: BTreeSet<TaskIndex>,
}

impl Dependents {
    pub(super) fn of(&self, task: TaskIndex) -> &BTreeSet<TaskIndex> {
        self.of.get(&task).unwrap_or(&self.nobody)
    }
    pub(super) fn set(&mut self, task: TaskIndex, on: TaskIndex, link: Link) {
        let dependents = self.of.entry(on).or_default();
        match link {
            Link::Added => _ = dependents.insert(task),
            Link::Removed => _ = dependents.remove(&task),
        }
    }
}
