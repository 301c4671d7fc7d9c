//! Reading texts in the tree of an entry for an answer: specifications, comments, review notes.
//!
//! Not here: their layout (`render`), and reading one as bytes (`ledger::ledger`).

use serde::Serialize;

use super::revision::Reading;
use crate::{
    cli::CommandError,
    core::{
        history::log::Logged,
        plan::state::records::Attached,
        values::{
            id::{ActorName, EntryId},
            text::visible,
            time::Timestamp,
        },
    },
    ledger::past::Spot,
    render::text::Letter,
};

/// A text in the tree of an entry.
#[derive(Serialize)]
pub struct LongText {
    entry: EntryId,
    actor: Option<String>,
    at: String,
    /// The text; null if it cannot be read.
    text: Option<String>,
    /// Why it cannot be read.
    missing: Option<String>,
    #[serde(skip)]
    time: Timestamp,
}

impl LongText {
    /// The text, or why it cannot be read. This is not an error, because the rest of the task can still be shown.
    ///
    /// # Errors
    /// The history of the ledger cannot be read.
    pub fn read(reading: &Reading, attached: &Attached) -> Result<Self, CommandError> {
        let past = reading.past()?;
        let found = past.find(attached.entry)?;
        let read = match &found {
            Some(spot) => reading
                .ledger()
                .attachment(spot.object, attached)
                .map_err(|error| error.to_string()),
            None => Err("its entry is not in the ledger".to_owned()),
        };
        let (text, missing) = match read {
            Ok(bytes) => (Some(String::from_utf8_lossy(&bytes).into_owned()), None),
            Err(why) => (None, Some(why)),
        };
        let time = found.as_ref().map(Spot::effective).unwrap_or_default();
        let entry = found.map(|spot| past.logged(&spot)).transpose()?;
        let accepted = entry.as_ref().and_then(Logged::accepted);
        let actor = accepted.map(|accepted| accepted.entry.actor.to_string());
        Ok(Self {
            entry: attached.entry,
            actor,
            at: time.to_string(),
            text,
            missing,
            time,
        })
    }

    /// Reads texts where one that cannot be read is left out.
    pub fn reader(reading: &Reading) -> impl Fn(&Attached) -> Option<String> {
        |attached| Self::read(reading, attached).ok()?.text
    }

    /// The text, or why it cannot be read.
    pub fn text(&self) -> Result<&str, &str> {
        let why = self.missing.as_deref().unwrap_or_default();
        self.text.as_deref().ok_or(why)
    }

    /// The actor who wrote it, if its entry is in the ledger.
    pub fn author(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// Whether it names this actor: `@codex`. A longer name and a mail address name somebody else.
    pub fn mentions(&self, actor: &ActorName) -> bool {
        let text = self.text.as_deref().unwrap_or_default();
        let wanted = format!("@{actor}");
        let in_word = |c: char| c.is_alphanumeric() || "-_".contains(c);
        let goes_on = |rest: &str| {
            // A dot can end the sentence.
            let rest = rest.trim_start_matches('.');
            rest.starts_with(in_word)
        };
        let mut found = text.match_indices(&wanted);
        found.any(|(at, _)| !text[..at].ends_with(in_word) && !goes_on(&text[at + wanted.len()..]))
    }

    /// Its lines, each marked as somebody's words.
    pub fn quoted(&self) -> Vec<String> {
        let text = self.text.as_deref().unwrap_or_default();
        text.lines()
            .map(|line| format!("> {}", visible(line)))
            .collect()
    }

    /// The text as it is shown, seen from `now`.
    pub fn letter(&self, now: Timestamp) -> Letter {
        let actor = self.actor.as_deref().unwrap_or("?");
        let text = match (&self.text, &self.missing) {
            (Some(text), _) => Ok(text.clone()),
            (None, why) => Err(why.clone().unwrap_or_default()),
        };
        Letter {
            about: format!("{actor} {}", self.time.seen_from(now)),
            text,
        }
    }
}
