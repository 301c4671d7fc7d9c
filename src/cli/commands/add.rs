//! `git coord add`: put a task on the plan.
//!
//! Not here: how the options become facts (`task_options`).

use super::task_options::TaskOptions;
use crate::{
    cli::{CommandError, Context},
    core::{id::TaskId, text::Text},
};

/// Add a task
///
/// Without --id the task gets a short id that cannot collide with those of other clones.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is to be done, in a line
    #[arg(value_name = "TITLE")]
    pub title: Text,
    /// The name of the task
    #[arg(long, value_name = "ID")]
    pub id: Option<TaskId>,
    /// What else is known of it.
    #[command(flatten)]
    pub options: TaskOptions,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "add")
}
