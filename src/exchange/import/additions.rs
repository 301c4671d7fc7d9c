//! The tasks that a plan adds, with everything that needs no other task to be there and fits into one event.
//!
//! Not here: what did not fit, dependencies, progress and ends, which follow once all tasks are there (`change`).

use super::{Item, existing, portions, text};
use crate::{
    core::{
        entry::event::{
            Event, TaskEvent,
            task::{TaskFact, Wave},
        },
        plan::state::State,
        values::text::Text,
    },
    exchange::{Draft, DraftTask},
};

/// The events that add what the ledger does not have, in the order of the plan.
pub fn additions(state: &State, draft: &Draft) -> Vec<Item> {
    let new = |task: &&DraftTask| existing(state, &task.id).is_none();
    draft
        .tasks
        .iter()
        .filter(new)
        .filter_map(addition)
        .collect()
}

fn addition(task: &DraftTask) -> Option<Item> {
    let mut facts = Vec::new();
    let attachment = task
        .body
        .as_ref()
        .map(|body| (Text::body_of(&task.id), body.clone().into_bytes()));
    facts.extend(
        attachment
            .iter()
            .map(|(name, _)| TaskFact::Body(Some(name.clone()))),
    );
    facts.extend(
        task.group
            .as_deref()
            .and_then(text)
            .map(|group| TaskFact::Group(Some(group))),
    );
    facts.extend(task.owners.iter().cloned().map(TaskFact::OwnerAdded));
    facts.extend(
        task.priority
            .map(|priority| TaskFact::Priority(Some(priority))),
    );
    facts.extend(task.risk.map(|risk| TaskFact::Risk(Some(risk))));
    facts.extend(
        task.estimate
            .map(|estimate| TaskFact::Estimate(Some(estimate))),
    );
    facts.extend(task.gates.iter().cloned().map(TaskFact::GateAdded));
    facts.extend(
        task.paths
            .iter()
            .filter_map(|path| text(path))
            .map(TaskFact::PathAdded),
    );
    facts.extend(
        task.branch
            .as_deref()
            .and_then(text)
            .map(|branch| TaskFact::Branch(Some(branch))),
    );
    facts.extend(task.pr.map(|number| TaskFact::PullRequest(Some(number))));
    facts.extend(
        task.steps
            .iter()
            .filter_map(|step| text(&step.text))
            .map(TaskFact::StepAdded),
    );
    facts.extend(
        task.accept
            .iter()
            .filter_map(|criterion| text(criterion))
            .map(TaskFact::CriterionAdded),
    );
    facts.extend(
        task.labels
            .iter()
            .filter_map(|label| text(label))
            .map(TaskFact::LabelAdded),
    );
    facts.extend(wave_of(task).map(|wave| TaskFact::Wave(Some(wave))));
    let extras = task
        .extra
        .iter()
        .filter_map(|(key, value)| Some((text(key)?, text(value)?)));
    facts.extend(extras.map(|(key, value)| TaskFact::Extra(key, Some(value))));
    let event = Event::Task(TaskEvent::Added {
        id: task.id.clone(),
        title: text(&task.title)?,
        facts: portions(facts).next().unwrap_or_default(),
    });
    Some(Item { event, attachment })
}

/// The declared place of a task; a wave without ranks keeps the order of the plan.
pub(super) fn wave_of(task: &DraftTask) -> Option<Wave> {
    task.wave.map(|number| Wave {
        number,
        rank: task.wave_rank.unwrap_or(0),
    })
}
