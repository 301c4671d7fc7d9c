//! `git coord integrate`: bring the work of a task into the main branch, and mark the task as done.
//!
//! Nothing is written before the rules have agreed, and the merge is made in a worktree of its own. So a refusal leaves the
//! task's branch, the main branch and the ledger as they were. A merge that is ready is remembered under a ref until the task
//! is done: after a crash, the next call goes on with that merge.
//! Not here: the rules (`core::plan::rules`).

mod merge;
mod prepared;
mod target;

use serde::Serialize;

use super::{
    done,
    guard::merged::{self, Passed},
    worktree,
};
use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        reading::{commit, integrated},
        task::{
            act::{self, Basis, Mode, TaskChoice, Writing},
            answer::{ChangedTask, Written},
            claim_check::ClaimCheck,
        },
    },
    core::{
        entry::event::{
            CommitId, Event, TaskEvent,
            guardrail::Guarded,
            task::{Integration, MergeMethod},
        },
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex, branch::branch_of},
        },
        values::{
            id::ActorName,
            text::{shell_word, visible},
        },
    },
    git::{
        lock::Turn,
        repository::{ObjectId, Repository},
    },
    guard::tree_of,
    hooks::binding::task_of_found,
    ledger::EntryDraft,
};
use target::Target;

/// Merge a task into the main branch and mark it as done
///
/// The work is the tip of the task's branch, or the last recorded commit. The claim, the review and the dependencies are checked
/// first. The merge is made in a worktree of its own, and the required guardrails run there. Then the main branch moves, and
/// then the task is done. If anything is in the way, nothing has changed. After a crash, the same command continues. A task that
/// is done already stays done, and its recorded commit is merged.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord integrate B\n  git coord integrate B --squash --push"
)]
pub struct Args {
    /// Task to integrate
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub how: HowOptions,
    /// Push the main branch first, and change nothing if the push is refused
    ///
    /// The remote is the one that the main branch is pushed to.
    #[arg(long)]
    pub push: bool,
    /// Publish the end of the task at once, or fail without it
    ///
    /// 'coord.confirm' makes this the default.
    #[arg(long)]
    pub confirm: bool,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

/// How the work gets into the main branch; the default is a merge commit.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(multiple = false)]
pub struct HowOptions {
    /// Make one commit of all changes
    #[arg(long)]
    pub squash: bool,
    /// Put the commits after the main branch, without a merge commit
    #[arg(long)]
    pub rebase: bool,
    /// Only move the main branch forward, without a new commit
    #[arg(long)]
    pub ff_only: bool,
}

impl From<HowOptions> for MergeMethod {
    fn from(options: HowOptions) -> Self {
        match options {
            HowOptions { squash: true, .. } => Self::Squash,
            HowOptions { rebase: true, .. } => Self::Rebase,
            HowOptions { ff_only: true, .. } => Self::FastForward,
            _ => Self::Merge,
        }
    }
}

impl Args {
    /// The same command, with another way into the main branch.
    fn line(&self, how: MergeMethod, actor: Option<&ActorName>) -> String {
        let how = match how {
            MergeMethod::Merge => "",
            MergeMethod::Squash => " --squash",
            MergeMethod::Rebase => " --rebase",
            MergeMethod::FastForward => " --ff-only",
        };
        let option = |is_given, option| if is_given { option } else { "" };
        let push = option(self.push, " --push");
        let confirm = option(self.confirm, " --confirm");
        let claim = self.claim.named.as_ref();
        let claim = claim.map_or_else(String::new, |claim| format!(" --claim {claim}"));
        let actor = actor.map_or_else(String::new, |actor| format!(" --actor {actor}"));
        let id = shell_word(&self.id);
        format!("git coord integrate {id}{how}{push}{confirm}{claim}{actor}")
    }
}

/// The data of `coord.integrated/1`.
#[derive(Serialize)]
struct Document {
    /// The object id of the entry that marks the task as done.
    entry: Option<String>,
    task: String,
    /// The commit that holds the work.
    work: CommitId,
    /// The commit of the main branch that has the work.
    commit: CommitId,
    into: String,
    /// Whether the main branch had the work before.
    before: bool,
    /// The remote to which the main branch was pushed; null without --push.
    pushed: Option<String>,
    /// The next commands.
    next: Vec<String>,
}

/// # Errors
/// `no_main_branch`, `nothing_to_integrate`, `merge_conflict`, `guardrail_failed`, `not_fast_forward`, `target_moved`, `diverged`,
/// `worktree_in_use`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mode = act::mode(context, args.confirm)?;
    let repository = context.repository()?;
    // What needs no turn comes first, and takes no lock file: whether there is a ledger, and the task.
    let state = context.ledger()?.current()?.state;
    act::task(&state, &args.id)?;
    context.stop_if_done(&repository, &state)?;
    let turn = Turn::to_integrate(&repository)?;
    merge::clean(&repository);
    let state = context.ledger()?.current()?.state;
    let index = act::task(&state, &args.id)?;
    let is_lost = is_lost(&repository, &state, index);
    let work = work_of(&repository, &state, index, is_lost)?;
    prepared::forget_ended(&repository, &state);
    let target = Target::find(&repository, args.push)?;
    let branch = target.branch.clone();
    let end = |at: ObjectId, made: Option<MergeMethod>| {
        Ending::new(work, at, &branch, made.map(|how| (how, target.base)))
    };
    let how = MergeMethod::from(args.how);
    let asked = context.asked_for().cloned();
    let way_on = |error| {
        let actor = asked.as_ref();
        way_on(&repository, &state, index, &target, args, actor, error)
    };
    match finish(
        context,
        &repository,
        args,
        Mode::Rehearse,
        &[],
        &end(work, None)?,
        is_lost,
    ) {
        // They run when the merge is there.
        Err(error) if is_about_the_merge(&state, &error) => {}
        foreseen => drop(foreseen?),
    }
    refuse_if_not_committed(&repository, &state, index)?;
    let (mut results, mut made) = (Vec::new(), None);
    let found = repository.integrated(&target.branch, work)?;
    let integrated = match found {
        Some(found) => {
            let ready = prepared::read(&repository, work)?;
            let task = state.task(index);
            let is_known = task.commit.is_some() || task.end.is_some();
            if found == work && ready.is_none() && !is_known {
                return Err(nothing_done(&state, index, &branch));
            }
            target.catch_up(context, found)?;
            found
        }
        None => {
            let ready = prepared::read(&repository, work)?.filter(|it| target.fits(*it));
            let (result, place) = match ready {
                Some(result) => (result, merge::Place::new(&repository, result)?),
                None => {
                    let message = message(&state, index);
                    made = Some(how);
                    merge::make(&repository, &target, how, work, &message).map_err(way_on)?
                }
            };
            results = merged::check(context, &place.open()?, &state).map_err(way_on)?;
            drop(place);
            prepared::write(&repository, work, result)?;
            // While the merge was made, somebody can have taken the task over.
            let moved = finish(
                context,
                &repository,
                args,
                Mode::Rehearse,
                &results,
                &end(result, made)?,
                is_lost,
            )
            .and_then(|_| target.move_to(context, result));
            if let Err(refused) = moved {
                prepared::forget(&repository, work);
                return Err(way_on(refused));
            }
            result
        }
    };
    let ending = end(integrated, made)?;
    let done = finish(context, &repository, args, mode, &results, &ending, is_lost);
    let done = done.map_err(|error| {
        let told = format!("{} has the work of {}", visible(&target.branch), args.id);
        error.details(vec![told])
    })?;
    prepared::forget(&repository, work);
    drop(turn);
    answer(
        context,
        &repository,
        &target,
        &done,
        ending,
        found.is_some(),
    )
}

