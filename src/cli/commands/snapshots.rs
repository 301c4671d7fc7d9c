//! `git coord snapshots`: the snapshots that were taken.
//!
//! Not here: taking one (`snapshot`).

use crate::cli::{CommandError, Context};

/// List the snapshots
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "snapshots")
}
