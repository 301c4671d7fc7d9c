//! `git coord guard trust`: allow a command of somebody else to run on this machine.
//!
//! Not here: how trust is stored (`guard::trust`).

use serde::Serialize;

use super::guardrail::{command_of, find};
use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::values::{
        id::{ActorName, Digest, GuardId},
        text::Text,
    },
    guard::trust::{self, Whose},
};

/// Allow the commands of guardrails to run on this machine
///
/// The command prints them and stores their exact bytes in this repository's config. If a command changes later, it
/// has to be trusted again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard trust tests")]
pub struct Args {
    /// Guardrails to trust
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<GuardId>,
}

/// The data of `coord.guard_trust/1`.
#[derive(Serialize)]
struct Agreed {
    trusted: Vec<Trusted>,
}

#[derive(Serialize)]
struct Trusted {
    id: GuardId,
    defined_by: ActorName,
    command: Text,
    /// The stored digest of the command.
    digest: Digest,
}

/// # Errors
/// A guardrail does not exist or has no command; then none is trusted.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let trusted = args.ids.iter().map(|id| {
        let guardrail = find(reading.state(), id)?;
        let command = command_of(id, guardrail)?.clone();
        Ok::<_, CommandError>(Trusted {
            id: id.clone(),
            defined_by: guardrail.defined_by.clone(),
            digest: trust::digest(&command),
            command,
        })
    });
    let trusted = trusted.collect::<Result<Vec<_>, _>>()?;
    let mut text = String::new();
    for agreed in &trusted {
        let repository = reading.ledger().repository();
        trust::remember(repository, Whose::Everybodys, &agreed.command)?;
        let Trusted {
            id,
            defined_by,
            command,
            ..
        } = agreed;
        text += &format!("{id} may run here; {defined_by} wrote its command: {command}\n");
    }
    let agreed = Agreed { trusted };
    context.ui.answer("coord.guard_trust/1", &agreed, text)
}
