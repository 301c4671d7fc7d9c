//! A diagnosis: the result of one check and its remedy, as data.
//!
//! Not here: the checks (`checkup`), and the command of a remedy (`cli`).

use std::path::PathBuf;

use crate::{
    core::values::{id::EntryId, text::counted},
    ledger::{Error, verify::ActorCounts},
};

/// The grade of a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Good.
    Good,
    /// Worth knowing, but harmless.
    Remark,
    /// Wrong.
    Wrong,
}

/// The result of one check.
#[derive(Debug)]
pub struct Diagnosis {
    /// The subject of the check, in a word.
    pub about: &'static str,
    /// Its grade.
    pub grade: Grade,
    /// The finding, in a sentence.
    pub what: String,
    /// The remedy.
    pub remedy: Option<Remedy>,
    /// The counts of an actor.
    pub written: Option<ActorCounts>,
}

/// A remedy.
#[derive(Debug)]
pub enum Remedy {
    /// The hint of this error.
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
    /// Removing a lock that stayed, unless a git process holds it.
    RemoveLock(PathBuf),
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
    /// Good.
    pub fn good(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Good, what.into())
    }
    /// Worth knowing, but harmless.
    pub fn remark(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Remark, what.into())
    }
    /// What an actor has written.
    pub(super) fn of_actor(written: ActorCounts) -> Self {
        let ActorCounts {
            actor,
            entries,
            bytes,
            refused,
        } = &written;
        let entries = counted(*entries as usize, "entry", "entries");
        let what = format!("{actor} has written {entries} of {bytes} bytes, {refused} refused");
        Self {
            written: Some(written),
            ..Self::good("actor", what)
        }
    }
    /// Wrong.
    pub fn wrong(about: &'static str, what: impl Into<String>) -> Self {
        Self::new(about, Grade::Wrong, what.into())
    }
    /// Wrong, as this error says.
    pub fn of_error(about: &'static str, error: impl Into<Error>) -> Self {
        let error = error.into();
        Self::wrong(about, error.to_string()).mended_by(Remedy::Of(error))
    }
    /// … with this remedy.
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
            written: None,
        }
    }
}
