//! One file that a command writes again and again. A file that the command did not write stays.
//!
//! A reader sees either the old file or the new one, because the last step is a rename. Not here: the folders of snapshots
//! (`layout`).

use std::{
    io::{self, Read as _, Write as _},
    path::Path,
};

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions},
};

use crate::cli::{CommandError, failure::code};

/// The bytes of a file in which its mark has to be.
const MARKED_BYTES: u64 = 256;

/// Writes the file. The text has `mark` in its first line, and so has a file that may be replaced, unless `force` is set.
/// A link is never followed.
///
/// # Errors
/// `cannot_write`. If the file is not ours, the hint is `forced`.
pub fn write(
    path: &Path,
    mark: &str,
    text: &str,
    force: bool,
    forced: &str,
) -> Result<(), CommandError> {
    let failed = |error: io::Error| {
        let message = format!("cannot write to '{}'", path.display());
        CommandError::fatal(code::CANNOT_WRITE, message).because(error)
    };
    let Some(name) = path.file_name().map(Path::new) else {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    };
    let above = path.parent().filter(|above| *above != Path::new(""));
    let above = above.unwrap_or(Path::new("."));
    let folder = Dir::open_ambient_dir(above, ambient_authority()).map_err(failed)?;
    let found = find(&folder, name, mark).map_err(failed)?;
    let what = match found {
        Found::Nothing | Found::Ours => None,
        Found::Folder => return Err(failed(io::ErrorKind::IsADirectory.into())),
        Found::Other(what) => Some(what).filter(|_| !force),
    };
    if let Some(what) = what {
        let message = format!("kept '{}': {what}", path.display());
        return Err(CommandError::fatal(code::CANNOT_WRITE, message).hint(forced));
    }
    replace(&folder, name, text).map_err(failed)
}

/// What is at the place of the file.
enum Found {
    Nothing,
    Ours,
    Folder,
    /// Something else, and what it is.
    Other(&'static str),
}

fn find(folder: &Dir, name: &Path, mark: &str) -> io::Result<Found> {
    let metadata = match folder.symlink_metadata(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        metadata => metadata?,
    };
    if metadata.is_dir() {
        return Ok(Found::Folder);
    }
    if metadata.is_symlink() {
        return Ok(Found::Other("it is a link, which is not followed"));
    }
    if !metadata.is_file() {
        return Ok(Found::Other("it is not a file"));
    }
    let mut options = OpenOptions::new();
    let options = options.read(true).follow(FollowSymlinks::No);
    let mut begin = Vec::new();
    folder
        .open_with(name, options)?
        .take(MARKED_BYTES)
        .read_to_end(&mut begin)?;
    let first = begin
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let is_ours = first
        .windows(mark.len())
        .any(|part| part == mark.as_bytes());
    Ok(if is_ours {
        Found::Ours
    } else {
        Found::Other("this command did not write it")
    })
}

/// Writes the text beside its place first. A file that is there already may be a killed writer's, or somebody's who waits for
/// us.
fn replace(folder: &Dir, name: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true);
    let mut names = (0..).map(|number| format!(".git-coord-{}-{number}", std::process::id()));
    let opened = names.find_map(|new| match folder.open_with(&new, options) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => None,
        opened => Some(opened.map(|file| (new, file))),
    });
    let (new, mut file) = opened.unwrap_or_else(|| Err(io::ErrorKind::AlreadyExists.into()))?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| folder.rename(&new, folder, name));
    // What is left over does no harm.
    written.inspect_err(|_| _ = folder.remove_file(&new))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    const MARK: &str = "<!-- ours -->";

    fn write_to(path: &Path, text: &str, force: bool) -> Result<(), CommandError> {
        write(
            path,
            MARK,
            &format!("{MARK}\n{text}"),
            force,
            "git coord html --force",
        )
    }
    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_file_of_an_earlier_run_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.html");
        for text in ["a", "b"] {
            write_to(&path, text, false).unwrap();
            assert!(fs::read_to_string(&path).unwrap().ends_with(text));
        }
        assert_eq!(names(folder.path()), 1, "nothing else is left behind");
    }

    #[test]
    fn a_file_of_somebody_else_stays_without_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.html");
        for mine in ["", "mine", "mine\n<!-- ours -->"] {
            fs::write(&path, mine).unwrap();
            let error = write_to(&path, "new", false).unwrap_err();
            assert_eq!(error.code(), "cannot_write");
            assert_eq!(error.next(), Some("git coord html --force"));
            assert_eq!(fs::read_to_string(&path).unwrap(), mine);
        }
        write_to(&path, "new", true).unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("new"));
    }

    #[test]
    fn a_link_is_not_followed_even_with_force() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("x"), folder.path().join("victim"));
        fs::write(&victim, MARK).unwrap();
        symlink(&victim, &path).unwrap();
        assert!(write_to(&path, "new", false).is_err());
        write_to(&path, "new", true).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), MARK);
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }

    #[test]
    fn a_folder_stays_and_a_missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["", "..", "none/review.html"] {
            let error = write_to(&folder.path().join(path), "new", true).unwrap_err();
            assert_eq!(error.code(), "cannot_write", "{path}");
        }
        assert_eq!(names(folder.path()), 0);
    }
}
