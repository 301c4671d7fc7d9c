//! `git coord release`: give a claim back.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, answer, claim_check::Fence},
    },
    core::entry::event::{Event, WorkEvent},
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
        // Whose claim is let go, the rules ask; where there is none, whoever lost one is told so.
        let claim = match &scene.state.task(scene.index).claim {
            Some(held) => held.origin.mark(),
            None => Fence::default().own_claim(scene)?,
        };
        Ok(Event::Work(WorkEvent::Released {
            task: scene.task.clone(),
            claim,
        }))
    })?;
    let sentence = format!("{} is free again", done.shown());
    answer::say(context, &done, sentence)
}
