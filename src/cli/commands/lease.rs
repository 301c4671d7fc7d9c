//! `git coord renew` and `git coord release`: renew the lease of a claim, and end a claim.
//!
//! Not here: `claim`, what the rules allow (`core::plan::rules`), and work under a claim, which renews it too
//! (`core::plan::reduce`).

use std::error::Error;

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{Event, WorkEvent},
        plan::state::policy::Policy,
        values::time::Span,
    },
    render::words,
};

/// Renew the lease of your claim
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord renew B --lease 4h")]
pub struct RenewArgs {
    /// Task that you hold
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub lease: Lease,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

/// Release a task that you hold
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord release B")]
pub struct ReleaseArgs {
    /// Task to release
    #[arg(value_name = "ID")]
    pub id: String,
}

/// The option that sets how long a claim lasts.
#[derive(Debug, Default, clap::Args)]
pub struct Lease {
    /// End the claim after TIME without work: 30min, 4h, 2d
    #[arg(long = "lease", value_name = "TIME", value_parser = lease)]
    pub time: Option<Span>,
}

impl Lease {
    /// Warns if the policy cuts the lease.
    pub(super) fn warn_if_cut(&self, context: &mut Context, policy: &Policy) {
        let most = policy.max_lease;
        if let Some(wished) = self.time.filter(|wished| *wished > most) {
            context.ui.warn(format!(
                "the lease is {most}, not {wished}: the policy max-lease is {most}"
            ));
        }
    }
}

pub fn renew(context: &mut Context, args: &RenewArgs) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Work(WorkEvent::Renewed {
            task: basis.task.clone(),
            claim: args.claim.check_own(basis)?,
            lease: args
                .lease
                .time
                .map(|time| basis.state.policy.lease(Some(time))),
        }))
    })?;
    args.lease.warn_if_cut(context, &done.state().policy);
    let (claim, now) = (done.task().claim.as_ref(), context.now()?);
    let until = claim.map_or_else(String::new, |claim| words::until(claim.until(), now));
    done.say(
        context,
        &format!("renewed the claim of {} {until}", done.shown()),
    )
}

pub fn release(context: &mut Context, args: &ReleaseArgs) -> Result<(), CommandError> {
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

/// The lease of a claim. It must not be zero: the claim would hold nothing.
pub(super) fn lease(text: &str) -> Result<Span, Box<dyn Error + Send + Sync>> {
    match text.parse()? {
        Span::ZERO => Err("a lease must be longer than zero".into()),
        span => Ok(span),
    }
}
