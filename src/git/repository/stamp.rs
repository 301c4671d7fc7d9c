//! Which file stands at a path, so that at a second look it can be told from another one of the same name.
//!
//! Not here: what a lock file that stays means (`transport`, and `sync::checkup`).

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
