//! A snapshot's files outside git: `DIR/YYYY-MM-DD/…` for the last of the day, `DIR/YYYY-MM-DD/LABEL/…` beside them for each, and
//! `DIR/latest`, which points to the last.
//!
//! Each step is one rename, so that a reader sees either the old files or the new ones. Not here: the contents of the
//! files (`core::views::snapshot`).

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

use cap_fs_ext::DirExt as _;
use cap_std::{ambient_authority, fs::Dir};

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

/// Checks that a folder inside the worktree is there: none of its names is a link that leads out of it. A folder that is named
/// outside of the worktree is meant.
///
/// # Errors
/// `cannot_write` if it leads out.
pub fn check_inside(top: Option<&Path>, folder: &Path) -> Result<(), CommandError> {
    let Some(top) = top.and_then(|top| top.canonicalize().ok()) else {
        return Ok(());
    };
    let here = std::env::current_dir().unwrap_or_default();
    let here = here.canonicalize().unwrap_or(here);
    let whole = here.join(folder);
    let mut named = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => _ = named.pop(),
            Component::CurDir => {}
            part => named.push(part),
        }
    }
    if !named.starts_with(&top) {
        return Ok(());
    }
    // The system follows a link before it takes the `..` after it.
    let existing = whole
        .ancestors()
        .find(|path| path.symlink_metadata().is_ok());
    let real = existing.map(Path::canonicalize);
    match real {
        None => Ok(()),
        Some(Ok(real)) if real.starts_with(&top) => Ok(()),
        Some(Ok(real)) => {
            let message = format!(
                "'{}' leads out of the repository, to '{}'",
                folder.display(),
                real.display()
            );
            Err(CommandError::fatal(code::CANNOT_WRITE, message)
                .hint("name a folder of the repository: git coord snapshot --write docs/status"))
        }
        Some(Err(error)) => {
            let message = format!("'{}' cannot be written to", folder.display());
            Err(CommandError::fatal(code::CANNOT_WRITE, message).because(error))
        }
    }
}

