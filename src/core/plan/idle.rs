//! Why nothing, or no more, could be claimed: what stands in the way of the open tasks.
//!
//! Not here: the words for it (`snapshot`).

use super::{Meant, Ready, is_ready};
use crate::core::{
    graph::OpenTasks,
    state::{State, TaskIndex},
    task::Status,
    time::Timestamp,
};

/// How many open tasks cannot be taken, by what is in their way: the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Idle {
    /// A verdict is awaited.
    pub in_review: usize,
    /// Something is in the way.
    pub blocked: usize,
    /// Another task has to be finished first.
    pub waiting: usize,
    /// Somebody holds them.
    pub held: usize,
    /// They could be taken but are meant for others.
    pub for_others: usize,
    /// The task for which most others wait.
    pub awaited: Option<TaskIndex>,
}

impl Idle {
    /// What is in the way at an effective time; `ready` is what could be taken then.
    pub fn of(state: &State, open: &OpenTasks, effective: Timestamp, ready: &[Ready]) -> Self {
        let mut idle = Self::default();
        for task in open.order() {
            match state.status_of(*task) {
                Status::InReview => idle.in_review += 1,
                Status::Blocked => idle.blocked += 1,
                Status::Waiting => idle.waiting += 1,
                _ if is_ready(state, *task, effective) => idle.for_others += 1,
                _ => idle.held += 1,
            }
        }
        let yours = ready.iter().filter(|ready| ready.meant == Meant::ForYou);
        idle.for_others = idle.for_others.saturating_sub(yours.count());
        let waited_for = open.order().iter().copied();
        let waited_for = waited_for.filter(|task| !open.dependents(*task).is_empty());
        idle.awaited = waited_for.max_by_key(|task| {
            let waiting = open.dependents(*task).len();
            (waiting, std::cmp::Reverse(*task))
        });
        idle
    }
}
