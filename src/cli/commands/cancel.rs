//! `git coord cancel`: give a task up.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::{
    cli::{CommandError, Context},
    core::text::Text,
};

/// Give up a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Text>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "cancel")
}
