//! `git coord guard`: define the checks of the whole project, run them, and record them with their evidence.
//!
//! Not here: what the rules allow (`core::plan::rules`), and how a command runs (`guard`).

mod add;
mod guardrail;
mod list;
pub mod merged;
mod record;
mod remove;
mod run;
mod session;
mod show;
mod trust;

use crate::{
    cli::{CommandError, Context},
    core::{
        plan::state::State,
        values::{
            id::{ActorName, GuardId},
            text::brief,
        },
    },
    guard::trust::Trust,
};

/// Manage guardrails, the checks of the whole project
///
/// The commands of guardrails are in the ledger, so other people write them. Only 'guard run' runs them. It shows
/// each command first, and runs only commands that you wrote on this machine or agreed to with 'guard trust'.
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
    Show(show::Args),
    Trust(trust::Args),
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Some(Command::Add(args)) => add::run(context, args),
        Some(Command::Remove(args)) => remove::run(context, args),
        None | Some(Command::List(_)) => list::run(context, None),
        Some(Command::Record(args)) => record::run(context, args),
        Some(Command::Run(args)) => run::run(context, args),
        Some(Command::Show(args)) => show::run(context, args),
        Some(Command::Trust(args)) => trust::run(context, args),
    }
}

/// The commands that allow those commands of guardrails to run here that this actor may not run yet. What they run stands
/// behind each.
pub(super) fn trust_lines(
    state: &State,
    trust: &Trust,
    actor: &ActorName,
    ids: &[GuardId],
) -> Vec<String> {
    let lines = ids.iter().filter_map(|id| {
        let guardrail = state.guardrails.get(id)?;
        let (command, digest) = guardrail.command.as_ref().zip(guardrail.command_digest())?;
        let line = trust::hint([(id, digest)].into_iter());
        let shown = brief(command.as_str(), COMMAND_MAX);
        let is_strange = trust.of(Some(actor), digest).is_none();
        is_strange.then(|| format!("{line}  # {}: {shown}", guardrail.defined_by))
    });
    lines.collect()
}

/// How many characters of a command stand behind the line that trusts it.
const COMMAND_MAX: usize = 200;

/// Shows one guardrail, as in the list.
pub(super) fn show(context: &mut Context, id: &GuardId) -> Result<(), CommandError> {
    context.ui.text(format_args!("guardrail {id}\n"))?;
    list::run(context, Some(id))
}
