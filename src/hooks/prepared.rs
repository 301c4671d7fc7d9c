//! What `prepare-commit-msg` leaves to `commit-msg`, in a file of the worktree's git directory.
//!
//! git refuses a message without text and an unchanged template. A trailer of ours would be text, so it is added only to a
//! message that has some. Not here: which lines are text (`cleanup`), and writing the trailer (`trailers`).

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{
    cleanup::Cleanup,
    trailers::{self, TASK},
};
use crate::git::{Error, repository::Repository};

/// A prepared message, before somebody edits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The task for the trailer.
    pub task: String,
    /// What it has so far.
    pub start: Start,
    /// The message as git prepared it.
    pub message: String,
}

/// What a prepared message has so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// No text.
    Nothing,
    /// The text of a template.
    Template,
    /// Text, to which our trailer was added.
    Text,
}

impl Start {
    const WORDS: [(Self, &'static str); 3] = [
        (Self::Nothing, "nothing"),
        (Self::Template, "template"),
        (Self::Text, "text"),
    ];
}

impl Prepared {
    /// Removes what an earlier commit left: git may have ended before its hook `commit-msg`.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn forget(repository: &Repository) -> Result<(), Error> {
        let path = path(repository);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::read("remove", &path, error))
            }
            _ => Ok(()),
        }
    }

    /// Leaves it to `commit-msg`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn leave(&self, repository: &Repository) -> Result<(), Error> {
        let path = path(repository);
        let mut words = Start::WORDS.into_iter();
        let word = words.find(|(start, _)| *start == self.start);
        let word = word.map_or("", |(_, word)| word);
        let text = format!("{} {word}\n{}", self.task, self.message);
        fs::write(&path, text).map_err(|source| Error::read("write", &path, source))
    }

    /// Takes what `prepare-commit-msg` left, if it left anything.
    ///
    /// # Errors
    /// The file cannot be read or removed.
    pub fn take(repository: &Repository) -> Result<Option<Self>, Error> {
        let path = path(repository);
        if !path.exists() {
            return Ok(None);
        }
        let text = trailers::message(&path)?;
        Self::forget(repository)?;
        let read = || {
            let (head, message) = text.split_once('\n')?;
            let (task, word) = head.rsplit_once(' ')?;
            let mut words = Start::WORDS.into_iter();
            let (start, _) = words.find(|(_, known)| *known == word)?;
            Some(Self {
                task: task.to_owned(),
                start,
                message: message.to_owned(),
            })
        };
        Ok(read())
    }

    /// Adds the trailer to the written message in a file; or removes ours, if nobody wrote anything.
    ///
    /// # Errors
    /// git cannot be run, or the file cannot be read or written.
    pub fn finish(&self, repository: &Repository, file: &Path) -> Result<(), Error> {
        let cleanup = Cleanup::of(repository, &self.message)?;
        let message = trailers::message(file)?;
        if self.start == Start::Text {
            let ours = format!("{TASK}: {}", self.task);
            let lines = message.split_inclusive('\n');
            let left: String = lines.filter(|line| line.trim_end() != ours).collect();
            if !cleanup.keeps(&left) {
                fs::write(file, left).map_err(|source| Error::read("write", file, source))?;
            }
            return Ok(());
        }
        let is_template =
            self.start == Start::Template && cleanup.keeps_the_same(&message, &self.message);
        if cleanup.keeps(&message) && !is_template {
            trailers::add_task(repository, file, &self.task, &cleanup)?;
        }
        Ok(())
    }
}

/// The path of the file, beside git's own `COMMIT_EDITMSG`.
fn path(repository: &Repository) -> PathBuf {
    repository.git_dir().join("COORD_EDITMSG")
}
