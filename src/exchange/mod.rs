//! Plans in files of several formats: reading them as a [`Draft`], and writing a draft.
//!
//! Not here: opening files (`cli`), and appending to the ledger (`ledger`).
//!
//! All functions are pure. A file is either read completely, or refused with every complaint about it. Contradictions,
//! unknown keys and the like do not prevent reading; each is a [`Finding`] of the draft.

mod bundle;
mod checks;
mod contradictions;
mod csv;
mod draft;
mod foreign;
mod format;
pub mod import;
mod input;
mod json;
mod list_cell;
mod markdown;
mod notes;
mod of_state;
mod short_text;
mod table;
mod words;

pub use bundle::{bundle, place};
pub use csv::write_csv;
pub use draft::{Draft, DraftGuardrail, DraftStep, DraftTask, Finding, FindingKind};
pub use format::{Format, Limits};
pub use input::utf8;
pub use notes::{Complaint, Complaints};
pub use of_state::draft_of;

use crate::core::plan::state::State;
pub use crate::core::plan::state::guardrails::GuardrailStatus;

/// Guesses the format of a file from the end of its name and, if that does not decide, from its first bytes.
pub fn detect(name: &str, bytes: &[u8]) -> Format {
    let name = name.to_ascii_lowercase();
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if foreign::is_backlog(text) {
        return Format::Backlog;
    }
    let ends = |endings: &[&str]| endings.iter().any(|end| name.ends_with(end));
    if ends(&[".md", ".markdown"]) {
        return Format::Markdown;
    }
    if ends(&[".csv", ".tsv"]) {
        return Format::Csv;
    }
    match foreign::looks_like(&name, text).or_else(|| json::looks_like(bytes)) {
        Some(format) => format,
        None if name.ends_with(".json") => Format::TaskStatus,
        None if csv::looks_like(bytes) => Format::Csv,
        None => Format::Markdown,
    }
}

/// Reads a plan.
///
/// # Errors
/// Every complaint about the file, in the order of its lines. A file with complaints yields no draft.
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Draft, Complaints> {
    let text = input::text(bytes, limits).map_err(Complaints::one)?;
    input::check_conflicts(text).map_err(Complaints::one)?;
    let mut notes = notes::Notes::of_days(limits.working_day);
    let draft = match format {
        Format::Markdown => markdown::read(text, &mut notes),
        Format::TaskStatus => json::read_task_status(text, limits, &mut notes),
        Format::TaskList => json::read_task_list(text, limits, &mut notes),
        Format::Csv => csv::read(text, &mut notes),
        Format::Backlog
        | Format::Beads
        | Format::GithubIssues
        | Format::TaskMaster
        | Format::Taskwarrior => foreign::read(format, text, limits, &mut notes),
    };
    checks::finish(draft, notes, limits)
}

/// A draft as a `task_status.json`, with a summary computed from the tasks. [`read`] returns the same draft again,
/// except for lines and findings.
pub fn write_task_status(draft: &Draft) -> String {
    json::write_task_status(draft)
}

/// A draft as issues of beads, one per line. [`read`] returns the same tasks again. `state` has the times of the tasks.
pub fn write_beads(draft: &Draft, state: &State) -> String {
    foreign::write_beads(draft, state)
}

/// A draft as Markdown. [`read`] returns the same draft again, except for steps, criteria, long texts and the
/// commands of guardrails, which tables and lists cannot hold.
pub fn write_markdown(draft: &Draft) -> String {
    markdown::write(draft, "", "")
}

/// The same between two texts for people, which [`read`] skips: `before` the tasks and `after` them, in sections with headings of the
/// second level. Their tables have no column of titles.
pub fn write_markdown_between(draft: &Draft, before: &str, after: &str) -> String {
    markdown::write(draft, before, after)
}

#[cfg(test)]
mod tests;
