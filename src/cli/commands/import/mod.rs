//! `git coord import`: import a plan from a file.
//!
//! Not here: how the formats are read and what an import appends (`exchange`).

pub mod chain;
mod outcome;
pub mod plan;

use std::{collections::BTreeSet, path::PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use self::{
    chain::Chain,
    outcome::{ImportOutcome, say},
    plan::PlanFile,
};
use crate::{
    cli::{CommandError, Context, task::act::Writing},
    core::{
        plan::state::State,
        values::{
            id::{GuardId, InvalidName},
            task::WorkingDay,
        },
    },
    exchange::Format,
};

/// Import a plan from a file
///
/// The file is imported as a whole or not at all. Importing the same file again changes nothing. Importing a later
/// version applies its changes since the last import. Values that were changed in the ledger since then stay.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord import plan.md --dry-run")]
pub struct Args {
    /// File with the plan, or '-' for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Read the file as FORMAT; 'auto' recognizes it by its contents
    #[arg(long, value_name = "FORMAT", value_parser = format(), default_value = AUTO)]
    pub format: Wanted,
    /// Show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// The format that the user wants; none if its contents decide.
#[derive(Debug, Clone, Copy)]
pub struct Wanted(Option<Format>);

const AUTO: &str = "auto";

/// Parses the name of a format. Any other name is a usage error.
fn format() -> impl TypedValueParser<Value = Wanted> {
    let names = Format::ALL.iter().map(|format| format.as_str());
    PossibleValuesParser::new(std::iter::once(AUTO).chain(names)).try_map(|name| {
        let format = (name != AUTO).then(|| name.parse()).transpose()?;
        Ok::<_, InvalidName>(Wanted(format))
    })
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    // A missing repository is reported before any problem of the file.
    let ledger = context.ledger()?;
    // Without a ledger, the file is read all the same, for its complaints.
    let known = ledger.current();
    let day = known.map_or_else(|_| WorkingDay::default(), |it| it.state.policy.working_day);
    let plan = PlanFile::read(&args.file, args.format.0, day)?;
    take_in(context, &plan, args.dry_run)
}

/// Imports a plan, or reports what that would change.
///
/// # Errors
/// The ledger cannot be read or written, or the rules refuse.
pub fn take_in(context: &mut Context, plan: &PlanFile, dry_run: bool) -> Result<(), CommandError> {
    let Writing {
        ledger,
        known,
        author,
        now,
        ..
    } = Writing::open(context)?;
    let before = known.state.tasks().len();
    let guarding = required(&known.state);
    let begin = |state: &State| Chain::begin(&ledger, plan, state);
    let (state, entries, tip, chain) = if dry_run {
        let (state, entries, chain) =
            ledger.rehearse_chain(known, &author, now, begin, Chain::next)?;
        (state, entries, None, chain)
    } else {
        let (appended, chain) =
            ledger.append_chain(Some(known), &author, now, begin, Chain::next)?;
        let tip = appended.entries.last().map(|(tip, _)| tip.to_string());
        (appended.verified.state, appended.entries.len(), tip, chain)
    };
    let new = required(&state);
    let new: Vec<&str> = new.difference(&guarding).map(GuardId::as_str).collect();
    if !new.is_empty() && state.guards(false) {
        let have = if new.len() == 1 { "has" } else { "have" };
        context.ui.warn(format!(
            "no task can be done before {} {have} passed at its commit; if that is only for the end of the plan: git coord policy guardrails no",
            new.join(", ")
        ));
    }
    let outcome = ImportOutcome {
        added: state.tasks().len() - before,
        changes: chain.changes,
        entries,
        tip,
        dry_run,
        not_applied: chain.left,
    };
    say(context, plan, &outcome)
}

/// The required guardrails that apply now.
fn required(state: &State) -> BTreeSet<GuardId> {
    let required = state.required_guardrails();
    required.map(|(id, _)| id.clone()).collect()
}
