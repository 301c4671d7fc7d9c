//! `git coord guard remove`: remove a guardrail.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use super::guardrail::append;
use crate::{
    cli::{CommandError, Context},
    core::{
        entry::event::{Event, GuardrailEvent},
        values::id::GuardId,
    },
};

/// Remove a guardrail
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard remove tests")]
pub struct Args {
    /// Guardrail to remove
    #[arg(value_name = "ID")]
    pub id: GuardId,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let sentence = format!("removed guardrail {}", args.id);
    append(context, &args.id, &sentence, |_| {
        let id = args.id.clone();
        let event = GuardrailEvent::Removed { id };
        Ok(Event::Guardrail(event))
    })
    .map(drop)
}
