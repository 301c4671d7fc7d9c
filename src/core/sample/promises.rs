//! The promises: properties of the state that hold after every entry.
//!
//! Not here: the entries and their order (the tests that check the promises).

use super::roles;
use crate::core::{
    entry::event::{
        CommitId, Event, TaskEvent,
        guardrail::{Guarded, Outcome},
    },
    plan::{
        graph,
        reduce::Accepted,
        state::{
            State, TaskIndex,
            guardrails::Guardrail,
            steps::StepCount,
            task::{Claim, End, Task},
        },
    },
    values::{
        task::{Approver, Role},
        time::Timestamp,
    },
};

/// The promise that the state after an entry breaks; none if it keeps all of them.
pub fn broken(before: &State, after: &State, entry: &Accepted) -> Option<&'static str> {
    let is_refused = after.anomalies.len() > before.anomalies.len();
    let promises = [
        ("no dependency leads back", no_dependency_is_circular(after)),
        ("no file is held twice", no_file_is_held_twice(after)),
        (
            "a finished task has passed its gates",
            ends_as_it_may(before, after, entry),
        ),
        (
            "a finished task depends on no open one, if the policy wants that",
            ends_after_its_dependencies(before, after, entry),
        ),
        (
            "a finished task with a commit is integrated, if the policy wants that",
            ends_integrated(before, after, entry),
        ),
        (
            "a finished task has passed its guardrails, if the policy wants that",
            ends_guarded(before, after, entry),
        ),
        (
            "a percentage is one",
            after.tasks().all(|(_, task)| task.percent() <= 100),
        ),
        (
            "nobody holds an ended task",
            after
                .tasks()
                .all(|(_, task)| task.end.is_none() || task.claim.is_none()),
        ),
        (
            "a refused entry has no effect",
            !is_refused || effects(after) == effects(before),
        ),
    ];
    let broken = promises.into_iter().find(|(_, kept)| !kept);
    let broken = broken.map(|(promise, _)| promise);
    broken.or_else(|| roles::breached(before, after, entry))
}

fn no_dependency_is_circular(state: &State) -> bool {
    state.tasks().all(|(index, task)| {
        let (others, steps) = (task.after().collect(), StepCount::default());
        graph::leading_back(state, index, &others, &steps).is_empty()
    })
}

fn is_of_the_same_holder(one: &Claim, other: &Claim) -> bool {
    (&one.actor, &one.worktree) == (&other.actor, &other.worktree)
}

/// Whether for any two claims on the same file, running or not, one shares it or both have the same holder.
fn no_file_is_held_twice(state: &State) -> bool {
    let claimed = state
        .tasks()
        .filter_map(|(_, task)| Some((task, task.claim.as_ref()?)));
    let claimed: Vec<(&Task, &Claim)> = claimed.filter(|(_, claim)| !claim.shared).collect();
    claimed.iter().enumerate().all(|(place, (one, claim))| {
        claimed[..place].iter().all(|(other, theirs)| {
            let mut pairs = one
                .fields
                .paths
                .iter()
                .flat_map(|a| other.fields.paths.iter().map(move |b| (a, b)));
            is_of_the_same_holder(claim, theirs) || !pairs.any(|(a, b)| a.overlaps(b))
        })
    })
}

/// Whether an actor of the gate has approved this commit and did not do the work.
fn is_approved(state: &State, task: &Task, gate: &Approver, commit: Option<&CommitId>) -> bool {
    let names = |actor: &_| match gate {
        Approver::Actor(name) => name == actor,
        Approver::Role(role) => state.roster.has_role(actor, *role),
    };
    task.verdicts.iter().any(|(actor, verdict)| {
        let own = task.fields.owners.contains(actor)
            || task
                .claim
                .as_ref()
                .is_some_and(|claim| claim.actor == *actor)
            || task
                .submission
                .as_ref()
                .is_some_and(|asked| asked.actor == *actor);
        let current = commit.is_none() || verdict.commit.as_ref() == commit;
        verdict.approved && names(actor) && !own && current
    })
}

