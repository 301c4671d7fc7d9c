//! `git coord claim`: claim a task, which starts it.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{lease::Lease, worktree::make as worktree};
use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        task::{
            act::{self, Mode, TaskChoice},
            answer::{self, ChangedTask},
            claim_check::ClaimCheck,
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
    git::{lock::Turn, repository::Repository},
    render::words,
};

/// Claim a task and start it
///
/// If somebody else holds the task, the command exits with 1. If the lease of a claim has run out, another actor can
/// claim the task. --next claims the first task that 'ready --actor' lists. It never takes a task of other owners, or
/// one that only you could approve.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord claim B --lease 2h\n  git coord claim --next --worktree"
)]
pub struct Args {
    /// Task to claim
    #[arg(value_name = "ID", required_unless_present = "next")]
    pub id: Option<String>,
    /// Claim the best task that is ready for you
    #[arg(long, conflicts_with_all = ["id", "steal", "resume", "share"])]
    pub next: bool,
    #[command(flatten)]
    pub lease: Lease,
    /// Take over a running claim, if your role allows it
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
    /// Make a worktree for the task, and move the claim there
    ///
    /// Without PATH, it is beside the main worktree. The branch is the one set on the task, else task/ID. If the worktree cannot be made, the claim is released again.
    /// With --actor, commands in the new worktree act as that actor.
    #[arg(long, value_name = "PATH", num_args = 0..=1, conflicts_with = "dry_run")]
    pub worktree: Option<Option<PathBuf>>,
    /// Publish the claim at once, or fail without a claim
    ///
    /// Then no other clone can have claimed the task first. 'coord.confirm' makes this the default.
    #[arg(long)]
    pub confirm: bool,
    /// Show what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// What a claim became.
enum Claimed {
    /// A claim where the command ran, or the rehearsal of one.
    Here(ChangedTask),
    /// A claim in a worktree of its own.
    InWorktree(worktree::Settled),
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = match claim(context, args)? {
        Claimed::InWorktree(settled) => return settled.answer(context),
        Claimed::Here(done) if args.dry_run => return foretell(context, done),
        Claimed::Here(done) => done,
    };
    let mut sentence = format!("claimed {}", done.shown());
    if let Some(claim) = &done.task().claim {
        let until = words::until(claim.until(), context.now()?);
        sentence += &format!(" {until}, claim {}", claim.number);
    }
    done.say(context, &sentence)
}

/// Claims the best task that is ready for the actor, in a worktree of its own. False if none is ready.
///
/// # Errors
/// The worktree cannot be made, or the ledger cannot be written.
pub(super) fn next_in_worktree(context: &mut Context) -> Result<bool, CommandError> {
    let next = Args {
        next: true,
        worktree: Some(None),
        ..Args::default()
    };
    match claim(context, &next) {
        Ok(_) => Ok(true),
        Err(error) if error.code() == code::NOTHING_READY => Ok(false),
        Err(error) => Err(error),
    }
}

fn claim(context: &mut Context, args: &Args) -> Result<Claimed, CommandError> {
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
    } else {
        act::mode(context, args.confirm)?
    };
    let repository = context.repository()?;
    // A second session of the same actor must not take an unfinished claim of the first one for an interrupted one.
    let _turn = match args.worktree {
        Some(_) => Some(Turn::to_claim_with_a_worktree(&repository)?),
        None => None,
    };
    let claimed = act::on_chosen(context, choice, mode, claim);
    let own = match (&claimed, &args.id) {
        (Err(error), Some(id)) => own_claim(context, &repository, error, id)?,
        _ => None,
    };
    if let (Some(path), Some(id), Some(OwnClaim::Interrupted)) = (&args.worktree, &args.id, &own) {
        return in_worktree(context, id, path.as_deref()).map(Claimed::InWorktree);
    }
    let done = claimed.map_err(|error| match own {
        Some(OwnClaim::In(folder)) => {
            let folder = folder.display().to_string();
            error.hint(format!("cd {}", shell_word(&folder)))
        }
        _ => args.told(error),
    })?;
    args.lease.warn_if_cut(context, &done.state().policy);
    warn_of_surprises(context, done.state(), done.index, &done.written.actor)?;
    let Some(path) = &args.worktree else {
        return Ok(Claimed::Here(done));
    };
    let shown = done.shown();
    match in_worktree(context, &shown, path.as_deref()) {
        Ok(settled) => Ok(Claimed::InWorktree(settled)),
        Err(error) => Err(give_back(context, &shown, mode, error)),
    }
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

/// The claim of this actor because of which another one was refused.
enum OwnClaim {
    /// It is here, and an earlier `claim --worktree` was interrupted before it moved.
    Interrupted,
    /// It is in the worktree with this folder.
    In(PathBuf),
}

fn own_claim(
    context: &mut Context,
    repository: &Repository,
    error: &CommandError,
    id: &str,
) -> Result<Option<OwnClaim>, CommandError> {
    if !matches!(error.refusal(), Some(Refusal::AlreadyYours { .. })) {
        return Ok(None);
    }
    let state = context.ledger()?.current()?.state;
    let task = state.task(act::task(&state, id)?);
    let place = task
        .claim
        .as_ref()
        .and_then(|claim| claim.worktree.as_ref());
    // A claim that has moved is in the worktree that the task is bound to.
    let has_moved = place.is_some() && place == task.worktree.as_ref();
    let is_here = place == repository.label().as_ref();
    if is_here {
        return Ok((!has_moved).then_some(OwnClaim::Interrupted));
    }
    let folder = place.and_then(|label| repository.folder_of(label));
    Ok(folder.filter(|folder| folder.is_dir()).map(OwnClaim::In))
}

/// Makes the worktree of a claimed task, and moves the claim there.
fn in_worktree(
    context: &mut Context,
    id: &str,
    path: Option<&Path>,
) -> Result<worktree::Settled, CommandError> {
    let ledger = context.ledger()?;
    let state = ledger.current()?.state;
    let index = act::task(&state, id)?;
    let wish = worktree::Wish { path, base: None };
    let made = worktree::make(context, &ledger, &state, index, &wish)?;
    worktree::settle(context, &ledger, id, made)
}

/// Releases a task that was claimed for a worktree which cannot be made; the failure, with what became of the claim.
fn give_back(context: &mut Context, id: &str, mode: Mode, error: CommandError) -> CommandError {
    let released = act::on_chosen(context, TaskChoice::Named(id), mode, |basis| {
        Ok(Event::Work(WorkEvent::Released {
            task: basis.task.clone(),
            claim: ClaimCheck::default().check_own(basis)?,
        }))
    });
    let told = match released {
        Ok(_) => format!("released {id} again"),
        Err(_) => format!("{id} stays claimed"),
    };
    error.details(vec![told])
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

/// Warns of claims that are allowed but may surprise: of a task of other owners, of a task that waits or is deferred, or of
/// one whose gates nobody could approve then.
fn warn_of_surprises(
    context: &mut Context,
    state: &State,
    index: TaskIndex,
    actor: &ActorName,
) -> Result<(), CommandError> {
    let task = state.task(index);
    let shown = state.shown(index);
    if !task.fields.owners.is_empty() && !task.is_owned_by(actor) {
        let owners: Vec<&str> = task.fields.owners.iter().map(ActorName::as_str).collect();
        context.ui.warn(format!(
            "task '{shown}' belongs to {}",
            owners.join(" and ")
        ));
    }
    answer::warn_of_dependencies(context, state, index);
    answer::warn_of_deferral(context, state, index, context.now()?);
    answer::warn_of_gates(context, state, index);
    Ok(())
}
