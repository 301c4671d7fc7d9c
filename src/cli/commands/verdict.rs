//! `git coord approve` and `git coord reject`: give a verdict on the work on a task.
//!
//! Not here: what else the review needs (`core::plan::state`), and who may give a verdict (`core::plan::rules`).

use std::cell::OnceCell;

use crate::{
    cli::{CommandError, Context, files::input, reading::commit, task::act},
    core::{
        entry::event::{CommitId, Event, ReviewEvent},
        plan::state::{State, TaskIndex, branch::branch_of, task::Task},
        values::text::{Text, shell_word},
    },
    git::repository::Repository,
    ledger::EntryDraft,
    render::refusal::review_needs,
};

/// The name of the attachment that holds a note.
const NOTE: &str = "note.md";

/// Approve the submitted commit of a task
///
/// The verdict applies to this commit; a later commit makes it stale. Owners and holders of a task cannot approve
/// it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord approve B --note 'Tested on staging.'")]
pub struct ApproveArgs {
    /// Task to approve
    #[arg(value_name = "ID")]
    pub id: String,
    /// Add a note; '-' reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub reviewed: Reviewed,
}

/// Reject the submitted commit of a task
///
/// The task is in progress again until somebody submits it again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord reject B --note 'The timeout is not tested.'")]
pub struct RejectArgs {
    /// Task to reject
    #[arg(value_name = "ID")]
    pub id: String,
    /// Say what is wrong; '-' reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    #[command(flatten)]
    pub reviewed: Reviewed,
}

#[derive(Debug, clap::Args)]
pub struct Reviewed {
    /// Name the commit that you reviewed
    ///
    /// If another commit was submitted or recorded since then, the verdict is refused.
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

pub fn approve(context: &mut Context, args: &ApproveArgs) -> Result<(), CommandError> {
    give(
        context,
        &args.id,
        true,
        args.note.as_deref(),
        &args.reviewed,
    )
}

pub fn reject(context: &mut Context, args: &RejectArgs) -> Result<(), CommandError> {
    give(context, &args.id, false, Some(&args.note), &args.reviewed)
}

/// Appends a verdict, and answers with what the review still needs.
///
/// # Errors
/// `unknown_commit`, `cannot_read`.
fn give(
    context: &mut Context,
    id: &str,
    approved: bool,
    note: Option<&str>,
    reviewed: &Reviewed,
) -> Result<(), CommandError> {
    let repository = context.repository()?;
    // The verdict is about the commit that was submitted when the command started. If another one is submitted before
    // the verdict is appended, the rules refuse it.
    let judged = OnceCell::new();
    let name: Text = input::name(NOTE)?;
    let given = reviewed.commit.as_deref();
    let note = note.map(input::text).transpose()?;
    let done = act::on_task(context, id, |basis| {
        if judged.get().is_none() {
            let named = looked_at(&repository, basis.state.task(basis.index), given)?;
            _ = judged.set(named);
        }
        let commit = judged.get().cloned().flatten();
        let task = basis.task.clone();
        let event = if approved {
            let note = note.is_some().then(|| name.clone());
            ReviewEvent::Approved { task, commit, note }
        } else {
            let note = name.clone();
            ReviewEvent::Rejected { task, commit, note }
        };
        let attached = note.iter().map(|note| (name.clone(), note.clone()));
        Ok(EntryDraft {
            events: vec![Event::Review(event)],
            attachments: attached.collect(),
            key: None,
        })
    })?;
    if let Some(moved) = moved_on(&repository, done.state(), done.index) {
        context.ui.warn(moved);
    }
    let task = done.task();
    let mut sentence = format!(
        "{} {} {}",
        done.written.actor,
        ["rejected", "approved"][usize::from(approved)],
        done.shown()
    );
    let given = task.verdicts.get(&done.written.actor);
    if let Some(commit) = given.and_then(|verdict| verdict.commit.as_ref()) {
        sentence += &format!(" at {commit:.12}");
    }
    sentence += &match review_needs(&done.state().review_needs(task)) {
        _ if !approved => String::new(),
        Some(needs) => format!("; its review still needs {needs}"),
        None => "; it can be done".to_owned(),
    };
    done.say(context, &sentence)
}

/// The commit of a verdict: the given one, else the submitted one. The first digits are enough for a commit in the
/// ledger, even if git does not have it.
fn looked_at(
    repository: &Repository,
    task: &Task,
    given: Option<&str>,
) -> Result<Option<CommitId>, CommandError> {
    let submission = task.submission.as_ref();
    let submitted = submission.and_then(|submission| submission.commit.as_ref());
    let Some(given) = given else {
        return Ok(submitted.cloned());
    };
    let is_meant = |commit: &&CommitId| given.len() >= 7 && commit.to_string().starts_with(given);
    let known = submitted.into_iter().chain(&task.commit).find(is_meant);
    match known {
        Some(commit) => Ok(Some(commit.clone())),
        None => commit::commit_of(repository, given).map(Some),
    }
}

/// The warning about a commit that is newer than the submitted one. If the ledger knows it, it makes the approval
/// stale.
fn moved_on(repository: &Repository, state: &State, index: TaskIndex) -> Option<String> {
    let task = state.task(index);
    let judged = task.submission.as_ref()?.commit.as_ref()?;
    let shown = shell_word(&state.shown(index)).into_owned();
    if let Some(later) = task.commit.as_ref().filter(|commit| *commit != judged) {
        return Some(format!(
            "commit {later:.12} is newer than the submitted {judged:.12}; to submit it: git coord submit {shown}"
        ));
    }
    moved_here(repository, state, index)
}

/// The warning about a commit that is newer than the submitted one and that only this clone has.
pub(super) fn moved_here(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
) -> Option<String> {
    let task = state.task(index);
    let judged = task.submission.as_ref()?.commit.as_ref()?;
    let branch = branch_of(state, index);
    let tip = commit::find(repository, &format!("refs/heads/{branch}"))?;
    (tip != *judged)
        .then(|| format!("branch '{branch}' is at {tip:.12}, but {judged:.12} was submitted"))
}
