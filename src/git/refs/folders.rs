//! Folders that deleted refs leave behind at the path of a new ref or of its log.
//!
//! Not here: when one is in the way (`files`, `reflog`).

use std::{fs, io, path::Path};

/// Removes a folder that has nothing but folders in it, as deleted refs leave them behind.
pub(super) fn remove_empty_folders(path: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(()),
                _ => Err(error),
            };
        }
    };
    for entry in entries {
        remove_empty_folders(&entry?.path())?;
    }
    match fs::remove_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
