//! `git coord export`: print the plan in another format.
//!
//! Not here: how the formats are written (`exchange`, `render::graph`).

use std::{cell::RefCell, string::FromUtf8Error};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        reading::revision::{Reading, Revision},
    },
    core::{
        plan::{
            roster::KeyStanding,
            state::{State, records::Attached},
        },
        values::{json::to_json_pretty, key::PublicKey, task::Role},
        views::snapshot,
    },
    exchange::{self, draft_of, write_beads, write_csv, write_markdown_between, write_task_status},
    git::sign::allowed_signers,
    render::{self, graph},
};

/// Print the plan in another format
///
/// With --json, the answer is one JSON object that holds the text.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord export --format markdown >plan.md")]
pub struct Args {
    /// Print the format FORMAT
    #[arg(long, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// Print the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// task_status.json, schema version 1.0
    TaskStatus,
    /// State as in 'status --json', without facts about this machine
    Json,
    /// Dashboard with tables of tasks, which import reads again
    Markdown,
    /// Table with one task per line
    Csv,
    /// Issues of beads, one JSON object per line
    Beads,
    /// Keys of the actors, for git's gpg.ssh.allowedSignersFile
    AllowedSigners,
    /// Dependencies as a flowchart of Mermaid, which git hosts draw
    Mermaid,
    /// Dependencies in the language of Graphviz
    Dot,
}

/// The data of `coord.export/1`.
#[derive(Serialize)]
struct Exported {
    format: ExportFormat,
    /// The whole file.
    text: String,
}

/// # Errors
/// The revision does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let revision = reading.revision(args.at.as_deref())?;
    let text = match args.format {
        ExportFormat::Json => status_json(&revision),
        ExportFormat::AllowedSigners => signers(context, &revision.state),
        ExportFormat::Mermaid => graph::mermaid(&snapshot::status(&revision.state)),
        ExportFormat::Dot => graph::dot(&snapshot::status(&revision.state)),
        ExportFormat::TaskStatus
        | ExportFormat::Markdown
        | ExportFormat::Csv
        | ExportFormat::Beads => plan(context, &reading, &revision.state, args.format)?,
    };
    if !context.ui.is_json() {
        return context.ui.raw(&text);
    }
    let format = args.format;
    context
        .ui
        .success("coord.export/1", &Exported { format, text })
}

fn status_json(revision: &Revision) -> String {
    let mut document = snapshot::status(&revision.state);
    document.ledger.tip = Some(revision.tip.to_string());
    document.ledger.digest = Some(revision.state.digest());
    to_json_pretty(&document)
}

/// The plan as a file of this format. A specification that cannot be read is left out with a warning.
fn plan(
    context: &mut Context,
    reading: &Reading,
    state: &State,
    format: ExportFormat,
) -> Result<String, CommandError> {
    let has_body = state.tasks().any(|(_, task)| task.body.is_some());
    let past = has_body.then(|| reading.past()).transpose()?;
    let missing = RefCell::new(Vec::new());
    let body = |attached: &Attached| {
        let object = past.as_ref()?.object_of(attached.entry).ok().flatten()?;
        let bytes = reading.ledger().attachment(object, attached);
        let text = bytes
            .map_err(CommandError::from)
            .and_then(|bytes| String::from_utf8(bytes).map_err(no_text));
        text.map_err(|error| missing.borrow_mut().push(error)).ok()
    };
    let text = match format {
        ExportFormat::Markdown => {
            let draft = draft_of(state, exchange::Format::Markdown, body);
            let above = render::overview(state, &snapshot::status(state), state.effective);
            write_markdown_between(&draft, &above, &history(reading, state)?)
        }
        ExportFormat::Csv => write_csv(&draft_of(state, exchange::Format::TaskStatus, body)),
        ExportFormat::Beads => write_beads(&draft_of(state, exchange::Format::Beads, body), state),
        _ => write_task_status(&draft_of(state, exchange::Format::TaskStatus, body)),
    };
    for error in missing.into_inner() {
        context
            .ui
            .warn(format!("left out a specification: {error}"));
    }
    Ok(text)
}

/// The snapshots with their figures.
fn history(reading: &Reading, state: &State) -> Result<String, CommandError> {
    let mut tallies = Vec::new();
    reading.each_snapshot(state, |taken, then| {
        tallies.push((taken, snapshot::tally(then)))
    })?;
    Ok(render::snapshot_history(state, &tallies))
}

fn no_text(error: FromUtf8Error) -> CommandError {
    CommandError::caused(code::CANNOT_READ, error)
}

/// The keys with which stock git verifies entries. Revoked keys are left out, because git cannot tell what they signed
/// before. Only `verify` can check their entries.
fn signers(context: &mut Context, state: &State) -> String {
    let mut keys: Vec<(&str, &PublicKey)> = Vec::new();
    for (name, actor) in state.roster.actors() {
        let email = actor.email.as_str();
        for (key, known) in &actor.keys {
            match known.standing {
                KeyStanding::Active | KeyStanding::Retired => keys.push((email, key)),
                KeyStanding::Revoked => context
                    .ui
                    .warn(format!("left out a revoked key of actor '{name}'")),
            }
        }
        let recovers = state.roster.has_role(name, Role::Admin);
        let recovery = state.roster.recovery().filter(|_| recovers);
        keys.extend(recovery.map(|key| (email, key)));
    }
    allowed_signers(keys.into_iter())
}
