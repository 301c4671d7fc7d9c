//! Tasks whose pull requests are merged: which they are, and finishing them.
//!
//! Not here: which pull request belongs to which task (`ties`), and whether a task may be finished (`core::plan::rules`).

use serde::Serialize;

use super::{super::done, ties};
use crate::{
    cli::{
        CommandError, Context,
        reading::{commit, integrated::MainBranchSearch},
        task::{
            act::{self, Basis},
            claim_check::ClaimCheck,
        },
    },
    core::{
        entry::event::CommitId, plan::state::State, values::text::shell_word,
        views::snapshot::PullRequestDocument,
    },
    git::repository::Repository,
};

/// An open task whose pull request is merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergedTask {
    /// The task.
    pub task: String,
    /// The number of the pull request.
    pub number: u64,
    /// The command that finishes the task.
    pub command: String,
    /// Its tip. Not in the JSON.
    #[serde(skip)]
    commit: Option<CommitId>,
}

/// A task that was finished because its pull request is merged, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finished {
    /// The task.
    pub task: String,
    /// The number of the pull request.
    pub number: u64,
    /// The entry that finished it; null if the rules refuse it.
    pub entry: Option<String>,
    /// The code of the refusal.
    pub refused: Option<&'static str>,
    /// The refusal in a sentence.
    pub why: Option<String>,
}

/// The open tasks whose work is merged, as far as the last observation shows.
pub fn merged(repository: &Repository, state: &State) -> Vec<MergedTask> {
    let merged = ties::ties(repository, state).merged(state).into_iter();
    let merged = merged.map(|(index, request)| {
        let PullRequestDocument { number, commit, .. } = request;
        let task = state.shown(index);
        MergedTask {
            command: format!("git coord done {}", shell_word(&task)),
            task,
            number,
            commit,
        }
    });
    merged.collect()
}

/// Finishes these tasks as `done` does. A task that the rules keep open stays open.
///
/// # Errors
/// The ledger cannot be written.
pub(super) fn finish(
    context: &mut Context,
    merged: &[MergedTask],
) -> Result<Vec<Finished>, CommandError> {
    let repository = context.repository()?;
    let search = MainBranchSearch::new(&repository);
    let mut finished = Vec::with_capacity(merged.len());
    for merged in merged {
        // The task may have no commit yet; then it is that of the pull request, if this clone has it.
        let tip = merged.commit.as_ref();
        let tip = tip.and_then(|commit| commit::find(&repository, &commit.to_string()));
        let done = act::on_task(context, &merged.task, |basis: &Basis<'_>| {
            let own = basis.state.task(basis.index).commit.as_ref();
            let commit = tip.clone().filter(|_| own.is_none());
            let claim = ClaimCheck::default().check(basis)?;
            done::completed(&repository, &search, basis, commit, None, claim)
        });
        let (entry, refusal) = match done {
            Ok(done) => (done.written.entry.clone(), None),
            Err(error) if error.refusal().is_some() => (None, Some(error)),
            Err(error) => return Err(error),
        };
        finished.push(Finished {
            task: merged.task.clone(),
            number: merged.number,
            entry,
            refused: refusal.as_ref().map(CommandError::code),
            why: refusal.as_ref().map(ToString::to_string),
        });
    }
    Ok(finished)
}
