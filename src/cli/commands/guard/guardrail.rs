//! One guardrail: finding it by its name, its command, and changing it by one entry.
//!
//! Not here: the changes (the subcommands).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, task::act},
    core::{
        plan::{
            refusal::Refusal,
            state::{State, guardrails::Guardrail},
        },
        values::{
            id::{ActorName, Digest, GuardId},
            text::Text,
        },
        views::snapshot::GuardrailDetails,
    },
    ledger::EntryDraft,
};

/// The data of `coord.guardrail/1`.
#[derive(Serialize)]
struct GuardrailAnswer {
    /// The guardrail afterwards; null if it was removed.
    guardrail: Option<GuardrailDetails>,
}

/// Appends the entry that `decide` makes about one guardrail, answers with `sentence`, and returns the actor.
pub(super) fn append<D: Into<Option<EntryDraft>>>(
    context: &mut Context,
    id: &GuardId,
    sentence: &str,
    decide: impl Fn(&State) -> Result<D, CommandError>,
) -> Result<ActorName, CommandError> {
    let appended = act::on_ledger(context, decide)?;
    let guardrail = GuardrailDetails::of(&appended.state, id);
    let (actor, text) = (appended.actor.clone(), format!("{sentence}\n"));
    appended.answer(
        context,
        "coord.guardrail/1",
        GuardrailAnswer { guardrail },
        text,
    )?;
    Ok(actor)
}

/// The guardrail of this name.
pub(super) fn find<'a>(state: &'a State, id: &GuardId) -> Result<&'a Guardrail, CommandError> {
    let found = state.guardrails.get(id);
    found.ok_or_else(|| {
        let guardrail = id.clone();
        Refusal::UnknownGuardrail { guardrail }.into()
    })
}

/// The guardrail's command and its digest; one without can only be recorded by hand.
pub(super) fn command_of<'a>(
    id: &GuardId,
    guardrail: &'a Guardrail,
) -> Result<(&'a Text, Digest), CommandError> {
    let command = guardrail.command.as_ref().zip(guardrail.command_digest());
    command.ok_or_else(|| {
        CommandError::no(code::NO_COMMAND, format!("guardrail '{id}' has no command"))
            .hint(format!("git coord guard record {id} pass --evidence FILE"))
    })
}
