//! `git coord target`: targets for the figures of the plan.
//!
//! Not here: the figures (`core::views::snapshot`), and how a target is written (`core::values::target`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, task::act},
    core::{
        entry::event::{Event, GuardrailEvent},
        plan::state::State,
        values::{
            id::TargetName,
            target::{InvalidRange, Range},
            text::Text,
        },
        views::snapshot::{self, FIGURES, TargetDocument},
    },
    render::{text, words},
};

/// Set targets for figures of the plan
///
/// 'status', snapshots and the dashboard show whether each target is met. 'status --check' exits with 1 if one is
/// missed. Without a command, 'target' lists the targets.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord target set blocked '<3'")]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Set the target of a figure
    Set(Set),
    /// Remove the target of a figure
    Unset(Unset),
    /// List the targets, and whether they are met
    #[command(after_long_help = "Example:\n  git coord target list")]
    List,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord target set blocked '<3'")]
pub struct Set {
    /// Figure, such as in_progress, percent or guardrails_passed
    #[arg(value_name = "FIGURE")]
    pub figure: TargetName,
    /// Target value: 3..5, <10, >=4 or 4
    #[arg(value_name = "EXPR", value_parser = expression)]
    pub expression: Text,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord target unset blocked")]
pub struct Unset {
    /// Figure whose target is removed
    #[arg(value_name = "FIGURE")]
    pub figure: TargetName,
}

/// The text of a target, if it is valid.
fn expression(text: &str) -> Result<Text, InvalidRange> {
    let invalid = || InvalidRange(text.to_owned());
    text.parse::<Range>()?;
    text.trim().parse().map_err(|_| invalid())
}

/// # Errors
/// The figure does not exist, or has no target.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Some(Command::Set(args)) => set(context, args),
        Some(Command::Unset(args)) => unset(context, args),
        None | Some(Command::List) => list(context),
    }
}

/// The data of `coord.targets/1`.
#[derive(Serialize)]
struct Listed {
    targets: Vec<TargetDocument>,
}

fn list(context: &mut Context) -> Result<(), CommandError> {
    let targets = snapshot::targets(&context.ledger()?.current()?.state);
    let text = text::targets(&targets, context.ui.style());
    context
        .ui
        .answer("coord.targets/1", &Listed { targets }, text)
}

/// The data of `coord.target/1`.
#[derive(Serialize)]
struct Changed {
    /// The target now; null if it was removed.
    target: Option<TargetDocument>,
}

fn set(context: &mut Context, args: &Set) -> Result<(), CommandError> {
    if !FIGURES.contains(&args.figure.as_str()) {
        let figures = FIGURES.join(", ");
        let message = format!(
            "there is no figure '{}'; the figures are {figures}",
            args.figure
        );
        return Err(CommandError::usage(message));
    }
    change(context, &args.figure, |_| Ok(Some(args.expression.clone())))
}

fn unset(context: &mut Context, args: &Unset) -> Result<(), CommandError> {
    change(context, &args.figure, |state| {
        if state.targets.contains_key(&args.figure) {
            return Ok(None);
        }
        let message = format!("figure '{}' has no target", args.figure);
        Err(CommandError::no(code::UNKNOWN_TARGET, message).hint("git coord target list"))
    })
}

fn change(
    context: &mut Context,
    figure: &TargetName,
    expression: impl Fn(&State) -> Result<Option<Text>, CommandError>,
) -> Result<(), CommandError> {
    let appended = act::on_ledger(context, |state| {
        Ok(Event::Guardrail(GuardrailEvent::TargetSet {
            name: figure.clone(),
            expression: expression(state)?,
        }))
    })?;
    let targets = snapshot::targets(&appended.state);
    let target = targets.into_iter().find(|target| target.name == *figure);
    let text = match &target {
        Some(target) => format!(
            "{} should be {}; {}\n",
            figure,
            target.expression,
            words::target(target)
        ),
        None => format!("removed the target of {figure}\n"),
    };
    appended.answer(context, "coord.target/1", Changed { target }, text)
}
