//! `git coord release`: give a claim back.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::{
    cli::{CommandError, Context, act, acted},
    core::{
        event::{Event, WorkEvent},
        refusal::{Code, Refusal},
    },
};

/// Give back a task that you hold
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::one_event(context, &args.id, |scene| {
        let held = scene.state.task(scene.index).claim.as_ref();
        let held =
            held.ok_or_else(|| Refusal::new(Code::NotClaimed, scene.state.shown(scene.index)))?;
        Ok(Event::Work(WorkEvent::Released {
            task: scene.task.clone(),
            claim: held.origin.mark(),
        }))
    })?;
    let sentence = format!("{} is free again", done.shown());
    acted::say(context, &done, sentence)
}
