//! The tasks that could be claimed now, best first.
//!
//! Not here: the rules of a claim (`rules::work`), which `claim --next` asks all the same.

use super::Rank;
use crate::core::{
    graph::OpenTasks,
    id::ActorName,
    state::{State, TaskIndex, task::Task},
    task::Status,
    time::Timestamp,
};

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
    fn of(task: &Task, actor: Option<&ActorName>) -> Self {
        let owned = |actor| task.owners.is_empty() || task.is_owned_by(actor);
        match actor.is_none_or(owned) {
            true => Self::ForYou,
            false => Self::ForOthers,
        }
    }
}

/// The tasks that `actor`, or anybody, could claim at an effective time: what is meant for it first, and
/// among those by [`Rank`]. What is meant for others is left out where policy keeps it for its owners.
pub fn ready(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
    actor: Option<&ActorName>,
) -> Vec<Ready> {
    let free = open.order().iter().copied();
    let free = free.filter(|task| is_ready(state, *task, effective));
    let mut ready: Vec<Ready> = free
        .map(|task| Ready {
            task,
            meant: Meant::of(state.task(task), actor),
        })
        .collect();
    ready.retain(|ready| ready.meant == Meant::ForYou || !state.policy.owners_only);
    ready.sort_by_cached_key(|ready| (ready.meant, Rank::of(state, open, ready.task)));
    ready
}

/// Whether a task could be claimed at an effective time: nothing is in its way, no verdict is
/// awaited, and nobody holds it or its lease has run out.
pub fn is_ready(state: &State, index: TaskIndex, effective: Timestamp) -> bool {
    let free = match &state.task(index).claim {
        Some(claim) => claim.expired(effective),
        None => true,
    };
    let begun_or_not = [Status::NotStarted, Status::InProgress];
    free && begun_or_not.contains(&state.status_of(index))
}