/// The commit of the work, and where it is integrated.
struct Ending {
    work: CommitId,
    integrated: Integration,
}

impl Ending {
    /// The end by this commit on the branch; `made` is how this command brought it there, and where the branch was before.
    fn new(
        work: ObjectId,
        at: ObjectId,
        branch: &str,
        made: Option<(MergeMethod, ObjectId)>,
    ) -> Result<Self, CommandError> {
        let id = |object: ObjectId| object.to_string().parse().map_err(CommandError::usage);
        Ok(Self {
            work: id(work)?,
            integrated: Integration {
                commit: id(at)?,
                into: branch.parse().map_err(CommandError::usage)?,
                method: made.map(|(how, _)| how),
                before: made.map(|(_, before)| id(before)).transpose()?,
            },
        })
    }
}

/// Whether the rules refuse only because guardrails have to pass at the merge, which is not there yet.
fn is_about_the_merge(state: &State, error: &CommandError) -> bool {
    let open = matches!(error.refusal(), Some(Refusal::GuardrailOpen { .. }));
    open && state.policy.guardrails == Guarded::Integrate
}

/// Whether the task is recorded as integrated by a commit that the main branch has lost, as after `git reset`.
fn is_lost(repository: &Repository, state: &State, index: TaskIndex) -> bool {
    let end = state.task(index).end.as_ref();
    let recorded = end.and_then(|end| end.integrated.as_ref());
    let main = repository.main_branch();
    recorded.zip(main).is_some_and(|(recorded, main)| {
        let commit = integrated::object(&recorded.commit);
        // If git cannot tell, it is not lost.
        let found = commit.map(|commit| repository.integrated(&main, commit));
        recorded.into.as_str() == main && matches!(found, Some(Ok(None)))
    })
}

