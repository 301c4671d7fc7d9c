//! `git coord guard record`: record the result of a check made by hand.
//!
//! Not here: running a check (`run`).

use std::path::{Path, PathBuf};

use super::guardrail::append;
use crate::{
    cli::{CommandError, Context, failure::code, files::input, reading::commit},
    core::{
        entry::event::{
            Event, GuardrailEvent,
            guardrail::{GuardrailResult, Outcome},
        },
        values::{
            id::GuardId,
            text::{Text, is_file_name},
        },
    },
    guard::{Checkout, tree_of},
    ledger::EntryDraft,
};

/// Record the result of a check that you made by hand
///
/// Use it where no command can check. Without --commit, the result is about HEAD.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord guard record accessible pass --evidence report.pdf"
)]
pub struct Args {
    /// Guardrail that you checked
    #[arg(value_name = "ID")]
    pub id: GuardId,
    /// Result of the check
    #[arg(value_name = "pass|fail")]
    pub outcome: Outcome,
    /// Keep FILE in the ledger as evidence; '-' is standard input
    #[arg(long, value_name = "FILE|-")]
    pub evidence: Option<PathBuf>,
    /// Name the commit that you checked
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

/// The largest evidence, in bytes.
const EVIDENCE_BYTES_MAX: u64 = 10 << 20;

/// # Errors
/// The file or the commit does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let evidence = args.evidence.as_deref().map(attachment).transpose()?;
    let result = GuardrailResult {
        evidence: evidence.as_ref().map(|(name, _)| name.clone()),
        ..looked_at(context, args)?
    };
    let sentence = format!("recorded guardrail {}: {}", args.id, args.outcome);
    append(context, &args.id, &sentence, |_| {
        let event = GuardrailEvent::Recorded(Box::new(result.clone()));
        Ok(EntryDraft {
            events: vec![Event::Guardrail(event)],
            attachments: evidence.iter().cloned().collect(),
            key: None,
        })
    })
    .map(drop)
}

/// The result with the commit that was looked at, its tree, and the files that differ from it.
fn looked_at(context: &mut Context, args: &Args) -> Result<GuardrailResult, CommandError> {
    let repository = context.repository()?;
    let mut result = GuardrailResult::new(args.id.clone(), args.outcome);
    if let Some(given) = &args.commit {
        let commit = commit::commit(context, given)?;
        result.tree = tree_of(&repository, &commit);
        result.commit = Some(commit);
    } else if let Some(checkout) = Checkout::read(&repository)? {
        result.changed = checkout.changed();
        (result.commit, result.tree) = (checkout.commit, checkout.tree);
    }
    Ok(result)
}

/// A file's bytes under its own name, so that `git show ENTRY:NAME` finds them.
fn attachment(path: &Path) -> Result<(Text, Vec<u8>), CommandError> {
    let bytes = input::read(path, EVIDENCE_BYTES_MAX)?;
    let own = path.file_name().and_then(|name| name.to_str());
    let name = own
        .filter(|name| is_file_name(name) && *name != "-")
        .unwrap_or("evidence");
    let name = name.parse::<Text>();
    let name = name.map_err(|error| CommandError::caused(code::CANNOT_READ, error))?;
    Ok((name, bytes))
}
