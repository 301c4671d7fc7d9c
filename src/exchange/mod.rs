//! Plans in files of three formats: reading them as a [`Draft`], and writing a draft.
//!
//! Not here: opening files (`cli`), and appending to the ledger (`ledger`).
//!
//! All functions are pure. A file is either read completely, or refused with every complaint about it. Contradictions,
//! unknown keys and the like do not prevent reading; each is a [`Finding`] of the draft.

mod checks;
mod contradictions;
mod csv;
mod draft;
pub mod import;
mod input;
mod json;
mod markdown;
mod notes;
mod of_state;
mod words;

use std::fmt;

pub use csv::write_csv;
pub use draft::{
    Draft, DraftGuardrail, DraftStep, DraftTask, Finding, FindingKind, GuardrailStatus,
};
pub use notes::{Complaint, Complaints};
pub use of_state::draft_of;

/// The formats of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `task_status.json`, schema version 1.0: groups of tasks by key.
    TaskStatus,
    /// Markdown with task tables.
    Markdown,
    /// A JSON list of tasks.
    TaskList,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::TaskStatus, Self::Markdown, Self::TaskList];
    /// The name of the format on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TaskStatus => "task-status",
            Self::Markdown => "markdown",
            Self::TaskList => "task-list",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The limits for the size of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the file.
    pub bytes: usize,
    /// Tasks in the plan.
    pub tasks: usize,
    /// Bytes in a title, and in every other text of one line: a group, a step, a label, a branch.
    pub title_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            tasks: 100_000,
            title_bytes: crate::core::values::text::TEXT_BYTES_MAX,
        }
    }
}

/// Guesses the format of a file from the end of its name and, if that does not decide, from its first bytes.
pub fn detect(name: &str, bytes: &[u8]) -> Format {
    let name = name.to_ascii_lowercase();
    if name.ends_with(".md") || name.ends_with(".markdown") {
        return Format::Markdown;
    }
    match json::looks_like(bytes) {
        Some(format) => format,
        None if name.ends_with(".json") => Format::TaskStatus,
        None => Format::Markdown,
    }
}

/// Reads a plan.
///
/// # Errors
/// Every complaint about the file, in the order of its lines. A file with complaints yields no draft.
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Draft, Complaints> {
    let text = input::text(bytes, limits).map_err(Complaints::one)?;
    let mut notes = notes::Notes::default();
    let draft = match format {
        Format::Markdown => markdown::read(text, &mut notes),
        Format::TaskStatus => json::read_task_status(text, limits, &mut notes),
        Format::TaskList => json::read_task_list(text, limits, &mut notes),
    };
    checks::finish(draft, notes, limits)
}

/// A draft as a `task_status.json`, with a summary computed from the tasks. [`read`] returns the same draft again,
/// except for lines and findings.
pub fn write_task_status(draft: &Draft) -> String {
    json::write_task_status(draft)
}

/// A draft as Markdown. [`read`] returns the same draft again, except for steps, criteria, long texts and the
/// commands of guardrails, which tables and lists cannot hold.
pub fn write_markdown(draft: &Draft) -> String {
    markdown::write(draft)
}

#[cfg(test)]
mod tests;
