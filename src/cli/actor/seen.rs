//! How far an actor has seen the ledger on this machine: the tip at which it last looked.
//!
//! Not here: what is new since then (`cli::reading::news`).

use serde::{Deserialize, Serialize};

use crate::{
    core::values::{id::ActorName, time::Timestamp},
    git::repository::{ObjectId, Repository},
};

/// The tip at which an actor last looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its object id.
    pub tip: String,
    /// When the actor looked.
    pub at: Timestamp,
}

impl Seen {
    /// The tip as it is now.
    pub fn now(tip: ObjectId, at: Timestamp) -> Self {
        Self {
            tip: tip.to_string(),
            at,
        }
    }

    /// What the actor has seen; none if it has not looked on this machine.
    pub fn read(repository: &Repository, actor: &ActorName) -> Option<Self> {
        serde_json::from_slice(&repository.kept(&name(actor))?).ok()
    }

    /// Keeps it.
    pub fn keep(&self, repository: &Repository, actor: &ActorName) {
        let stored = serde_json::to_vec(self).unwrap_or_default();
        repository.keep(&name(actor), &stored);
    }
}

fn name(actor: &ActorName) -> String {
    format!("seen/{actor}")
}
