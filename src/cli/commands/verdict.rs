//! What `approve` and `reject` share: the commit that is judged, the note, what is still missing.
//!
//! Not here: who may give a verdict (`core::rules`).

use super::submit;
use crate::{
    cli::{CommandError, Context, act, acted, input, revision},
    core::{
        event::{CommitId, Event, ReviewEvent, TaskRef},
        state::{State, TaskIndex},
        text::{Text, shell_word},
    },
    store::{Draft, git::Repository},
};

/// The name of the attachment that holds a note.
const NOTE: &str = "note.md";

/// A verdict, as the command line has it.
pub(super) struct Verdict<'a> {
    pub(super) id: &'a str,
    pub(super) approved: bool,
    pub(super) note: Option<&'a str>,
    pub(super) commit: Option<&'a str>,
}

/// Gives a verdict and says what the review still needs.
///
/// # Errors
/// What the store and the rules say; `unknown_commit`, `cannot_read`.
pub(super) fn give(context: &mut Context, verdict: &Verdict<'_>) -> Result<(), CommandError> {
    let given = verdict.commit.map(|given| revision::commit(context, given));
    let given = given.transpose()?;
    let name: Text = input::name(NOTE)?;
    let note = verdict.note.map(input::text).transpose()?;
    let done = act::on_task(context, verdict.id, |scene| {
        let submission = scene.state.task(scene.index).submission.as_ref();
        let submitted = submission.and_then(|submission| submission.commit.clone());
        let event = event(
            verdict,
            &scene.task,
            given.clone().or(submitted),
            &name,
            note.is_some(),
        );
        let attached = note.iter().map(|note| (name.clone(), note.clone()));
        Ok(Draft {
            events: vec![Event::Review(event)],
            attachments: attached.collect(),
        })
    })?;
    let repository = context.repository()?;
    if let Some(moved) = moved_on(&repository, done.state(), done.index) {
        context.ui.warn(moved);
    }
    let shown = done.shown();
    let task = done.state().task(done.index);
    let sentence = match (
        verdict.approved,
        submit::needs(&done.state().review_needs(task)),
    ) {
        (false, _) => format!("{shown} is rejected by {}", done.actor),
        (true, Some(needs)) => {
            format!(
                "{shown} is approved by {}; its review still needs {needs}",
                done.actor
            )
        }
        (true, None) => format!("{shown} is approved by {}; it can be done", done.actor),
    };
    acted::say(context, &done, sentence)
}

fn event(
    verdict: &Verdict<'_>,
    task: &TaskRef,
    commit: Option<CommitId>,
    note: &Text,
    has_note: bool,
) -> ReviewEvent {
    let (task, note) = (task.clone(), note.clone());
    match verdict.approved {
        true => ReviewEvent::Approved {
            task,
            commit,
            note: has_note.then_some(note),
        },
        false => ReviewEvent::Rejected { task, commit, note },
    }
}

/// A later commit than the one that was judged: one that the ledger knows makes the approval stale.
fn moved_on(repository: &Repository, state: &State, index: TaskIndex) -> Option<String> {
    let task = state.task(index);
    let judged = task.submission.as_ref()?.commit.as_ref()?;
    let shown = shell_word(&state.shown(index)).into_owned();
    if let Some(later) = task.commit.as_ref().filter(|commit| *commit != judged) {
        return Some(format!(
            "commit {later:.12} came after {judged:.12}, which was submitted; it needs 'git coord submit {shown}'"
        ));
    }
    moved_here(repository, state, index)
}

/// A later commit than the one that was submitted which only this clone knows: it is worth a word.
pub(super) fn moved_here(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
) -> Option<String> {
    let task = state.task(index);
    let judged = task.submission.as_ref()?.commit.as_ref()?;
    let branch = task.branch.as_ref()?;
    let tip = revision::find(repository, &format!("refs/heads/{branch}"))?;
    (tip != *judged)
        .then(|| format!("branch '{branch}' is at {tip:.12}, and {judged:.12} was submitted"))
}