/// Marks the task as done, with the results of guardrails at the merge, or only asks the rules. If the main branch had
/// lost the work and gets the same commit again, the ledger says so already.
fn finish(
    context: &mut Context,
    repository: &Repository,
    args: &Args,
    mode: Mode,
    results: &[Passed],
    ending: &Ending,
    is_lost: bool,
) -> Result<ChangedTask, CommandError> {
    if is_lost {
        let Writing { known, author, .. } = Writing::open(context)?;
        let (state, actor) = (known.state, author.actor);
        let index = act::task(&state, &args.id)?;
        let end = state.task(index).end.as_ref();
        if end.is_some_and(|end| end.done && !end.lacks(Some(&ending.integrated))) {
            let before = state.status_of(index);
            let written = Written {
                state,
                actor,
                entry: None,
            };
            return Ok(ChangedTask {
                written,
                index,
                before,
            });
        }
    }
    let choice = TaskChoice::Named(&args.id);
    act::on_chosen(context, choice, mode, |basis: &Basis<'_>| {
        let task = basis.state.task(basis.index);
        // A commit that the ledger does not know needs a review of its own. What is done had its review.
        let is_known = task.end.is_some() || task.commit.as_ref() == Some(&ending.work);
        let commit = (!is_known).then(|| ending.work.clone());
        let integrated = Some(ending.integrated.clone());
        let guarded =
            (basis.state).guarded_commit(basis.index, commit.as_ref(), integrated.as_ref());
        let tree = guarded.and_then(|commit| tree_of(repository, commit));
        let completed = Event::Task(TaskEvent::Completed {
            task: basis.task.clone(),
            claim: args.claim.check(basis)?,
            commit,
            waiver: None,
            tree,
            integrated,
        });
        let results = results.iter();
        Ok(EntryDraft {
            attachments: results.clone().map(|it| it.output.clone()).collect(),
            events: results
                .map(|it| it.event.clone())
                .chain([completed])
                .collect(),
            key: None,
        })
    })
}

/// The commit to integrate: the tip of the task's branch. If the last recorded commit continues the branch, it is that commit,
/// and also if this clone has no branch for the task.
fn work_of(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
    is_lost: bool,
) -> Result<ObjectId, CommandError> {
    let shown = state.shown(index);
    let branch = branch_of(state, index);
    let object = |commit: CommitId| commit.to_string().parse::<ObjectId>().ok();
    let task = state.task(index);
    // A lost merge is made again. It can have more than the work: what else the main branch had then.
    let own = task.end.as_ref().and_then(|end| end.commit.clone());
    let own = own.or(task.commit.clone()).and_then(object);
    if let Some(own) = own.filter(|it| is_lost && repository.contains(*it)) {
        return Ok(own);
    }
    // After its end, a branch can go on with other work.
    let tip = match task.end {
        None => commit::find(repository, &format!("refs/heads/{branch}")).and_then(object),
        Some(_) => None,
    };
    let recorded = integrated::work_of_done(task).or(task.commit.clone().and_then(object));
    match (tip, recorded.filter(|it| repository.contains(*it))) {
        (Some(tip), Some(recorded)) if repository.leads_to(recorded, tip)? => Ok(recorded),
        (Some(tip), _) => Ok(tip),
        (None, Some(recorded)) => Ok(recorded),
        (None, None) => match recorded {
            Some(missing) => {
                let message =
                    format!("this clone does not have commit {missing:.12} of task '{shown}'");
                Err(CommandError::fatal(code::UNKNOWN_COMMIT, message).hint("git fetch"))
            }
            None if task.end.is_some() => {
                let message = format!("task '{shown}' ended without a commit");
                let named = shell_word(&shown);
                Err(CommandError::no(code::NOTHING_TO_INTEGRATE, message)
                    .hint(format!("git coord show {named}")))
            }
            None => {
                let message = format!("task '{shown}' has no branch '{branch}' and no commit");
                let named = shell_word(&shown);
                let step = if is_worked_on_here(repository, state, index) {
                    format!("git coord submit {named} --commit HEAD")
                } else {
                    format!("git coord done {named}")
                };
                Err(CommandError::no(code::NOTHING_TO_INTEGRATE, message).hint(step))
            }
        },
    }
}

/// Whether the claim was made in this worktree, and the commit here has work that the main branch lacks.
fn is_worked_on_here(repository: &Repository, state: &State, index: TaskIndex) -> bool {
    let claim = state.task(index).claim.as_ref();
    let there = claim.and_then(|claim| claim.worktree.as_ref());
    let lacks = |main: String| repository.commits_missing(&main, "HEAD").unwrap_or(0) > 0;
    there.is_some()
        && there == repository.label().as_ref()
        && repository.main_branch().is_some_and(lacks)
}

