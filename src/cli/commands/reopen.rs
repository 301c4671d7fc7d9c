//! `git coord reopen`: open an ended task again.
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

/// Open a task again that is done or cancelled
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
        Ok(Event::Task(TaskEvent::Reopened {
            task: scene.task.clone(),
            reason: args.reason.clone(),
            mistaken: false,
        }))
    })?;
    let sentence = format!("{} is open again", done.shown());
    answer::say(context, &done, sentence)
}
