//! `git coord done`: finish a task.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use super::verdict;
use crate::{
    cli::{
        CommandError, Context,
        reading::{commit, integrated::MainBranchSearch},
        task::{
            act::{self, Basis},
            answer,
            claim_check::ClaimCheck,
        },
    },
    core::{
        entry::event::{CommitId, Event, Mark, TaskEvent},
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex, branch::branch_of, task::Task},
        },
        values::text::{Text, shell_word},
    },
    git::repository::Repository,
    guard::{at_hand, guarded_tree, tree_of},
    ledger::verified::Verified,
};

/// Mark a task as done
///
/// Without --commit, the approved commit counts as the finished work. That is right even if it was merged as another
/// commit, by a squash or a rebase. If --commit names another commit, that commit needs approvals of its own.
///
/// While the task depends on a task that is neither done nor cancelled, this is refused. After 'git coord policy
/// dependencies no' it is only a warning. After 'git coord policy integrated yes', it is also refused until the main branch has
/// the commit or its patch.
///
/// It is also refused while a required guardrail has not passed at the commit of the task, or at another commit with
/// the same tree, unless the guardrail waits for a task. If the task has no commit, what is checked out counts. See
/// 'git coord policy guardrails --help'.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord done B --commit HEAD")]
pub struct Args {
    /// Task to finish
    #[arg(value_name = "ID")]
    pub id: String,
    /// Name the commit with the work
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
    /// Finish it anyway, for REASON (coordinators and admins)
    ///
    /// This waives the review, open dependencies, integration and guardrails.
    #[arg(long, value_name = "REASON")]
    pub waive: Option<Text>,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let commit = args
        .commit
        .as_deref()
        .map(|given| commit::commit(context, given))
        .transpose()?;
    let repository = context.repository()?;
    let search = MainBranchSearch::new(&repository);
    let done = act::on_task(context, &args.id, |basis| {
        let claim = args.claim.check(basis)?;
        completed(
            &repository,
            &search,
            basis,
            commit.clone(),
            args.waive.clone(),
            claim,
        )
    });
    let done = done.map_err(|error| match error.refusal() {
        Some(Refusal::GateOpen { .. }) => way_on(context, &args.id, commit.as_ref(), error),
        Some(Refusal::GuardrailOpen {
            commit: Some(commit),
            ..
        }) if !is_at_hand(&repository, commit) => {
            let hint = format!("git switch --detach {commit:.10}");
            error.hint(hint)
        }
        _ => error,
    })?;
    // A newer commit that only this clone has does not make the approval stale, so it is only a warning.
    let moved = verdict::moved_here(&repository, done.state(), done.index);
    if let Some(moved) = moved.filter(|_| args.waive.is_none()) {
        context.ui.warn(moved);
    }
    if args.waive.is_none() {
        answer::warn_of_dependencies(context, done.state(), done.index);
    }
    let parent = parent_that_is_next(done.state(), done.index);
    done.say(context, &sentence(done.state(), done.index))?;
    if let Some(parent) = parent {
        let word = shell_word(&parent);
        context.ui.hint(format!(
            "all parts of {parent} have ended; to finish it: git coord done {word}"
        ));
    }
    Ok(())
}

/// The event that finishes a task, with this commit, else the tip of its branch if the policy asks for integrated work.
///
/// # Errors
/// git cannot be asked for the tree that the guardrails look at.
pub(super) fn completed(
    repository: &Repository,
    search: &MainBranchSearch<'_>,
    basis: &Basis<'_>,
    commit: Option<CommitId>,
    waiver: Option<Text>,
    claim: Option<Mark>,
) -> Result<Event, CommandError> {
    let commit = commit.or_else(|| unrecorded(repository, basis));
    let state = basis.state;
    let work = commit.as_ref().or(state.task(basis.index).commit.as_ref());
    let integrated = work.and_then(|work| search.find(work));
    let guarded = state.guarded_commit(basis.index, commit.as_ref(), integrated.as_ref());
    let tree = guarded_tree(repository, guarded)?;
    Ok(Event::Task(TaskEvent::Completed {
        task: basis.task.clone(),
        claim,
        waiver,
        tree,
        integrated,
        commit,
    }))
}

