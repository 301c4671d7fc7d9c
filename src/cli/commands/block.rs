//! `git coord block`: report a blocker.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, WorkEvent},
        values::text::Text,
    },
};

/// Report what blocks a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord block B 'the staging server is down'")]
pub struct Args {
    /// Task that is blocked
    #[arg(value_name = "ID")]
    pub id: String,
    /// Reason, in one line
    #[arg(value_name = "REASON")]
    pub reason: Text,
    /// Name a task that has to be done first
    #[arg(long, value_name = "ID")]
    pub on: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        let on = args
            .on
            .as_deref()
            .map(|on| act::task(basis.state, on))
            .transpose()?;
        Ok(Event::Work(WorkEvent::Blocked {
            task: basis.task.clone(),
            reason: args.reason.clone(),
            on: on.map(|on| basis.state.reference(on)),
        }))
    })?;
    let blocker = done.task().blockers.last();
    let number = blocker.map_or(0, |blocker| blocker.number);
    let sentence = format!(
        "{} is blocked: {} (blocker {number})",
        done.shown(),
        args.reason
    );
    done.say(context, &sentence)
}
