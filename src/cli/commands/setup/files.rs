//! The files of a worktree that a setup reads and writes: through links inside of the worktree, never out of it, and all or none.
//!
//! Not here: what is in them (`host`, `block`, `settings`, `whole`).

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::cli::{CommandError, failure::code};

/// The root of a worktree, without links.
#[derive(Debug)]
pub struct Root(PathBuf);

/// A file as it is and as it will be; none if it does not exist.
#[derive(Debug, Clone)]
pub struct FileEdit {
    /// Its path in the worktree.
    pub path: &'static str,
    /// Where it really is.
    pub target: PathBuf,
    /// Its text.
    pub before: Option<String>,
    /// Its next text.
    pub after: Option<String>,
}

/// The longest file that is changed.
const BYTES_MAX: u64 = 4 << 20;

impl Root {
    /// The root of this worktree.
    ///
    /// # Errors
    /// `cannot_read`.
    pub fn of(worktree: &Path) -> Result<Self, CommandError> {
        worktree.canonicalize().map(Self).map_err(|error| {
            let message = format!("cannot read '{}'", worktree.display());
            CommandError::fatal(code::CANNOT_READ, message).because(error)
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where a path leads, and the text there, if there is a file.
    ///
    /// # Errors
    /// `setup_refused` if a link leads nowhere or out of the worktree, or if this is not a text file; `cannot_read`.
    pub fn read(&self, path: &str) -> Result<(PathBuf, Option<String>), CommandError> {
        let target = self.resolve(path)?;
        match fs::metadata(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((target, None)),
            Ok(found) if !found.is_file() => return Err(refused(path, "it is not a file")),
            Ok(found) if found.len() > BYTES_MAX => {
                return Err(refused(path, "it has more than 4 MiB"));
            }
            _ => {}
        }
        let mut bytes = Vec::new();
        let read =
            File::open(&target).and_then(|file| file.take(BYTES_MAX).read_to_end(&mut bytes));
        read.map_err(|error| {
            let message = format!("cannot read '{path}'");
            CommandError::fatal(code::CANNOT_READ, message).because(error)
        })?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok((target, Some(text))),
            Err(_) => Err(refused(path, "it is not UTF-8")),
        }
    }

    fn resolve(&self, path: &str) -> Result<PathBuf, CommandError> {
        let mut real = self.0.clone();
        for name in Path::new(path) {
            let next = real.join(name);
            real = match fs::symlink_metadata(&next) {
                Ok(_) => next
                    .canonicalize()
                    .map_err(|_| refused(path, "a link on the way leads nowhere"))?,
                Err(_) => next,
            };
            let is_inside = real
                .strip_prefix(&self.0)
                .is_ok_and(|rest| !rest.starts_with(".git"));
            if !is_inside {
                return Err(refused(path, "a link leads out of the worktree"));
            }
        }
        Ok(real)
    }

    /// Makes all changes. If one cannot be made, none is.
    ///
    /// # Errors
    /// `cannot_write`.
    pub fn write(&self, changes: &[FileEdit]) -> Result<(), CommandError> {
        for (number, change) in changes.iter().enumerate() {
            let Err(error) = self.put(&change.target, change.after.as_deref()) else {
                continue;
            };
            for earlier in changes[..number].iter().rev() {
                // What cannot be put back is the second failure of the same disk; the first one is reported.
                let _ = self.put(&earlier.target, earlier.before.as_deref());
            }
            self.tidy(&change.target);
            let message = format!("cannot write '{}'; nothing was changed", change.path);
            return Err(CommandError::fatal(code::CANNOT_WRITE, message)
                .because(error)
                .hint("git coord setup"));
        }
        Ok(())
    }

    fn put(&self, target: &Path, text: Option<&str>) -> io::Result<()> {
        let Some(text) = text else {
            match fs::remove_file(target) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            self.tidy(target);
            return Ok(());
        };
        let folder = target.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder)?;
        let Ok(found) = fs::metadata(target) else {
            return fs::write(target, text);
        };
        // A reader sees the old file or the new one. A file that cannot be written stays, even where its folder can be.
        File::options().write(true).open(target)?;
        let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
        fresh.write_all(text.as_bytes())?;
        fresh.as_file().set_permissions(found.permissions())?;
        fresh.persist(target).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes the folders above a file of ours that are empty.
    fn tidy(&self, target: &Path) {
        let folders = target.ancestors().skip(1);
        let folders = folders.take_while(|folder| *folder != self.0);
        for folder in folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// The refusal to change a file.
pub fn refused(path: &str, why: impl std::fmt::Display) -> CommandError {
    CommandError::fatal(
        code::SETUP_REFUSED,
        format!("cannot change '{path}': {why}"),
    )
    .hint("git coord setup")
}
