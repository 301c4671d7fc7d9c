//! `git coord edit`: change what is known of a task.
//!
//! Not here: how the options become facts (`task_options`).

use super::task_options::{TaskOptions, TaskRemovals};
use crate::{
    cli::{CommandError, Context},
    core::text::Text,
};

/// Change a task
///
/// What is given is added or replaced; the forms with 'no' take it away.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is to be done, in a line
    #[arg(long, value_name = "TITLE")]
    pub title: Option<Text>,
    /// What is added or replaced.
    #[command(flatten)]
    pub options: TaskOptions,
    /// What is taken away.
    #[command(flatten)]
    pub removals: TaskRemovals,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "edit")
}
