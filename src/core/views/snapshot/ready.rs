//! The document of `ready --json`: the tasks that could be claimed now.
//!
//! Not here: the order (`planning`), and the words for its reasons (`render::words`).

use std::cmp::Reverse;

use serde::Serialize;

use super::task::TaskDocument;
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder},
    },
    values::{
        id::ActorName,
        time::{Day, Timestamp},
    },
    views::planning::{self, Meant, Obstacle, Readiness, Ready},
};

/// The tasks that could be claimed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyDocument {
    /// The asking actor, whose own tasks come first; null without one.
    pub actor: Option<ActorName>,
    /// The tasks, best first.
    pub tasks: Vec<ReadyTask>,
    /// The number of further tasks.
    pub more: usize,
    /// The numbers of tasks that cannot be claimed, by reason.
    pub idle: IdleDocument,
}

/// A task that could be claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyTask {
    /// The task.
    pub task: TaskDocument,
    /// Whether it has owners and the asking actor is not one of them.
    pub for_others: bool,
    /// The tasks that wait for it directly.
    pub unblocks: Vec<String>,
}

/// The numbers of open tasks that cannot be claimed, each counted once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IdleDocument {
    /// Tasks that an actor holds.
    pub held: usize,
    /// Tasks with paths that a claim on another task holds.
    pub paths_held: usize,
    /// Tasks that wait for another task.
    pub waiting: usize,
    /// Tasks with an open blocker.
    pub blocked: usize,
    /// Tasks that wait for a verdict.
    pub in_review: usize,
    /// Tasks that could be claimed but have other owners.
    pub for_others: usize,
    /// Tasks whose first day has not come.
    pub deferred: usize,
    /// The earliest of these days.
    pub deferred_until: Option<Day>,
    /// The task that the most others wait for.
    pub awaited: Option<String>,
}

/// The tasks that `asking`, or any actor, could claim, seen from a time; at most `limit`. With `own_only`, tasks that
/// have other owners are left out.
pub fn ready(
    state: &State,
    seen_from: Timestamp,
    asking: Option<Holder<'_>>,
    own_only: bool,
    limit: Option<usize>,
) -> ReadyDocument {
    let open = OpenTasks::of(state);
    let mut ready = planning::ready(state, &open, seen_from, asking);
    if own_only {
        ready.retain(|ready| ready.meant == Meant::ForYou);
    }
    let more = ready.len().saturating_sub(limit.unwrap_or(usize::MAX));
    ready.truncate(ready.len() - more);
    let task = |ready: &Ready| ReadyTask::of(state, &open, *ready);
    ReadyDocument {
        actor: asking.map(|asking| asking.actor.clone()),
        tasks: ready.iter().map(task).collect(),
        more,
        idle: IdleDocument::of(state, &open, seen_from, asking),
    }
}

impl ReadyTask {
    fn of(state: &State, open: &OpenTasks, ready: Ready) -> Self {
        let unblocks = open.dependents(ready.task).iter();
        Self {
            task: TaskDocument::of(state, ready.task),
            for_others: ready.meant == Meant::ForOthers,
            unblocks: unblocks.map(|task| state.shown(*task)).collect(),
        }
    }
}

impl IdleDocument {
    fn of(
        state: &State,
        open: &OpenTasks,
        seen_from: Timestamp,
        asking: Option<Holder<'_>>,
    ) -> Self {
        let readiness = Readiness::new(state, seen_from, asking);
        let mut idle = Self::default();
        for task in open.order() {
            match readiness.obstacle(*task) {
                Some(Obstacle::InReview) => idle.in_review += 1,
                Some(Obstacle::Blocked) => idle.blocked += 1,
                Some(Obstacle::Waiting) => idle.waiting += 1,
                Some(Obstacle::Held) => idle.held += 1,
                Some(Obstacle::PathsHeld(_)) => idle.paths_held += 1,
                Some(Obstacle::Deferred(day)) => {
                    idle.deferred += 1;
                    let earliest = idle.deferred_until.unwrap_or(day);
                    idle.deferred_until = Some(earliest.min(day));
                }
                None if Meant::of(state, state.task(*task), asking) == Meant::ForOthers => {
                    idle.for_others += 1
                }
                Some(Obstacle::Ended) | None => {}
            }
        }
        let waiting = |task: &&TaskIndex| open.dependents(**task).len();
        let waited_for = open.order().iter().filter(|task| waiting(task) > 0);
        let awaited = waited_for.max_by_key(|task| (waiting(task), Reverse(**task)));
        idle.awaited = awaited.map(|task| state.shown(*task));
        idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, actor},
    };

    #[test]
    fn tasks_of_other_owners_are_left_out_on_request_and_counted() {
        let mut plan = Sample::new();
        let first = plan.add("A", "x", vec![]);
        plan.add("B", "x", vec![TaskFact::DependencyAdded(first)]);
        plan.add("C", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        let codex = actor("codex");
        let asked = |own_only| {
            let asking = Holder {
                actor: &codex,
                worktree: None,
            };
            ready(
                plan.state(),
                plan.state().effective,
                Some(asking),
                own_only,
                None,
            )
        };
        let all = asked(false);
        assert_eq!(all.tasks[0].unblocks, ["B"]);
        assert!(all.tasks[1].for_others);
        assert_eq!(asked(true).tasks.len(), 1);
        assert_eq!((all.idle.for_others, all.idle.waiting), (1, 1));
        assert_eq!(all.idle.awaited.as_deref(), Some("A"));
    }

    #[test]
    fn a_limited_list_counts_the_tasks_that_it_leaves_out() {
        let mut plan = Sample::new();
        for name in ["A", "B", "C"] {
            plan.add(name, "x", vec![]);
        }
        let told = ready(plan.state(), plan.state().effective, None, false, Some(1));
        assert_eq!((told.tasks.len(), told.more), (1, 2));
    }
}
