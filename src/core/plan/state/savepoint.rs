//! Undoing the first events of an entry whose later event is refused: all of it takes effect, or none.
//!
//! Tasks are shared, so only those that the entry names are kept; everything else is small.
//! Not here: which entries are refused (`reduce`).

use std::sync::Arc;

use super::{State, TaskIndex, task::Task};

/// What the state was before an entry.
pub(in crate::core) struct Savepoint {
    named: Vec<(TaskIndex, Arc<Task>)>,
    count: usize,
    /// The state without its tasks.
    rest: State,
}

impl State {
    /// Keeps what an entry that touches the tasks `named` could change.
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

    /// Goes back to what was kept.
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
