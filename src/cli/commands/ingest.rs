//! `git coord ingest`: add the entries of an outbox to the ledger.
//!
//! Not here: which entries are accepted (`sync::ingest`).

use std::{fmt::Write as _, path::PathBuf};

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, remote::answer::Refused},
    core::{
        history::log::EntryDocument,
        values::{text::visible, time::Timestamp},
    },
    sync::ingest::Ingested,
};

/// Add the entries of an outbox to the ledger
///
/// Any other bundle of this ledger can be added too. The entries keep their signatures and come after the entries that
/// are here. All of them are added, or none. The command exits with 1 if the rules refuse an entry at its new
/// position.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord ingest ../codex.bundle")]
pub struct Args {
    /// Outbox file, or full name of a ref that holds one
    #[arg(value_name = "FILE|REF")]
    pub file: PathBuf,
}

/// The data of `coord.ingest/1`.
#[derive(Serialize)]
struct IngestAnswer<'a> {
    tip: String,
    entries: u64,
    /// Whether a join was needed, because the ledger had changed in the meantime.
    joined: bool,
    came: &'a [EntryDocument],
    refused: Vec<Refused>,
}

/// # Errors
/// The answer is no if the rules refused an entry.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox("ingest")?;
    let ledger = context.ledger()?;
    let (now, clock) = (context.now()?, context.clock());
    let repository = ledger.repository();
    let ingested = ledger.ingest(&args.file, now, clock, |state| {
        context.author(repository, state)
    })?;
    let told = IngestAnswer::of(&ingested);
    context
        .ui
        .answer("coord.ingest/1", &told, text(&told, now))?;
    CommandError::unless(told.refused.is_empty())
}

impl<'a> IngestAnswer<'a> {
    fn of(ingested: &'a Ingested) -> Self {
        Self {
            tip: ingested.current.tip.to_string(),
            entries: ingested.current.state.entries,
            joined: ingested.joined,
            came: &ingested.came,
            refused: ingested.refused.iter().map(Refused::of).collect(),
        }
    }
}

fn text(told: &IngestAnswer<'_>, now: Timestamp) -> String {
    let mut page = match told.came.len() {
        0 => "no new entries\n".to_owned(),
        1 => "added 1 entry\n".to_owned(),
        count => format!("added {count} entries\n"),
    };
    for entry in told.came {
        let subject = entry.subject.as_deref().unwrap_or("not an entry");
        let actor = entry.actor.as_ref().map_or("?", |actor| actor.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(page, "  {actor}: {}", visible(subject));
    }
    for refused in &told.refused {
        let _ = writeln!(page, "{}", visible(&refused.in_words(now)));
    }
    page
}
