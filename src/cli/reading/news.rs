//! What is new for an actor since a commit of the ledger: news of the state, and comments that name it, with their texts.
//!
//! Not here: which changes of the state are news (`core::views::snapshot`), and what the actor has seen (`seen`).

use serde::Serialize;

use super::{
    long_text::LongText,
    revision::{Reading, Revision},
};
use crate::{
    cli::{CommandError, failure::code},
    core::{
        history::log::{EntryDocument, Log, Logged},
        plan::state::State,
        values::{id::ActorName, time::Timestamp},
        views::snapshot::{self, News, NewsKind},
    },
    git::repository::ObjectId,
    render::words,
};

/// News with the text that belongs to it.
#[derive(Serialize)]
pub struct Told {
    /// The news.
    #[serde(flatten)]
    pub news: News,
    /// The note of the verdict, or the comment.
    pub text: Option<LongText>,
}

impl Told {
    /// The news in a sentence, and the quoted text.
    pub fn lines(&self) -> String {
        let quoted = self.text.iter().flat_map(|text| text.quoted());
        let quoted = quoted.map(|line| format!("  {line}\n"));
        let News { kind, task, by, .. } = &self.news;
        let sentence = words::news(*kind, task.as_deref(), by.as_ref().map(ActorName::as_str));
        format!("{sentence}\n{}", quoted.collect::<String>())
    }
}

/// More entries than these are not searched for comments and not listed, so that no gap costs much.
const ENTRIES_MAX: usize = 1000;
/// How many places of the order are looked at for them.
const PLACES_MAX: usize = 10 * ENTRIES_MAX;

/// What is new for `actor` in the state of `reading`, seen from `now`: the news since `before`, then the comments among `entries`
/// that name it, oldest first. Without `before`, the news are what waits for it.
///
/// # Errors
/// The history of the ledger cannot be read.
pub fn told(
    reading: &Reading,
    before: Option<&State>,
    entries: &[Logged],
    actor: &ActorName,
    now: Timestamp,
) -> Result<Vec<Told>, CommandError> {
    let news = snapshot::news(before, reading.state(), actor, now);
    let with_notes = news.into_iter().map(|news| {
        let read = |note| LongText::read(reading, note);
        let text = news.note.as_ref().map(read).transpose()?;
        Ok(Told { news, text })
    });
    let mut all = with_notes.collect::<Result<Vec<Told>, CommandError>>()?;
    let comments = comments(reading, entries, actor)?.into_iter();
    // An actor that looks for the first time need not read about tasks that are over.
    let concerning = comments.filter(|(is_open, _)| before.is_some() || *is_open);
    all.extend(concerning.map(|(_, told)| told));
    Ok(all)
}

/// The comments of others that name the actor, `@codex`, each with whether its task is open.
fn comments(
    reading: &Reading,
    entries: &[Logged],
    actor: &ActorName,
) -> Result<Vec<(bool, Told)>, CommandError> {
    let state = reading.state();
    let mut told = Vec::new();
    for (task, by, attached) in Log::new(state).comments(entries.iter().rev()) {
        if by == *actor {
            continue;
        }
        let text = LongText::read(reading, &attached)?;
        if text.mentions(actor) {
            let news = News {
                kind: NewsKind::Comment,
                task: Some(state.shown(task)),
                by: Some(by),
                note: None,
            };
            let text = Some(text);
            told.push((state.task(task).end.is_none(), Told { news, text }));
        }
    }
    Ok(told)
}

/// The last entries to which the commit `known` does not lead, newest first; without it, the last ones of all.
///
/// # Errors
/// The history of the ledger cannot be read.
pub fn entries_since(
    reading: &Reading,
    known: Option<ObjectId>,
) -> Result<Vec<Logged>, CommandError> {
    if known == Some(reading.tip()) {
        return Ok(Vec::new());
    }
    let past = reading.past()?;
    let all = past.newest_first(None)?;
    let Some(known) = known else {
        let last = all.take(ENTRIES_MAX);
        return last.map(|spot| Ok(past.logged(&spot?)?)).collect();
    };
    // A join can put an entry before `known` in the order that came after it.
    let repository = reading.ledger().repository();
    let mut new = repository.commits_beside(reading.tip(), known, ENTRIES_MAX)?;
    let mut found = Vec::new();
    for spot in all.take(PLACES_MAX) {
        let spot = spot?;
        if new.remove(&spot.object) {
            found.push(past.logged(&spot)?);
        }
        if new.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// The revision at a commit; none if it is not in the ledger any more.
///
/// # Errors
/// The history of the ledger cannot be read.
pub fn revision_at(reading: &Reading, commit: &str) -> Result<Option<Revision>, CommandError> {
    match reading.revision(Some(commit)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == code::UNKNOWN_REVISION => Ok(None),
        Err(error) => Err(error),
    }
}

/// The entries of others that took effect, as `log` shows them.
pub fn of_others(state: &State, entries: &[Logged], actor: &ActorName) -> Vec<EntryDocument> {
    let log = Log::new(state);
    let others = entries.iter().filter(|logged| {
        let entry = logged.accepted().map(|accepted| &accepted.entry);
        log.has_effect(logged) && entry.is_some_and(|entry| entry.actor != *actor)
    });
    others.map(|logged| log.document(logged)).collect()
}
