//! What comes before what among tasks that could all be done.
//!
//! Not here: which tasks could be done (`ready`), and what has to wait (`waves`).

use std::cmp::Reverse;

use crate::core::{
    entry::event::task::Wave,
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
    values::task::Priority,
};

/// The place of a task among others, the lesser first: by priority (none counts as medium), then by its
/// place in the declared waves (none comes last), then by how many wait for it, then in the order of addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    priority: Priority,
    undeclared: bool,
    wave: Option<Wave>,
    unblocks: Reverse<usize>,
    task: TaskIndex,
}

impl Rank {
    /// The place of an open task.
    pub fn of(state: &State, open: &OpenTasks, index: TaskIndex) -> Self {
        let task = state.task(index);
        Self {
            priority: task.fields.priority.unwrap_or(Priority::Medium),
            undeclared: task.fields.wave.is_none(),
            wave: task.fields.wave,
            unblocks: Reverse(open.dependents(index).len()),
            task: index,
        }
    }
}
