//! The plan in the ledger as a draft, for an export and for the comparison in an import.
//!
//! Not here: writing a draft (`json`, `markdown`, `csv`).

use std::collections::BTreeMap;

use super::{Draft, DraftGuardrail, DraftStep, DraftTask, Format, GuardrailStatus};
use crate::core::{
    entry::event::guardrail::Outcome,
    plan::state::{
        State, TaskIndex,
        records::{Attached, Guardrail},
        task::Task,
    },
    values::{
        id::{GuardId, TaskId},
        task::Status,
        text::Text,
    },
};

/// The key in a guardrail's extra facts for [`DraftGuardrail::output_path`].
pub(super) const OUTPUT_PATH: &str = "output_path";

/// The whole plan. `body` returns the text of an attachment, if this clone has it.
pub fn draft_of(
    state: &State,
    format: Format,
    body: impl Fn(&Attached) -> Option<String>,
) -> Draft {
    let mut draft = Draft::new(format);
    draft.title = state.title.as_ref().map(|title| title.as_str().to_owned());
    draft.tasks = state
        .tasks()
        .map(|(index, _)| task_of(state, index, &body))
        .collect();
    draft.guardrails = state
        .guardrails
        .iter()
        .map(|(id, guardrail)| guardrail_of(state, id, guardrail))
        .collect();
    let mut actors: Vec<_> = draft
        .tasks
        .iter()
        .flat_map(|task| task.owners.clone())
        .collect();
    actors.dedup();
    draft.actors = actors;
    draft
}

/// One task. `body` returns the text of an attachment, if this clone has it.
pub fn task_of(
    state: &State,
    index: TaskIndex,
    body: &impl Fn(&Attached) -> Option<String>,
) -> DraftTask {
    let task = state.task(index);
    let mut draft = DraftTask::new(
        plain_id(state, index),
        0,
        task.fields.title.as_str().to_owned(),
    );
    draft.group = task.fields.group.as_ref().map(owned);
    draft.owners.clone_from(&task.fields.owners);
    draft.priority = task.fields.priority;
    draft.risk = task.fields.risk;
    draft.estimate = task.fields.estimate;
    draft.depends = task
        .depends
        .iter()
        .map(|other| plain_id(state, *other))
        .collect();
    draft.gates = task.fields.gates.iter().cloned().collect();
    draft.paths = task.fields.paths.iter().map(owned).collect();
    draft.branch = task.fields.branch.as_ref().map(owned);
    draft.pr = task.fields.pull_request;
    draft.steps = task
        .steps
        .iter()
        .map(|step| DraftStep {
            text: owned(&step.text),
            done: step.done,
        })
        .collect();
    draft.accept = task.fields.criteria.iter().map(owned).collect();
    draft.labels = task.fields.labels.iter().map(owned).collect();
    draft.body = task.body.as_ref().and_then(body);
    draft.wave = task.fields.wave.map(|wave| wave.number);
    draft.wave_rank = task.fields.wave.map(|wave| wave.rank);
    draft.status = state.status_of(index);
    draft.percent = reported(task, &draft);
    draft.blockers = task
        .open_blockers()
        .map(|blocker| owned(&blocker.reason))
        .collect();
    draft.waiver = task
        .end
        .as_ref()
        .filter(|end| end.done)
        .and_then(|end| end.reason.as_ref().map(owned));
    draft.extra = task
        .fields
        .extra
        .iter()
        .map(|(key, value)| (owned(key), owned(value)))
        .collect();
    draft
}

/// The reported percentage, if it differs from the one that follows from status and steps.
fn reported(task: &Task, draft: &DraftTask) -> Option<u8> {
    task.reported_percent
        .filter(|percent| draft.status != Status::Done && *percent != draft.derived_percent())
}

/// The shown name as an id. The `~` before the suffix of a duplicate becomes a dot, because ids cannot have `~`.
fn plain_id(state: &State, index: TaskIndex) -> TaskId {
    let shown = state.shown(index).replace('~', ".");
    shown
        .parse()
        .unwrap_or_else(|_| state.task(index).id.clone())
}

fn guardrail_of(state: &State, id: &GuardId, guardrail: &Guardrail) -> DraftGuardrail {
    let mut extra: BTreeMap<String, String> = guardrail
        .extra
        .iter()
        .map(|(key, value)| (owned(key), owned(value)))
        .collect();
    DraftGuardrail {
        id: id.clone(),
        line: 0,
        title: owned(&guardrail.title),
        command: guardrail.command.as_ref().map(owned),
        required: guardrail.required,
        expect: guardrail.expect.as_ref().map(owned),
        output_path: extra.remove(OUTPUT_PATH),
        depends: guardrail
            .depends
            .iter()
            .map(|task| plain_id(state, *task))
            .collect(),
        status: match guardrail.result.as_ref().map(|result| result.outcome) {
            Some(Outcome::Pass) => GuardrailStatus::Pass,
            Some(Outcome::Fail) => GuardrailStatus::Fail,
            None if guardrail
                .depends
                .iter()
                .any(|task| state.task(*task).end.is_none()) =>
            {
                GuardrailStatus::Waiting
            }
            None => GuardrailStatus::NotRun,
        },
        extra,
    }
}

fn owned(text: &Text) -> String {
    text.as_str().to_owned()
}
