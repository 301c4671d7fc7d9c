//! Which results no longer speak of what is at hand. True of this machine only, so no part of the state.
//!
//! Not here: how it is shown (`cli::reading::local`, `render`).

use super::trust;
use crate::{
    core::{
        plan::state::{
            State,
            records::{Guardrail, GuardrailRecord},
        },
        values::id::GuardId,
    },
    git::{refs, repository::Repository},
    ledger::Error,
};

/// The guardrails whose last result is of another commit than HEAD, of a worktree that differed from its commit, or of
/// another command than the guardrail has now. None where there is no worktree. A result that names no commit, as those of
/// an import, is not among them: nobody can tell what it is of.
///
/// # Errors
/// HEAD cannot be read.
pub fn stale(repository: &Repository, state: &State) -> Result<Vec<GuardId>, Error> {
    let has_result = |guardrail: &Guardrail| guardrail.result.is_some();
    if repository.is_bare() || !state.guardrails.values().any(has_result) {
        return Ok(Vec::new());
    }
    let head = refs::head(repository)?.map(|commit| commit.to_string());
    let is_stale = |guardrail: &Guardrail| {
        let result = guardrail.result.as_ref();
        result.is_some_and(|result| !speaks_of(result, guardrail, head.as_deref()))
    };
    let stale = state
        .guardrails
        .iter()
        .filter(|(_, guardrail)| is_stale(guardrail));
    Ok(stale.map(|(id, _)| id.clone()).collect())
}

fn speaks_of(result: &GuardrailRecord, guardrail: &Guardrail, head: Option<&str>) -> bool {
    let commit = result.commit.as_ref().map(ToString::to_string);
    let same_command = result
        .command_digest
        .is_none_or(|digest| Some(digest) == guardrail.command.as_ref().map(trust::digest));
    let same_commit = commit.is_none() || commit.as_deref() == head;
    !result.dirty && same_commit && same_command
}
