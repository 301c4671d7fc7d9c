//! The answer of `diff --json`: each change as text, with a sentence.
//!
//! Not here: the changes as data (`core::views::diff`).

use serde::Serialize;

use super::{
    sentence,
    values::{self, Values},
};
use crate::core::{
    values::{id::ActorName, task::Status, text::Text},
    views::{
        diff::{Diff, Existence, FigureChange, ItemChange, TaskChange},
        snapshot::AnomalyDocument,
    },
};

/// The changes between two states.
#[derive(Serialize)]
pub struct DiffDocument<'a> {
    summary: &'a [FigureChange],
    tasks: Vec<TaskDocument<'a>>,
    guardrails: Vec<ItemDocument<'a>>,
    targets: Vec<ItemDocument<'a>>,
    pull_requests: Vec<ItemDocument<'a>>,
    actors: Vec<ItemDocument<'a>>,
    policy: Vec<ItemDocument<'a>>,
    anomalies: &'a [AnomalyDocument],
}

#[derive(Serialize)]
struct TaskDocument<'a> {
    id: &'a str,
    title: &'a Text,
    kind: Existence,
    status: Status,
    changes: Vec<Values<'a>>,
    sentence: String,
}

#[derive(Serialize)]
struct ItemDocument<'a> {
    id: String,
    before: Option<String>,
    after: Option<String>,
    by: Option<&'a ActorName>,
    sentence: String,
}

impl<'a> From<&'a Diff> for DiffDocument<'a> {
    fn from(diff: &'a Diff) -> Self {
        Self {
            summary: &diff.summary,
            tasks: diff.tasks.iter().map(TaskDocument::from).collect(),
            guardrails: items(
                &diff.guardrails,
                ToString::to_string,
                values::guardrail,
                sentence::of_guardrail,
            ),
            targets: items(
                &diff.targets,
                ToString::to_string,
                values::target,
                sentence::of_target,
            ),
            pull_requests: items(
                &diff.pull_requests,
                values::on_forge,
                values::pull_request,
                sentence::of_pull_request,
            ),
            actors: items(
                &diff.actors,
                ToString::to_string,
                values::actor,
                sentence::of_actor,
            ),
            policy: items(
                &diff.policy,
                ToString::to_string,
                ToString::to_string,
                sentence::of_setting,
            ),
            anomalies: &diff.anomalies,
        }
    }
}

impl<'a> From<&'a TaskChange> for TaskDocument<'a> {
    fn from(task: &'a TaskChange) -> Self {
        Self {
            id: &task.id,
            title: &task.title,
            kind: task.kind,
            status: task.status,
            changes: task.changes.iter().map(values::of).collect(),
            sentence: sentence::of_task(task),
        }
    }
}

fn items<'a, K, V>(
    changes: &'a [ItemChange<K, V>],
    id: impl Fn(&K) -> String,
    value: impl Fn(&V) -> String,
    sentence: impl Fn(&ItemChange<K, V>) -> String,
) -> Vec<ItemDocument<'a>> {
    let document = |change: &'a ItemChange<K, V>| ItemDocument {
        id: id(&change.id),
        before: change.before.as_ref().map(&value),
        after: change.after.as_ref().map(&value),
        by: change.by.as_ref(),
        sentence: sentence(change),
    };
    changes.iter().map(document).collect()
}
