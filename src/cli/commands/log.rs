//! `git coord log`: what happened, newest first.
//!
//! Not here: its looks (`render`).

use crate::cli::{CommandError, Context};

/// Show the entries of the ledger, newest first
///
/// With --json it is one object a line.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what concerns this task
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// At most so many
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    pub max_count: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "log")
}
