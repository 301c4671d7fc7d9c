//! `git coord handoff`: hand a claim on to another actor, with what is known.
//!
//! Not here: what the rules allow (`core::plan::rules`), and taking a claim from another actor (`claim`).

use super::lease::Lease;
use crate::{
    cli::{
        CommandError, Context,
        files::input,
        task::{act, answer, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{Event, WorkEvent},
        values::{id::ActorName, text::Text},
    },
    ledger::EntryDraft,
    render::words,
};

/// Hand a task that you hold on to another actor
///
/// The other actor holds the task then, under a new claim; work under yours is refused. It counts as one that has worked on
/// the task, so it cannot approve it. Coordinators can hand on the claims of others.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord handoff B --to claude --note 'The parser is done, the tests are not.'"
)]
pub struct Args {
    /// Task to hand on
    #[arg(value_name = "ID")]
    pub id: String,
    /// Actor that goes on with the task
    #[arg(long, value_name = "ACTOR")]
    pub to: ActorName,
    /// Say what is known; '-' reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub lease: Lease,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

/// The name of the attachment that holds a note.
const NOTE: &str = "note.md";

/// # Errors
/// `cannot_read`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let name: Text = input::name(NOTE)?;
    let note = args.note.as_deref().map(input::text).transpose()?;
    let done = act::on_task(context, &args.id, |basis| {
        // The rules check whose claim it is. Without a claim, `check_own` tells an actor that lost one.
        let others = basis.state.task(basis.index).claim.as_ref();
        let others = others.filter(|held| held.actor != *basis.actor && args.claim.named.is_none());
        let claim = match others {
            Some(held) => held.origin.mark(),
            None => args.claim.check_own(basis)?,
        };
        let event = WorkEvent::HandedOn {
            task: basis.task.clone(),
            claim,
            to: args.to.clone(),
            lease: basis.state.policy.lease(args.lease.time),
            note: note.is_some().then(|| name.clone()),
        };
        let attached = note.iter().map(|note| (name.clone(), note.clone()));
        Ok(EntryDraft {
            events: vec![Event::Work(event)],
            attachments: attached.collect(),
            key: None,
        })
    })?;
    args.lease.warn_if_cut(context, &done.state().policy);
    answer::warn_of_gates(context, done.state(), done.index);
    let (claim, now) = (done.task().claim.as_ref(), context.now()?);
    let until = claim.map_or_else(String::new, |claim| words::until(claim.until(), now));
    let sentence = format!("{} holds {} now, {until}", args.to, done.shown());
    done.say(context, &sentence)
}
