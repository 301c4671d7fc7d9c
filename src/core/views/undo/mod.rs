//! What takes an entry back: the events that compensate it, and what nothing can take back.
//!
//! Nothing leaves the ledger: the compensating events are an entry like any other, and the rules judge it where it
//! stands. Not here: which entry is meant (`cli`).

mod task;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod work;

use crate::core::{
    entry::event::{
        Event, GuardrailEvent, Origin, ReviewEvent, TaskRef, guardrail::GuardrailDefinition,
    },
    plan::{
        reduce::Accepted,
        state::{
            State,
            records::Guardrail,
            task::{Task, Verdict},
        },
    },
    values::id::{ActorName, GuardId},
};

/// What takes an entry back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undoing {
    /// The compensating events, in order.
    pub events: Vec<Event>,
    /// What stays although the entry is undone, a line each, for people.
    pub stays: Vec<String>,
}

/// What an event is seen against.
struct Scene<'a> {
    /// The state before the entry.
    before: &'a State,
    /// The state now.
    now: &'a State,
    /// The entry.
    undone: &'a Accepted,
    /// Who takes it back.
    actor: &'a ActorName,
}

impl Scene<'_> {
    /// The task that the entry refers to, as it was and as it is.
    fn task(&self, task: &TaskRef) -> Option<Subject<'_>> {
        let index = self.now.find(task, self.undone.id)?;
        let before = self.before.created_by(self.now.task(index).origin);
        Some(Subject {
            task: self.now.task(index),
            before: before.map(|index| self.before.task(index)),
            reference: self.now.reference(index),
            shown: self.now.shown(index),
        })
    }
}

/// A task of the entry.
struct Subject<'a> {
    /// As it is now.
    task: &'a Task,
    /// As it was; none if the entry added it.
    before: Option<&'a Task>,
    reference: TaskRef,
    shown: String,
}

/// What takes back an entry that took effect, the last event first. `before` is the state just before it, `now` the
/// present one, `actor` whoever takes it back.
pub fn undo(before: &State, now: &State, undone: &Accepted, actor: &ActorName) -> Undoing {
    let scene = Scene {
        before,
        now,
        undone,
        actor,
    };
    let mut undoing = Undoing::default();
    // At most 1000 events: the codec takes no more.
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
            Event::Ledger(_) => undoing.stays("what was said of the ledger itself"),
            Event::Roster(_) => undoing.stays("the change of actors, keys or policy"),
            Event::Observation(_) => undoing.stays("what was observed"),
        }
    }
    undoing
}

impl Undoing {
    fn push(&mut self, event: impl Into<Event>) {
        self.events.push(event.into());
    }
    fn stays(&mut self, what: impl Into<String>) {
        self.stays.push(what.into());
    }
}

fn review(scene: &Scene<'_>, event: &ReviewEvent, undoing: &mut Undoing) {
    match event {
        ReviewEvent::Approved { task, .. } | ReviewEvent::Rejected { task, .. } => {
            let Some(subject) = scene.task(task) else {
                return;
            };
            let author = &scene.undone.entry.actor;
            if scene.actor != author {
                return undoing.stays(format!(
                    "the verdict of {author}, who alone can withdraw it"
                ));
            }
            let approved = matches!(event, ReviewEvent::Approved { .. });
            let given = subject.task.verdicts.get(author);
            let is_this =
                |given: &Verdict| given.at == scene.undone.effective && given.approved == approved;
            if !given.is_some_and(is_this) {
                return undoing.stays(format!(
                    "another verdict of {author} or another review came after it"
                ));
            }
            if let Some(earlier) = subject.before.and_then(|task| task.verdicts.get(author)) {
                let word = if earlier.approved {
                    "approval"
                } else {
                    "rejection"
                };
                undoing.stays(format!("the earlier {word} of {author} does not come back"));
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
                return undoing.stays(format!("the tick of {author}, who alone can take it away"));
            }
            undoing.push(Event::Review(ReviewEvent::CheckTicked {
                task: subject.reference,
                item: item.clone(),
                ticked: !ticked,
            }));
        }
        ReviewEvent::Submitted { task, .. } => {
            undoing.stays(format!(
                "the request to review {}, which ends with a verdict or a new one",
                task.id
            ));
        }
        ReviewEvent::Withdrawn { task } => {
            undoing.stays(format!("the verdict on {} has to be given anew", task.id));
        }
    }
}

fn guardrail(scene: &Scene<'_>, event: &GuardrailEvent, undoing: &mut Undoing) {
    match event {
        GuardrailEvent::Added(definition) => restore(scene, &definition.id, undoing),
        GuardrailEvent::Removed { id } => restore(scene, id, undoing),
        GuardrailEvent::Recorded(result) => {
            undoing.stays(format!("the result of guardrail {}", result.id));
        }
        GuardrailEvent::TargetSet { name, expression } => {
            let now = scene.now.targets.get(name);
            if now != expression.as_ref() {
                return undoing.stays(format!("the target of {name} was set again since"));
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

/// A guardrail as it was defined before, or none.
fn restore(scene: &Scene<'_>, id: &GuardId, undoing: &mut Undoing) {
    match scene.before.guardrails.get(id) {
        Some(was) => {
            let definition = Box::new(definition(scene.before, id, was));
            undoing.push(Event::Guardrail(GuardrailEvent::Added(definition)));
            if was.result.is_some() {
                undoing.stays(format!("guardrail {id} has to run again"));
            }
        }
        None if scene.now.guardrails.contains_key(id) => {
            undoing.push(Event::Guardrail(GuardrailEvent::Removed { id: id.clone() }));
        }
        None => {}
    }
}

fn definition(state: &State, id: &GuardId, guardrail: &Guardrail) -> GuardrailDefinition {
    let depends = guardrail.depends.iter();
    GuardrailDefinition {
        id: id.clone(),
        title: guardrail.title.clone(),
        command: guardrail.command.clone(),
        expect: guardrail.expect.clone(),
        required: guardrail.required,
        depends: depends.map(|task| state.reference(*task)).collect(),
        time_limit: guardrail.time_limit,
        extra: guardrail.extra.clone(),
    }
}
