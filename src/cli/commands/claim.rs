//! `git coord claim`: claim a task, which starts it.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use serde::Serialize;

use super::lease::Lease;
use crate::{
    cli::{
        CommandError, Context,
        task::{
            act::{self, Mode, TaskChoice},
            answer::{self, ChangedTask},
        },
    },
    core::{
        entry::event::{Event, WorkEvent},
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex, task::Claim},
        },
        values::{id::ActorName, text::shell_word, time::Timestamp},
    },
    render::words,
};

/// Claim a task and start it
///
/// If somebody else holds the task, the command exits with 1. A claim whose lease has run out can be taken over.
/// --next claims the first task that 'ready --actor' lists. It never takes a task of other owners.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  git coord claim B --lease 2h\n  git coord claim --next")]
pub struct Args {
    /// Task to claim
    #[arg(value_name = "ID", required_unless_present = "next")]
    pub id: Option<String>,
    /// Claim the best task that is ready for you
    #[arg(long, conflicts_with_all = ["id", "steal", "resume", "share"])]
    pub next: bool,
    #[command(flatten)]
    pub lease: Lease,
    /// Take a running claim from its holder, if your role allows it
    #[arg(long)]
    pub steal: bool,
    /// Continue a task that you hold, with a new claim in this worktree
    ///
    /// Work under your earlier claim is refused from then on.
    #[arg(long, conflicts_with = "steal")]
    pub resume: bool,
    /// Claim the task although another claim holds some of its paths
    #[arg(long)]
    pub share: bool,
    /// Publish the claim at once, or fail without a claim
    ///
    /// Then no other clone can have claimed the task first. 'coord.confirm' makes this the default.
    #[arg(long)]
    pub confirm: bool,
    /// Show what would happen
    #[arg(long)]
    pub dry_run: bool,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let claim = |basis: &act::Basis<'_>| {
        Ok(Event::Work(WorkEvent::Claimed {
            task: basis.task.clone(),
            lease: basis.state.policy.lease(args.lease.time),
            worktree: basis.worktree.cloned(),
            steal: args.steal,
            share: args.share,
            resume: args.resume,
        }))
    };
    let choice = args
        .id
        .as_deref()
        .map_or(TaskChoice::Next, TaskChoice::Named);
    let mode = if args.dry_run {
        Mode::Rehearse
    } else if args.confirm || is_always_confirmed(context)? {
        Mode::Confirm
    } else {
        Mode::Append
    };
    let done = act::on_chosen(context, choice, mode, claim).map_err(|error| args.told(error))?;
    args.lease.warn_if_cut(context, &done.state().policy);
    warn_of_surprises(context, done.state(), done.index, &done.written.actor);
    if args.dry_run {
        return foretell(context, done);
    }
    let mut sentence = format!("claimed {}", done.shown());
    if let Some(claim) = &done.task().claim {
        let until = words::until(claim.until(), context.now()?);
        sentence += &format!(" {until}, claim {}", claim.number);
    }
    done.say(context, &sentence)
}

impl Args {
    /// Adds --share to the hint if --resume was given.
    fn told(&self, error: CommandError) -> CommandError {
        match self.id.as_deref().filter(|_| self.resume) {
            Some(id) if matches!(error.refusal(), Some(Refusal::PathsHeld { .. })) => {
                let id = shell_word(id);
                error.hint(format!("git coord claim --resume --share {id}"))
            }
            _ => error,
        }
    }
}

/// Whether `coord.confirm` is set.
fn is_always_confirmed(context: &mut Context) -> Result<bool, CommandError> {
    let repository = context.repository()?;
    Ok(repository
        .config()
        .boolean("coord.confirm")?
        .unwrap_or(false))
}

/// The data of `coord.claim_dry_run/1`.
#[derive(Serialize)]
struct Foretold {
    task: String,
    actor: ActorName,
    until: Option<Timestamp>,
}

/// Prints the answer that a claim would get now.
fn foretell(context: &mut Context, done: ChangedTask) -> Result<(), CommandError> {
    let until = done.task().claim.as_ref().map(Claim::until);
    let foretold = Foretold {
        task: done.shown(),
        until,
        actor: done.written.actor,
    };
    let Foretold { task, actor, .. } = &foretold;
    let now = context.now()?;
    let until = until.map_or_else(String::new, |until| words::until(until, now));
    let text = format!("{actor} would claim {task} {until}\n");
    let schema = "coord.claim_dry_run/1";
    context.ui.answer(schema, &foretold, text)
}

/// Warns of claims that are allowed but may surprise: of a task of other owners, of a task that waits, or of one whose
/// gates nobody could approve then.
fn warn_of_surprises(context: &mut Context, state: &State, index: TaskIndex, actor: &ActorName) {
    let task = state.task(index);
    let shown = state.shown(index);
    if !task.fields.owners.is_empty() && !task.is_owned_by(actor) {
        let owners: Vec<&str> = task.fields.owners.iter().map(ActorName::as_str).collect();
        context.ui.warn(format!(
            "task '{shown}' belongs to {}",
            owners.join(" and ")
        ));
    }
    let waits: Vec<String> = state
        .waits_for(index)
        .map(|other| state.shown(other))
        .collect();
    if !waits.is_empty() {
        context
            .ui
            .warn(format!("task '{shown}' waits for {}", waits.join(", ")));
    }
    answer::warn_of_gates(context, state, index);
}
