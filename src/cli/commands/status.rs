//! `git coord status`: the whole plan at a glance.
//!
//! Not here: its looks (`render`).

use crate::cli::{CommandError, Context};

/// Show where the plan stands
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "status")
}
