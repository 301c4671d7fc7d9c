//! The claim check: work names the actor's claim in this worktree, or the one in `--claim`.
//!
//! A claim belongs to an actor in a worktree. So an agent learns that it lost the lease if another actor, or the same
//! actor in another worktree, took the task over during a pause. Not here: whether the rules accept work
//! (`core::plan::rules`).

use super::act::Basis;
use crate::{
    cli::CommandError,
    core::{
        entry::event::Mark,
        plan::{
            refusal::{Code, Refusal},
            rules,
            state::task::Claim,
        },
        values::text::{Text, shell_word},
    },
};

/// The option that names a claim.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ClaimCheck {
    /// Work under CLAIM: its number, or the first digits of its entry
    ///
    /// The default is your own claim in this worktree.
    #[arg(long = "claim", value_name = "CLAIM")]
    pub named: Option<String>,
}

impl ClaimCheck {
    /// The claim for an event of this basis; none if the actor holds none.
    ///
    /// # Errors
    /// `lease_lost` if the named claim is not the actor's present claim of the task, or if the actor's claim was made
    /// in another worktree.
    pub fn check(&self, basis: &Basis<'_>) -> Result<Option<Mark>, CommandError> {
        let held = basis.state.task(basis.index).claim.as_ref();
        let own = held.filter(|claim| claim.actor == *basis.actor);
        match (&self.named, own) {
            (Some(named), Some(own)) if is_named(own, named) => Ok(Some(own.origin.mark())),
            (Some(_), _) => Err(lost(basis, held).into()),
            (None, Some(own)) if is_elsewhere(own, basis.worktree) => Err(elsewhere(basis, own)),
            (None, own) => Ok(own.map(|claim| claim.origin.mark())),
        }
    }

    /// The claim for an event that needs one.
    ///
    /// # Errors
    /// As for [`Self::check`]; `lease_lost` if others ended the actor's claim, `claim_held` if another holds the task,
    /// `not_claimed` if nobody does.
    pub fn check_own(&self, basis: &Basis<'_>) -> Result<Mark, CommandError> {
        if let Some(own) = self.check(basis)? {
            return Ok(own);
        }
        let task = basis.state.task(basis.index);
        let held = task.claim.as_ref();
        Err(match held {
            _ if task.outrun.contains(basis.actor) => lost(basis, held),
            Some(held) => rules::claim_held(basis.state, basis.index, held),
            None => Refusal::NotClaimed {
                task: basis.state.name_of(basis.index),
            },
        }
        .into())
    }
}

/// Whether a claim was made in another worktree than this one. False if one of them has no label.
pub fn is_elsewhere(claim: &Claim, here: Option<&Text>) -> bool {
    let made_in = claim.worktree.as_ref();
    made_in.zip(here).is_some_and(|(there, here)| there != here)
}

fn is_named(claim: &Claim, name: &str) -> bool {
    name == claim.number.to_string()
        || (name.len() >= 4 && claim.origin.entry.to_string().starts_with(name))
}

fn lost(basis: &Basis<'_>, held: Option<&Claim>) -> Refusal {
    rules::taken_over(basis.state, basis.index, held)
}

fn elsewhere(basis: &Basis<'_>, own: &Claim) -> CommandError {
    let shown = basis.state.shown(basis.index);
    let there = own.worktree.as_ref().map_or("", Text::as_str);
    let message = format!(
        "your claim of task '{shown}' was made in worktree '{there}', not here (claim {})",
        own.number
    );
    CommandError::no(Code::LeaseLost.as_str(), message).hint(format!(
        "to go on with it here: git coord claim --resume {}",
        shell_word(&shown)
    ))
}
