//! The effect of the events of family 2: adding, changing and ending tasks.
//!
//! Not here: their permission (`rules::task`).

use crate::core::{
    entry::event::{Origin, TaskEvent, TaskRef, task::TaskFact},
    plan::{
        fields::Fields,
        rules::{COORDINATORS, Place},
        state::{
            Link, State, TaskIndex,
            records::{Attached, ImportRecord},
            task::{End, Step, Task},
        },
    },
    values::text::Text,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &TaskEvent) {
    match event {
        TaskEvent::Added { id, title, facts } => {
            let index = state.push_task(new_task(place, id, title));
            apply_facts(state, place, index, facts);
        }
        TaskEvent::Edited { task, facts } => {
            if let Some(index) = state.find(task, place.id) {
                state.change_task(index, |task| task.updated = place.effective);
                apply_facts(state, place, index, facts);
                if facts.iter().any(|fact| fact.path_more().is_some()) {
                    state.settle_paths(index, place.effective);
                }
            }
        }
        TaskEvent::Completed {
            task,
            commit,
            waiver,
            integrated,
            ..
        } => change(state, place, task, |task| match &mut task.end {
            // It was done before its work was integrated.
            Some(end) => end.integrated.clone_from(integrated),
            None => task.end(End {
                done: true,
                actor: place.actor().clone(),
                at: place.effective,
                commit: commit.clone(),
                reason: waiver.clone(),
                integrated: integrated.clone(),
            }),
        }),
        TaskEvent::Cancelled { task, reason } => change(state, place, task, |task| {
            task.end(End {
                done: false,
                actor: place.actor().clone(),
                at: place.effective,
                commit: None,
                reason: reason.clone(),
                integrated: None,
            });
        }),
        TaskEvent::Reopened { task, mistaken, .. } => change(state, place, task, |task| {
            task.end = None;
            if !mistaken {
                task.begin_review(None);
            }
        }),
        TaskEvent::Commented { task, .. } => {
            change(state, place, task, |task| {
                task.comments = task.comments.saturating_add(1)
            });
        }
        TaskEvent::Imported(import) => state.imports.push(ImportRecord {
            origin: place.origin(0),
            at: place.effective,
            actor: place.actor().clone(),
            import: import.clone(),
        }),
    }
}

/// Changes the referenced task, and stores the time of the change.
pub(super) fn change(
    state: &mut State,
    place: &Place<'_>,
    task: &TaskRef,
    change: impl FnOnce(&mut Task),
) {
    if let Some(index) = state.find(task, place.id) {
        state.change_task(index, |task| {
            task.updated = place.effective;
            change(task);
        });
    }
}

/// The attachment of this name in the entry.
pub(super) fn attached(place: &Place<'_>, name: &Text) -> Option<Attached> {
    let attachment = place.entry.attachment(name)?;
    Some(Attached {
        entry: place.id,
        name: name.clone(),
        digest: attachment.digest,
    })
}

fn new_task(place: &Place<'_>, id: &crate::core::values::id::TaskId, title: &Text) -> Task {
    Task {
        id: id.clone(),
        origin: place.origin(0),
        fields: Fields::titled(title.clone()),
        depends: BTreeSet::new(),
        steps: Vec::new(),
        body: None,
        ticks: BTreeSet::new(),
        reported_percent: None,
        claim: None,
        outrun: BTreeSet::new(),
        contributors: BTreeSet::new(),
        gates_by: BTreeMap::new(),
        blockers: Vec::new(),
        submission: None,
        verdicts: BTreeMap::new(),
        past_verdicts: Vec::new(),
        commit: None,
        worktree: None,
        comments: 0,
        end: None,
        created_by: place.actor().clone(),
        created: place.effective,
        updated: place.effective,
        parent: None,
        children: BTreeSet::new(),
        links: BTreeSet::new(),
    }
}

fn apply_facts(state: &mut State, place: &Place<'_>, index: TaskIndex, facts: &[TaskFact]) {
    // A payload has at most 64 KiB, so an item number cannot overflow.
    for (item, fact) in (0u16..).zip(facts) {
        let other = fact.other().and_then(|other| state.find(other, place.id));
        let decides = state.roster.may(place.actor(), COORDINATORS);
        let change = |task: &mut Task| {
            mark_gate(task, place, decides, fact);
            apply_fact(task, place, place.origin(item), fact);
        };
        match (fact, other) {
            (TaskFact::DependencyAdded(_), Some(on)) => state.link(index, on, Link::Added),
            (TaskFact::DependencyRemoved(_), Some(on)) => state.link(index, on, Link::Removed),
            (TaskFact::Parent(_), parent) => state.adopt(index, parent),
            (TaskFact::LinkAdded(kind, _), Some(to)) => {
                state.change_task(index, |task| _ = task.links.insert((*kind, to)));
            }
            (TaskFact::LinkRemoved(kind, _), Some(to)) => {
                state.change_task(index, |task| _ = task.links.remove(&(*kind, to)));
            }
            (TaskFact::PathAdded(path) | TaskFact::PathRemoved(path), _) => {
                state.change_path(index, path, change);
            }
            _ => state.change_task(index, change),
        }
    }
}

/// Keeps who added a gate, unless that actor decides on reviews anyway.
fn mark_gate(task: &mut Task, place: &Place<'_>, decides: bool, fact: &TaskFact) {
    match fact {
        TaskFact::GateAdded(gate) if decides => _ = task.gates_by.remove(gate),
        TaskFact::GateAdded(gate) if !task.fields.gates.contains(gate) => {
            let by = place.actor().clone();
            _ = task.gates_by.insert(gate.clone(), by);
        }
        TaskFact::GateRemoved(gate) => _ = task.gates_by.remove(gate),
        _ => {}
    }
}

fn apply_fact(task: &mut Task, place: &Place<'_>, origin: Origin, fact: &TaskFact) {
    task.fields.apply(fact);
    match fact {
        TaskFact::StepAdded(text) => task.steps.push(Step {
            origin,
            text: text.clone(),
            done: false,
        }),
        TaskFact::StepRemoved(mark) => {
            let removed = mark.origin(place.id);
            task.steps.retain(|step| step.origin != removed);
        }
        TaskFact::CheckRemoved(item) => task.ticks.retain(|(ticked, _)| ticked != item),
        TaskFact::Body(body) => task.body = body.as_ref().and_then(|name| attached(place, name)),
        _ => {}
    }
}
