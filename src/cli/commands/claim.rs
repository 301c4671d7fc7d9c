//! `git coord claim`: take a task, which starts it.
//!
//! Not here: what the rules allow (`core::rules`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, act, acted},
    core::{
        event::{Event, WorkEvent},
        id::ActorName,
        state::{State, TaskIndex},
        text::Text,
        time::Span,
    },
    store::Draft,
};

/// Claim a task and start it
///
/// A claim that somebody else holds is lost with exit 1; one whose lease has run out is free to take.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// How long the claim lasts without any work: 30min, 4h, 2d
    #[arg(long, value_name = "TIME")]
    pub lease: Option<Span>,
    /// Take a running claim from its holder, if your role may
    #[arg(long)]
    pub steal: bool,
    /// If you hold the task already, go on with it
    #[arg(long, conflicts_with = "steal")]
    pub resume: bool,
    /// Take it although another claim holds some of its paths
    #[arg(long)]
    pub share: bool,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let worktree = worktree_label(context)?;
    let claim = |scene: &act::Scene<'_>| {
        let event = match scene.claim().filter(|_| args.resume) {
            Some(claim) => WorkEvent::Renewed {
                task: scene.task.clone(),
                claim,
                lease: args.lease,
            },
            None => WorkEvent::Claimed {
                task: scene.task.clone(),
                lease: args.lease.unwrap_or(scene.state.policy.default_lease),
                worktree: worktree.clone(),
                steal: args.steal,
                share: args.share,
            },
        };
        Ok(Draft::from(Event::Work(event)))
    };
    if args.dry_run {
        return foretell(context, args, claim);
    }
    let done = act::on_task(context, &args.id, claim)?;
    warn_of_surprises(context, done.state(), done.index, &done.actor);
    let sentence = format!(
        "{} is yours until {}",
        done.shown(),
        until(done.state(), done.index)
    );
    acted::say(context, &done, sentence)
}

/// The data of `coord.claim_dry_run/1`.
#[derive(Serialize)]
struct Foretold {
    task: String,
    actor: ActorName,
    until: String,
}

/// Says what a claim would be told now, and appends nothing.
fn foretell(
    context: &mut Context,
    args: &Args,
    claim: impl Fn(&act::Scene<'_>) -> Result<Draft, CommandError>,
) -> Result<(), CommandError> {
    let (state, index, actor) = act::rehearse(context, &args.id, claim)?;
    warn_of_surprises(context, &state, index, &actor);
    let foretold = Foretold {
        task: state.shown(index),
        until: until(&state, index),
        actor,
    };
    let Foretold { task, actor, until } = &foretold;
    let text = format!("{task} would be {actor}'s until {until}\n");
    let schema = "coord.claim_dry_run/1";
    context.ui.answer(schema, &foretold, text)
}

/// When the claim of a task ends.
fn until(state: &State, index: TaskIndex) -> String {
    let claim = state.task(index).claim.as_ref();
    claim.map_or_else(String::new, |claim| claim.until().to_string())
}

/// The name of the worktree's folder, by which a claim says where the work is done.
fn worktree_label(context: &mut Context) -> Result<Option<Text>, CommandError> {
    let repository = context.repository()?;
    let name = repository
        .work_dir()
        .and_then(|path| path.file_name())
        .and_then(|name| name.to_str());
    Ok(name.and_then(|name| name.parse().ok()))
}

/// A claim of another's task, or of one that waits, is allowed and worth a word.
fn warn_of_surprises(context: &mut Context, state: &State, index: TaskIndex, actor: &ActorName) {
    let task = state.task(index);
    let shown = state.shown(index);
    if !task.owners.is_empty() && !task.is_owned_by(actor) {
        let owners: Vec<&str> = task.owners.iter().map(ActorName::as_str).collect();
        context.ui.warn(format!(
            "task '{shown}' is meant for {}",
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
}
