//! `git coord release`: give a claim back.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::cli::{CommandError, Context};

/// Give back a task that you hold
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "release")
}
