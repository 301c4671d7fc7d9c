//! `git coord show`: one task with all that is known of it.
//!
//! Not here: its looks (`render`).

use crate::cli::{CommandError, Context};

/// Show a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "show")
}
