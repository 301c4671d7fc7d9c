//! Stranded work: entries that the rules refused because their key is revoked at their position. They are appended again.
//!
//! Not here: the keys in use (`core::plan::roster`).

use std::collections::HashMap;

use crate::{
    core::{
        entry::event::{Entry, Event, ObservationEvent, rename::rename},
        history::judge::Judgement,
        plan::{refusal::Refusal, state::State},
        values::{
            id::{EntryId, TaskId},
            text::Text,
            time::Timestamp,
        },
    },
    git::repository::ObjectId,
    ledger::{Author, EntryDraft, Error, History, Ledger},
};

/// The result of appending stranded work again.
#[derive(Debug, Default)]
pub struct Resigned {
    /// The new entries, by object id.
    pub entries: Vec<ObjectId>,
    /// The entries that were not appended again.
    pub left: Vec<NotAppended>,
}

/// A stranded entry that was not appended again, and why.
#[derive(Debug)]
pub enum NotAppended {
    /// A snapshot with this label, because it shows an old state.
    Snapshot(Option<TaskId>),
    /// The rules refuse it now.
    Refused(Refusal),
}

impl Ledger {
    /// Appends the author's entries again under its current key, if they were refused only because of their key. Entries that
    /// were already appended again are skipped, so this can run any number of times.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn resign(&self, author: &Author, now: Timestamp) -> Result<Resigned, Error> {
        let history = self.history()?;
        let state = history.state().ok_or(Error::NoLedger)?;
        let said = said(&history, &state, author);
        self.again(stranded(&history, &state, author), said, |draft| {
            let appended = self.append_one(None, author, now, |_| Ok::<_, Error>(draft.clone()));
            Ok(appended?.entries.pop())
        })
    }

    /// Appends entries again by `append`, without those whose events the author has `said` already.
    ///
    /// # Errors
    /// The errors of `append` but refusals; an attachment cannot be read.
    pub(super) fn again<'a>(
        &self,
        entries: impl Iterator<Item = (ObjectId, &'a Entry, EntryId)>,
        mut said: Vec<(Vec<Event>, EntryId)>,
        mut append: impl FnMut(EntryDraft) -> Result<Option<(ObjectId, EntryId)>, Error>,
    ) -> Result<Resigned, Error> {
        let mut renamed = HashMap::new();
        let mut resigned = Resigned::default();
        for (object, entry, id) in entries {
            // A snapshot records the state at its old position, which differs from the state at its new position.
            if let [Event::Observation(ObservationEvent::SnapshotTaken { label, .. })] =
                &*entry.events
            {
                resigned.left.push(NotAppended::Snapshot(label.clone()));
                continue;
            }
            let events = rename(&entry.events, &renamed);
            if let Some(before) = said.iter().position(|(said, _)| *said == events) {
                renamed.insert(id, said.swap_remove(before).1);
                continue;
            }
            let draft = EntryDraft {
                events,
                attachments: self.attachments_of(object, entry, id)?,
                key: entry.idempotency_key.clone(),
            };
            match append(draft) {
                Ok(appended) => {
                    if let Some((object, new)) = appended {
                        resigned.entries.push(object);
                        renamed.insert(id, new);
                    }
                }
                Err(Error::Refused(refusal)) => resigned.left.push(NotAppended::Refused(refusal)),
                Err(error) => return Err(error),
            }
        }
        Ok(resigned)
    }

    fn attachments_of(
        &self,
        object: ObjectId,
        entry: &Entry,
        id: EntryId,
    ) -> Result<Vec<(Text, Vec<u8>)>, Error> {
        let attached = entry.attachments.iter().map(|attachment| {
            let bytes = self.attachment_bytes(object, attachment.name.as_str(), id)?;
            Ok((attachment.name.clone(), bytes))
        });
        attached.collect()
    }
}

/// The author's entries that were refused for their key, in order.
fn stranded<'a>(
    history: &'a History,
    state: &'a State,
    author: &'a Author,
) -> impl Iterator<Item = (ObjectId, &'a Entry, EntryId)> {
    let for_its_key = |id: EntryId| {
        let mut found = state.anomalies.iter();
        found.any(|anomaly| {
            anomaly.entry == id
                && matches!(
                    anomaly.refusal,
                    Refusal::KeyRevoked { .. } | Refusal::KeyUnknown { .. }
                )
        })
    };
    own(history, author).filter(move |(_, _, id)| for_its_key(*id))
}

/// The author's entries that took effect.
fn said(history: &History, state: &State, author: &Author) -> Vec<(Vec<Event>, EntryId)> {
    let refused = |id: EntryId| state.anomalies.iter().any(|anomaly| anomaly.entry == id);
    let own = own(history, author).filter(|(_, entry, id)| !entry.is_join() && !refused(*id));
    own.map(|(_, entry, id)| (entry.events.clone(), id))
        .collect()
}

fn own<'a>(
    history: &'a History,
    author: &'a Author,
) -> impl Iterator<Item = (ObjectId, &'a Entry, EntryId)> {
    history
        .placed()
        .filter_map(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) if accepted.entry.actor == author.actor => {
                Some((placed.object, &accepted.entry, accepted.id))
            }
            _ => None,
        })
}
