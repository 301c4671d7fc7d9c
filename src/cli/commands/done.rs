//! `git coord done`: finish a task.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::cli::{CommandError, Context};

/// Mark a task as done
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// The commit that holds the work
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "done")
}
