//! `git coord comment`: say something about a task.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::cli::{CommandError, Context};

/// Comment on a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is said, as long as it takes
    #[arg(value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub text: String,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "comment")
}
