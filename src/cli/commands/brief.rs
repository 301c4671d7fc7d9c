//! `git coord brief`: what an actor should do next, with the commands to copy.
//!
//! Not here: which tasks and steps these are (`core::views::snapshot`), the commands (`cli::task::steps`), and its
//! layout (`render`).

use serde::Serialize;

use super::{claim, guard, observe::ties, wait::Waiting};
use crate::{
    cli::{
        CommandError, Context,
        reading::{integrated::Outside, long_text::LongText, revision::Reading},
        task::steps::{self, StepPlace, WorktreeFolder},
    },
    core::{
        plan::{
            refusal::Refusal,
            state::{State, paths::Holder},
        },
        values::{id::ActorName, time::Span},
        views::snapshot::{self, BriefReason, BriefStep, BriefTask, IdleDocument, TiedPullRequest},
    },
    git::repository::Repository,
    guard::trust::Trust,
    render::text,
};

/// Show an actor's next tasks with the commands to copy
///
/// The brief has each task that waits for the actor's verdict, each task that it holds, and the best task that it can
/// claim: specification, steps, criteria, dependencies, review gates, and the commands from the worktree to the end of
/// the task. 'git coord show ID' has the other facts. If nothing can be done now, the brief has the command that waits.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord brief codex\n  git coord brief --claim --wait --actor codex"
)]
pub struct Args {
    /// Actor to brief (default: you)
    #[arg(value_name = "ACTOR")]
    pub whom: Option<ActorName>,
    /// Show at most N tasks that the actor can claim
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1)]
    pub limit: usize,
    /// Claim the best task, with a worktree, if nothing else is to be done
    ///
    /// So no other actor can be faster. Reviews and tasks that the actor holds come first. The claim is made by the actor of the
    /// command.
    #[arg(long, conflicts_with = "whom")]
    pub claim: bool,
    /// Wait until there is something to do, or until no task is open
    #[arg(long)]
    pub wait: bool,
    /// With --wait: give up after TIME: 30s, 10min, 2h
    #[arg(long, value_name = "TIME", requires = "wait")]
    pub timeout: Option<Span>,
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
    /// The command that waits for something to do; empty if a task has commands, or if no task is open.
    commands: Vec<String>,
}

#[derive(Serialize)]
struct Briefed {
    #[serde(flatten)]
    brief: BriefTask,
    /// The commands to claim it, report on it and finish it, in order.
    commands: Vec<String>,
    /// The commands by which a person allows the guardrails among these commands to run here.
    trust: Vec<String>,
    /// Its pull requests as last observed.
    pull_requests: Vec<TiedPullRequest>,
    /// Its specification.
    body: Option<LongText>,
    /// The note of the actor that handed it on to the holder.
    handed: Option<LongText>,
    /// The notes of those who rejected it.
    rejections: Vec<LongText>,
}

/// # Errors
/// `unknown_actor` if this is neither the name of an actor nor of an owner; `no_actor` if `coord.requireActor` refuses the
/// default actor; `timed_out`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    if args.claim || args.wait {
        look_for_work(context, args)?;
    }
    let reading = Reading::open(context)?;
    let repository = reading.ledger().repository();
    let (state, now) = (reading.state(), context.now()?);
    let actor = whose(context, args, repository, state)?;
    // The next task gets a worktree of its own.
    let asking = Holder {
        actor: &actor,
        worktree: None,
    };
    let (tasks, more) = snapshot::brief(state, now, asking, args.limit);
    let trusted = Trust::read(state.ledger);
    let trust = |steps: &[BriefStep]| {
        let ids = steps.iter().filter_map(|step| match step {
            BriefStep::RunGuardrails(ids) => Some(ids),
            _ => None,
        });
        let lines = ids.flat_map(|ids| guard::trust_lines(state, &trusted, &actor, ids));
        lines.collect()
    };
    let main_branch = repository.main_branch();
    let ties = ties::ties(repository, state);
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
            folder_of: &|label| match repository.folder_of(label) {
                Some(folder) if folder.is_dir() => WorktreeFolder::Present(folder),
                Some(folder) => WorktreeFolder::Gone(folder),
                None => WorktreeFolder::Elsewhere,
            },
            here: repository.label(),
            main_branch: main_branch.clone(),
        };
        let commands = steps::command_lines(&brief, &actor, &place);
        Ok(Briefed {
            trust: trust(&brief.steps),
            pull_requests: ties.requests(state, brief.index),
            brief,
            commands,
            body,
            handed,
            rejections: rejections?,
        })
    };
    let tasks: Result<Vec<Briefed>, CommandError> = tasks.into_iter().map(briefed).collect();
    let outside = Outside::of(repository, state.tasks_with_work());
    let is_own = |index| {
        let end = state.task(index).end.as_ref();
        end.is_some_and(|end| end.actor == actor)
    };
    let line = outside.line(state, is_own).unwrap_or_default();
    let own = outside.tasks.iter().filter(|index| is_own(**index));
    let tasks = tasks?;
    let is_idle = tasks.iter().all(|task| task.commands.is_empty());
    let brief = Brief {
        commands: (is_idle && more == 0 && !is_over(state))
            .then(|| steps::wait(&actor, args.claim))
            .into_iter()
            .collect(),
        tasks,
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
            pull_requests: &task.pull_requests,
            commands: &task.commands,
            trust: &task.trust,
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
    let page = page + &text::commands(&brief.commands, style);
    context.ui.page(page + &line)
}

fn whose(
    context: &Context,
    args: &Args,
    repository: &Repository,
    state: &State,
) -> Result<ActorName, CommandError> {
    let actor = match &args.whom {
        Some(name) => name.clone(),
        None => context.reader(repository, state)?,
    };
    if is_known(state, &actor) {
        Ok(actor)
    } else {
        Err(Refusal::UnknownActor { actor }.into())
    }
}

/// Claims a task, or waits, as the options say, until the brief has something to do or the plan is finished.
fn look_for_work(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let waiting = Waiting::begin(context, args.timeout)?;
    loop {
        let (state, now) = (waiting.ledger.current()?.state, waiting.now());
        context.waited_until(now);
        let actor = whose(context, args, waiting.ledger.repository(), &state)?;
        let asking = Holder {
            actor: &actor,
            worktree: None,
        };
        let (tasks, more) = snapshot::brief(&state, now.max(state.effective), asking, 1);
        let has_begun = |task: &BriefTask| task.why != BriefReason::Next && !task.steps.is_empty();
        if tasks.iter().any(has_begun) || is_over(&state) {
            return Ok(());
        }
        let is_ready = more > 0 || tasks.iter().any(|task| task.why == BriefReason::Next);
        // If another actor was faster, this one waits.
        if is_ready && (!args.claim || claim::next_in_worktree(context)?) || !args.wait {
            return Ok(());
        }
        if !waiting.sleep(&state, now) {
            return Err(waiting.timed_out(format!("there is nothing to do for {actor}")));
        }
    }
}

/// Whether no task is open.
fn is_over(state: &State) -> bool {
    state.open_tasks().next().is_none()
}

/// Whether this is the name of an actor or of an owner.
pub(super) fn is_known(state: &State, name: &ActorName) -> bool {
    let owns_one = || state.tasks().any(|(_, task)| task.is_owned_by(name));
    state.roster.actor(name).is_some() || owns_one()
}
