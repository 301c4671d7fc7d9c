//! The reasons why an actor can claim no task, or no further task.
//!
//! Not here: the texts that describe the reasons (`snapshot`).

use super::{Meant, Obstacle, Readiness};
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder},
    },
    values::time::Timestamp,
};

/// The numbers of open tasks that cannot be claimed, by the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Idle {
    /// They wait for a verdict.
    pub in_review: usize,
    /// They have an open blocker.
    pub blocked: usize,
    /// They wait for another task.
    pub waiting: usize,
    /// An actor holds them.
    pub held: usize,
    /// A claim on another task holds some of their paths.
    pub paths_held: usize,
    /// They could be claimed, but have other owners.
    pub for_others: usize,
    /// The task that the most others wait for.
    pub awaited: Option<TaskIndex>,
}

impl Idle {
    /// The reasons for `asking`, or for any actor, at an effective time.
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
                None if Meant::of(state, state.task(*task), asking) == Meant::ForOthers => {
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
