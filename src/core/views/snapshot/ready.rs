//! What could be claimed now, as `ready --json` says it, with the reasons for its order.
//!
//! Not here: the order itself (`plan`).

use serde::Serialize;

use super::{task::TaskDocument, wording::wave_name};
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder},
    },
    values::{id::ActorName, time::Timestamp},
    views::planning::{self, Idle, Meant, Ready},
};

/// What could be claimed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyDocument {
    /// For whom: what is meant for it stands first; null if nobody is known to ask.
    pub actor: Option<ActorName>,
    /// The tasks, best first.
    pub tasks: Vec<ReadyTask>,
    /// How many more there are.
    pub more: usize,
    /// What is in the way of the tasks that cannot be taken.
    pub idle: IdleDocument,
}

/// A task that could be claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyTask {
    /// The task.
    pub task: TaskDocument,
    /// Whether it has owners and the actor is none of them.
    pub for_others: bool,
    /// The tasks that wait for it, not counting what waits through others.
    pub unblocks: Vec<String>,
    /// Why it stands where it stands, a reason each.
    pub why: Vec<String>,
}

/// How many open tasks cannot be taken, each counted once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdleDocument {
    /// Those that somebody holds.
    pub held: usize,
    /// Those that change files which somebody holds for another task.
    pub paths_held: usize,
    /// Those that wait for another task.
    pub waiting: usize,
    /// Those with an open blocker.
    pub blocked: usize,
    /// Those that wait for a verdict.
    pub in_review: usize,
    /// Those that could be taken but are meant for others.
    pub for_others: usize,
    /// The task for which most others wait.
    pub awaited: Option<String>,
}

/// What `asking`, or anybody, could claim as seen from a time; at most `limit` tasks, and with `own_only` only
/// what is not meant for others.
pub fn ready(
    state: &State,
    seen_from: Timestamp,
    asking: Option<Holder<'_>>,
    own_only: bool,
    limit: Option<usize>,
) -> ReadyDocument {
    let open = OpenTasks::of(state);
    let mut ready = planning::ready(state, &open, seen_from, asking);
    let idle = Idle::of(state, &open, seen_from, asking);
    if own_only {
        ready.retain(|ready| ready.meant == Meant::ForYou);
    }
    let more = ready.len().saturating_sub(limit.unwrap_or(usize::MAX));
    ready.truncate(ready.len() - more);
    let task = |ready: &Ready| ReadyTask::of(state, &open, *ready, seen_from);
    ReadyDocument {
        actor: asking.map(|asking| asking.actor.clone()),
        tasks: ready.iter().map(task).collect(),
        more,
        idle: IdleDocument::of(state, &idle),
    }
}

impl ReadyTask {
    fn of(state: &State, open: &OpenTasks, ready: Ready, seen_from: Timestamp) -> Self {
        let unblocks = open.dependents(ready.task).iter();
        let unblocks: Vec<String> = unblocks.map(|task| state.shown(*task)).collect();
        let document = TaskDocument::of(state, ready.task);
        let for_others = ready.meant == Meant::ForOthers;
        Self {
            why: why(&document, for_others, unblocks.len(), seen_from),
            task: document,
            for_others,
            unblocks,
        }
    }
}

fn why(
    task: &TaskDocument,
    for_others: bool,
    unblocks: usize,
    seen_from: Timestamp,
) -> Vec<String> {
    let mut reasons = Vec::new();
    if for_others {
        reasons.push(format!("meant for {}", task.owners_in_words()));
    }
    reasons.push(match task.priority {
        Some(priority) => format!("{priority} priority"),
        None => "no priority, counts as medium".to_owned(),
    });
    if let Some(wave) = task.wave {
        reasons.push(format!(
            "declared {}, place {}",
            wave_name(wave.number),
            wave.rank
        ));
    }
    match unblocks {
        0 => {}
        1 => reasons.push("1 task waits for it".to_owned()),
        several => reasons.push(format!("{several} tasks wait for it")),
    }
    if let Some(claim) = task.claim.as_ref().filter(|claim| claim.until < seen_from) {
        reasons.push(format!(
            "the claim of {} ran out {}",
            claim.actor, claim.until
        ));
    }
    reasons
}

impl IdleDocument {
    /// The document of what is in the way.
    pub fn of(state: &State, idle: &Idle) -> Self {
        Self {
            held: idle.held,
            paths_held: idle.paths_held,
            waiting: idle.waiting,
            blocked: idle.blocked,
            in_review: idle.in_review,
            for_others: idle.for_others,
            awaited: idle.awaited.map(|task: TaskIndex| state.shown(task)),
        }
    }
    /// What is in the way: `4 meant for others, 1 held, 3 waiting (most for B)`; `no task is open` if none is.
    pub fn in_words(&self) -> String {
        match self.reasons().as_slice() {
            [] => "no task is open".to_owned(),
            reasons => reasons.join(", "),
        }
    }
    /// The same, a reason each.
    pub fn reasons(&self) -> Vec<String> {
        let awaited = self.awaited.as_ref();
        let waiting = awaited.map_or("waiting".to_owned(), |task| {
            format!("waiting (most for {task})")
        });
        let counts = [
            (self.for_others, "meant for others"),
            (self.held, "held"),
            (self.paths_held, "with files that are held"),
            (self.waiting, waiting.as_str()),
            (self.blocked, "blocked"),
            (self.in_review, "in review"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::{TaskFact, Wave},
        sample::{Sample, actor},
        values::task::Priority,
    };

    #[test]
    fn every_place_is_explained_and_what_is_in_the_way_is_counted() {
        let mut plan = Sample::new();
        let first = plan.add(
            "A",
            "x",
            vec![
                TaskFact::Priority(Some(Priority::High)),
                TaskFact::Wave(Some(Wave { number: 2, rank: 4 })),
            ],
        );
        plan.add("B", "x", vec![TaskFact::DependencyAdded(first)]);
        plan.add("C", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        let held = plan.add("D", "x", vec![]);
        plan.claim("codex", &held);
        let codex = actor("codex");
        let told = |own_only| {
            ready(
                plan.state(),
                plan.state().effective,
                Some(Holder {
                    actor: &codex,
                    worktree: None,
                }),
                own_only,
                None,
            )
        };
        let all = told(false);
        let why: Vec<String> = all.tasks.iter().map(|task| task.why.join("; ")).collect();
        assert_eq!(
            why,
            [
                "high priority; declared SECOND, place 4; 1 task waits for it",
                "meant for copilot; no priority, counts as medium",
            ]
        );
        assert_eq!(all.tasks[0].unblocks, ["B"]);
        assert_eq!(told(true).tasks.len(), 1);
        assert_eq!(
            all.idle.in_words(),
            "1 meant for others, 1 held, 1 waiting (most for A)"
        );
        assert_eq!(all.idle.awaited.as_deref(), Some("A"));
    }

    #[test]
    fn a_limit_says_how_many_it_leaves_out() {
        let mut plan = Sample::new();
        for name in ["A", "B", "C"] {
            plan.add(name, "x", vec![]);
        }
        let told = ready(plan.state(), plan.state().effective, None, false, Some(1));
        assert_eq!((told.tasks.len(), told.more), (1, 2));
    }
}
