//! The rank: the order of tasks that could all be done now.
//!
//! Not here: finding those tasks (`ready`), and the order by dependencies (`waves`).

use std::cmp::Reverse;

use crate::core::{
    entry::event::task::Wave,
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
    values::{task::Priority, time::Day},
};

/// The rank of a task among others, the lesser first: by priority (none is the same as medium), then by its due day (none is
/// last), then by its place in the declared waves (none is last), then by the number of tasks that wait for it, then in the order of addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    priority: Priority,
    undated: bool,
    due: Option<Day>,
    undeclared: bool,
    wave: Option<Wave>,
    unblocks: Reverse<usize>,
    task: TaskIndex,
}

impl Rank {
    /// The rank of an open task.
    pub fn of(state: &State, open: &OpenTasks, index: TaskIndex) -> Self {
        let task = state.task(index);
        Self {
            priority: task.fields.priority.unwrap_or(Priority::Medium),
            undated: task.fields.due.is_none(),
            due: task.fields.due,
            undeclared: task.fields.wave.is_none(),
            wave: task.fields.wave,
            unblocks: Reverse(open.dependents(index).len()),
            task: index,
        }
    }
}
