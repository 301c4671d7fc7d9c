//! Everything about a repository on which the ledger depends, looked at one after the other.
//!
//! Nothing is changed, and what cannot be looked at is told instead of ending the examination.
//! Not here: who acts and with which keys (`cli`), and finding a ledger again that was lost (`recover`).

mod copies;
mod files;
mod home;
mod line;
mod remote;
mod settings;

pub use self::remote::ask_remote;
use crate::{
    core::values::time::Timestamp,
    ledger::{Error, Ledger},
};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in a word.
    pub about: &'static str,
    /// How it was found.
    pub grade: Grade,
    /// In a sentence.
    pub what: String,
    /// The command that mends it.
    pub mend: Option<String>,
}

impl Finding {
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
    /// What an error says, with its hint.
    pub fn of_error(about: &'static str, error: &Error) -> Self {
        Self {
            mend: error.hint(),
            ..Self::wrong(about, error.to_string())
        }
    }
    /// … with the command that mends it.
    #[must_use]
    pub fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }

    fn new(about: &'static str, grade: Grade, what: String) -> Self {
        Self {
            about,
            grade,
            what,
            mend: None,
        }
    }
}

impl Ledger {
    /// Looks at the repository, the ref, its log, the entries, the objects, the pin, the settings, the cache, locks and
    /// leftovers, and at the locks of a home on this machine; `now` is what the clock says.
    pub fn examine(&self, now: Timestamp) -> Vec<Finding> {
        let repository = self.repository();
        let mut findings = settings::repository(repository);
        findings.extend(line::examine(self, now));
        findings.extend(copies::examine(self));
        findings.extend(settings::config(repository));
        findings.extend(files::examine(self));
        findings.extend(home::examine(self));
        findings
    }
}
