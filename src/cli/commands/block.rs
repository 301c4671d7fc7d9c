//! `git coord block`: say what is in the way.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::{
    cli::{CommandError, Context},
    core::text::Text,
};

/// Report what blocks a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is in the way
    #[arg(value_name = "REASON")]
    pub reason: Text,
    /// The task that has to be finished first
    #[arg(long, value_name = "ID")]
    pub on: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "block")
}
