//! The steps that an event takes by what it names: how much there is to copy, to look through and to compare
//! (LEDGER_FORMAT.md, 14).
//!
//! Not here: comparing globs (`state::paths`) and searching dependencies (`graph`), which count their own steps.

use super::place::Place;
use crate::core::{
    entry::event::{
        Event, GuardrailEvent, ObservationEvent, TaskEvent, TaskRef, WorkEvent, task::TaskFact,
    },
    plan::state::{State, TaskIndex, task::Task},
    values::glob::Glob,
};

/// What an item of a task counts when an entry names the task first: it may have to be copied.
const STEPS_OF_COPY: u64 = 32;
/// What a pull request or a worktree counts, observed or known before.
const STEPS_OF_OBSERVED: u64 = 16;

/// Counts the steps that an event takes whatever the rules say.
pub(super) fn of_event(state: &State, place: &Place<'_>, event: &Event) {
    let steps = place.steps;
    steps.take(1);
    let named = named(state, place, event);
    if let Some(index) = named {
        of_task(state, place, index);
    }
    if let (Some(index), true) = (named, is_of_claim(event)) {
        steps.take_of_holding(state.task(index));
    }
    match event {
        Event::Task(TaskEvent::Added { facts, .. } | TaskEvent::Edited { facts, .. }) => {
            of_facts(named.map(|index| state.task(index)), place, facts);
            for fact in facts {
                match fact {
                    TaskFact::PathRemoved(path) => of_reviews(state, place, path),
                    TaskFact::Parent(parent) => of_parent(state, place, named, parent.as_ref()),
                    _ => {}
                }
            }
        }
        Event::Guardrail(event) => of_guardrail(state, place, event),
        Event::Observation(ObservationEvent::PullRequests { seen, gone, .. }) => {
            steps.take(STEPS_OF_OBSERVED * (seen.len() + gone.len()) as u64);
        }
        Event::Observation(ObservationEvent::Worktrees { host, seen }) => {
            let known = state.worktrees.get(host);
            let known = known.map_or(0, |known| known.seen.len());
            steps.take(STEPS_OF_OBSERVED * (seen.len() + known) as u64);
        }
        _ => {}
    }
}

/// Whether an event can begin or end a claim.
fn is_of_claim(event: &Event) -> bool {
    matches!(
        event,
        Event::Work(
            WorkEvent::Claimed { .. } | WorkEvent::Released { .. } | WorkEvent::HandedOn { .. }
        ) | Event::Task(TaskEvent::Completed { .. } | TaskEvent::Cancelled { .. })
    )
}

/// The existing task that an event is about.
pub(super) fn named(state: &State, place: &Place<'_>, event: &Event) -> Option<TaskIndex> {
    state.find(event.changed_task()?, place.id)
}

/// A guardrail that exists may have to be copied.
fn of_guardrail(state: &State, place: &Place<'_>, event: &GuardrailEvent) {
    let id = match event {
        GuardrailEvent::Added(definition) => {
            place.steps.take(definition.depends.len() as u64);
            &definition.id
        }
        GuardrailEvent::Removed { id } => id,
        GuardrailEvent::Recorded(result) => {
            place.steps.take(result.changed.len() as u64);
            &result.id
        }
        GuardrailEvent::TargetSet { .. } => return,
    };
    if let Some(known) = state.guardrails.get(id) {
        let lists = [
            known.depends.len(),
            known.extra.len(),
            known.environment.len(),
            known.results.len(),
        ];
        let items = lists.iter().sum::<usize>() as u64;
        place.steps.take(STEPS_OF_COPY * items);
        let command = known.command.as_ref();
        place
            .steps
            .take(command.map_or(0, |it| it.as_str().len()) as u64);
    }
}

