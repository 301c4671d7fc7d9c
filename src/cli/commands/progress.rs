//! `git coord progress`: report how far the work is.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::{
    cli::{CommandError, Context},
    core::event::work::Percent,
};

/// Report how far the work on a task is
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// From 0 to 100
    #[arg(value_name = "PERCENT")]
    pub percent: Percent,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "progress")
}
