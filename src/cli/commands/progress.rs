//! `git coord progress`: report how far the work is.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
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