/// The items of all lists of a task.
fn items(task: &Task) -> u64 {
    let fields = &task.fields;
    let lists = [
        fields.owners.len(),
        fields.gates.len(),
        fields.paths.len(),
        fields.criteria.len(),
        fields.checks.len(),
        fields.labels.len(),
        fields.extra.len(),
        fields.urls.len(),
        task.depends.len(),
        task.children.len(),
        task.links.len(),
        task.steps.len(),
        task.ticks.len(),
        task.outrun.len(),
        task.contributors.len(),
        task.gates_by.len(),
        task.blockers.len(),
        task.verdicts.len(),
        task.past_verdicts.len(),
    ];
    1 + lists.iter().sum::<usize>() as u64
}

/// Facts that look through a list count its length, with what the event itself may have added.
fn of_facts(task: Option<&Task>, place: &Place<'_>, facts: &[TaskFact]) {
    let length = |of: fn(&Task) -> usize| task.map_or(0, of) + facts.len();
    for fact in facts {
        let searched = match fact {
            TaskFact::OwnerAdded(_) | TaskFact::OwnerRemoved(_) => {
                length(|task| task.fields.owners.len())
            }
            TaskFact::CriterionAdded(_) | TaskFact::CriterionRemoved(_) => {
                length(|task| task.fields.criteria.len())
            }
            TaskFact::Parent(_) => length(|task| task.depends.len() + task.children.len()),
            TaskFact::StepRemoved(_) => length(|task| task.steps.len()),
            TaskFact::CheckRemoved(_) => length(|task| task.ticks.len()),
            _ => 0,
        };
        place.steps.take(1 + searched as u64);
    }
}

/// The new parent of a task and its present one may have to be copied.
fn of_parent(state: &State, place: &Place<'_>, child: Option<TaskIndex>, parent: Option<&TaskRef>) {
    let new = parent.and_then(|parent| state.find(parent, place.id));
    let present = child.and_then(|child| state.task(child).parent);
    for parent in new.into_iter().chain(present) {
        of_task(state, place, parent);
    }
}

/// A task may have to be copied once in an entry; later its lists may only be looked through.
fn of_task(state: &State, place: &Place<'_>, index: TaskIndex) {
    let each = if place.steps.meets(index) {
        STEPS_OF_COPY
    } else {
        1
    };
    place.steps.take(each * items(state.task(index)));
}

/// Counts the steps of finding the gates that policy adds for the paths of a task.
pub(super) fn of_gates(state: &State, place: &Place<'_>, task: &Task) {
    for path in &task.fields.paths {
        of_reviews(state, place, path);
    }
}

/// Counts the steps of finding whether policy wants a review of a path.
fn of_reviews(state: &State, place: &Place<'_>, path: &Glob) {
    for reviewed in state.policy.path_reviews.keys() {
        let compared = path.pattern().steps(reviewed.pattern());
        place.steps.take(1 + compared);
    }
}

/// Counts the steps of finding what a review needs: each gate and each item of the checklist is looked for among the
/// verdicts and ticks, and each of their authors among those who did the work.
pub(super) fn of_review(state: &State, place: &Place<'_>, index: TaskIndex) {
    let task = state.task(index);
    of_gates(state, place, task);
    if place.steps.are_too_many() {
        return;
    }
    let asked = state.gates_of(task).len() + task.fields.checks.len();
    let answers = task.verdicts.len() + task.ticks.len() + state.roster.actors().count();
    let owners = 1 + task.fields.owners.len();
    place.steps.take((asked * answers * owners) as u64);
}

/// Counts the steps of finding the open tasks for which one waits: each of them may have to be read.
pub(super) fn of_dependencies(state: &State, place: &Place<'_>, index: TaskIndex) {
    let task = state.task(index);
    let others = task.depends.len() + task.children.len();
    place.steps.take(STEPS_OF_COPY * others as u64);
}

/// Counts the steps of finding the required guardrails that have not passed: each guardrail is looked at, with the tasks
/// and the results of a required one.
pub(super) fn of_guardrails(state: &State, place: &Place<'_>) {
    for guardrail in state.guardrails.values() {
        let required = guardrail.required.then(|| {
            STEPS_OF_COPY * guardrail.depends.len() as u64 + guardrail.results.len() as u64
        });
        place.steps.take(1 + required.unwrap_or_default());
    }
}
