//! Why nothing, or no more, could be claimed: what stands in the way of the open tasks.
//!
//! Not here: the words for it (`snapshot`).

use super::{Meant, Obstacle, Readiness};
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder},
    },
    values::time::Timestamp,
};

/// How many open tasks cannot be taken, by what is in their way.
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
    /// Somebody holds files that they change.
    pub paths_held: usize,
    /// They could be taken but are meant for others.
    pub for_others: usize,
    /// The task for which most others wait.
    pub awaited: Option<TaskIndex>,
}

impl Idle {
    /// What is in the way of `asking`, or of anybody, at an effective time.
    pub fn of(
        state: &State,
        open: &OpenTasks,
        effective: Timestamp,
        asking: Option<Holder<'_>>,
    ) -> Self {
        let readiness = Readiness::new(state, effective, asking);
        let mut idle = Self::default();
        for task in open.order() {
            match readiness.obstacle(*task) {
                Some(Obstacle::InReview) => idle.in_review += 1,
                Some(Obstacle::Blocked) => idle.blocked += 1,
                Some(Obstacle::Waiting) => idle.waiting += 1,
                Some(Obstacle::Held) => idle.held += 1,
                Some(Obstacle::PathsHeld(_)) => idle.paths_held += 1,
                None if Meant::of(state.task(*task), asking) == Meant::ForOthers => {
                    idle.for_others += 1
                }
                Some(Obstacle::Ended) | None => {}
            }
        }
        let waited_for = open.order().iter().copied();
        let waited_for = waited_for.filter(|task| !open.dependents(*task).is_empty());
        idle.awaited = waited_for.max_by_key(|task| {
            let waiting = open.dependents(*task).len();
            (waiting, std::cmp::Reverse(*task))
        });
        idle
    }
}
