//! `git coord cancel` and `git coord reopen`: cancel a task, and reopen one that has ended.
//!
//! Not here: what the rules allow (`core::plan::rules`), and `done`.

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, TaskEvent, task::TaskFact},
        values::{task::LinkKind, text::Text},
    },
};

/// Cancel a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord cancel B --reason 'the proxy does it already'")]
pub struct CancelArgs {
    /// Task to cancel
    #[arg(value_name = "ID")]
    pub id: String,
    /// Link it to the task that asks for the same
    #[arg(long, value_name = "OTHER")]
    pub duplicates: Option<String>,
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

pub fn cancel(context: &mut Context, args: &CancelArgs) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        let task = basis.task.clone();
        // The log tells an entry by its first event.
        let reason = args.why.reason.clone();
        let cancelled = TaskEvent::Cancelled {
            task: task.clone(),
            reason,
        };
        let mut events = vec![Event::Task(cancelled)];
        if let Some(other) = &args.duplicates {
            let other = basis.state.reference(act::task(basis.state, other)?);
            events.push(Event::Task(TaskEvent::Edited {
                task,
                facts: vec![TaskFact::LinkAdded(LinkKind::Duplicates, other)],
            }));
        }
        Ok(events)
    })?;
    done.say(context, &format!("cancelled {}", done.shown()))
}

pub fn reopen(
    context: &mut Context,
    ReopenArgs { id, why }: &ReopenArgs,
) -> Result<(), CommandError> {
    let reason = &why.reason;
    let done = act::on_task(context, id, |basis| {
        Ok(Event::Task(TaskEvent::Reopened {
            task: basis.task.clone(),
            reason: reason.clone(),
            mistaken: false,
        }))
    })?;
    done.say(context, &format!("reopened {}", done.shown()))
}
