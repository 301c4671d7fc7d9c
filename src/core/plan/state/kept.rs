//! The bytes of a stored state. Each part is read, and checked, when it is first needed.
//!
//! Not here: what the parts mean (`stored`), and the files that hold them (`ledger::cache`).

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};

/// Where the bytes of a stored state are.
pub trait Storage: Send + Sync {
    /// The number of bytes.
    fn length(&self) -> usize;
    /// These bytes; none if they are not there.
    fn read(&self, range: Range<usize>) -> Option<Vec<u8>>;
    /// All bytes, made again from the entries because some are damaged; none if that is not possible. This is asked once at most.
    fn restored(&self) -> Option<Vec<u8>>;
}

impl Storage for Vec<u8> {
    fn length(&self) -> usize {
        self.len()
    }
    fn read(&self, range: Range<usize>) -> Option<Vec<u8>> {
        self.get(range).map(<[u8]>::to_vec)
    }
    fn restored(&self) -> Option<Vec<u8>> {
        None
    }
}

/// The place of a part, counted from the end of the head, and its checksum (CRC-32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Extent {
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) checksum: u32,
}

/// Stored bytes, shared by all copies of a state.
#[derive(Clone)]
pub(super) struct Kept(Arc<Bytes>);

struct Bytes {
    storage: Box<dyn Storage>,
    /// Where the parts begin.
    begin: usize,
    restored: OnceLock<Option<Vec<u8>>>,
}

impl Kept {
    /// The bytes of a storage whose parts begin there.
    pub(super) fn new(storage: Box<dyn Storage>, begin: usize) -> Self {
        Self(Arc::new(Bytes {
            storage,
            begin,
            restored: OnceLock::new(),
        }))
    }

    /// A part; none if it is damaged.
    pub(super) fn sound(&self, extent: &Extent) -> Option<Vec<u8>> {
        let read = self.0.storage.read(self.place(extent));
        read.filter(|part| is_sound(part, extent))
    }

    /// A part, restored if it is damaged.
    #[expect(
        clippy::expect_used,
        reason = "the entries, from which it is made again, were there when the state was opened"
    )]
    pub(super) fn part(&self, extent: &Extent) -> Vec<u8> {
        let restored = || {
            let bytes = self.0.restored.get_or_init(|| self.0.storage.restored());
            let part = bytes.as_ref()?.get(self.place(extent))?;
            is_sound(part, extent).then(|| part.to_vec())
        };
        self.sound(extent)
            .or_else(restored)
            .expect("a part as it was kept")
    }

    fn place(&self, extent: &Extent) -> Range<usize> {
        let place = |offset| self.0.begin.saturating_add(offset);
        place(extent.begin)..place(extent.end)
    }
}

/// A part that is read when it is first needed.
#[derive(Debug)]
pub(super) struct KeptPart {
    kept: Kept,
    extent: Extent,
    bytes: OnceLock<Vec<u8>>,
}

impl KeptPart {
    pub(super) fn new(kept: &Kept, extent: Extent) -> Self {
        Self {
            kept: kept.clone(),
            extent,
            bytes: OnceLock::new(),
        }
    }
    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.extent.end
    }
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get_or_init(|| self.kept.part(&self.extent))
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

fn is_sound(part: &[u8], extent: &Extent) -> bool {
    part.len() == extent.end.saturating_sub(extent.begin) && checksum(part) == extent.checksum
}

/// The checksum of some bytes.
pub(super) fn checksum(part: &[u8]) -> u32 {
    crc32fast::hash(part)
}
