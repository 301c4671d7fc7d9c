//! The plan in the ledger as a draft, for an export and for the comparison in an import.
//!
//! Not here: writing a draft (`json`, `markdown`, `csv`).

use std::collections::BTreeMap;

use super::{Draft, DraftGuardrail, DraftStep, DraftTask, Format, words};
use crate::core::{
    plan::state::{State, TaskIndex, guardrails::Guardrail, records::Attached, task::Task},
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
    draft
}

/// One task. `body` returns the text of an attachment, if this clone has it.
pub fn task_of(
    state: &State,
    index: TaskIndex,
    body: &impl Fn(&Attached) -> Option<String>,
) -> DraftTask {
    let task = state.task(index);
    let mut draft = DraftTask::new(plain_id(state, index), 0, task.fields.clone());
    draft.depends = task
        .depends
        .iter()
        .map(|other| plain_id(state, *other))
        .collect();
    draft.parent = task.parent.map(|parent| plain_id(state, parent));
    let links = task.links.iter();
    draft.links = links
        .map(|(kind, other)| (*kind, plain_id(state, *other)))
        .collect();
    draft.steps = task
        .steps
        .iter()
        .map(|step| DraftStep {
            text: owned(&step.text),
            done: step.done,
        })
        .collect();
    draft.body = task.body.as_ref().and_then(body);
    draft.status = state.status_of(index);
    draft.percent = reported(task, &draft);
    // A plan outside of the ledger tells blockers apart by their reasons.
    for blocker in task.open_blockers() {
        words::push_new(&mut draft.blockers, owned(&blocker.reason));
    }
    draft.waiver = task
        .end
        .as_ref()
        .filter(|end| end.done)
        .and_then(|end| end.reason.as_ref().map(owned));
    draft
}

/// The reported percentage, if it differs from the one that follows from status and steps.
fn reported(task: &Task, draft: &DraftTask) -> Option<u8> {
    task.reported_percent
        .filter(|percent| draft.status != Status::Done && *percent != draft.derived_percent())
}

/// A shown name in the form of an id. The `~` before the suffix of a duplicate becomes a dot, because ids cannot have `~`.
pub(super) fn plain_name(shown: &str) -> String {
    shown.replace('~', ".")
}

fn plain_id(state: &State, index: TaskIndex) -> TaskId {
    let plain = plain_name(&state.shown(index)).parse();
    plain.unwrap_or_else(|_| state.task(index).id.clone())
}

/// The task that a plan calls by this id, also if that is a shown name in the form of an id.
pub(super) fn named(state: &State, id: &TaskId) -> Option<TaskIndex> {
    let names = state.names();
    let shown = || {
        id.as_str()
            .rsplit_once('.')
            .map(|(id, mark)| format!("{id}~{mark}"))
    };
    let exact = names.get(id.as_str());
    exact.or_else(|| names.get(&shown()?))
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
        environment: guardrail.environment.iter().map(owned).collect(),
        required: guardrail.required,
        expect: guardrail.expect.as_ref().map(owned),
        output_path: extra.remove(OUTPUT_PATH),
        depends: guardrail
            .depends
            .iter()
            .map(|task| plain_id(state, *task))
            .collect(),
        status: state.guardrail_status(guardrail),
        extra,
    }
}

fn owned(text: &Text) -> String {
    text.as_str().to_owned()
}
