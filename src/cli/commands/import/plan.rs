//! A plan as it is read from a file.
//!
//! Not here: the formats (`exchange`).

use std::{fs, path::Path};

use crate::{
    cli::{CommandError, failure::code, files::input},
    core::values::{id::InvalidName, task::WorkingDay, text::Text},
    exchange::{self, Complaint, Draft, Limits},
};

/// Folders of a project with Backlog.md that have tasks, from the root and from the folder `backlog`.
const TASK_FOLDERS: [&str; 5] = [
    "",
    "tasks",
    "completed",
    "backlog/tasks",
    "backlog/completed",
];

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
    /// A folder is a plan with a task in each Markdown file, as Backlog.md has it.
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
        let bytes = if path.is_dir() {
            folder(path)?
        } else {
            exchange::utf8(input::read(path, Limits::default().bytes as u64)?)
        };
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
            let line = |it: &Complaint| {
                let (file, line) = place(&bytes, it.line);
                format!("{}:{line}: {}", file.as_deref().unwrap_or(name), it.message)
            };
            let lines: Vec<String> = complaints.iter().map(line).collect();
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

impl PlanFile {
    /// The file of a remark if the plan is a folder, and its line there.
    pub fn place(&self, line: usize) -> (Option<String>, usize) {
        place(&self.bytes, line)
    }
}

fn place(bytes: &[u8], line: usize) -> (Option<String>, usize) {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let found = exchange::place(text, line);
    found.map_or((None, line), |(file, line)| (Some(file.to_owned()), line))
}

/// The Markdown files of a folder, by name, as one text.
///
/// # Errors
/// `cannot_read`, also for more than a plan may have.
fn folder(path: &Path) -> Result<Vec<u8>, CommandError> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut bytes_left = Limits::default().bytes as u64;
    for folder in TASK_FOLDERS {
        let Ok(entries) = fs::read_dir(path.join(folder)) else {
            continue;
        };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        let mut names: Vec<_> = names
            .filter(|name| name.to_string_lossy().ends_with(".md"))
            .collect();
        names.sort();
        let first = files.len();
        for name in names {
            let shown = Path::new(folder).join(&name).display().to_string();
            let bytes = input::read(&path.join(folder).join(&name), bytes_left)?;
            bytes_left -= bytes.len() as u64;
            let text = String::from_utf8(exchange::utf8(bytes)).map_err(|error| {
                let message = format!("cannot read '{shown}' in '{}'", path.display());
                CommandError::fatal(code::CANNOT_READ, message).because(error)
            })?;
            files.push((shown, text.trim_start_matches('\u{feff}').to_owned()));
        }
        // Documents in the folder itself may be anything.
        let is_task = |(_, text): &(String, String)| text.starts_with("---");
        if folder.is_empty() && !files[first..].iter().any(is_task) {
            files.truncate(first);
        }
    }
    if files.is_empty() {
        let message = format!(
            "cannot read '{}': looked for Markdown files in it and in its folders tasks, completed and backlog",
            path.display()
        );
        return Err(CommandError::fatal(code::CANNOT_READ, message)
            .hint("to import one file: git coord import FILE"));
    }
    let files = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(exchange::bundle(files).into_bytes())
}