fn top_name(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

/// Replaces the files of an earlier snapshot in `folder/name` and those of its day, points `folder/latest` to the former, and returns
/// their folder.
///
/// # Errors
/// `cannot_write`.
pub fn write(
    folder: &Path,
    name: &str,
    files: &[(String, Vec<u8>)],
) -> Result<PathBuf, CommandError> {
    let place = folder.join(name);
    let written = fs::create_dir_all(folder)
        .and_then(|()| Dir::open_ambient_dir(folder, ambient_authority()))
        .and_then(|folder| {
            write_day(&folder, name, files)?;
            write_files(&folder, name, files)?;
            point(&folder, name)
        });
    written.map_err(|error| {
        let message = format!(
            "the snapshot is taken, but its files cannot be written to '{}'",
            place.display()
        );
        CommandError::fatal(code::CANNOT_WRITE, message).because(error)
    })?;
    Ok(place)
}

/// Writes the files beside their place first. Everything happens below the folder, and no link there is followed: somebody
/// else may have put it there.
fn write_files(folder: &Dir, name: &str, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let (day, label) = name.split_once('/').ok_or(io::ErrorKind::InvalidInput)?;
    let (new, old) = (create(folder, "new")?, create(folder, "old")?);
    let write = || {
        let fresh = folder.open_dir_nofollow(&new)?;
        for (path, bytes) in files {
            let above = Path::new(path).parent();
            above.map_or(Ok(()), |above| fresh.create_dir_all(above))?;
            fresh.write(path, bytes)?;
        }
        fresh.write(MARKER, MARKER_TEXT)?;
        let day = open(folder, day)?;
        if is_replaceable(&day, label)? {
            day.rename(label, folder, &old)?;
        }
        folder.rename(&new, &day, label)
    };
    let result = write();
    for left_over in [&new, &old] {
        // It does not exist, or it does no harm.
        let _ = folder.remove_dir_all(left_over);
    }
    result
}

/// Replaces the files of the day, one by one; a folder of files is replaced as a whole. What is there and is not ours stays, and is
/// an error.
fn write_day(folder: &Dir, name: &str, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let (day, label) = name.split_once('/').ok_or(io::ErrorKind::InvalidInput)?;
    let names: BTreeSet<&str> = files.iter().map(|(path, _)| top_name(path)).collect();
    if names.contains(label) {
        return Err(io::Error::other(format!(
            "a file of the day is called '{label}'"
        )));
    }
    let day = open(folder, day)?;
    if !day.is_file(MARKER) {
        if let Some(taken) = names.iter().find(|name| day.symlink_metadata(name).is_ok()) {
            return Err(io::Error::other(format!(
                "'{taken}' is there already and has no file {MARKER} beside it, so it is not of a snapshot"
            )));
        }
        day.write(MARKER, MARKER_TEXT)?;
    }
    let new = create(&day, "new")?;
    let replace = || {
        let fresh = day.open_dir_nofollow(&new)?;
        for (path, bytes) in files {
            let above = Path::new(path).parent();
            above.map_or(Ok(()), |above| fresh.create_dir_all(above))?;
            fresh.write(path, bytes)?;
        }
        for name in &names {
            if fresh.is_dir(name) && day.symlink_metadata(name).is_ok() {
                // Onto the folder of before, no folder with files can be moved.
                day.open_dir_nofollow(name)?;
                day.remove_dir_all(name)?;
            }
            fresh.rename(name, &day, name)?;
        }
        Ok(())
    };
    let result = replace();
    // It is empty, or it does no harm.
    let _ = day.remove_dir_all(&new);
    result
}

/// Creates an empty folder and returns its name. One that is there already may be a killed writer's, or somebody's who waits
/// for us.
fn create(above: &Dir, what: &str) -> io::Result<String> {
    let mut names = (0..).map(|number| format!("{}-{number}", temporary(what)));
    let created = names.find_map(|name| match above.create_dir(&name) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => None,
        made => Some(made.map(|()| name)),
    });
    created.unwrap_or_else(|| Err(io::ErrorKind::AlreadyExists.into()))
}

/// The folder of this name, created if it is missing. A link is an error.
fn open(above: &Dir, name: &str) -> io::Result<Dir> {
    match above.create_dir(name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    above.open_dir_nofollow(name)
}

/// Whether a snapshot of ours is there, which a new one replaces. Anything else is an error.
fn is_replaceable(day: &Dir, label: &str) -> io::Result<bool> {
    match day.symlink_metadata(label) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(_) if day.open_dir_nofollow(label)?.is_file(MARKER) => Ok(true),
        Ok(_) => Err(io::Error::other(format!(
            "'{label}' is there already and has no file {MARKER}, so it is not a snapshot"
        ))),
    }
}

/// Replaces an existing link in one step. A folder of that name belongs to the user and stays.
fn point(folder: &Dir, name: &str) -> io::Result<()> {
    let new = temporary("link");
    let _ = folder.remove_file(&new);
    folder.symlink(name, &new)?;
    let moved = folder.rename(&new, folder, "latest");
    moved.inspect_err(|_| _ = folder.remove_file(&new))
}

fn temporary(what: &str) -> String {
    format!(".git-coord-{what}-{}", std::process::id())
}

