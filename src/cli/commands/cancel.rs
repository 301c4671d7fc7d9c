//! `git coord cancel`: give a task up.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, answer},
    },
    core::{
        entry::event::{Event, TaskEvent},
        values::text::Text,
    },
};

/// Give up a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Text>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::one_event(context, &args.id, |scene| {
        Ok(Event::Task(TaskEvent::Cancelled {
            task: scene.task.clone(),
            reason: args.reason.clone(),
        }))
    })?;
    let sentence = format!("{} is cancelled", done.shown());
    answer::say(context, &done, sentence)
}
