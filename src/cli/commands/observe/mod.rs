//! `git coord observe`: record facts from outside the ledger.
//!
//! Not here: the facts (a file each).

mod asked;
mod merged;
mod problem;
pub mod prs;
pub mod ties;
pub mod worktrees;

use crate::cli::{CommandError, Context};

/// Record facts from outside the ledger
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
#[command(after_long_help = "Example:\n  git coord observe worktrees")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Record the pull requests of a forge
    Prs(prs::Args),
    /// Record the worktrees of this clone and name unneeded ones
    Worktrees(worktrees::Args),
}

/// # Errors
/// The facts cannot be read.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Command::Prs(args) => prs::run(context, args),
        Command::Worktrees(args) => worktrees::run(context, args),
    }
}
