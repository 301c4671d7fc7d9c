//! `git coord reopen`: reopen a task.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, TaskEvent},
        values::text::Text,
    },
};

/// Reopen a task that is done or cancelled
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord reopen B --reason 'the fix was reverted'")]
pub struct Args {
    /// Task to reopen
    #[arg(value_name = "ID")]
    pub id: String,
    /// Give the reason
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Text>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Task(TaskEvent::Reopened {
            task: basis.task.clone(),
            reason: args.reason.clone(),
            mistaken: false,
        }))
    })?;
    done.say(context, &format!("reopened {}", done.shown()))
}
