//! The tasks that could be claimed now, best first, and what is in the way of the others.
//!
//! Not here: the rules of a claim (`rules::work`), which `claim --next` asks all the same.

use super::Rank;
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder, task::Task},
    },
    values::{glob::Glob, task::Status, time::Timestamp},
};

/// What could be claimed at an effective time.
pub struct Readiness<'a> {
    state: &'a State,
    effective: Timestamp,
    /// The paths that the claims of others hold, each with its task.
    held: Vec<(TaskIndex, Glob)>,
}

/// Why an open task cannot be claimed: the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is done or cancelled.
    Ended,
    /// A verdict is awaited.
    InReview,
    /// Something is in the way.
    Blocked,
    /// Another task has to be finished first.
    Waiting,
    /// Somebody holds it.
    Held,
    /// Somebody holds files that it changes, for this task.
    PathsHeld(TaskIndex),
}

impl<'a> Readiness<'a> {
    /// What `asking`, in its worktree, could claim at an effective time; or anybody, if nobody asks.
    pub fn new(state: &'a State, effective: Timestamp, asking: Option<Holder<'a>>) -> Self {
        let held = state.held_paths(effective);
        let others = held.filter(|(_, claim, _)| !asking.is_some_and(|asking| asking.made(claim)));
        Self {
            state,
            effective,
            held: others
                .map(|(task, _, path)| (task, Glob::new(path.as_str())))
                .collect(),
        }
    }

    /// The state that is asked.
    pub fn state(&self) -> &'a State {
        self.state
    }
    /// What is in the way of a task; nothing if it could be claimed.
    pub fn obstacle(&self, index: TaskIndex) -> Option<Obstacle> {
        let task = self.state.task(index);
        match self.state.status_of(index) {
            Status::Done | Status::Cancelled => Some(Obstacle::Ended),
            Status::InReview => Some(Obstacle::InReview),
            Status::Blocked => Some(Obstacle::Blocked),
            Status::Waiting => Some(Obstacle::Waiting),
            Status::NotStarted | Status::InProgress => match &task.claim {
                Some(claim) if !claim.expired(self.effective) => Some(Obstacle::Held),
                _ => self.holder_of_paths(task).map(Obstacle::PathsHeld),
            },
        }
    }

    fn holder_of_paths(&self, task: &Task) -> Option<TaskIndex> {
        let globs = task
            .fields
            .paths
            .iter()
            .map(|path| Glob::new(path.as_str()));
        let wanted: Vec<Glob> = globs.filter(|_| !self.held.is_empty()).collect();
        let met = |held: &Glob| wanted.iter().any(|wanted| wanted.overlaps(held));
        let found = self.held.iter().find(|(_, held)| met(held));
        found.map(|(task, _)| *task)
    }
}

/// A task that could be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// Which.
    pub task: TaskIndex,
    /// For whom, seen from the actor who asks.
    pub meant: Meant,
}

/// Whether a task is meant for whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// It has no owner, or the asking actor is one; so it is for everybody if nobody asks.
    ForYou,
    /// It has owners, and the asking actor is none of them.
    ForOthers,
}

impl Meant {
    /// For whom a task is, seen from `asking`.
    pub fn of(task: &Task, asking: Option<Holder<'_>>) -> Self {
        let owned =
            |asking: Holder<'_>| task.fields.owners.is_empty() || task.is_owned_by(asking.actor);
        if asking.is_none_or(owned) {
            Self::ForYou
        } else {
            Self::ForOthers
        }
    }
}

/// The tasks that `asking`, or anybody, could claim at an effective time: what is meant for it first, and
/// among those by [`Rank`]. What is meant for others is left out where policy keeps it for its owners.
pub fn ready(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
    asking: Option<Holder<'_>>,
) -> Vec<Ready> {
    let readiness = Readiness::new(state, effective, asking);
    let free = open.order().iter().copied();
    let free = free.filter(|task| readiness.obstacle(*task).is_none());
    let mut ready: Vec<Ready> = free
        .map(|task| Ready {
            task,
            meant: Meant::of(state.task(task), asking),
        })
        .collect();
    ready.retain(|ready| ready.meant == Meant::ForYou || !state.policy.owners_only);
    ready.sort_by_cached_key(|ready| (ready.meant, Rank::of(state, open, ready.task)));
    ready
}

/// The best task that `asking` could claim at an effective time and that is not meant for others.
pub fn next(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
    asking: Holder<'_>,
) -> Option<TaskIndex> {
    let ready = ready(state, open, effective, Some(asking));
    let best = ready.first().filter(|ready| ready.meant == Meant::ForYou);
    best.map(|ready| ready.task)
}
