//! The tasks by the events that added them.
//!
//! Not here: the names of tasks (`name`), and the stored list (`sorted`).

use std::collections::HashMap;

use super::{sorted::StoredOrigins, task_index::TaskIndex};
use crate::core::entry::event::Origin;

/// The tasks by the events that added them.
#[derive(Debug, Clone, Default)]
pub(super) struct Origins {
    stored: StoredOrigins,
    /// Those that are not stored.
    added: HashMap<Origin, TaskIndex>,
}

impl Origins {
    pub(super) fn of(tasks: impl Iterator<Item = (Origin, TaskIndex)>) -> Self {
        Self {
            stored: StoredOrigins::default(),
            added: tasks.collect(),
        }
    }
    /// The origins that were stored.
    pub(super) fn stored(stored: StoredOrigins) -> Self {
        Self {
            stored,
            added: HashMap::new(),
        }
    }
    pub(super) fn get(&self, origin: Origin) -> Option<TaskIndex> {
        let added = self.added.get(&origin).copied();
        added.or_else(|| self.stored.get(origin))
    }
    pub(super) fn insert(&mut self, origin: Origin, index: TaskIndex) {
        self.added.insert(origin, index);
    }
    pub(super) fn remove(&mut self, origin: Origin) {
        if self.added.remove(&origin).is_none() {
            self.added = self.iter().collect();
            self.stored = StoredOrigins::default();
            self.added.remove(&origin);
        }
    }
    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Origin, TaskIndex)> {
        let added = self.added.iter().map(|(origin, index)| (*origin, *index));
        self.stored.iter().chain(added)
    }
}

impl PartialEq for Origins {
    fn eq(&self, other: &Self) -> bool {
        let all = |it: &Self| it.iter().collect::<HashMap<_, _>>();
        all(self) == all(other)
    }
}

impl Eq for Origins {}
