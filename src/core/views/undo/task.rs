//! Taking back what was said of tasks, and their end.
//!
//! Not here: work under a claim (`undo::work`).

use super::{Scene, Subject, Undoing, work};
use crate::core::{
    entry::event::{Event, Origin, TaskEvent, task::TaskFact},
    plan::state::task::Task,
};

pub(super) fn undo(scene: &Scene<'_>, origin: Origin, event: &TaskEvent, undoing: &mut Undoing) {
    match event {
        TaskEvent::Added { id, .. } => {
            let Some(index) = scene.now.created_by(origin) else {
                return;
            };
            match scene.now.task(index).end {
                Some(_) => undoing.stays(format!("{id} has ended already")),
                None => undoing.push(Event::Task(TaskEvent::Cancelled {
                    task: scene.now.reference(index),
                    reason: "added by mistake".parse().ok(),
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
        TaskEvent::Commented { task, .. } => undoing.stays(format!("the comment on {}", task.id)),
        TaskEvent::Imported(import) => {
            undoing.stays(format!("that '{}' was imported", import.source));
        }
    }
}

/// Opens a task again with its review, and with the claim if whoever takes back its end held it.
fn reopen(scene: &Scene<'_>, subject: &Subject<'_>, undoing: &mut Undoing) {
    match &subject.task.end {
        None => return undoing.stays(format!("{} is open already", subject.shown)),
        Some(end) if end.at != scene.undone.effective => {
            return undoing.stays(format!("the later end of {}", subject.shown));
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
        Some(held) => undoing.stays(format!(
            "the claim of {}, who has to make it again",
            held.actor
        )),
        None => {}
    }
}

fn end_again(subject: &Subject<'_>, undoing: &mut Undoing) {
    let ended = subject.before.and_then(|task| task.end.clone());
    let Some(end) = ended.filter(|_| subject.task.end.is_none()) else {
        return undoing.stays(format!("how {} ended", subject.shown));
    };
    let task = subject.reference.clone();
    undoing.push(Event::Task(if end.done {
        TaskEvent::Completed {
            task,
            claim: None,
            commit: end.commit,
            waiver: end.reason,
        }
    } else {
        TaskEvent::Cancelled {
            task,
            reason: end.reason,
        }
    }));
}

fn edit(
    scene: &Scene<'_>,
    subject: &Subject<'_>,
    origin: Origin,
    facts: &[TaskFact],
    undoing: &mut Undoing,
) {
    let Some(before) = subject.before else {
        // What the same entry added goes with the task.
        return;
    };
    let mut inverse = Vec::new();
    // At most 64 KiB of facts: an item number cannot overflow.
    let facts: Vec<(u16, &TaskFact)> = (0u16..).zip(facts).collect();
    for (item, fact) in facts.into_iter().rev() {
        let made = Origin { item, ..origin };
        match against(scene, before, subject.task, made, fact) {
            Against::Facts(facts) => inverse.extend(facts),
            Against::Stays(what) => undoing.stays(format!("the {what} of {}", subject.shown)),
        }
    }
    if !inverse.is_empty() {
        undoing.push(Event::Task(TaskEvent::Edited {
            task: subject.reference.clone(),
            facts: inverse,
        }));
    }
}

/// What stands against one fact.
enum Against {
    /// These facts; none if nothing of it is left.
    Facts(Option<TaskFact>),
    /// Nothing.
    Stays(&'static str),
}

fn against(scene: &Scene<'_>, before: &Task, now: &Task, made: Origin, fact: &TaskFact) -> Against {
    match fact {
        TaskFact::Title(it) => value("title", (&before.title, &now.title, it), TaskFact::Title),
        TaskFact::Group(it) => value("group", (&before.group, &now.group, it), TaskFact::Group),
        TaskFact::Priority(it) => value(
            "priority",
            (&before.priority, &now.priority, it),
            TaskFact::Priority,
        ),
        TaskFact::Risk(it) => value("risk", (&before.risk, &now.risk, it), TaskFact::Risk),
        TaskFact::Estimate(it) => value(
            "estimate",
            (&before.estimate, &now.estimate, it),
            TaskFact::Estimate,
        ),
        TaskFact::Branch(it) => value(
            "branch",
            (&before.branch, &now.branch, it),
            TaskFact::Branch,
        ),
        TaskFact::PullRequest(it) => value(
            "pull request",
            (&before.pull_request, &now.pull_request, it),
            TaskFact::PullRequest,
        ),
        TaskFact::Wave(it) => value("wave", (&before.wave, &now.wave, it), TaskFact::Wave),
        TaskFact::Extra(key, it) => value(
            "extra",
            (
                &before.extra.get(key).cloned(),
                &now.extra.get(key).cloned(),
                it,
            ),
            |was| TaskFact::Extra(key.clone(), was),
        ),
        TaskFact::OwnerAdded(it) | TaskFact::OwnerRemoved(it) => member(
            (before.owners.contains(it), now.owners.contains(it)),
            TaskFact::OwnerAdded(it.clone()),
            TaskFact::OwnerRemoved(it.clone()),
        ),
        TaskFact::GateAdded(it) | TaskFact::GateRemoved(it) => member(
            (before.gates.contains(it), now.gates.contains(it)),
            TaskFact::GateAdded(it.clone()),
            TaskFact::GateRemoved(it.clone()),
        ),
        TaskFact::PathAdded(it) | TaskFact::PathRemoved(it) => member(
            (before.paths.contains(it), now.paths.contains(it)),
            TaskFact::PathAdded(it.clone()),
            TaskFact::PathRemoved(it.clone()),
        ),
        TaskFact::CriterionAdded(it) | TaskFact::CriterionRemoved(it) => member(
            (before.criteria.contains(it), now.criteria.contains(it)),
            TaskFact::CriterionAdded(it.clone()),
            TaskFact::CriterionRemoved(it.clone()),
        ),
        TaskFact::CheckAdded(it) | TaskFact::CheckRemoved(it) => member(
            (before.checks.contains_key(it), now.checks.contains_key(it)),
            TaskFact::CheckAdded(it.clone()),
            TaskFact::CheckRemoved(it.clone()),
        ),
        TaskFact::LabelAdded(it) | TaskFact::LabelRemoved(it) => member(
            (before.labels.contains(it), now.labels.contains(it)),
            TaskFact::LabelAdded(it.clone()),
            TaskFact::LabelRemoved(it.clone()),
        ),
        TaskFact::DependencyAdded(other) | TaskFact::DependencyRemoved(other) => {
            let Some(index) = scene.now.find(other, scene.undone.id) else {
                return Against::Facts(None);
            };
            let reference = scene.now.reference(index);
            member(
                // Tasks keep their places: what stands before stands there now.
                (
                    before.depends.contains(&index),
                    now.depends.contains(&index),
                ),
                TaskFact::DependencyAdded(reference.clone()),
                TaskFact::DependencyRemoved(reference),
            )
        }
        TaskFact::StepAdded(_) => {
            let is_there = now.steps.iter().any(|step| step.origin == made);
            Against::Facts(is_there.then(|| TaskFact::StepRemoved(made.mark())))
        }
        TaskFact::StepRemoved(mark) => {
            let removed = mark.origin(scene.undone.id);
            let step = before.steps.iter().find(|step| step.origin == removed);
            Against::Facts(step.map(|step| TaskFact::StepAdded(step.text.clone())))
        }
        TaskFact::Body(_) => Against::Stays("specification"),
    }
}

/// What gives a value back that there was, where it still is what the fact made it.
fn value<T: Clone + PartialEq>(
    what: &'static str,
    (was, is, made): (&T, &T, &T),
    fact: impl FnOnce(T) -> TaskFact,
) -> Against {
    match (is == made, is == was) {
        (_, true) => Against::Facts(None),
        (true, false) => Against::Facts(Some(fact(was.clone()))),
        (false, false) => Against::Stays(what),
    }
}

/// What makes a set hold again what it held.
fn member((was, is): (bool, bool), add: TaskFact, remove: TaskFact) -> Against {
    Against::Facts(match (was, is) {
        (true, false) => Some(add),
        (false, true) => Some(remove),
        _ => None,
    })
}