/// Refuses if the worktree of the task has changes that are in no commit. They would be left out.
fn refuse_if_not_committed(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
) -> Result<(), CommandError> {
    let listed = repository.listed_worktrees()?.into_iter();
    for mut found in listed.filter(|it| task_of_found(state, it) == Some(index)) {
        repository.look_into(&mut found);
        worktree::refuse_if_changed(&found)?;
    }
    Ok(())
}

/// The refusal of a branch that nobody has worked on, as far as is known here.
fn nothing_done(state: &State, index: TaskIndex, into: &str) -> CommandError {
    let (shown, branch) = (state.shown(index), branch_of(state, index));
    let message = format!(
        "branch '{branch}' has no commit that {} lacks, and task '{shown}' has no commit",
        visible(into)
    );
    let error = CommandError::no(code::NOTHING_TO_INTEGRATE, message);
    error.hint(format!("git coord done {}", shell_word(&shown)))
}

/// The message of a merge or squash commit.
fn message(state: &State, index: TaskIndex) -> String {
    let shown = state.shown(index);
    let title = &state.task(index).fields.title;
    format!("Merge task {shown}: {title}\n\nCoord-Task: {shown}\n")
}

/// Adds the next step: the same again, another way, or solving a conflict in the task's own branch.
fn way_on(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
    target: &Target<'_>,
    args: &Args,
    actor: Option<&ActorName>,
    error: CommandError,
) -> CommandError {
    let how = MergeMethod::from(args.how);
    match error.code() {
        code::TARGET_MOVED => return error.hint(args.line(how, actor)),
        code::NOT_FAST_FORWARD => return error.hint(args.line(MergeMethod::Rebase, actor)),
        code::MERGE_CONFLICT | code::GUARDRAIL_FAILED => {}
        _ => return error,
    }
    let branch = branch_of(state, index);
    let listed = repository.listed_worktrees().unwrap_or_default();
    let found = listed
        .into_iter()
        .find(|it| it.branch.as_deref() == Some(&branch));
    let into = shell_word(&target.branch);
    match found {
        Some(found) => {
            let has = |tip| repository.leads_to(tip, target.base).unwrap_or(false);
            let step = match how {
                // What fails there fails in the worktree of the task too.
                _ if found.head.is_some_and(has) => "coord guard run --all".to_owned(),
                // A merge would be left out when the commits are put after the main branch.
                MergeMethod::Rebase => format!("rebase {into}"),
                _ => format!("merge {into}"),
            };
            let folder = found.path.display().to_string();
            error.hint(format!("git -C {} {step}", shell_word(&folder)))
        }
        None => error.hint(format!(
            "git coord worktree add {}",
            shell_word(&state.shown(index))
        )),
    }
}

fn answer(
    context: &mut Context,
    repository: &Repository,
    target: &Target<'_>,
    done: &ChangedTask,
    ending: Ending,
    before: bool,
) -> Result<(), CommandError> {
    let (state, index) = (done.state(), done.index);
    let branch = branch_of(state, index);
    let worktrees = repository.listed_worktrees()?;
    let own = worktrees
        .iter()
        .find(|it| !it.main && it.branch.as_deref() == Some(&branch));
    let mut next = Vec::new();
    if own.is_some() {
        let here = repository.work_dir();
        let inside = own.is_some_and(|own| here.is_some_and(|here| here == own.path));
        let elsewhere = worktrees
            .iter()
            .find(|it| Some(&it.path) != own.map(|own| &own.path) && !it.gone);
        if let Some(elsewhere) = elsewhere.filter(|_| inside) {
            next.push(format!(
                "cd {}",
                shell_word(&elsewhere.path.display().to_string())
            ));
        }
        next.push(format!(
            "git coord worktree remove {}",
            shell_word(&done.shown())
        ));
    }
    let document = Document {
        entry: done.written.entry.clone(),
        task: done.shown(),
        work: ending.work,
        commit: ending.integrated.commit,
        into: target.branch.clone(),
        before,
        pushed: target.pushed_to().map(ToOwned::to_owned),
        next,
    };
    let (commit, into) = (&document.commit, visible(&document.into));
    let now = target.now()?;
    let mut text = match now {
        _ if before => format!("{into} has the work already, at {commit:.12}\n"),
        Some(now) if !target.was_at(now) => format!(
            "{into} is at {commit:.12} now, with the work of {}\n",
            document.task
        ),
        // A warning has said why it is not here.
        _ => String::new(),
    };
    if let Some(now) = now.filter(|now| before && !target.was_at(*now)) {
        text += &format!("{into} moved forward to {now:.12} here\n");
    }
    if let Some(remote) = &document.pushed {
        text += &format!("pushed {into} to {}\n", visible(remote));
    }
    text += &format!("{}\n", done::sentence(state, index));
    for command in &document.next {
        text += &format!("next: {command}\n");
    }
    context.ui.answer("coord.integrated/1", &document, text)
}