/// Whether an entry that ends a task without a waiver found every gate approved and every item ticked.
fn ends_as_it_may(before: &State, after: &State, entry: &Accepted) -> bool {
    let [
        Event::Task(TaskEvent::Completed {
            task,
            commit,
            waiver,
            ..
        }),
    ] = &entry.entry.events[..]
    else {
        return true;
    };
    let Some(index) = before.find(task, entry.id) else {
        return true;
    };
    let task = before.task(index);
    if !has_ended(task, after.task(index)) {
        return true;
    }
    if waiver.is_some() {
        return before.roster.may(&entry.entry.actor, &[Role::Coordinator]);
    }
    let commit = commit.as_ref().or(task.commit.as_ref());
    let gates = before.gates_of(task);
    let approved = |gate| is_approved(before, task, gate, commit);
    let ticked = |item| task.who_ticked(item).next().is_some();
    gates.iter().all(approved) && task.fields.checks.iter().all(ticked)
}

/// Whether an entry that ends a task without a waiver found no open task on which it depends.
fn ends_after_its_dependencies(before: &State, after: &State, entry: &Accepted) -> bool {
    let [Event::Task(TaskEvent::Completed { task, waiver, .. })] = &entry.entry.events[..] else {
        return true;
    };
    let Some(index) = before.find(task, entry.id) else {
        return true;
    };
    let (was, is) = (before.task(index), after.task(index));
    let open = |other: &TaskIndex| before.task(*other).end.is_none();
    !has_ended(was, is)
        || waiver.is_some()
        || !before.policy.dependencies
        || !was.after().any(|other| open(&other))
}

/// Whether an entry that ends a task without a waiver says where its commit is integrated.
fn ends_integrated(before: &State, after: &State, entry: &Accepted) -> bool {
    let [Event::Task(TaskEvent::Completed { task, waiver, .. })] = &entry.entry.events[..] else {
        return true;
    };
    let Some(index) = before.find(task, entry.id) else {
        return true;
    };
    let (was, is) = (before.task(index), after.task(index));
    let end = is.end.as_ref().filter(|_| has_ended(was, is));
    end.is_none_or(|end| {
        let has_commit = end.commit.is_some() || was.commit.is_some();
        waiver.is_some() || !before.policy.integrated || !has_commit || end.integrated.is_some()
    })
}

/// Whether an entry that ends a task without a waiver found every required guardrail passed at its commit or its tree; or
/// one that says where a task is integrated, also later than its end, at the commit there, if the policy wants that.
fn ends_guarded(before: &State, after: &State, entry: &Accepted) -> bool {
    let [
        Event::Task(TaskEvent::Completed {
            task,
            waiver: None,
            commit,
            tree,
            ..
        }),
    ] = &entry.entry.events[..]
    else {
        return true;
    };
    let Some(index) = before.find(task, entry.id) else {
        return true;
    };
    let (was, is) = (before.task(index), after.task(index));
    let integrated = |task: &Task| task.end.as_ref()?.integrated.clone();
    let commit = match before.policy.guardrails {
        Guarded::Done if has_ended(was, is) => commit.clone().or_else(|| was.commit.clone()),
        Guarded::Integrate if integrated(was) != integrated(is) => {
            integrated(is).map(|it| it.commit)
        }
        _ => return true,
    };
    let passed = |guardrail: &Guardrail| {
        let applies = |on: &TaskIndex| before.task(*on).end.is_some();
        let mut results = guardrail.results.newest_first();
        let of_it = results.find(|it| {
            (it.changed.is_empty() && !it.outdated)
                && (commit.is_some() && it.commit == commit || tree.is_some() && it.tree == *tree)
        });
        !guardrail.required
            || !guardrail.depends.iter().all(applies)
            || of_it.is_some_and(|it| it.outcome == Outcome::Pass)
    };
    before.guardrails.values().all(passed)
}

/// Whether the entry has ended the task. An end that was there can only have become integrated.
pub(super) fn has_ended(was: &Task, is: &Task) -> bool {
    match (&was.end, &is.end) {
        (Some(was), Some(is)) => {
            let integrated = is.integrated.clone();
            End {
                integrated,
                ..was.clone()
            } != *is
        }
        (was, is) => was.is_none() && is.is_some(),
    }
}

/// The state without its count of entries and its refusals.
pub(super) fn effects(state: &State) -> State {
    let mut state = state.clone();
    (state.entries, state.effective) = (0, Timestamp::default());
    state.anomalies.clear();
    state
}
