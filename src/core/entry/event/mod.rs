//! An entry of the ledger, as its author signs it: the author, the time, the parents and the events.
//!
//! These definitions decide the wire form: fields and variants are numbered in the order of declaration.
//! New ones go at the end, and none may be reordered (docs/format/kinds.md).
//!
//! Not here: the bytes (`codec`), the effect of an event (`reduce`), its permission (`rules`).

mod commit;
pub mod guardrail;
pub mod ledger;
mod mark;
pub mod observation;
mod reference;
pub mod rename;
pub mod review;
pub mod roster;
pub mod task;
pub mod work;

use serde::{Deserialize, Serialize};

pub use self::{
    commit::CommitId,
    guardrail::GuardrailEvent,
    ledger::LedgerEvent,
    mark::{Mark, Origin},
    observation::ObservationEvent,
    reference::TaskRef,
    review::ReviewEvent,
    roster::RosterEvent,
    task::TaskEvent,
    work::WorkEvent,
};
use crate::core::values::{
    id::{ActorName, Digest, EntryId, IdempotencyKey},
    text::{Text, is_file_name},
    time::Timestamp,
};

/// The payload of one entry. Its author signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format, 1.
    pub format: u16,
    /// The ledger that it belongs to: the id of its genesis; none in the genesis itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<EntryId>,
    /// The ids of its parents, in the order of the commit's parents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<EntryId>,
    /// The author.
    pub actor: ActorName,
    /// The time by the author's clock; equals the committer time.
    pub time: Timestamp,
    /// The events. Either all take effect, or none. Empty only in a join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// The files of its tree, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What its author calls the change, so that it is made only once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<IdempotencyKey>,
}

impl Entry {
    /// Whether this creates a ledger.
    pub fn is_genesis(&self) -> bool {
        matches!(
            self.events.first(),
            Some(Event::Ledger(LedgerEvent::Created(_)))
        )
    }
    /// Whether this entry only joins two lines.
    pub fn is_join(&self) -> bool {
        self.events.is_empty()
    }
    /// The attachment of this name.
    pub fn attachment(&self, name: &Text) -> Option<&Attachment> {
        let sorted = &self.attachments;
        let place = sorted.binary_search_by(|attachment| attachment.name.cmp(name));
        place.ok().map(|place| &sorted[place])
    }
}

/// The maximum number of folders and files in an attachment's path.
pub const PATH_DEPTH_MAX: usize = 16;

/// A blob in the entry's tree: long text, evidence, or a file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attachment {
    /// Its path in the tree.
    pub name: Text,
    /// The BLAKE3 of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

impl Attachment {
    /// Whether its name is a valid path in a tree that does not lead out of its folder.
    pub fn has_a_path(&self) -> bool {
        let mut names = self.name.as_str().split('/');
        names.clone().count() <= PATH_DEPTH_MAX && names.all(is_file_name)
    }
}

/// One event, by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The ledger itself.
    Ledger(LedgerEvent),
    /// Actors, their keys and roles, and policy.
    Roster(RosterEvent),
    /// Tasks, their creation and their end.
    Task(TaskEvent),
    /// Claims and work in progress.
    Work(WorkEvent),
    /// Reviews.
    Review(ReviewEvent),
    /// Guardrails and targets.
    Guardrail(GuardrailEvent),
    /// Observations of the outside world, and snapshots.
    Observation(ObservationEvent),
}

impl Event {
    /// How many facts about a task it has.
    pub fn facts(&self) -> usize {
        match self {
            Self::Task(TaskEvent::Added { facts, .. } | TaskEvent::Edited { facts, .. }) => {
                facts.len()
            }
            _ => 0,
        }
    }
    /// The most labels that a pull request of it has.
    pub fn labels(&self) -> usize {
        let Self::Observation(ObservationEvent::PullRequests { seen, .. }) = self else {
            return 0;
        };
        let labels = seen.iter().filter_map(|request| request.labels.as_ref());
        labels.map(Vec::len).max().unwrap_or(0)
    }
    /// The task that the event changes; none if it adds a task or changes something else.
    pub fn changed_task(&self) -> Option<&TaskRef> {
        match self {
            Self::Task(event) => match event {
                TaskEvent::Added { .. } | TaskEvent::Imported(_) => None,
                TaskEvent::Edited { task, .. }
                | TaskEvent::Completed { task, .. }
                | TaskEvent::Cancelled { task, .. }
                | TaskEvent::Reopened { task, .. }
                | TaskEvent::Commented { task, .. } => Some(task),
            },
            Self::Work(event) => Some(event.task()),
            Self::Review(event) => match event {
                ReviewEvent::Submitted { task, .. }
                | ReviewEvent::Approved { task, .. }
                | ReviewEvent::Rejected { task, .. }
                | ReviewEvent::Withdrawn { task }
                | ReviewEvent::CheckTicked { task, .. } => Some(task),
            },
            Self::Ledger(_) | Self::Roster(_) | Self::Guardrail(_) | Self::Observation(_) => None,
        }
    }
}
