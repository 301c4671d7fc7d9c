//! `git coord cancel` and `git coord reopen`: cancel a task, and reopen one that has ended.
//!
//! Not here: what the rules allow (`core::plan::rules`), and `done`.

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, TaskEvent, TaskRef},
        values::text::Text,
    },
};

/// Cancel a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord cancel B --reason 'the proxy does it already'")]
pub struct CancelArgs {
    /// Task to cancel
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub why: Why,
}

/// Reopen a task that is done or cancelled
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord reopen B --reason 'the fix was reverted'")]
pub struct ReopenArgs {
    /// Task to reopen
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Debug, clap::Args)]
pub struct Why {
    /// Give the reason
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Text>,
}

pub fn cancel(
    context: &mut Context,
    CancelArgs { id, why }: &CancelArgs,
) -> Result<(), CommandError> {
    let reason = &why.reason;
    append(context, id, "cancelled", |task| TaskEvent::Cancelled {
        task,
        reason: reason.clone(),
    })
}

pub fn reopen(
    context: &mut Context,
    ReopenArgs { id, why }: &ReopenArgs,
) -> Result<(), CommandError> {
    let reason = &why.reason;
    append(context, id, "reopened", |task| TaskEvent::Reopened {
        task,
        reason: reason.clone(),
        mistaken: false,
    })
}

fn append(
    context: &mut Context,
    id: &str,
    verb: &str,
    event: impl Fn(TaskRef) -> TaskEvent,
) -> Result<(), CommandError> {
    let done = act::on_task(context, id, |basis| {
        Ok(Event::Task(event(basis.task.clone())))
    })?;
    done.say(context, &format!("{verb} {}", done.shown()))
}
