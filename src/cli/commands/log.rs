//! `git coord log`: the entries, newest first.
//!
//! Not here: the text and the standing of an entry (`core::history::log`), and the layout (`render`).

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        reading::{long_text::LongText, revision::Reading},
        task::act,
    },
    core::{
        history::log::{self, EntryDocument, Log, Logged},
        values::time::Timestamp,
    },
    render::{
        event,
        text::{self, Letter, Style},
    },
};

/// Show the entries of the ledger, newest first
///
/// Entries that are refused or ignored (quarantined) are shown with the reason. With --json, each entry is one JSON
/// object on its own line.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord log B -n 20 --full")]
pub struct Args {
    /// Show only entries about this task
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Show at most N entries
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    pub max_count: Option<usize>,
    /// Show all that each entry says: every value, and the texts
    #[arg(long)]
    pub full: bool,
}

/// An entry in the form of `coord.log/1`.
#[derive(Serialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    line: EntryDocument,
    /// A line for each value; none if only the line above is asked for.
    details: Option<Vec<String>>,
    /// The specifications, comments and notes; none as above.
    texts: Option<Vec<LongText>>,
}

impl Entry {
    /// The entry with all that it says.
    ///
    /// # Errors
    /// The history of the ledger cannot be read.
    pub(super) fn full(
        reading: &Reading,
        log: &Log<'_>,
        entry: &Logged,
    ) -> Result<Self, CommandError> {
        let (line, accepted) = (log.document(entry), entry.accepted());
        let texts = accepted.map(log::texts).unwrap_or_default();
        let texts = texts
            .iter()
            .map(|attached| LongText::read(reading, attached));
        Ok(Self {
            line,
            details: Some(accepted.map_or_else(Vec::new, |it| event::lines_of(&it.entry))),
            texts: Some(texts.collect::<Result<_, _>>()?),
        })
    }

    /// Its text.
    pub(super) fn page(&self, now: Timestamp, style: Style) -> String {
        let mut page = text::log_entry(&self.line, style);
        for line in self.details.iter().flatten() {
            page.push_str(&format!("    {line}\n"));
        }
        let texts = self.texts.iter().flatten();
        let letters: Vec<Letter> = texts.map(|text| text.letter(now)).collect();
        page + &text::quotations(&letters, style)
    }
}

/// # Errors
/// The task does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let state = reading.state();
    let task = args
        .id
        .as_deref()
        .map(|given| act::task_to_read(state, given))
        .transpose()?;
    let (past, log) = (reading.past()?, Log::new(state));
    let spots = past
        .newest_first(task)?
        .take(args.max_count.unwrap_or(usize::MAX));
    let entries = spots.map(|spot| {
        let entry = past.logged(&spot?)?;
        if args.full {
            return Entry::full(&reading, &log, &entry);
        }
        Ok(Entry {
            line: log.document(&entry),
            details: None,
            texts: None,
        })
    });
    if context.ui.is_json() {
        for entry in entries {
            context.ui.success("coord.log/1", &entry?)?;
        }
        return Ok(());
    }
    let (now, style) = (reading.now(), context.ui.style());
    let pages = entries.map(|entry| Ok(entry?.page(now, style)));
    let page = pages.collect::<Result<String, CommandError>>()?;
    match &*page {
        "" => context.ui.text("no entries\n"),
        _ => context.ui.page(page),
    }
}
