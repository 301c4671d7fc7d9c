//! What the state holds beside tasks: guardrails, observations, snapshots, imports, anomalies.
//!
//! Not here: tasks (`task`) and actors (`roster`).

use serde::{Deserialize, Serialize};

use super::task_index::TaskIndex;
use crate::core::{
    entry::event::{
        CommitId, Origin,
        guardrail::Outcome,
        observation::{PullRequest, Worktree},
        task::Import,
    },
    plan::refusal::Refusal,
    values::{
        id::{ActorName, Digest, EntryId, TaskId},
        text::Text,
        time::{DayOffset, Span, Timestamp},
    },
};

/// An attachment, wherever its entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The entry whose tree holds it.
    pub entry: EntryId,
    /// Its path there.
    pub name: Text,
    /// The BLAKE3 of its bytes.
    pub digest: Digest,
}

/// A guardrail and its last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardrail {
    /// What it shows.
    pub title: Text,
    /// The shell command that checks it.
    pub command: Option<Text>,
    /// What its output should be.
    pub expect: Option<Text>,
    /// Whether everything has to wait for it.
    pub required: bool,
    /// The tasks that have to be finished first.
    pub depends: Vec<TaskIndex>,
    /// How long it may run.
    pub time_limit: Option<Span>,
    /// What its source said beside.
    pub extra: Vec<(Text, Text)>,
    /// Who wrote the command.
    pub defined_by: ActorName,
    /// Its last result.
    pub result: Option<GuardrailRecord>,
}

/// A result of a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailRecord {
    /// How it came out.
    pub outcome: Outcome,
    /// Who ran it.
    pub actor: ActorName,
    /// When it was recorded.
    pub at: Timestamp,
    /// The commit that it looked at.
    pub commit: Option<CommitId>,
    /// Whether the worktree differed from that commit.
    pub dirty: bool,
    /// The exit status of its command.
    pub exit: Option<i32>,
    /// What it printed.
    pub evidence: Option<Attached>,
    /// The BLAKE3 of the command that was run.
    pub command_digest: Option<Digest>,
}

/// A pull request as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPullRequest {
    /// When.
    pub at: Timestamp,
    /// What was seen.
    pub seen: PullRequest,
}

/// The worktrees of a clone as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenWorktrees {
    /// When.
    pub at: Timestamp,
    /// What was seen, by label.
    pub seen: Vec<Worktree>,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The entry that holds its files.
    pub entry: EntryId,
    /// What it is called.
    pub label: Option<TaskId>,
    /// When it was taken: the effective time of its entry.
    pub at: Timestamp,
    /// Who took it.
    pub actor: ActorName,
    /// The digest of the state that it shows, as its author recorded it.
    pub state: Digest,
    /// The versions of rules, state and files by which it was made.
    pub versions: (u16, u16, u16),
}

impl Snapshot {
    /// What it is called: `2025-10-15/morning`, or without a label the beginning of its entry's id.
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
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: ActorName,
    /// What.
    pub import: Import,
}

/// An entry that was refused: it had no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Which entry.
    pub entry: EntryId,
    /// The index of the event that the rules refused.
    pub event: u16,
    /// Who wrote it.
    pub actor: ActorName,
    /// The effective time of the entry.
    pub at: Timestamp,
    /// Why.
    pub refusal: Refusal,
}
