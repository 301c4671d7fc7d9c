//! Undo: the events that compensate an entry, and a list of the effects that cannot be undone.
//!
//! The ledger keeps every entry. The compensating events are a normal entry, and the rules judge it as such.
//! Not here: choosing the entry (`cli`).

mod scene;
mod stays;
mod task;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod work;

use self::scene::Scene;
pub use self::{scene::Undoing, stays::Stays};
use crate::core::{
    entry::event::{Event, GuardrailEvent, ObservationEvent, Origin, ReviewEvent},
    plan::{
        reduce::Accepted,
        state::{State, task::Verdict},
    },
    values::id::{ActorName, GuardId},
};

/// The undo of an entry that took effect, the last event first. `before` is the state just before the entry, `now` the
/// present state, `actor` the actor of the undo.
pub fn undo(before: &State, now: &State, undone: &Accepted, actor: &ActorName) -> Undoing {
    let scene = Scene {
        before,
        now,
        undone,
        actor,
    };
    let mut undoing = Undoing::default();
    // The codec limits an entry to 1000 events.
    let events: Vec<(u16, &Event)> = (0u16..).zip(&undone.entry.events).collect();
    for (index, event) in events.into_iter().rev() {
        let origin = Origin {
            entry: undone.id,
            event: index,
            item: 0,
        };
        match event {
            Event::Task(event) => task::undo(&scene, origin, event, &mut undoing),
            Event::Work(event) => work::undo(&scene, origin, event, &mut undoing),
            Event::Review(event) => review(&scene, event, &mut undoing),
            Event::Guardrail(event) => guardrail(&scene, event, &mut undoing),
            Event::Ledger(_) => undoing.stays(Stays::Ledger),
            Event::Roster(_) => undoing.stays(Stays::Roster),
            Event::Observation(ObservationEvent::SnapshotTaken { .. }) => {
                undoing.stays(Stays::Snapshot);
            }
            Event::Observation(_) => undoing.stays(Stays::Observation),
        }
    }
    undoing
}

fn review(scene: &Scene<'_>, event: &ReviewEvent, undoing: &mut Undoing) {
    match event {
        ReviewEvent::Approved { task, .. } | ReviewEvent::Rejected { task, .. } => {
            let Some(subject) = scene.task(task) else {
                return;
            };
            let author = &scene.undone.entry.actor;
            if scene.actor != author {
                return undoing.stays(Stays::OthersVerdict(author.clone()));
            }
            let approved = matches!(event, ReviewEvent::Approved { .. });
            let given = subject.task.verdicts.get(author);
            let is_this =
                |given: &Verdict| given.at == scene.undone.effective && given.approved == approved;
            if !given.is_some_and(is_this) {
                return undoing.stays(Stays::LaterVerdict(author.clone()));
            }
            if let Some(earlier) = subject.before.and_then(|task| task.verdicts.get(author)) {
                undoing.stays(Stays::EarlierVerdict {
                    by: author.clone(),
                    approved: earlier.approved,
                });
            }
            let task = subject.reference;
            undoing.push(Event::Review(ReviewEvent::Withdrawn { task }));
        }
        ReviewEvent::CheckTicked { task, item, ticked } => {
            let Some(subject) = scene.task(task) else {
                return;
            };
            let author = &scene.undone.entry.actor;
            if scene.actor != author {
                return undoing.stays(Stays::OthersTick(author.clone()));
            }
            undoing.push(Event::Review(ReviewEvent::CheckTicked {
                task: subject.reference,
                item: item.clone(),
                ticked: !ticked,
            }));
        }
        ReviewEvent::Submitted { task, .. } => {
            undoing.stays(Stays::ReviewRequest(task.id.clone()));
        }
        ReviewEvent::Withdrawn { task } => {
            undoing.stays(Stays::Withdrawal(task.id.clone()));
        }
    }
}

fn guardrail(scene: &Scene<'_>, event: &GuardrailEvent, undoing: &mut Undoing) {
    match event {
        GuardrailEvent::Added(definition) => restore(scene, &definition.id, undoing),
        GuardrailEvent::Removed { id } => restore(scene, id, undoing),
        GuardrailEvent::Recorded(result) => {
            undoing.stays(Stays::GuardrailResult(result.id.clone()));
        }
        GuardrailEvent::TargetSet { name, expression } => {
            let now = scene.now.targets.get(name);
            if now != expression.as_ref() {
                return undoing.stays(Stays::LaterTarget(name.clone()));
            }
            let expression = scene.before.targets.get(name).cloned();
            if now != expression.as_ref() {
                let name = name.clone();
                undoing.push(Event::Guardrail(GuardrailEvent::TargetSet {
                    name,
                    expression,
                }));
            }
        }
    }
}

/// Restores the earlier definition of a guardrail, or removes it.
fn restore(scene: &Scene<'_>, id: &GuardId, undoing: &mut Undoing) {
    match scene.before.guardrails.get(id) {
        Some(was) => {
            let definition = Box::new(scene.before.definition_of(id, was));
            let now = scene.now.guardrails.get(id);
            let keeps = now.is_some_and(|now| now.checks_as(&definition));
            undoing.push(Event::Guardrail(GuardrailEvent::Added(definition)));
            if !keeps && !was.results.is_empty() {
                undoing.stays(Stays::GuardrailNotRun(id.clone()));
            }
        }
        None if scene.now.guardrails.contains_key(id) => {
            undoing.push(Event::Guardrail(GuardrailEvent::Removed { id: id.clone() }));
        }
        None => {}
    }
}
