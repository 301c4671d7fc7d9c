//! `git coord brief`: what an actor should do next, with the commands to copy.
//!
//! Not here: which tasks and steps these are (`core::views::snapshot`), the commands (`cli::task::steps`), and its
//! layout (`render`).

use serde::Serialize;

use super::guard;
use crate::{
    cli::{
        CommandError, Context,
        reading::{integrated::Outside, long_text::LongText, revision::Reading},
        task::steps::{self, StepPlace},
    },
    core::{
        plan::{
            refusal::Refusal,
            state::{State, paths::Holder},
        },
        values::id::{ActorName, GuardId},
        views::snapshot::{self, BriefReason, BriefTask, IdleDocument},
    },
    guard::trust::Trust,
    render::text,
};

/// Show an actor's next tasks with the commands to copy
///
/// The brief has each task that the actor holds and the best tasks that it can claim: specification, steps,
/// criteria, dependencies, review gates, and the commands from the worktree to the end of the task.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord brief codex")]
pub struct Args {
    /// Actor to brief (default: you)
    #[arg(value_name = "ACTOR")]
    pub whom: Option<ActorName>,
    /// Show at most N tasks that the actor can claim
    #[arg(short = 'n', long, value_name = "N", default_value_t = 3)]
    pub limit: usize,
}

/// The data of `coord.brief/1`.
#[derive(Serialize)]
struct Brief {
    actor: ActorName,
    /// The tasks that it holds, then the tasks that it can claim, best first.
    tasks: Vec<Briefed>,
    /// How many more tasks it can claim.
    more: usize,
    /// The tasks that it finished, but whose work is not in the main branch, as far as this clone knows.
    not_in_main: Vec<String>,
    /// Why other tasks cannot be claimed.
    idle: IdleDocument,
}

#[derive(Serialize)]
struct Briefed {
    #[serde(flatten)]
    brief: BriefTask,
    /// The commands to claim it, report on it and finish it, in order.
    commands: Vec<String>,
    /// Its specification.
    body: Option<LongText>,
    /// The note of the actor that handed it on to the holder.
    handed: Option<LongText>,
    /// The notes of those who rejected it.
    rejections: Vec<LongText>,
}

/// # Errors
/// `unknown_actor` if this is neither the name of an actor nor of an owner; `no_actor` if `coord.requireActor` refuses the
/// default actor.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let repository = reading.ledger().repository();
    let (state, now) = (reading.state(), context.now()?);
    let actor = match &args.whom {
        Some(name) => name.clone(),
        None => context.reader(repository, state)?,
    };
    if !is_known(state, &actor) {
        return Err(Refusal::UnknownActor { actor }.into());
    }
    // The next task gets a worktree of its own.
    let asking = Holder {
        actor: &actor,
        worktree: None,
    };
    let (tasks, more) = snapshot::brief(state, now, asking, args.limit);
    let trusted = Trust::read(state.ledger);
    let trust = |ids: &[GuardId]| guard::trust_lines(state, &trusted, &actor, ids);
    let main_branch = repository.main_branch();
    let briefed = |brief: BriefTask| {
        let body = state.task(brief.index).body.as_ref();
        let body = body
            .map(|body| LongText::read(&reading, body))
            .transpose()?;
        let note = brief
            .task
            .claim
            .as_ref()
            .and_then(|claim| claim.note.as_ref());
        let note = note.filter(|_| brief.why == BriefReason::Held);
        let handed = note
            .map(|note| LongText::read(&reading, note))
            .transpose()?;
        let verdicts = state.task(brief.index).verdicts.values();
        let rejected = verdicts.filter(|verdict| !verdict.approved);
        let notes = rejected.filter_map(|verdict| verdict.note.as_ref());
        let rejections: Result<_, _> = notes.map(|note| LongText::read(&reading, note)).collect();
        let place = StepPlace {
            folder_for: &|name| repository.folder_for(name),
            folder_of: &|label| repository.folder_of(label),
            here: repository.label(),
            trust: &trust,
            main_branch: main_branch.clone(),
        };
        let commands = steps::command_lines(&brief, &actor, &place);
        Ok(Briefed {
            brief,
            commands,
            body,
            handed,
            rejections: rejections?,
        })
    };
    let tasks: Result<Vec<Briefed>, CommandError> = tasks.into_iter().map(briefed).collect();
    let outside = Outside::of(repository, state);
    let is_own = |index| {
        let end = state.task(index).end.as_ref();
        end.is_some_and(|end| end.actor == actor)
    };
    let line = outside.line(state, is_own).unwrap_or_default();
    let own = outside.tasks.iter().filter(|index| is_own(**index));
    let brief = Brief {
        tasks: tasks?,
        more,
        not_in_main: own.map(|index| state.shown(*index)).collect(),
        idle: snapshot::ready(state, now, Some(asking), true, Some(0)).idle,
        actor,
    };
    if context.ui.is_json() {
        return context.ui.success("coord.brief/1", &brief);
    }
    let shown = brief.tasks.iter().map(|task| {
        let body = task.body.as_ref().map(|body| body.letter(now));
        text::BriefedTask {
            task: &task.brief,
            commands: &task.commands,
            specification: body,
            handed: task.handed.as_ref().map(|note| note.letter(now)),
            rejections: task
                .rejections
                .iter()
                .map(|note| note.letter(now))
                .collect(),
        }
    });
    let shown: Vec<_> = shown.collect();
    let (idle, style) = (&brief.idle, context.ui.style());
    let page = text::brief(state, &brief.actor, &shown, more, idle, now, style);
    context.ui.page(page + &line)
}

/// Whether this is the name of an actor or of an owner.
fn is_known(state: &State, name: &ActorName) -> bool {
    let owned = || state.tasks().any(|(_, task)| task.is_owned_by(name));
    state.roster.actor(name).is_some() || owned()
}
