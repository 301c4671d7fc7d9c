//! The state at a tip that was verified before, so that an append does not replay.
//!
//! The cache is written after the ledger and is never the truth: its parts have checksums, no answer depends on it, and its
//! folder may be deleted at any time. Not here: when it is used (`ledger`).

use std::{
    fs,
    ops::Range,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};

use super::{
    history::History,
    verified::{Lag, Verified},
};
use crate::{
    core::{
        entry::codec::v1,
        plan::state::{RULES, STATE, State, Storage},
        values::id::EntryId,
    },
    git::repository::{ObjectId, Repository},
};

/// The header before the state. A cache of another program version is not read.
#[derive(Serialize, Deserialize)]
struct Header {
    program: String,
    versions: (u16, u16),
    tip: String,
    id: EntryId,
}

const MAGIC: &[u8] = b"git-coord state cache 6\n";

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
    let path = path(repository, name);
    let file = open(&path)?;
    let (begin, header) = header_in(&file)?;
    (header.program == env!("CARGO_PKG_VERSION") && header.versions == (RULES, STATE))
        .then_some(())?;
    let tip = header.tip.parse().ok()?;
    let state = KeptState {
        length: usize::try_from(file.metadata().ok()?.len())
            .ok()?
            .checked_sub(begin)?,
        begin,
        file,
        path,
        repository: Mutex::new(repository.another()),
        tip,
    };
    Some(Verified {
        tip,
        id: header.id,
        lag: Lag::Entries(0),
        state: State::read_back(Box::new(state))?,
    })
}

/// The state in a file of the cache. Another process may rename a later file into its place; this one stays as it is.
struct KeptState {
    file: fs::File,
    path: PathBuf,
    /// Where the state begins, and how many bytes it has.
    begin: usize,
    length: usize,
    /// What the state is made from again if a part is damaged.
    repository: Mutex<Repository>,
    tip: ObjectId,
}

impl Storage for KeptState {
    fn length(&self) -> usize {
        self.length
    }
    fn read(&self, range: Range<usize>) -> Option<Vec<u8>> {
        // A damaged length must not cost memory.
        (range.end <= self.length).then_some(())?;
        let mut bytes = vec![0; range.len()];
        let place = self.begin + range.start;
        self.file.read_exact_at(&mut bytes, place as u64).ok()?;
        Some(bytes)
    }
    fn restored(&self) -> Option<Vec<u8>> {
        let _ = fs::remove_file(&self.path);
        let repository = self.repository.lock().ok()?;
        let state = History::read(&repository, self.tip).ok()?.into_state()?;
        let mut bytes = Vec::new();
        state.keep(&mut bytes);
        Some(bytes)
    }
}

/// The bytes before the header: the magic, the length of the header and its checksum.
const START: usize = MAGIC.len() + 8;

/// The header of a file, and where the state begins; none for another file.
fn header_in(file: &fs::File) -> Option<(usize, Header)> {
    let mut start = [0; START];
    file.read_exact_at(&mut start, 0).ok()?;
    let [length, sum] = start.strip_prefix(MAGIC)?.as_chunks::<4>().0 else {
        return None;
    };
    let length = u32::from_be_bytes(*length) as usize;
    (length <= HEADER_MAX).then_some(())?;
    let mut header = vec![0; length];
    file.read_exact_at(&mut header, START as u64).ok()?;
    (crc32fast::hash(&header) == u32::from_be_bytes(*sum)).then_some(())?;
    Some((START + length, v1::from_canonical(&header).ok()?))
}

/// The cache's file; none for a pipe or a device of that name, which could be read without end.
fn open(path: &Path) -> Option<fs::File> {
    fs::metadata(path)
        .is_ok_and(|found| found.is_file())
        .then(|| fs::File::open(path).ok())?
}

/// The tip that the cache claims to be at. It is for display only, since its state is not looked at.
pub fn claimed_tip(repository: &Repository) -> Option<ObjectId> {
    header_in(&open(&path(repository, AT_TIP))?)?
        .1
        .tip
        .parse()
        .ok()
}

/// A header is shorter than this.
const HEADER_MAX: usize = 4096;

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
    let mut content = MAGIC.to_vec();
    content.extend((header.len() as u32).to_be_bytes());
    content.extend(crc32fast::hash(&header).to_be_bytes());
    content.extend(header);
    verified.state.keep(&mut content);
    repository.keep(&format!("{FOLDER}/{name}"), &content);
}

/// The folder below `coord`.
const FOLDER: &str = "cache";

fn path(repository: &Repository, name: &str) -> PathBuf {
    let folder = repository.common_dir().join("coord").join(FOLDER);
    folder.join(name)
}
