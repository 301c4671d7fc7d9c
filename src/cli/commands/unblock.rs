//! `git coord unblock`: say that something is out of the way.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::cli::{CommandError, Context};

/// Remove a blocker from a task
///
/// Without N the task has to have exactly one open blocker.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// The number of the blocker
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub blocker: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "unblock")
}
