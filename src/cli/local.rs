//! What is true of this machine only, which `status --json` tells beside the state.
//!
//! Not here: what is the same on every machine (`core::snapshot`).

use serde::Serialize;

use super::{CommandError, Context, moment::Reading};
use crate::{
    core::{
        id::{GuardId, InvalidName},
        state::State,
        text::Text,
    },
    guard,
    store::{LEDGER_REF, cache, git::Repository},
};

/// The data of `local`. What nothing has found out yet is null or empty.
#[derive(Debug, Clone, Serialize)]
pub struct Local {
    /// The ref that holds the ledger here.
    r#ref: &'static str,
    /// Who acts; null if nobody is named and no key tells.
    actor: Option<String>,
    /// The remote where home is looked for; null if there is none.
    remote: Option<String>,
    /// How many entries home does not have; null as long as home was not asked.
    unconfirmed: Option<u64>,
    /// The tasks whose claim home has confirmed.
    confirmed: Vec<String>,
    /// The tasks that the actor holds.
    mine: Vec<String>,
    /// The guardrails whose result is not of what is at hand: `guard::stale`.
    stale: Vec<GuardId>,
    /// How the cache stands: `current`, `behind` or `none`.
    cache: &'static str,
}

impl Local {
    /// What is true here, with the tasks of `state`.
    ///
    /// # Errors
    /// The commit at hand cannot be told.
    pub fn of(context: &Context, reading: &Reading, state: &State) -> Result<Self, CommandError> {
        let repository = reading.ledger().repository();
        // Who reads need not act.
        let actor = context.actor(repository, reading.state()).ok();
        let held = |actor: &_| {
            let held = state.tasks().filter(|(_, task)| task.is_held_by(actor));
            held.map(|(index, _)| state.shown(index)).collect()
        };
        Ok(Self {
            r#ref: LEDGER_REF,
            remote: remote(repository),
            unconfirmed: None,
            confirmed: Vec::new(),
            mine: actor.as_ref().map(held).unwrap_or_default(),
            stale: guard::stale(repository, state)?,
            cache: match cache::claimed_tip(repository) {
                Some(tip) if tip == reading.tip() => "current",
                Some(_) => "behind",
                None => "none",
            },
            actor: actor.map(|actor| actor.to_string()),
        })
    }
}

/// The label under which this clone's worktrees are recorded: `coord.host`, else the machine and the folder.
///
/// # Errors
/// What `coord.host` says is too long for a label.
pub fn clone_label(repository: &Repository) -> Result<Text, CommandError> {
    let set = repository.config().string("coord.host");
    let made = || {
        let machine = nix::unistd::gethostname().unwrap_or_default();
        let folder = repository.main_folder().file_name().unwrap_or_default();
        format!("{}/{}", machine.to_string_lossy(), folder.to_string_lossy())
    };
    let label = set
        .filter(|set| !set.is_empty())
        .unwrap_or_else(made)
        .parse();
    label.map_err(|error: InvalidName| {
        CommandError::fatal("bad_config", "coord.host is no label").because(error)
    })
}

/// `coord.remote`, else `origin` where there is one.
fn remote(repository: &Repository) -> Option<String> {
    let config = repository.config();
    let set = config.string("coord.remote");
    set.filter(|name| !name.is_empty()).or_else(|| {
        config
            .string("remote.origin.url")
            .map(|_| "origin".to_owned())
    })
}
