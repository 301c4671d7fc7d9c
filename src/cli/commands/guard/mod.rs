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

use crate::{
    cli::{CommandError, Context},
    core::values::id::GuardId,
};

/// Manage guardrails, the checks of the whole project
///
/// The commands of guardrails are in the ledger, so other people write them. Only 'guard run' runs them. It shows
/// each command first, and runs only commands that you wrote in this clone or agreed to with 'guard trust'.
///
/// Without a command, it lists the guardrails.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard run --all")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
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
        Some(Command::Add(args)) => add::run(context, args),
        Some(Command::Remove(args)) => remove::run(context, args),
        None | Some(Command::List(_)) => list::run(context, None),
        Some(Command::Record(args)) => record::run(context, args),
        Some(Command::Run(args)) => run::run(context, args),
        Some(Command::Trust(args)) => trust::run(context, args),
    }
}

/// Shows one guardrail, as in the list.
pub(super) fn show(context: &mut Context, id: &GuardId) -> Result<(), CommandError> {
    context.ui.text(format_args!("guardrail {id}\n"))?;
    list::run(context, Some(id))
}
