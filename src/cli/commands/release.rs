//! `git coord release`: release a claim.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::entry::event::{Event, WorkEvent},
};

/// Release a task that you hold
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord release B")]
pub struct Args {
    /// Task to release
    #[arg(value_name = "ID")]
    pub id: String,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        // The rules check whose claim it is. Without a claim, `check_own` tells an actor that lost one.
        let claim = match &basis.state.task(basis.index).claim {
            Some(held) => held.origin.mark(),
            None => ClaimCheck::default().check_own(basis)?,
        };
        Ok(Event::Work(WorkEvent::Released {
            task: basis.task.clone(),
            claim,
        }))
    })?;
    done.say(context, &format!("released {}", done.shown()))
}
