//! Undo of facts about tasks, and of their end.
//!
//! Not here: work under a claim (`undo::work`).

use super::{
    scene::{Scene, Subject, Undoing},
    stays::Stays,
    work,
};
use crate::core::{
    entry::event::{Event, Origin, TaskEvent, task::TaskFact},
    plan::{fields, state::task::Task},
};

pub(super) fn undo(scene: &Scene<'_>, origin: Origin, event: &TaskEvent, undoing: &mut Undoing) {
    match event {
        TaskEvent::Added { id, .. } => {
            let Some(index) = scene.now.created_by(origin) else {
                return;
            };
            match scene.now.task(index).end {
                Some(_) => undoing.stays(Stays::AlreadyEnded(id.clone())),
                None => undoing.push(Event::Task(TaskEvent::Cancelled {
                    task: scene.now.reference(index),
                    reason: None,
                })),
            }
        }
        TaskEvent::Edited { task, facts } => {
            if let Some(subject) = scene.task(task) {
                edit(scene, &subject, origin, facts, undoing);
            }
        }
        TaskEvent::Completed { task, .. } | TaskEvent::Cancelled { task, .. } => {
            if let Some(subject) = scene.task(task) {
                reopen(scene, &subject, undoing);
            }
        }
        TaskEvent::Reopened { task, .. } => {
            if let Some(subject) = scene.task(task) {
                end_again(&subject, undoing);
            }
        }
        TaskEvent::Commented { task, .. } => undoing.stays(Stays::Comment(task.id.clone())),
        TaskEvent::Imported(import) => {
            undoing.stays(Stays::Import(import.source.clone()));
        }
    }
}

/// Reopens a task with its review. If the actor of the undo held the task, it claims it again.
fn reopen(scene: &Scene<'_>, subject: &Subject<'_>, undoing: &mut Undoing) {
    match &subject.task.end {
        None => return undoing.stays(Stays::AlreadyOpen(subject.shown.clone())),
        Some(end) if end.at != scene.undone.effective => {
            return undoing.stays(Stays::LaterEnd(subject.shown.clone()));
        }
        Some(_) => {}
    }
    undoing.push(Event::Task(TaskEvent::Reopened {
        task: subject.reference.clone(),
        reason: None,
        mistaken: true,
    }));
    match subject.before.and_then(|task| task.claim.as_ref()) {
        Some(held) if held.actor == *scene.actor => {
            undoing.push(Event::Work(work::claimed(subject, held)));
        }
        Some(held) => undoing.stays(Stays::OthersClaim(held.actor.clone())),
        None => {}
    }
}

fn end_again(subject: &Subject<'_>, undoing: &mut Undoing) {
    let ended = subject.before.and_then(|task| task.end.clone());
    let Some(end) = ended.filter(|_| subject.task.end.is_none()) else {
        return undoing.stays(Stays::End(subject.shown.clone()));
    };
    let task = subject.reference.clone();
    undoing.push(Event::Task(if end.done {
        TaskEvent::Completed {
            task,
            claim: None,
            commit: end.commit,
            waiver: end.reason,
            tree: None,
            integrated: end.integrated,
        }
    } else {
        TaskEvent::Cancelled {
            task,
            reason: end.reason,
        }
    }));
}

/// Restores the facts that an edit changed, unless a later entry changed them.
fn edit(
    scene: &Scene<'_>,
    subject: &Subject<'_>,
    origin: Origin,
    facts: &[TaskFact],
    undoing: &mut Undoing,
) {
    let Some(before) = subject.before else {
        // Removing the task also removes the facts that the same entry added.
        return;
    };
    let mut edited = before.fields.clone();
    facts.iter().for_each(|fact| edited.apply(fact));
    let merge = fields::merge(&edited, &before.fields, &subject.task.fields);
    let stays = |name| Stays::Attribute {
        name,
        task: subject.shown.clone(),
    };
    undoing.stays.extend(merge.left.into_iter().map(stays));
    if facts.iter().any(|fact| matches!(fact, TaskFact::Body(_))) {
        undoing.stays(stays("specification"));
    }
    let parents = facts.iter().filter_map(|fact| match fact {
        TaskFact::Parent(parent) => Some(parent),
        _ => None,
    });
    if let Some(parent) = parents.last() {
        let set = parent
            .as_ref()
            .and_then(|it| scene.now.find(it, scene.undone.id));
        if subject.task.parent != set && subject.task.parent != before.parent {
            undoing.stays(stays("parent"));
        }
    }
    let mut inverse = merge.facts;
    // A payload has at most 64 KiB, so an item number cannot overflow.
    for (item, fact) in (0u16..).zip(facts) {
        let made = Origin { item, ..origin };
        inverse.extend(against(scene, before, subject.task, made, fact));
    }
    if !inverse.is_empty() {
        undoing.push(Event::Task(TaskEvent::Edited {
            task: subject.reference.clone(),
            facts: inverse,
        }));
    }
}

/// The compensation of a fact about other tasks or steps, which are identified by the events that created them.
fn against(
    scene: &Scene<'_>,
    before: &Task,
    now: &Task,
    made: Origin,
    fact: &TaskFact,
) -> Option<TaskFact> {
    match fact {
        TaskFact::DependencyAdded(other) | TaskFact::DependencyRemoved(other) => {
            let index = scene.now.find(other, scene.undone.id)?;
            let reference = scene.now.reference(index);
            // Tasks keep their indexes, so a task of the earlier state is still there.
            match (
                before.depends.contains(&index),
                now.depends.contains(&index),
            ) {
                (true, false) => Some(TaskFact::DependencyAdded(reference)),
                (false, true) => Some(TaskFact::DependencyRemoved(reference)),
                _ => None,
            }
        }
        TaskFact::Parent(parent) => {
            let set = parent
                .as_ref()
                .and_then(|it| scene.now.find(it, scene.undone.id));
            let former = before.parent.map(|former| scene.now.reference(former));
            (now.parent == set && before.parent != set).then_some(TaskFact::Parent(former))
        }
        TaskFact::LinkAdded(kind, other) | TaskFact::LinkRemoved(kind, other) => {
            let link = (*kind, scene.now.find(other, scene.undone.id)?);
            let reference = scene.now.reference(link.1);
            match (before.links.contains(&link), now.links.contains(&link)) {
                (true, false) => Some(TaskFact::LinkAdded(*kind, reference)),
                (false, true) => Some(TaskFact::LinkRemoved(*kind, reference)),
                _ => None,
            }
        }
        TaskFact::StepAdded(_) => {
            let is_there = now.steps.iter().any(|step| step.origin == made);
            is_there.then(|| TaskFact::StepRemoved(made.mark()))
        }
        TaskFact::StepRemoved(mark) => {
            let removed = mark.origin(scene.undone.id);
            let step = before.steps.iter().find(|step| step.origin == removed);
            step.map(|step| TaskFact::StepAdded(step.text.clone()))
        }
        _ => None,
    }
}
