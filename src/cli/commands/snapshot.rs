//! `git coord snapshot`: put the state down as an entry of its own.
//!
//! Not here: what a snapshot holds (`core::snapshot`).

use std::path::PathBuf;

use crate::{
    cli::{CommandError, Context},
    core::text::Text,
};

/// Take a snapshot of the plan
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What it is called: morning, midday, evening
    #[arg(long, value_name = "LABEL")]
    pub label: Option<Text>,
    /// Also write its files to DIR/YYYY-MM-DD/LABEL
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "snapshot")
}
