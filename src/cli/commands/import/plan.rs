//! A plan as it is read from a file.
//!
//! Not here: the formats (`exchange`).

use std::path::Path;

use crate::{
    cli::{CommandError, failure::code, files::input},
    core::values::{id::InvalidName, task::WorkingDay, text::Text},
    exchange::{self, Draft, Limits},
};

/// A plan as it was read from a file.
pub struct PlanFile {
    /// The name of the file, without its folder.
    pub source: Text,
    /// Its contents.
    pub draft: Draft,
    pub(super) bytes: Vec<u8>,
}

impl PlanFile {
    /// The plan in this file.
    ///
    /// # Errors
    /// As for [`Self::of`]; `cannot_read`.
    pub fn read(
        path: &Path,
        format: Option<exchange::Format>,
        working_day: WorkingDay,
    ) -> Result<Self, CommandError> {
        let name = path.file_name().map(|name| name.to_string_lossy());
        let name = match name.as_deref() {
            None | Some("-") => "standard input",
            Some(name) => name,
        };
        let bytes = input::read(path, Limits::default().bytes as u64)?;
        Self::of(name, bytes, format, working_day)
    }

    /// A plan from a file's name and bytes.
    ///
    /// # Errors
    /// `bad_plan`, with the places of everything that is wrong.
    pub fn of(
        name: &str,
        bytes: Vec<u8>,
        format: Option<exchange::Format>,
        working_day: WorkingDay,
    ) -> Result<Self, CommandError> {
        let limits = Limits {
            working_day,
            ..Limits::default()
        };
        let format = format.unwrap_or_else(|| exchange::detect(name, &bytes));
        let draft = exchange::read(format, &bytes, &limits).map_err(|complaints| {
            let lines: Vec<String> = complaints.iter().map(|it| format!("{name}:{it}")).collect();
            let message = format!("cannot import '{name}' as {format}");
            CommandError::fatal(code::BAD_PLAN, message).details(lines)
        })?;
        if draft.tasks.is_empty() && draft.guardrails.is_empty() {
            let message = format!("'{name}' holds no task that can be read as {format}");
            return Err(CommandError::fatal(code::BAD_PLAN, message)
                .hint("to name its format: git coord import --format markdown FILE"));
        }
        let source = name.parse().map_err(|error: InvalidName| {
            CommandError::fatal(code::BAD_PLAN, "cannot record the name of the file").because(error)
        })?;
        Ok(Self {
            source,
            draft,
            bytes,
        })
    }
}
