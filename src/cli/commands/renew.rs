//! `git coord renew`: renew the lease of a claim.
//!
//! Not here: work under a claim, which renews it too (`core::plan::reduce`).

use super::claim::lease;
use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{Event, WorkEvent},
        values::time::Span,
    },
    render::words,
};

/// Renew the lease of your claim
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord renew B --lease 4h")]
pub struct Args {
    /// Task that you hold
    #[arg(value_name = "ID")]
    pub id: String,
    /// End the claim after TIME without work: 30min, 4h, 2d
    #[arg(long, value_name = "TIME", value_parser = lease)]
    pub lease: Option<Span>,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Work(WorkEvent::Renewed {
            task: basis.task.clone(),
            claim: args.claim.check_own(basis)?,
            lease: args.lease,
        }))
    })?;
    let claim = done.task().claim.as_ref();
    let now = context.now()?;
    let until = claim.map_or_else(String::new, |claim| words::until(claim.until(), now));
    let sentence = format!("renewed the claim of {} {until}", done.shown());
    done.say(context, &sentence)
}
