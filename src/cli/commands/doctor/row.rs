//! One thing that was looked at, as it is shown: with the command that mends it.
//!
//! Not here: looking (`doctor`, `sync::checkup`).

use crate::{
    cli::{CommandError, failure::hint},
    sync::checkup::{Diagnosis, Grade},
};

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Row {
    /// What, in a word.
    pub about: &'static str,
    /// How it was found.
    pub grade: Grade,
    /// In a sentence.
    pub what: String,
    /// The command that mends it.
    pub mend: Option<String>,
}

impl Row {
    /// As it should be.
    pub(super) fn good(about: &'static str, what: impl Into<String>) -> Self {
        Diagnosis::good(about, what).into()
    }
    /// Not as it should be.
    pub(super) fn wrong(about: &'static str, what: impl Into<String>) -> Self {
        Diagnosis::wrong(about, what).into()
    }
    /// So graded, as this error says.
    pub(super) fn of_error(about: &'static str, grade: Grade, error: &CommandError) -> Self {
        Self {
            about,
            grade,
            what: error.to_string(),
            mend: error.next().map(ToOwned::to_owned),
        }
    }
    /// … with the command that mends it.
    #[must_use]
    pub(super) fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}

impl From<Diagnosis> for Row {
    fn from(diagnosis: Diagnosis) -> Self {
        Self {
            about: diagnosis.about,
            grade: diagnosis.grade,
            what: diagnosis.what,
            mend: diagnosis.remedy.as_ref().and_then(hint::checkup::command),
        }
    }
}
