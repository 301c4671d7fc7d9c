//! `git coord guard list`: the guardrails with their last results and their commands.
//!
//! Not here: its layout (`render`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        plan::state::{State, guardrails::Guardrail},
        values::{id::GuardId, text::visible},
        views::snapshot::{GuardrailAtHand, GuardrailDetails},
    },
    guard::{
        self,
        trust::{self, Trust},
    },
    render::text,
};

/// List the guardrails with their commands
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard list")]
pub struct Args {}

/// The data of `coord.guardrails/1`.
#[derive(Serialize)]
struct Listed {
    guardrails: Vec<GuardrailDetails>,
    local: Here,
}

/// Facts about this machine.
#[derive(Serialize)]
struct Here {
    /// How each stands at the commit that is checked out.
    at_hand: Vec<GuardrailAtHand>,
    /// Those with a stale result.
    stale: Vec<GuardId>,
    /// Those with a command that is not trusted.
    untrusted: Vec<GuardId>,
    /// The file of this user and machine that remembers which commands may run.
    trust_file: Option<String>,
}

/// Lists all guardrails, or only one.
pub(super) fn run(context: &mut Context, only: Option<&GuardId>) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let state = reading.state();
    let repository = reading.ledger().repository();
    // A reader needs no actor.
    let actor = context.actor(repository, state).ok();
    let trust = Trust::read(state.ledger);
    let is_untrusted = |guardrail: &Guardrail| {
        let digest = guardrail.command_digest();
        digest.is_some_and(|it| trust.of(actor.as_ref(), it).is_none())
    };
    let untrusted = state
        .guardrails
        .iter()
        .filter(|(_, guardrail)| is_untrusted(guardrail));
    let mut at_hand = guard::standing(repository, state)?;
    at_hand.retain(|it| only.is_none_or(|only| it.id == *only));
    let local = Here {
        stale: GuardrailAtHand::stale(&at_hand),
        at_hand,
        untrusted: untrusted.map(|(id, _)| id.clone()).collect(),
        trust_file: trust::path().map(|path| path.display().to_string()),
    };
    let listed = Listed {
        guardrails: details(state, only),
        local,
    };
    let Listed { guardrails, local } = &listed;
    let now = context.now()?;
    let table = |style| {
        let table = text::guardrails(guardrails, &local.at_hand, &local.untrusted, now, style);
        let file = local.trust_file.as_ref().filter(|_| !guardrails.is_empty());
        let file = file.map(|file| {
            let file = visible(file);
            format!("commands that your user trusts on this machine: {file}\n")
        });
        table + &file.unwrap_or_default()
    };
    context.ui.show("coord.guardrails/1", || &listed, table)
}

fn details(state: &State, only: Option<&GuardId>) -> Vec<GuardrailDetails> {
    let ids = state.guardrails.keys();
    let ids = ids.filter(|id| only.is_none_or(|only| *id == only));
    ids.filter_map(|id| GuardrailDetails::of(state, id))
        .collect()
}
