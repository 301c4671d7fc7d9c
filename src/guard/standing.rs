//! The guardrails at the commit that is checked out. Only this machine knows that commit, so this is not part of the state.
//!
//! Not here: what a result says about a commit (`core::plan::state::guardrails`), and how it is shown (`render`).

use super::checkout::{AtHand, at_hand};
use crate::{
    core::{plan::state::State, views::snapshot::GuardrailAtHand},
    git::{Error, repository::Repository},
};

/// How each guardrail stands at the commit that is checked out; without a worktree, by its last result.
///
/// # Errors
/// HEAD cannot be read.
pub fn standing(repository: &Repository, state: &State) -> Result<Vec<GuardrailAtHand>, Error> {
    if state.guardrails.is_empty() {
        return Ok(Vec::new());
    }
    let at_hand = at_hand(repository)?;
    let subject = at_hand.as_ref().map(AtHand::subject);
    Ok(GuardrailAtHand::all(state, subject))
}
