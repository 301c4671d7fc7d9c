//! Savepoints: they undo the first events of an entry if the rules refuse a later one. An entry takes effect as a
//! whole.
//!
//! Copies of a state share the tasks, so a savepoint has only the tasks that the entry names; the rest is small.
//! Not here: refusing entries (`reduce`).

use std::sync::Arc;

use super::{State, TaskIndex, task::Task};

/// The state before an entry.
pub(in crate::core) struct Savepoint {
    named: Vec<(TaskIndex, Arc<Task>)>,
    count: usize,
    /// The state without its tasks.
    rest: State,
}

impl State {
    /// A savepoint before an entry that can change the tasks `named`.
    pub(in crate::core) fn savepoint(
        &mut self,
        named: impl Iterator<Item = TaskIndex>,
    ) -> Savepoint {
        let named = named
            .map(|index| (index, Arc::clone(self.tasks.get(index.0 as usize))))
            .collect();
        let tasks = std::mem::take(&mut self.tasks);
        let index = std::mem::take(&mut self.index);
        let rest = self.clone();
        self.tasks = tasks;
        self.index = index;
        Savepoint {
            named,
            count: self.tasks.len(),
            rest,
        }
    }

    /// Restores the state of a savepoint.
    pub(in crate::core) fn restore(&mut self, savepoint: Savepoint) {
        self.forget_tasks_from(savepoint.count);
        for (index, task) in savepoint.named {
            self.tasks.set(index.0 as usize, task);
        }
        let tasks = std::mem::take(&mut self.tasks);
        let index = std::mem::take(&mut self.index);
        *self = State {
            tasks,
            index,
            ..savepoint.rest
        };
    }
}