/// The file that says that a folder is a snapshot's and may be replaced.
const MARKER: &str = ".git-coord-snapshot";
const MARKER_TEXT: &str =
    "This folder is a snapshot. The next snapshot of this name replaces it.\n";

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
    fn the_day_has_the_files_of_its_last_snapshot_beside_the_labelled_ones() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(folder, "2025-10-15/morning", &files("a")).unwrap();
        write(folder, "2025-10-15/evening", &files("b")).unwrap();
        let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
        assert_eq!(read("2025-10-15/tasks/1.json"), "b");
        assert_eq!(read("2025-10-15/morning/tasks/1.json"), "a");
        let one = vec![("status.json".to_owned(), b"c".to_vec())];
        write(folder, "2025-10-15/1405Z", &one).unwrap();
        assert_eq!(read("2025-10-15/status.json"), "c");
        assert_eq!(read("latest/status.json"), "c");
        let names = fs::read_dir(folder.join("2025-10-15")).unwrap();
        assert_eq!(
            names.count(),
            6,
            "three snapshots, a file, a folder and the marker"
        );
    }

    #[test]
    fn a_file_of_the_day_that_is_not_ours_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("day")).unwrap();
        fs::write(folder.path().join("day/tasks"), "mine").unwrap();
        let error = write(folder.path(), "day/x", &files("a")).unwrap_err();
        assert!(
            error.to_string().contains("is not of a snapshot"),
            "{error}"
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("day/tasks")).unwrap(),
            "mine"
        );
    }

    #[test]
    fn a_link_that_leads_out_of_the_repository_is_refused_and_a_folder_elsewhere_is_meant() {
        let top = tempfile::tempdir().unwrap();
        let [repository, other] = ["repository", "other"].map(|name| top.path().join(name));
        for folder in [&repository, &other] {
            fs::create_dir_all(folder.join("docs")).unwrap();
        }
        std::os::unix::fs::symlink(&other, repository.join("out")).unwrap();
        std::os::unix::fs::symlink(repository.join("docs"), repository.join("within")).unwrap();
        let checked =
            |folder: &Path| check_inside(Some(&repository), folder).map_err(|it| it.code());
        for out in [
            "out",
            "out/docs",
            "out/docs/new",
            "docs/../out/x",
            "out/../docs",
        ] {
            assert_eq!(checked(&repository.join(out)), Err("cannot_write"), "{out}");
        }
        for fine in ["docs", "docs/new/deep", "within/x", "docs/../new"] {
            assert_eq!(checked(&repository.join(fine)), Ok(()), "{fine}");
        }
        assert_eq!(checked(&other.join("docs")), Ok(()));
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
    fn a_link_below_the_folder_is_an_error_and_what_it_points_to_stays() {
        for link in ["day", "day/x", "latest/x"] {
            let top = tempfile::tempdir().unwrap();
            let [folder, victim] = ["snapshots", "victim"].map(|name| top.path().join(name));
            for name in ["x", "day/x"] {
                fs::create_dir_all(victim.join(name)).unwrap();
                fs::write(victim.join(name).join("mine"), "1").unwrap();
            }
            let link = folder.join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(&victim, &link).unwrap();
            let name = if link.ends_with("latest/x") {
                "latest/x"
            } else {
                "day/x"
            };
            let error = write(&folder, name, &files("a")).unwrap_err();
            assert_eq!(error.code(), "cannot_write");
            for name in ["x/mine", "day/x/mine"] {
                assert!(
                    victim.join(name).exists(),
                    "{name} through {}",
                    link.display()
                );
            }
            assert_eq!(fs::read_dir(victim.join("x")).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_folder_that_a_killed_writer_left_is_not_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let victim = tempfile::tempdir().unwrap();
        for what in ["new", "old"] {
            let left = folder.path().join(format!("{}-0", temporary(what)));
            fs::create_dir_all(left.join("tasks")).unwrap();
            fs::write(left.join("tasks/planted.json"), "1").unwrap();
            let link = folder.path().join(format!("{}-1", temporary(what)));
            std::os::unix::fs::symlink(victim.path(), link).unwrap();
        }
        for text in ["a", "b"] {
            let place = write(folder.path(), "day/x", &files(text)).unwrap();
            let tasks = fs::read_dir(place.join("tasks")).unwrap();
            assert_eq!(tasks.count(), 1);
            let task = fs::read_to_string(place.join("tasks/1.json")).unwrap();
            assert_eq!(task, text);
        }
        assert_eq!(fs::read_dir(victim.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_not_a_snapshot_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("day/x")).unwrap();
        fs::write(folder.path().join("day/x/mine"), "1").unwrap();
        let error = write(folder.path(), "day/x", &files("a")).unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
        let names = fs::read_dir(folder.path().join("day/x")).unwrap();
        assert_eq!(names.count(), 1);
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
