//! `git coord cancel`: cancel a task.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, TaskEvent},
        values::text::Text,
    },
};

/// Cancel a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord cancel B --reason 'the proxy does it already'")]
pub struct Args {
    /// Task to cancel
    #[arg(value_name = "ID")]
    pub id: String,
    /// Give the reason
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Text>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Task(TaskEvent::Cancelled {
            task: basis.task.clone(),
            reason: args.reason.clone(),
        }))
    })?;
    done.say(context, &format!("cancelled {}", done.shown()))
}
