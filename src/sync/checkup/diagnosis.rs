//! What was found when something was looked at, and what mends it, as data.
//!
//! Not here: looking (`checkup`), and the command that mends it (`cli`).

use std::path::PathBuf;

use crate::{core::values::id::EntryId, ledger::Error};

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Worth knowing, and no harm.
    Remark,
    /// Not as it should be.
    Wrong,
}

/// What was found when something was looked at.
#[derive(Debug)]
pub struct Diagnosis {
    /// What was looked at, in a word.
    pub about: &'static str,
    /// How it was found.
    pub grade: Grade,
    /// In a sentence.
    pub what: String,
    /// What mends it.
    pub remedy: Option<Remedy>,
}

/// What mends what was found.
#[derive(Debug)]
pub enum Remedy {
    /// What is to be done about this error.
    Of(Error),
    /// Finding the ledger again.
    Recover,
    /// Verifying the ledger, which says more.
    Verify,
    /// Syncing with home.
    Sync,
    /// Pinning the repository to this ledger.
    Pin(EntryId),
    /// Looking at the machine's clock.
    LookAtClock,
    /// Removing a damaged copy of an object that is in a pack as well.
    RemoveCopy(PathBuf),
    /// Removing the folder of the cache, which is made anew.
    RemoveCache(PathBuf),
    /// Removing files that killed writers left behind.
    RemoveLeftovers(Vec<PathBuf>),
    /// Taking this value of a key out of git's config.
    Unset {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Taking `coord.remote` out of git's config.
    UnsetHome,
    /// Asking git whether this remote can be reached.
    AskRemote(String),
    /// Keeping the ledger under this ref at home.
    UseRef(&'static str),
}

impl Diagnosis {
    /// As it should be.
    pub fn good(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Good, what.into())
    }
    /// Worth knowing, and no harm.
    pub fn remark(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Remark, what.into())
    }
    /// Not as it should be.
    pub fn wrong(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Wrong, what.into())
    }
    /// Not as it should be, as this error says.
    pub fn of_error(about: &'static str, error: impl Into<Error>) -> Self {
        let error = error.into();
        Self::wrong(about, error.to_string()).mended_by(Remedy::Of(error))
    }
    /// … and mended by this.
    #[must_use]
    pub fn mended_by(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    fn new(about: &'static str, grade: Grade, what: String) -> Self {
        Self {
            about,
            grade,
            what,
            remedy: None,
        }
    }
}
