//! `git coord guard`: define the checks of the whole project, run them, and record them with their evidence.
//!
//! Not here: what the rules allow (`core::plan::rules`), and how a command runs (`guard`).

mod add;
mod guardrail;
mod list;
mod record;
mod remove;
mod run;
mod session;
mod trust;

use crate::cli::{CommandError, Context};

/// Manage guardrails, the checks of the whole project
///
/// The commands of guardrails are in the ledger, so other people write them. Only 'guard run' runs them. It shows
/// each command first, and runs only commands that you wrote in this clone or agreed to with 'guard trust'.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
#[command(after_long_help = "Example:\n  git coord guard run --all")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(add::Args),
    Remove(remove::Args),
    List(list::Args),
    Record(record::Args),
    Run(run::Args),
    Trust(trust::Args),
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Command::Add(args) => add::run(context, args),
        Command::Remove(args) => remove::run(context, args),
        Command::List(args) => list::run(context, args),
        Command::Record(args) => record::run(context, args),
        Command::Run(args) => run::run(context, args),
        Command::Trust(args) => trust::run(context, args),
    }
}
