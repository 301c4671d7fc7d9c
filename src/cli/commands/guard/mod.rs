//! `git coord guard`: the checks that everything has to pass, defined, run, and recorded with their evidence.
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

/// Keep the checks that everything has to pass
///
/// The commands of guardrails stand in the ledger, so they come from other people. Nothing runs them but
/// 'guard run', which shows each first, and only those that you wrote in this clone or agreed to with 'guard trust'.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
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
