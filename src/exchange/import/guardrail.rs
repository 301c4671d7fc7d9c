//! Events for the guardrails of a plan: new and changed definitions, and recorded outcomes.
//!
//! Not here: tasks (`task`).

use super::item::{Changes, NotApplied};
use crate::{
    core::{
        entry::event::{
            Event, GuardrailEvent, TaskRef,
            guardrail::{GuardrailDefinition, GuardrailResult, Outcome},
        },
        plan::state::{State, guardrails::Guardrail},
        values::text::Text,
    },
    exchange::{
        Draft, DraftGuardrail, GuardrailStatus,
        of_state::{OUTPUT_PATH, named},
    },
};

pub(super) fn compare(state: &State, draft: &Draft, base: Option<&Draft>, changes: &mut Changes) {
    for guardrail in &draft.guardrails {
        let Some(new) = definition(state, guardrail) else {
            continue;
        };
        let former = base.and_then(|base| {
            base.guardrails
                .iter()
                .find(|former| former.id == guardrail.id)
        });
        let ours = state.guardrails.get(&guardrail.id);
        let defined = ours.map(|ours| state.definition_of(&guardrail.id, ours));
        let same = defined.as_ref() == Some(&new);
        let moved =
            defined.is_some() && former.and_then(|former| definition(state, former)) != defined;
        if !same && moved {
            changes.left.push(NotApplied {
                line: guardrail.line,
                subject: guardrail.id.to_string(),
                message: format!(
                    "guardrail '{}' has another definition in the ledger; the ledger's definition is kept",
                    guardrail.id
                ),
            });
        } else if !same {
            changes
                .items
                .push(Event::Guardrail(GuardrailEvent::Added(Box::new(new))).into());
        }
        record(guardrail, former, ours, changes);
    }
}

/// Adds the outcome that the plan records, if the ledger and the last import do not have it.
fn record(
    guardrail: &DraftGuardrail,
    former: Option<&DraftGuardrail>,
    ours: Option<&Guardrail>,
    changes: &mut Changes,
) {
    let outcome = match guardrail.status {
        GuardrailStatus::Pass => Outcome::Pass,
        GuardrailStatus::Fail => Outcome::Fail,
        GuardrailStatus::NotRun | GuardrailStatus::Waiting | GuardrailStatus::Stale => return,
    };
    let known = ours
        .and_then(|ours| ours.results.last())
        .map(|result| result.outcome);
    let unchanged = former.is_some_and(|former| former.status == guardrail.status);
    if known == Some(outcome) || unchanged || (known.is_some() && former.is_none()) {
        return;
    }
    let result = GuardrailResult::new(guardrail.id.clone(), outcome);
    changes
        .items
        .push(Event::Guardrail(GuardrailEvent::Recorded(Box::new(result))).into());
}

fn definition(state: &State, guardrail: &DraftGuardrail) -> Option<GuardrailDefinition> {
    let depends: Vec<TaskRef> = guardrail
        .depends
        .iter()
        .filter_map(|id| named(state, id))
        .map(|index| state.reference(index))
        .collect();
    let output_path = guardrail
        .output_path
        .as_ref()
        .map(|path| (OUTPUT_PATH.to_owned(), path.clone()));
    let mut extra: Vec<(Text, Text)> = guardrail
        .extra
        .clone()
        .into_iter()
        .chain(output_path)
        .filter_map(|(key, value)| Some((key.parse().ok()?, value.parse().ok()?)))
        .collect();
    extra.sort();
    // Most plans do not have these.
    let ours = state.guardrails.get(&guardrail.id);
    Some(GuardrailDefinition {
        id: guardrail.id.clone(),
        title: guardrail.title.parse().ok()?,
        command: guardrail.command.as_deref().and_then(|it| it.parse().ok()),
        expect: guardrail.expect.as_deref().and_then(|it| it.parse().ok()),
        required: guardrail.required,
        depends,
        time_limit: ours.and_then(|ours| ours.time_limit),
        extra,
        environment: match guardrail.environment.as_slice() {
            [] => ours.map_or_else(Vec::new, |ours| ours.environment.clone()),
            names => names.iter().filter_map(|name| name.parse().ok()).collect(),
        },
    })
}
