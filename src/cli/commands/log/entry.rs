//! An entry as `log` prints it.
//!
//! Not here: which entries are printed (`log`), and what one says (`core::history::log`).

use serde::Serialize;

use crate::{
    cli::{
        CommandError,
        reading::{long_text::LongText, revision::Reading},
    },
    core::{
        history::log::{self, EntryDocument, Log, Logged},
        values::time::Timestamp,
        views::snapshot::News,
    },
    render::{
        event,
        text::{self, Letter, Style},
    },
};

/// An entry in the form of `coord.log/1`.
#[derive(Serialize)]
pub struct PrintedEntry {
    /// Its line.
    #[serde(flatten)]
    pub line: EntryDocument,
    /// A line for each value; none if only the line above is asked for.
    pub details: Option<Vec<String>>,
    /// The specifications, comments and notes; none as above.
    texts: Option<Vec<LongText>>,
    /// What is new for the actor of `--for`; none without that option.
    pub news: Option<Vec<News>>,
}

impl PrintedEntry {
    /// The entry in its line alone.
    pub fn brief(log: &Log<'_>, entry: &Logged) -> Self {
        Self {
            line: log.document(entry),
            details: None,
            texts: None,
            news: None,
        }
    }

    /// The entry with all that it says.
    ///
    /// # Errors
    /// The history of the ledger cannot be read.
    pub fn full(reading: &Reading, log: &Log<'_>, entry: &Logged) -> Result<Self, CommandError> {
        let (line, accepted) = (log.document(entry), entry.accepted());
        let texts = accepted.map(log::texts).unwrap_or_default();
        let texts = texts
            .iter()
            .map(|attached| LongText::read(reading, attached));
        Ok(Self {
            line,
            details: Some(accepted.map_or_else(Vec::new, |it| event::lines_of(&it.entry))),
            texts: Some(texts.collect::<Result<_, _>>()?),
            news: None,
        })
    }

    /// Its text.
    pub fn page(&self, now: Timestamp, style: Style) -> String {
        let mut page = text::log_entry(&self.line, style);
        for line in self.details.iter().flatten() {
            page.push_str(&format!("    {line}\n"));
        }
        let texts = self.texts.iter().flatten();
        let letters: Vec<Letter> = texts.map(|text| text.letter(now)).collect();
        page + &text::quotations(&letters, style)
    }
}
