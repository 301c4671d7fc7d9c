//! The permission to define guardrails, record their results and set targets.
//!
//! Not here: the permission to run a command on this machine (`guard::trust`).

use super::{
    conditions::{attached, known, require},
    place::Place,
};
use crate::core::{
    entry::event::GuardrailEvent,
    plan::{
        refusal::{Action, Refusal},
        state::State,
    },
    values::{id::GuardId, task::Role},
};

pub(super) fn check(
    state: &State,
    place: &Place<'_>,
    event: &GuardrailEvent,
) -> Result<(), Refusal> {
    let coordinators = &[Role::Coordinator];
    match event {
        GuardrailEvent::Added(definition) => {
            require(state, place, coordinators, Action::DefineGuardrail)?;
            let mut depends = definition.depends.iter();
            depends.try_for_each(|task| known(state, place, task).map(drop))
        }
        GuardrailEvent::Removed { id } => {
            require(state, place, coordinators, Action::RemoveGuardrail)?;
            exists(state, id)
        }
        GuardrailEvent::Recorded(result) => {
            let reporters = &[Role::Coordinator, Role::Worker, Role::Reviewer];
            require(state, place, reporters, Action::RecordGuardrail)?;
            exists(state, &result.id)?;
            attached(place, result.evidence.as_ref())
        }
        GuardrailEvent::TargetSet { .. } => require(state, place, coordinators, Action::SetTarget),
    }
}

fn exists(state: &State, id: &GuardId) -> Result<(), Refusal> {
    if state.guardrails.contains_key(id) {
        Ok(())
    } else {
        Err(Refusal::UnknownGuardrail {
            guardrail: id.clone(),
        })
    }
}
