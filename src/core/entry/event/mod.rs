//! An entry of the ledger, as its author signs it: the author, the time, the parents and the events.
//!
//! These definitions decide the wire form: fields and variants are numbered in the order of declaration.
//! New ones go at the end, and none may be reordered (see LEDGER_FORMAT.md, "Kinds").
//!
//! Not here: the bytes (`codec`), the effect of an event (`reduce`), its permission (`rules`).

pub mod guardrail;
pub mod ledger;
pub mod observation;
pub mod review;
pub mod roster;
pub mod task;
pub mod work;

use serde::{Deserialize, Serialize, Serializer};

use self::task::TaskFact;
pub use self::{
    guardrail::GuardrailEvent, ledger::LedgerEvent, observation::ObservationEvent,
    review::ReviewEvent, roster::RosterEvent, task::TaskEvent, work::WorkEvent,
};
use crate::core::values::{
    id::{ActorName, Digest, EntryId, TaskId},
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
}

impl Entry {
    /// Whether this founds a ledger.
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
        self.attachments
            .iter()
            .find(|attachment| attachment.name == *name)
    }
}

/// The most folders and files in an attachment's path.
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
    /// Whether the event could take files away from claims of other tasks.
    pub fn takes_files(&self) -> bool {
        match self {
            Self::Work(WorkEvent::Claimed { .. }) => true,
            Self::Task(TaskEvent::Edited { facts, .. }) => {
                facts.iter().any(TaskFact::is_a_path_more)
            }
            _ => false,
        }
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

/// A reference to the event that created something, in this entry or in an earlier one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Mark {
    /// The entry; none for the entry that contains the mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The index of the event in that entry.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub event: u16,
    /// The index within the event, where one event creates several things (steps).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub item: u16,
}

// Serde's `skip_serializing_if` demands this signature.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u16) -> bool {
    *number == 0
}

impl Mark {
    /// The origin that the mark refers to, if the entry `here` contains the mark.
    pub fn origin(self, here: EntryId) -> Origin {
        Origin {
            entry: self.entry.unwrap_or(here),
            event: self.event,
            item: self.item,
        }
    }
}

/// The event that created a task, step, blocker or claim. It identifies the thing for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(EntryId, u16, u16)", into = "(EntryId, u16, u16)")]
pub struct Origin {
    /// The entry.
    pub entry: EntryId,
    /// The index of the event in the entry.
    pub event: u16,
    /// The index within the event.
    pub item: u16,
}

impl Origin {
    /// A mark that refers here from any other entry.
    pub fn mark(self) -> Mark {
        Mark {
            entry: Some(self.entry),
            event: self.event,
            item: self.item,
        }
    }
}

impl From<(EntryId, u16, u16)> for Origin {
    fn from((entry, event, item): (EntryId, u16, u16)) -> Self {
        Self { entry, event, item }
    }
}

impl From<Origin> for (EntryId, u16, u16) {
    fn from(origin: Origin) -> Self {
        (origin.entry, origin.event, origin.item)
    }
}

/// A task, by its name for people and the event that created it. Only the event identifies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskRef {
    /// Its name, for people.
    pub id: TaskId,
    /// The event that added it.
    pub mark: Mark,
}

/// A commit in the repository, by its raw object id: 20 or 32 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "serde_bytes::ByteBuf")]
pub struct CommitId(Box<[u8]>);

/// Its bytes in CBOR, hexadecimal digits in JSON.
impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl TryFrom<serde_bytes::ByteBuf> for CommitId {
    type Error = &'static str;
    fn try_from(bytes: serde_bytes::ByteBuf) -> Result<Self, &'static str> {
        match bytes.len() {
            20 | 32 => Ok(Self(bytes.into_vec().into())),
            _ => Err("a commit id that is neither 20 nor 32 bytes"),
        }
    }
}

impl std::str::FromStr for CommitId {
    type Err = crate::core::values::id::InvalidName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes =
            matches!(text.len(), 40 | 64).then(|| text.as_bytes().chunks(2).map(byte).collect());
        let invalid = || crate::core::values::id::InvalidName {
            what: "commit id",
            text: text.to_owned(),
            why: "it is not 40 or 64 hexadecimal digits",
        };
        bytes.flatten().map(Self).ok_or_else(invalid)
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        f.pad(&digits)
    }
}

impl std::fmt::Debug for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
