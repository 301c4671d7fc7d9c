//! The tasks that could be claimed now, best first, and the obstacles of the others.
//!
//! Not here: the rules of a claim (`rules::work`). They also decide about `claim --next`.

use super::Rank;
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{
            State, TaskIndex,
            paths::Holder,
            task::{Claim, Task},
        },
    },
    values::{
        task::Status,
        time::{Day, Span, Timestamp},
    },
};

/// Answers which tasks could be claimed at an effective time.
pub struct Readiness<'a> {
    state: &'a State,
    effective: Timestamp,
    asking: Option<Holder<'a>>,
}

/// The reason why an open task cannot be claimed: the first of these that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is done or cancelled.
    Ended,
    /// It waits for a verdict.
    InReview,
    /// It has an open blocker.
    Blocked,
    /// It waits for another task.
    Waiting,
    /// An actor holds it.
    Held,
    /// Its first day has not come.
    Deferred(Day),
    /// The claim on this task holds some of its paths.
    PathsHeld(TaskIndex),
}

impl<'a> Readiness<'a> {
    /// The readiness for `asking`, in its worktree, at an effective time; or for any actor if `asking` is none.
    pub fn new(state: &'a State, effective: Timestamp, asking: Option<Holder<'a>>) -> Self {
        Self {
            state,
            effective,
            asking,
        }
    }

    /// The state.
    pub fn state(&self) -> &'a State {
        self.state
    }
    /// The obstacle of a task; none if it could be claimed.
    pub fn obstacle(&self, index: TaskIndex) -> Option<Obstacle> {
        let task = self.state.task(index);
        match self.state.status_of(index) {
            Status::Done | Status::Cancelled => Some(Obstacle::Ended),
            Status::InReview => Some(Obstacle::InReview),
            Status::Blocked => Some(Obstacle::Blocked),
            Status::Waiting => Some(Obstacle::Waiting),
            Status::NotStarted | Status::InProgress | Status::Approved => match &task.claim {
                Some(claim) if !claim.expired(self.effective) => Some(Obstacle::Held),
                _ => {
                    let deferred = self.deferred_until(index).map(Obstacle::Deferred);
                    deferred.or_else(|| self.holder_of_paths(index).map(Obstacle::PathsHeld))
                }
            },
        }
    }

    /// The first day of a task, if it has not come.
    pub fn deferred_until(&self, index: TaskIndex) -> Option<Day> {
        let day = self.state.task(index).fields.defer?;
        (self.effective.day(self.state.day_offset) < day).then_some(day)
    }

    /// Whether a day has passed.
    pub fn is_past(&self, day: Day) -> bool {
        day < self.effective.day(self.state.day_offset)
    }

    /// The next time at which a task may become ready without an entry: a lease ends, or the first day of a task begins.
    pub fn next_change(&self) -> Option<Timestamp> {
        let leases = self.state.claimed().map(|(.., claim)| claim.until());
        let offset = self.state.day_offset;
        let open = self.state.open_tasks();
        let days = open.filter_map(|(_, task)| Some(task.fields.defer?.eve(offset)));
        let last_seconds = leases.chain(days).filter(|last| *last >= self.effective);
        last_seconds
            .min()
            .map(|last| last.after(Span::from_seconds(1)))
    }

    /// The task whose claim holds paths of this one.
    fn holder_of_paths(&self, index: TaskIndex) -> Option<TaskIndex> {
        let others = |claim: &Claim| {
            let own = self.asking.is_some_and(|asking| asking.made(claim));
            !own && !claim.expired(self.effective)
        };
        self.state.first_in_the_way(index, others)
    }
}

/// A task that could be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The task.
    pub task: TaskIndex,
    /// Whether it is meant for the asking actor.
    pub meant: Meant,
}

/// Whether a task is meant for the asking actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// The asking actor is an owner, or it has no owner. Without an asking actor, every task is.
    ForYou,
    /// It has other owners; or it has none, and only the asking actor can approve it.
    ForOthers,
}

impl Meant {
    /// Whether a task is meant for `asking`.
    pub fn of(state: &State, task: &Task, asking: Option<Holder<'_>>) -> Self {
        let is_for = |asking: Holder<'_>| {
            let unowned = task.fields.owners.is_empty();
            task.is_owned_by(asking.actor) || unowned && !state.is_only_reviewer(task, asking.actor)
        };
        if asking.is_none_or(is_for) {
            Self::ForYou
        } else {
            Self::ForOthers
        }
    }
}

/// The tasks that `asking`, or any actor, could claim at an effective time. Tasks that are meant for it come first;
/// both groups are sorted by [`Rank`]. Tasks of other owners are left out if the policy reserves tasks for their
/// owners.
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
            meant: Meant::of(state, state.task(task), asking),
        })
        .collect();
    ready.retain(|ready| ready.meant == Meant::ForYou || !state.policy.owners_only);
    ready.sort_by_cached_key(|ready| (ready.meant, Rank::of(state, open, ready.task)));
    ready
}

/// The best task that `asking` could claim at an effective time and that has no other owners.
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
