//! New tasks of a plan, each as one event with as many of its facts as fit.
//!
//! Not here: the other facts, dependencies, progress and ends. They follow when all tasks exist (`change`).

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

/// The events that add the tasks that the ledger does not have, in the order of the plan.
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

/// The declared wave of a task and its rank in it. The rank is 0 if the plan gives none.
pub(super) fn wave_of(task: &DraftTask) -> Option<Wave> {
    task.wave.map(|number| Wave {
        number,
        rank: task.wave_rank.unwrap_or(0),
    })
}
