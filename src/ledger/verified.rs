//! A tip that was verified, with the state there.
//!
//! Not here: verifying it (`history`), and the files that keep it (`cache`).

use crate::{
    core::{plan::state::State, values::id::EntryId},
    git::repository::ObjectId,
};

/// A verified tip and the state there.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The tip's object id.
    pub tip: ObjectId,
    /// The tip's id.
    pub id: EntryId,
    /// How far the cache is behind it.
    pub lag: Lag,
    /// The state at the tip.
    pub state: State,
}

/// How far the cache is behind a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// By this number of entries, each with one parent.
    Entries(u64),
    /// The cache was not used: the state was replayed from the genesis.
    Replayed,
}

impl Lag {
    /// The lag after one more entry.
    pub(super) fn one_more(self) -> Self {
        match self {
            Self::Entries(count) => Self::Entries(count + 1),
            Self::Replayed => Self::Replayed,
        }
    }

    pub(super) fn exceeds(self, entries: u64) -> bool {
        match self {
            Self::Entries(count) => count > entries,
            Self::Replayed => true,
        }
    }
}
