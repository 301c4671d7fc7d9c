//! A snapshot's files outside git: `DIR/YYYY-MM-DD/LABEL/…`, and `DIR/latest`, which points to the last.
//!
//! Each step is one rename, so that a reader sees either the old files or the new ones. Not here: the contents of the
//! files (`core::views::snapshot`).

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use crate::{
    cli::{CommandError, failure::code},
    core::values::{
        id::TaskId,
        time::{DayOffset, Timestamp},
    },
};

/// The name of a snapshot: its day, and its label or, without a label, its time.
pub fn name(at: Timestamp, offset: DayOffset, label: Option<&TaskId>) -> String {
    let clock = || format!("{}Z", at.clock().replace(':', ""));
    let label = label.map_or_else(clock, |label| label.to_string());
    format!("{}/{label}", at.day(offset))
}

/// Replaces the files in `folder/name`, points `folder/latest` to them, and returns their folder.
///
/// # Errors
/// `cannot_write`.
pub fn write(
    folder: &Path,
    name: &str,
    files: &[(String, Vec<u8>)],
) -> Result<PathBuf, CommandError> {
    let place = folder.join(name);
    let written = write_files(folder, &place, files).and_then(|()| point(folder, name));
    written.map_err(|error| {
        let message = format!(
            "the snapshot is taken, but its files cannot be written to '{}'",
            place.display()
        );
        CommandError::fatal(code::CANNOT_WRITE, message).because(error)
    })?;
    Ok(place)
}

fn write_files(folder: &Path, place: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let new = temporary(folder, "new");
    let old = temporary(folder, "old");
    let write = || {
        for (path, bytes) in files {
            let path = new.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, bytes)?;
        }
        place.parent().map_or(Ok(()), fs::create_dir_all)?;
        match fs::rename(place, &old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&new, place)
    };
    let result = write();
    for left_over in [&new, &old] {
        // It does not exist, or it does no harm.
        let _ = fs::remove_dir_all(left_over);
    }
    result
}

/// Replaces an existing link in one step. A folder of that name belongs to the user and stays.
fn point(folder: &Path, name: &str) -> io::Result<()> {
    let new = temporary(folder, "link");
    let _ = fs::remove_file(&new);
    symlink(name, &new)?;
    fs::rename(&new, folder.join("latest")).inspect_err(|_| _ = fs::remove_file(&new))
}

fn temporary(folder: &Path, what: &str) -> PathBuf {
    folder.join(format!(".git-coord-{what}-{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<(String, Vec<u8>)> {
        vec![("tasks/1.json".to_owned(), text.as_bytes().to_vec())]
    }

    #[test]
    fn the_latest_snapshot_is_where_latest_points() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("snapshots");
        write(&folder, "2025-10-15/morning", &files("a")).unwrap();
        write(&folder, "2025-10-15/evening", &files("b")).unwrap();
        let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
        assert_eq!(read("latest/tasks/1.json"), "b");
        assert_eq!(read("2025-10-15/morning/tasks/1.json"), "a");
        let names = fs::read_dir(&folder).unwrap();
        assert_eq!(names.count(), 2, "nothing else is left behind");
    }

    #[test]
    fn files_of_the_same_name_are_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let gone = vec![("gone".to_owned(), Vec::new())];
        write(folder.path(), "day/x", &gone).unwrap();
        let place = write(folder.path(), "day/x", &files("new")).unwrap();
        assert!(!place.join("gone").exists());
    }

    #[test]
    fn a_folder_called_latest_stays_and_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("latest/mine")).unwrap();
        let error = write(folder.path(), "day/x", &files("a")).unwrap_err();
        assert_eq!(error.code(), "cannot_write");
        assert!(folder.path().join("latest/mine").exists());
    }

    #[test]
    fn a_snapshot_without_a_label_is_named_after_its_time() {
        let at = "2025-10-15T14:05:00Z".parse().unwrap();
        assert_eq!(name(at, DayOffset::default(), None), "2025-10-15/1405Z");
    }
}
