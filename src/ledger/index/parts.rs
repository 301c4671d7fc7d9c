//! The parts of the index: its head, blocks of commits, lists of places, and stored states; how large they are, and how one is read.
//!
//! Not here: writing them (`build`), and the database that holds them (`store`).

use std::{
    io::{self, Read as _, Write as _},
    path::PathBuf,
};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};

use super::{
    commit::IndexedCommit,
    store::{Change, Kind, Store},
};
use crate::{
    core::{
        entry::codec::v1,
        plan::{
            roster::Roster,
            state::{RULES, STATE, State},
        },
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self,
        repository::{ObjectId, Repository},
    },
    ledger::Error,
};

/// The number of rows in a block, which is read and checked as a whole. All sizes are small in the unit tests, whose ledgers are
/// small.
pub(super) const BLOCK: u64 = if cfg!(test) { 4 } else { 128 };

/// The number of places in one list of the entries of a task. The list after a full one exists, even if it is empty.
pub(super) const LIST: usize = if cfg!(test) { 3 } else { 256 };

/// The number of places between two stored states.
pub(super) const INTERVAL: u64 = if cfg!(test) { 5 } else { 1000 };

/// What the index is an index of, and where its parts are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) program: String,
    pub(super) versions: (u16, u16),
    pub(super) ledger: EntryId,
    /// The tip, and what is needed to judge the commits on top of it.
    #[serde(with = "serde_bytes")]
    pub(super) tip: Vec<u8>,
    pub(super) id: EntryId,
    pub(super) effective: Timestamp,
    pub(super) roster: Roster,
    /// The number of places.
    pub(super) count: u64,
    /// The number of tasks that have a list of places.
    pub(super) tasks: u64,
    /// The earliest effective time of an entry of the first-parent line, by block.
    pub(super) earliest: Vec<Option<Timestamp>>,
    /// The stored states, by place.
    pub(super) states: Vec<Stored>,
}

/// A stored state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// The state is that after the entry at this place.
    pub(super) place: u64,
    /// Whether it is stored whole, and not as what changed since the one before it.
    pub(super) is_whole: bool,
    /// The number of its bytes.
    pub(super) bytes: u64,
}

/// Stored states, to which later ones are added.
pub(super) struct Chain {
    stored: Vec<Stored>,
    /// The last of them.
    last: Option<State>,
}

impl Chain {
    /// The chain of these states, of which `last` is the last.
    pub(super) fn of(stored: Vec<Stored>, last: Option<State>) -> Self {
        Self { stored, last }
    }

    /// Adds the state after the entry at a later place, and gives what is stored of it.
    pub(super) fn add(&mut self, place: u64, state: &State) -> Option<StoredState> {
        // Reading a state reads at most twice the bytes of a whole one.
        let whole = self.stored.iter().rposition(|stored| stored.is_whole);
        let is_short = whole.is_some_and(|whole| {
            let later: u64 = self.stored[whole + 1..].iter().map(|it| it.bytes).sum();
            later < self.stored[whole].bytes
        });
        let before = self.last.as_ref().filter(|_| is_short);
        let content = deflated(&state.changes_since(before))?;
        let stored = Stored {
            place,
            is_whole: before.is_none(),
            bytes: content.len() as u64,
        };
        self.stored.push(stored.clone());
        self.last = Some(state.clone());
        Some(StoredState { stored, content })
    }
}

/// What is stored of a state.
pub(super) struct StoredState {
    pub(super) stored: Stored,
    pub(super) content: Vec<u8>,
}

impl Head {
    pub(super) fn tip(&self) -> Option<ObjectId> {
        ObjectId::from_bytes(&self.tip)
    }
    fn is_usable(&self, ledger: EntryId) -> bool {
        self.program == env!("CARGO_PKG_VERSION")
            && self.versions == (RULES, STATE)
            && self.ledger == ledger
    }
}

/// The rows of a block; none if it is damaged.
pub(super) fn commits_of(store: &Store, number: u64) -> Option<Vec<IndexedCommit>> {
    v1::from_canonical(&store.part(Kind::Block, number)?).ok()
}

/// The stored states of which the last of these consists; none if one is damaged.
pub(super) fn chain(store: &Store, states: &[Stored]) -> Option<Vec<Vec<u8>>> {
    let whole = states.iter().rposition(|stored| stored.is_whole)?;
    let parts = states[whole..].iter();
    parts
        .map(|stored| inflated(&store.part(Kind::State, stored.place)?))
        .collect()
}

/// The bytes of a stored state, compressed.
fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut inflated).ok()?;
    Some(inflated)
}

/// All places that the lists of a task have.
pub(super) fn places_about(store: &Store, task: u64) -> Option<Vec<u64>> {
    let mut places: Vec<u64> = Vec::new();
    for number in 0.. {
        let list = places_in(store, task, number)?;
        let is_last = list.len() < LIST;
        places.extend(list);
        if is_last {
            break;
        }
    }
    Some(places)
}

/// One list of the places of a task.
pub(super) fn places_in(store: &Store, task: u64, number: u64) -> Option<Vec<u64>> {
    v1::from_canonical(&store.part(Kind::Places, list_key(task, number))?).ok()
}

/// The number of a part with places: 2^32 tasks with 2^24 lists.
pub(super) fn list_key(task: u64, number: u64) -> u64 {
    task << 24 | number
}

/// The part of an id by which its place is noted.
pub(super) fn prefix(id: EntryId) -> i64 {
    let mut prefix = [0; 8];
    prefix.copy_from_slice(&id.as_bytes()[..8]);
    i64::from_be_bytes(prefix)
}

pub(super) fn read_head(store: &Store, ledger: EntryId) -> Option<Head> {
    let head: Head = v1::from_canonical(&store.part(Kind::Head, 0)?).ok()?;
    head.is_usable(ledger).then_some(head)
}

pub(super) fn write_head(change: &Change<'_>, head: &Head) -> Option<()> {
    change.set(Kind::Head, 0, &v1::to_canonical(head))
}

pub(super) fn path(repository: &Repository) -> PathBuf {
    let folder = repository.common_dir().join("coord").join("cache");
    folder.join("index")
}

pub(super) fn damaged(repository: &Repository) -> Error {
    let why = io::Error::other("it was changed while it was read");
    git::Error::read("read", &path(repository), why).into()
}
