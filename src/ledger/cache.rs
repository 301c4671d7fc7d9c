//! The state at a tip that was verified before, so that an append does not replay.
//!
//! The cache is written after the ledger and is never the truth: it has a checksum, no answer depends on it, and its
//! folder may be deleted at any time. Not here: when it is used (`ledger`).

use std::{
    fs,
    io::{Read as _, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use crate::{
    core::{
        entry::codec::v1,
        plan::state::{RULES, STATE, State},
        values::id::{Digest, EntryId},
    },
    git::repository::{ObjectId, Repository},
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

    fn exceeds(self, entries: u64) -> bool {
        match self {
            Self::Entries(count) => count > entries,
            Self::Replayed => true,
        }
    }
}

/// The header before the state. A cache of another program version is not read.
#[derive(Serialize, Deserialize)]
struct Header {
    program: String,
    versions: (u16, u16),
    tip: String,
    id: EntryId,
}

const MAGIC: &[u8] = b"git-coord state cache 5\n";

/// The file of the state at the local tip.
const AT_TIP: &str = "state";

/// The file of the state at the anchor.
const AT_ANCHOR: &str = "anchor";

/// The file of a state some way before the anchor, from which on syncs are judged.
const AT_BASE: &str = "base";

/// Reads the cache; none without a usable one.
pub fn read(repository: &Repository) -> Option<Verified> {
    read_file(repository, AT_TIP)
}

/// Reads the kept state at the anchor; none without a usable one.
pub fn read_anchored(repository: &Repository) -> Option<Verified> {
    read_file(repository, AT_ANCHOR)
}

/// Reads the base, from which syncs are judged; none without a usable one.
pub fn read_base(repository: &Repository) -> Option<Verified> {
    read_file(repository, AT_BASE)
}

fn read_file(repository: &Repository, name: &str) -> Option<Verified> {
    let mut bytes = Vec::new();
    open(repository, name)?.read_to_end(&mut bytes).ok()?;
    let (digest, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(32)?;
    (Digest::of(rest).as_bytes() == digest).then_some(())?;
    let (length, rest) = rest.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let (header, state) = rest.split_at_checked(length)?;
    let header: Header = v1::from_canonical(header).ok()?;
    (header.program == env!("CARGO_PKG_VERSION") && header.versions == (RULES, STATE))
        .then_some(())?;
    let start = bytes.len() - state.len();
    Some(Verified {
        tip: header.tip.parse().ok()?,
        id: header.id,
        lag: Lag::Entries(0),
        state: State::read_back(bytes, start)?,
    })
}

/// The cache's file; none for a pipe or a device of that name, which could be read without end.
fn open(repository: &Repository, name: &str) -> Option<fs::File> {
    let path = path(repository, name);
    fs::metadata(&path)
        .is_ok_and(|found| found.is_file())
        .then(|| fs::File::open(&path).ok())?
}

/// The tip that the cache claims to be at. It is for display only, since nothing is checked.
pub fn claimed_tip(repository: &Repository) -> Option<ObjectId> {
    let mut start = Vec::new();
    let file = open(repository, AT_TIP)?;
    file.take(HEADER_MAX).read_to_end(&mut start).ok()?;
    let rest = start.strip_prefix(MAGIC)?.get(32..)?;
    let (length, rest) = rest.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let header: Header = v1::from_canonical(rest.get(..length)?).ok()?;
    header.tip.parse().ok()
}

/// The magic, digest and header before the state are shorter than this.
const HEADER_MAX: u64 = 4096;

/// How many entries a reader replays before it writes the cache. Many readers share a tip, and their cache is useful only
/// until the next entry; so they leave writing to the next append.
const READER_LAG_MAX: u64 = 32;

/// Writes the cache if a reader had much to replay.
pub fn write_after_reading(repository: &Repository, verified: &mut Verified) {
    write_if_behind(repository, verified, READER_LAG_MAX);
}

/// Writes the cache if appending left it behind. Writing costs as much as replaying one or two entries, and one more per
/// thousand tasks. So it pays for the next append when the cache lags by that many.
pub fn write_after_appending(repository: &Repository, verified: &mut Verified) {
    let tasks = verified.state.tasks().len() as u64;
    write_if_behind(repository, verified, 2 + tasks / 1000);
}

fn write_if_behind(repository: &Repository, verified: &mut Verified, lag_max: u64) {
    if verified.lag.exceeds(lag_max) {
        write(repository, verified);
        verified.lag = Lag::Entries(0);
    }
}

/// Writes the cache. A failure is ignored: nothing depends on the cache.
pub fn write(repository: &Repository, verified: &Verified) {
    write_file(repository, AT_TIP, verified);
}

/// Writes the state at the anchor, likewise.
pub fn write_anchored(repository: &Repository, verified: &Verified) {
    write_file(repository, AT_ANCHOR, verified);
}

/// Writes the state from which on syncs are judged, likewise.
pub fn write_base(repository: &Repository, verified: &Verified) {
    write_file(repository, AT_BASE, verified);
}

fn write_file(repository: &Repository, name: &str, verified: &Verified) {
    let header = v1::to_canonical(&Header {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        versions: (RULES, STATE),
        tip: verified.tip.to_string(),
        id: verified.id,
    });
    // A header has a few hundred bytes.
    let mut content = (header.len() as u32).to_be_bytes().to_vec();
    content.extend(header);
    verified.state.keep(&mut content);
    let path = path(repository, name);
    let Some(folder) = path.parent() else { return };
    // Renamed into place, so that a reader never sees half of it.
    let fresh = folder.join(format!("{name}.{}", std::process::id()));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::File::create(&fresh))
        .and_then(|mut file| {
            file.write_all(MAGIC)?;
            file.write_all(Digest::of(&content).as_bytes())?;
            file.write_all(&content)
        })
        .and_then(|()| fs::rename(&fresh, &path));
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
}

fn path(repository: &Repository, name: &str) -> PathBuf {
    repository
        .common_dir()
        .join("coord")
        .join("cache")
        .join(name)
}
