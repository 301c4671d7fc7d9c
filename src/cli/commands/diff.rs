//! `git coord diff`: what changed between two moments.
//!
//! Not here: how two states are compared (`core`) and its looks (`render`).

use crate::cli::{CommandError, Context};

/// Show what changed between two moments
///
/// Without arguments between the two latest snapshots, with one between that and now. A moment is a day
/// (2025-10-15), a snapshot (2025-10-15/morning), a time or an entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The earlier moment
    #[arg(value_name = "A")]
    pub from: Option<String>,
    /// The later moment
    #[arg(value_name = "B")]
    pub to: Option<String>,
    /// Line by line, as git diff has it
    #[arg(long)]
    pub text: bool,
    /// Exit with 1 if there are differences
    #[arg(long)]
    pub exit_code: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "diff")
}