/// The open parent of a task, if all its parts have ended.
fn parent_that_is_next(state: &State, index: TaskIndex) -> Option<String> {
    let is_next = |parent: &TaskIndex| state.task(*parent).end.is_none() && !state.waits(*parent);
    let parent = state.task(index).parent.filter(is_next);
    parent.map(|parent| state.shown(parent))
}

/// What is new when the task is done: the task, and the tasks that waited for it.
pub(super) fn sentence(state: &State, index: TaskIndex) -> String {
    let mut sentence = format!("{} is done", state.shown(index));
    let freed = freed_by(state, index);
    if !freed.is_empty() {
        sentence.push_str(&format!("; no longer waiting: {}", freed.join(", ")));
    }
    let blocked = blocked_on(state, index);
    if !blocked.is_empty() {
        sentence.push_str(&format!("; still blocked on it: {}", blocked.join(", ")));
    }
    sentence
}

/// The tip of the task's branch, if the policy asks for integrated work and no commit was recorded.
fn unrecorded(repository: &Repository, basis: &Basis<'_>) -> Option<CommitId> {
    let (state, index) = (basis.state, basis.index);
    let is_asked = state.policy.integrated && state.task(index).commit.is_none();
    let branch = is_asked.then(|| branch_of(state, index))?;
    commit::find(repository, &format!("refs/heads/{branch}"))
}

/// Whether guardrails that run here look at this commit, or at its tree.
fn is_at_hand(repository: &Repository, commit: &CommitId) -> bool {
    let here = at_hand(repository).ok().flatten();
    here.is_none_or(|here| {
        let same_tree = || here.tree.is_some() && here.tree == tree_of(repository, commit);
        here.commit.as_ref() == Some(commit) || same_tree()
    })
}

/// Adds the next step to the refusal of an open review: wait for the review, or leave out --commit if another commit
/// was approved.
fn way_on(
    context: &mut Context,
    id: &str,
    named: Option<&CommitId>,
    error: CommandError,
) -> CommandError {
    let known = context.ledger().and_then(|ledger| Ok(ledger.current()?));
    let Ok(Verified { state, .. }) = known else {
        return error;
    };
    let Ok(index) = act::task(&state, id) else {
        return error;
    };
    let (task, id) = (state.task(index), shell_word(id));
    match (&task.commit, named) {
        (Some(approved), Some(named)) if state.review_needs(task).is_empty() => error.hint(format!(
            "if {approved:.12} was merged as {named:.12}, leave --commit out: git coord done {id}"
        )),
        _ if task.in_review() && is_submitted_last(task) => {
            error.hint(format!("git coord wait {id} --until approved"))
        }
        _ => error,
    }
}

/// Whether the submitted commit is the last one that the ledger knows. Verdicts on an earlier one do not count.
fn is_submitted_last(task: &Task) -> bool {
    let submission = task.submission.as_ref();
    submission.is_some_and(|it| it.commit.is_none() || it.commit == task.commit)
}

/// The open tasks with a blocker on this one, which somebody has to clear.
fn blocked_on(state: &State, finished: TaskIndex) -> Vec<String> {
    let tasks = state.open_tasks();
    let blocked = tasks.filter(|(_, task)| task.open_blockers().any(|it| it.on == Some(finished)));
    blocked.map(|(index, _)| state.shown(index)).collect()
}

/// The open tasks that waited for this one and wait for nothing now.
fn freed_by(state: &State, finished: TaskIndex) -> Vec<String> {
    let waited = state
        .open_tasks()
        .filter(|(_, task)| task.is_after(finished));
    waited
        .filter(|(index, _)| !state.waits(*index))
        .map(|(index, _)| state.shown(index))
        .collect()
}
