//! `git coord progress`: report how far the work is.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, answer, claim_check::Fence},
    },
    core::entry::event::{Event, WorkEvent, work::Percent},
};

/// Report how far the work on a task is
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// From 0 to 100
    #[arg(value_name = "PERCENT")]
    pub percent: Percent,
    /// Under which claim
    #[command(flatten)]
    pub fence: Fence,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::one_event(context, &args.id, |scene| {
        Ok(Event::Work(WorkEvent::Progressed {
            task: scene.task.clone(),
            claim: args.fence.claim(scene)?,
            percent: args.percent,
        }))
    })?;
    let sentence = format!("{} is at {}%", done.shown(), u8::from(args.percent));
    answer::say(context, &done, sentence)
}
