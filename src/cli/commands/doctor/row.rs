//! One finding as it is shown, with the command that fixes it.
//!
//! Not here: the checks (`doctor`, `sync::checkup`).

use crate::{
    cli::{CommandError, failure::hint},
    ledger::verify::ActorCounts,
    sync::checkup::{Diagnosis, Grade},
};

/// One finding, as text and in `coord.doctor/1`.
#[derive(Debug, serde::Serialize)]
pub(super) struct Row {
    /// What was checked, in a word.
    pub about: &'static str,
    /// Its grade.
    pub grade: Grade,
    /// The finding, in a sentence.
    pub what: String,
    /// The command that fixes the problem.
    pub hint: Option<String>,
    /// The counts of an actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<ActorCounts>,
}

impl Row {
    /// No problem.
    pub(super) fn good(about: &'static str, what: impl Into<String>) -> Self {
        Diagnosis::good(about, what).into()
    }
    /// Worth knowing, but harmless.
    pub(super) fn remark(about: &'static str, what: impl Into<String>) -> Self {
        Diagnosis::remark(about, what).into()
    }
    /// A problem.
    pub(super) fn wrong(about: &'static str, what: impl Into<String>) -> Self {
        Diagnosis::wrong(about, what).into()
    }
    /// A finding with this grade and the text of this error.
    pub(super) fn of_error(about: &'static str, grade: Grade, error: &CommandError) -> Self {
        Self {
            about,
            grade,
            what: error.to_string(),
            hint: error.next().map(ToOwned::to_owned),
            written: None,
        }
    }
    /// Adds the command that fixes the problem.
    #[must_use]
    pub(super) fn hint(mut self, command: impl Into<String>) -> Self {
        self.hint = Some(command.into());
        self
    }
}

impl From<Diagnosis> for Row {
    fn from(diagnosis: Diagnosis) -> Self {
        Self {
            about: diagnosis.about,
            grade: diagnosis.grade,
            what: diagnosis.what,
            hint: diagnosis.remedy.as_ref().and_then(hint::checkup::command),
            written: diagnosis.written,
        }
    }
}
