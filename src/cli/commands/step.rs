//! `git coord step`: tick a step of the work.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::cli::{CommandError, Context};

/// Mark a step of a task as done
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// The number of the step, from 1
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub step: u16,
    /// It is not done after all
    #[arg(long)]
    pub undo: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "step")
}
