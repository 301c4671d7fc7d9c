//! `git coord progress`: report the progress of a task.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::entry::event::{Event, WorkEvent, work::Percent},
};

/// Report the progress of a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord progress B 60")]
pub struct Args {
    /// Task to report on
    #[arg(value_name = "ID")]
    pub id: String,
    /// Progress in percent, from 0 to 100
    #[arg(value_name = "PERCENT")]
    pub percent: Percent,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Work(WorkEvent::Progressed {
            task: basis.task.clone(),
            claim: args.claim.check(basis)?,
            percent: args.percent,
        }))
    })?;
    done.say(
        context,
        &format!("{} is at {}%", done.shown(), u8::from(args.percent)),
    )
}
