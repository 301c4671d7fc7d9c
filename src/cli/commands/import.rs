//! `git coord import`: take in a plan from a file.
//!
//! Not here: how the formats are read (`exchange`).

use std::path::PathBuf;

use crate::cli::{CommandError, Context};

/// Import a plan from a file
///
/// All of the file is taken in, or nothing. Importing the same file again changes nothing; a later version brings
/// what differs from its last import and leaves alone what moved in the ledger since.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan, or '-' for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How the file is read, where its contents do not tell
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Only say what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// The shapes of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A task_status.json of schema version 1.0.
    TaskStatus,
    /// A document with tables of tasks.
    Markdown,
    /// A JSON list of tasks.
    TaskList,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "import")
}
