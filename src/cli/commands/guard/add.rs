//! `git coord guard add`: define a guardrail.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use std::collections::BTreeSet;

use super::guardrail::append;
use crate::{
    cli::{CommandError, Context, failure::code, task::act},
    core::{
        entry::event::{
            Event, GuardrailEvent,
            guardrail::{GuardrailDefinition, command_digest},
        },
        plan::state::State,
        values::{id::GuardId, text::Text, time::Span},
    },
    guard::trust::Trust,
};

/// Define a guardrail
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord guard add tests --title 'All tests pass' --command 'cargo test' --required"
)]
pub struct Args {
    /// Name of the guardrail
    #[arg(value_name = "ID")]
    pub id: GuardId,
    /// Set the title, in one line
    #[arg(long, value_name = "TITLE")]
    pub title: Text,
    /// Set the shell command that checks it; status 0 means pass
    #[arg(long, value_name = "COMMAND")]
    pub command: Text,
    /// Require TEXT in the output of the command
    ///
    /// White space at both ends of TEXT is left out.
    #[arg(long, value_name = "TEXT")]
    pub expect: Option<Text>,
    /// Keep tasks from being done before the guardrail passes
    ///
    /// 'git coord done' is refused while it has not passed at the commit of the task, unless the guardrail waits for
    /// a task (--depends). 'git coord policy guardrails' can limit that to integrated tasks. 'guard run --all' fails if
    /// it does not pass.
    #[arg(long)]
    pub required: bool,
    /// Run it only after TASK is done or cancelled
    #[arg(long = "depends", value_name = "TASK")]
    pub depends: Vec<String>,
    /// Stop the command after TIME: 30s, 10min, 1h (default: 10min)
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub time_limit: Option<Span>,
    /// Pass the environment variable NAME on to the command
    ///
    /// The ledger has the name only. 'guard trust' covers the names too.
    #[arg(long = "env", value_name = "NAME", value_parser = variable)]
    pub environment: Vec<Text>,
    /// Replace the guardrail of this name
    ///
    /// Its results stay if command, expected output and variables are the same. Otherwise they are dropped.
    #[arg(long)]
    pub replace: bool,
}

/// A length of time that is not zero.
fn some_time(text: &str) -> Result<Span, String> {
    match text.parse::<Span>() {
        Ok(span) if span == Span::default() => {
            Err("the time limit must be longer than zero".to_owned())
        }
        parsed => parsed.map_err(|error| error.to_string()),
    }
}

/// The name of a variable that commands may see.
fn variable(name: &str) -> Result<Text, String> {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_name = begins
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.starts_with("GIT_") {
        Err("variables of git are never passed on".to_owned())
    } else if is_name {
        name.parse::<Text>().map_err(|error| error.to_string())
    } else {
        Err("the name of a variable has letters, digits and '_', and no value".to_owned())
    }
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let sentence = format!("added guardrail {}: {}", args.id, args.title);
    let author = append(context, &args.id, &sentence, |state| {
        let definition = definition(state, args)?;
        let event = GuardrailEvent::Added(Box::new(definition));
        Ok(Event::Guardrail(event))
    })?;
    // The author of a command need not trust it. If this cannot be stored, `guard run` asks for trust.
    let digest = command_digest(&args.command, &environment(args));
    let mut trust = Trust::read(context.ledger()?.current()?.state.ledger);
    if let Err(error) = trust.remember(Some(&author), digest) {
        let message = format!("the command is not trusted here: {error}");
        context.ui.warn(message);
    }
    Ok(())
}

fn definition(state: &State, args: &Args) -> Result<GuardrailDefinition, CommandError> {
    let id = args.id.clone();
    if state.guardrails.contains_key(&id) && !args.replace {
        let message = format!("guardrail '{id}' already exists; --replace replaces it");
        return Err(CommandError::no(code::GUARDRAIL_EXISTS, message).hint("git coord guard list"));
    }
    let depends = args.depends.iter().map(|given| {
        let index = act::task(state, given)?;
        Ok::<_, CommandError>(state.reference(index))
    });
    Ok(GuardrailDefinition {
        id,
        title: args.title.clone(),
        command: Some(args.command.clone()),
        expect: args.expect.clone(),
        required: args.required,
        depends: depends.collect::<Result<_, _>>()?,
        time_limit: args.time_limit,
        extra: Vec::new(),
        environment: environment(args),
    })
}

/// The names of the variables, each once.
fn environment(args: &Args) -> Vec<Text> {
    let names: BTreeSet<&Text> = args.environment.iter().collect();
    names.into_iter().cloned().collect()
}
