//! The identity of the file at a path, which shows later whether another file has taken its place.
//!
//! Not here: stale lock files (`transport`, and `sync::checkup`).

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

/// A file, as long as nobody removes it, puts another in its place or changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// The file at a path, if there is one that can be looked at.
    pub fn of(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok()?;
        Some(Self {
            inode: found.ino(),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }
}
