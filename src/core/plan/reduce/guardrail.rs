//! The effect of the events of family 5: guardrails, their results, targets.
//!
//! Not here: their permission (`rules`).

use super::task::attached;
use crate::core::{
    entry::event::{
        GuardrailEvent,
        guardrail::{GuardrailDefinition, GuardrailResult},
    },
    plan::{
        refusal::LISTED_MAX,
        rules::Place,
        state::{
            State,
            guardrails::{Guardrail, GuardrailRecord, GuardrailResults},
        },
    },
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &GuardrailEvent) {
    match event {
        GuardrailEvent::Added(definition) => define(state, place, definition),
        GuardrailEvent::Removed { id } => _ = state.guardrails.remove(id),
        GuardrailEvent::Recorded(result) => record(state, place, result),
        GuardrailEvent::TargetSet {
            name,
            expression: Some(expression),
        } => {
            state.targets.insert(name.clone(), expression.clone());
        }
        GuardrailEvent::TargetSet {
            name,
            expression: None,
        } => _ = state.targets.remove(name),
    }
}

fn define(state: &mut State, place: &Place<'_>, definition: &GuardrailDefinition) {
    let depends = definition
        .depends
        .iter()
        .filter_map(|task| state.find(task, place.id))
        .collect();
    let former = state.guardrails.remove(&definition.id);
    let results = former.map_or_else(GuardrailResults::default, |former| {
        if former.checks_as(definition) {
            former.results
        } else {
            former.results.outdated()
        }
    });
    let guardrail = Guardrail {
        title: definition.title.clone(),
        command: definition.command.clone(),
        expect: definition.expect.clone(),
        required: definition.required,
        depends,
        time_limit: definition.time_limit,
        extra: definition.extra.clone(),
        defined_by: place.actor().clone(),
        environment: definition.environment.clone(),
        results,
    };
    state.guardrails.insert(definition.id.clone(), guardrail);
}

fn record(state: &mut State, place: &Place<'_>, result: &GuardrailResult) {
    let Some(guardrail) = state.guardrails.get_mut(&result.id) else {
        return;
    };
    let digest = result.command_digest;
    let record = GuardrailRecord {
        outcome: result.outcome,
        actor: place.actor().clone(),
        at: place.effective,
        commit: result.commit.clone(),
        tree: result.tree.clone(),
        changed: result.changed.iter().take(LISTED_MAX).cloned().collect(),
        exit: result.exit,
        evidence: result
            .evidence
            .as_ref()
            .and_then(|name| attached(place, name)),
        by_hand: digest.is_none(),
        outdated: digest.is_some() && digest != guardrail.command_digest(),
    };
    guardrail.results.push(record);
}
