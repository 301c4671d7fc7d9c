//! `git coord demo`: a whole day of a team in a throwaway repository.
//!
//! Not here: the plan that it plays (`demo` folder of the docs).

use crate::cli::{CommandError, Context};

/// Play a day of a team in a throwaway repository
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "demo")
}
