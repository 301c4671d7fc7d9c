//! Stale results: results of another commit or command than the current one. Only this machine knows its current commit,
//! so staleness is not part of the state.
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
    git::{Error, refs, repository::Repository},
};

/// The guardrails whose last result is about another commit than HEAD, about a worktree that differed from its commit, or
/// about another command than the current one. None without a worktree. A result without a commit, such as an imported
/// one, is never stale, because nobody knows its commit.
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
