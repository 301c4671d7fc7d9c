//! `git coord guard`: the checks that everything has to pass, defined, run, and recorded with their evidence.
//!
//! Not here: what the rules allow (`core::plan::rules`), and how a command runs (`guard`).

mod add;
mod list;
mod record;
mod remove;
mod run;
mod session;
mod trust;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, task::act},
    core::{
        plan::{
            refusal::{Code, Refusal},
            state::{State, records::Guardrail},
        },
        values::{
            id::{ActorName, GuardId},
            text::Text,
        },
        views::snapshot::GuardrailDetails,
    },
    ledger::Draft,
};

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

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
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

/// The data of `coord.guardrail/1`.
#[derive(Serialize)]
struct Acted {
    /// The new entry's object id.
    entry: String,
    actor: ActorName,
    /// The guardrail afterwards; null if it was removed.
    guardrail: Option<GuardrailDetails>,
}

/// Appends what `decide` makes of the state, which is about one guardrail, says `sentence`, and returns who acted.
fn append(
    context: &mut Context,
    id: &GuardId,
    sentence: &str,
    decide: impl Fn(&State) -> Result<Draft, CommandError>,
) -> Result<ActorName, CommandError> {
    let appended = act::on_ledger(context, decide)?;
    let acted = Acted {
        entry: appended.entry,
        actor: appended.actor,
        guardrail: GuardrailDetails::of(&appended.state, id),
    };
    let text = format!("{sentence}\n");
    context.ui.answer("coord.guardrail/1", &acted, text)?;
    Ok(acted.actor)
}

/// The guardrail of this name.
fn find<'a>(state: &'a State, id: &GuardId) -> Result<&'a Guardrail, CommandError> {
    let found = state.guardrails.get(id);
    found.ok_or_else(|| Refusal::new(Code::UnknownGuardrail, id).into())
}

/// The guardrail's command; one without can only be recorded by hand.
fn command_of<'a>(id: &GuardId, guardrail: &'a Guardrail) -> Result<&'a Text, CommandError> {
    guardrail.command.as_ref().ok_or_else(|| {
        CommandError::no(code::NO_COMMAND, format!("guardrail '{id}' has no command"))
            .hint(format!("git coord guard record {id} pass --evidence FILE"))
    })
}
