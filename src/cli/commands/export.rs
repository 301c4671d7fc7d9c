//! `git coord export`: hand the plan out in a format of others.
//!
//! Not here: how the formats are written (`exchange`).

use crate::cli::{CommandError, Context};

/// Print the plan in a format of others
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The format
    #[arg(long, value_name = "FORMAT")]
    pub format: Format,
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The formats in which a plan is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A task_status.json of schema version 1.0.
    TaskStatus,
    /// The state as 'status --json' has it.
    Json,
    /// A document with tables of tasks.
    Markdown,
    /// A table with one task a line.
    Csv,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "export")
}
