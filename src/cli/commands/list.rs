//! `git coord list`: the tasks that pass a filter.
//!
//! Not here: its looks (`render`).

use crate::cli::{CommandError, Context};

/// List tasks
///
/// A filter is a word such as 'owner:codex', 'status:blocked', 'priority:high', 'group:shared', 'label:docs', or a
/// word that stands in the title or the id. Filters of one kind are alternatives; those of several kinds all hold.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the tasks have to be
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "list")
}
