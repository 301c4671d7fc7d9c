//! The records of a state beside its tasks: observations, snapshots, imports, anomalies.
//!
//! Not here: tasks (`task`), guardrails (`guardrails`) and actors (`roster`).

use serde::{Deserialize, Serialize};

use crate::core::{
    entry::event::{
        Origin,
        observation::{PullRequest, Worktree},
        task::Import,
    },
    plan::refusal::Refusal,
    values::{
        id::{ActorName, Digest, EntryId, TaskId},
        text::Text,
        time::{DayOffset, Timestamp},
    },
};

/// A reference to an attachment of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The entry whose tree holds it.
    pub entry: EntryId,
    /// Its path there.
    pub name: Text,
    /// The BLAKE3 of its bytes.
    pub digest: Digest,
}

/// A pull request as last observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPullRequest {
    /// The time of the observation.
    pub at: Timestamp,
    /// The observed pull request.
    pub seen: PullRequest,
}

/// The worktrees of a clone as last observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenWorktrees {
    /// The time of the observation.
    pub at: Timestamp,
    /// The observed worktrees, by label.
    pub seen: Vec<Worktree>,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The entry that holds its files.
    pub entry: EntryId,
    /// Its label.
    pub label: Option<TaskId>,
    /// The effective time of its entry.
    pub at: Timestamp,
    /// The actor that took it.
    pub actor: ActorName,
    /// The digest of the state that it shows, as its author recorded it.
    pub state: Digest,
    /// The versions of the rules, the state and the files that it was made with.
    pub versions: (u16, u16, u16),
}

impl Snapshot {
    /// Its name: `2025-10-15/morning`, or without a label the beginning of its entry's id.
    pub fn name(&self, days: DayOffset) -> String {
        match &self.label {
            Some(label) => format!("{}/{label}", self.at.day(days)),
            None => self.entry.short(),
        }
    }
}

/// An import of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// The event that recorded it.
    pub origin: Origin,
    /// The time of the import.
    pub at: Timestamp,
    /// The actor of the import.
    pub actor: ActorName,
    /// The imported plan.
    pub import: Import,
}

/// A refused entry. It had no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// The entry.
    pub entry: EntryId,
    /// The index of the refused event.
    pub event: u16,
    /// The author.
    pub actor: ActorName,
    /// The effective time of the entry.
    pub at: Timestamp,
    /// The refusal.
    pub refusal: Refusal,
}
