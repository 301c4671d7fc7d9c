//! Facts about this machine, which `status --json` prints beside the state.
//!
//! Not here: facts that are the same on every machine (`core::views::snapshot`).

use std::collections::BTreeSet;

use serde::Serialize;

use super::{integrated::Outside, revision::Reading};
use crate::{
    cli::{CommandError, Context},
    core::{
        entry::event::Origin,
        plan::state::{State, task::Task},
        values::id::GuardId,
        views::snapshot::{GuardrailAtHand, TieDocument},
    },
    guard,
    ledger::{LEDGER_REF, cache},
    sync::remote::Remote,
};

/// The data of `local`. Unknown facts are null or empty.
#[derive(Debug, Clone, Serialize)]
pub struct Local {
    /// The ref of the ledger in this repository.
    r#ref: &'static str,
    /// The actor; null if none is set and no key belongs to one.
    actor: Option<String>,
    /// The remote that is home; null if there is none.
    remote: Option<String>,
    /// How many entries home does not have; null before the first sync.
    unconfirmed: Option<u64>,
    /// The tasks whose claim home has confirmed.
    confirmed: Vec<String>,
    /// The tasks that the actor holds.
    mine: Vec<String>,
    /// How each guardrail stands at the commit that is checked out.
    guardrails: Vec<GuardrailAtHand>,
    /// The guardrails with a stale result.
    stale: Vec<GuardId>,
    /// The done tasks whose work is in this clone but not in the main branch.
    not_in_main: Vec<String>,
    /// The tasks of the pull requests, for the command to fill in.
    pub pull_requests: Vec<TieDocument>,
    /// The state of the cache: `current`, `behind` or `none`.
    cache: &'static str,
}

impl Local {
    /// The facts about this machine, with the tasks of `state`.
    ///
    /// # Errors
    /// The checked out commit cannot be read.
    pub fn of(context: &Context, reading: &Reading, state: &State) -> Result<Self, CommandError> {
        let repository = reading.ledger().repository();
        // A reader needs no actor.
        let actor = context.actor(repository, reading.state()).ok();
        let held = |actor: &_| {
            let held = state.claimed().filter(|(.., claim)| claim.actor == *actor);
            held.map(|(index, ..)| state.shown(index)).collect()
        };
        // If the anchor cannot be read, these facts are unknown.
        let anchored = reading.anchored().ok().flatten();
        let unconfirmed = anchored.as_ref().map(|anchored| {
            let known = anchored.state.entries;
            reading.state().entries.saturating_sub(known)
        });
        let guardrails = guard::standing(repository, state)?;
        let confirmed = anchored.map(|anchored| confirmed(&anchored.state, state));
        Ok(Self {
            r#ref: LEDGER_REF,
            remote: Remote::home(repository).map(|home| home.name().to_owned()),
            unconfirmed,
            confirmed: confirmed.unwrap_or_default(),
            mine: actor.as_ref().map(held).unwrap_or_default(),
            stale: GuardrailAtHand::stale(&guardrails),
            guardrails,
            not_in_main: (Outside::of(repository, state.tasks_with_work())
                .tasks
                .into_iter())
            .map(|index| state.shown(index))
            .collect(),
            pull_requests: Vec::new(),
            cache: match cache::claimed_tip(repository) {
                Some(tip) if tip == reading.tip() => "current",
                Some(_) => "behind",
                None => "none",
            },
            actor: actor.map(|actor| actor.to_string()),
        })
    }
}

/// The tasks that have the same claim at home.
fn confirmed(home: &State, here: &State) -> Vec<String> {
    let claim = |task: &Task| task.claim.as_ref().map(|claim| claim.origin);
    let at_home: BTreeSet<Origin> = home.tasks().filter_map(|(_, task)| claim(task)).collect();
    let stands = |task: &Task| claim(task).is_some_and(|claim| at_home.contains(&claim));
    let confirmed = here.tasks().filter(|(_, task)| stands(task));
    confirmed.map(|(index, _)| here.shown(index)).collect()
}
