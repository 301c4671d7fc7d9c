//! The chain of entries that an import appends.
//!
//! Not here: the differences between a plan and the ledger (`exchange::import`).

use std::collections::VecDeque;

use super::plan::PlanFile;
use crate::{
    cli::{CommandError, failure::code},
    core::{
        entry::event::{Event, TaskEvent, task::Import},
        plan::state::{
            State,
            records::{Attached, ImportRecord},
        },
        values::{id::Digest, text::Text, time::Timestamp},
    },
    exchange::{
        self, Draft, Limits,
        import::{Item, NotApplied, additions, changes, chunks},
    },
    ledger::{self, Author, Ledger, verified::Verified},
};

/// Reads the text of an attachment; none if it cannot be read.
pub type Bodies<'a> = Box<dyn Fn(&Attached) -> Option<String> + 'a>;

/// The chain of entries that an import appends, made one by one from the state before each.
pub struct Chain<'a> {
    plan: &'a PlanFile,
    /// The last imported version of the plan, and its digest.
    base: Option<(Draft, Digest)>,
    body: Bodies<'a>,
    waiting: VecDeque<ledger::EntryDraft>,
    /// Whether the comparison is complete.
    compared: bool,
    /// How many facts change.
    pub changes: usize,
    /// The differences that are left alone.
    pub left: Vec<NotApplied>,
}

impl<'a> Chain<'a> {
    /// The chain from this state. After a lost race it is built again, because another writer may have imported the
    /// file.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn begin(
        ledger: &'a Ledger,
        plan: &'a PlanFile,
        state: &State,
    ) -> Result<Self, CommandError> {
        let body = bodies(ledger, state)?;
        let mut chain = Self {
            plan,
            base: base_of(state, plan, &body),
            body,
            waiting: VecDeque::new(),
            compared: false,
            changes: 0,
            left: Vec::new(),
        };
        let added = additions(state, &plan.draft);
        if added.is_empty() {
            chain.compare(state);
        } else {
            chain.waiting = drafts(added);
        }
        if let Some(record) = chain.record()? {
            chain.waiting.push_front(record);
        }
        Ok(chain)
    }

    /// The next entry of the chain, or none if the chain is complete.
    ///
    /// # Errors
    /// None. `append_chain` takes functions that can fail.
    pub fn next(&mut self, state: &State) -> Result<Option<ledger::EntryDraft>, CommandError> {
        if self.waiting.is_empty() && !self.compared {
            self.compare(state);
        }
        Ok(self.waiting.pop_front())
    }

    /// Finds the differences. If some have to be appended before the rest can be compared, it finds only those.
    fn compare(&mut self, state: &State) {
        let base = self.base.as_ref().map(|(draft, _)| draft);
        let mut found = changes(state, &self.plan.draft, base, &self.body);
        let first = found.steps_first();
        self.compared = first.is_none();
        self.left = found.left;
        let items = first.unwrap_or(found.items);
        self.changes += items.len();
        self.waiting = drafts(items);
    }

    /// The entry that records the import, with the file for comparison with its next version. A file without changes
    /// is recorded only if it replaces another version.
    fn record(&self) -> Result<Option<ledger::EntryDraft>, CommandError> {
        let digest = Digest::of(&self.plan.bytes);
        let is_newer = self.base.as_ref().is_some_and(|(_, base)| *base != digest);
        if self.waiting.is_empty() && !is_newer {
            return Ok(None);
        }
        let name = |text: &str| {
            let name = text.parse::<Text>();
            name.map_err(|error| CommandError::caused(code::INTERNAL, error))
        };
        let file = name("plan")?;
        let import = Import {
            source: self.plan.source.clone(),
            format: name(self.plan.draft.format.as_str())?,
            digest,
            file: file.clone(),
        };
        Ok(Some(ledger::EntryDraft {
            events: vec![Event::Task(TaskEvent::Imported(import))],
            attachments: vec![(file, self.plan.bytes.clone())],
            key: None,
        }))
    }
}

/// The last imported version of the plan.
fn base_of(
    state: &State,
    plan: &PlanFile,
    body: impl Fn(&Attached) -> Option<String>,
) -> Option<(Draft, Digest)> {
    let record = last_import(state, plan)?;
    let import = &record.import;
    let text = body(&Attached {
        entry: record.origin.entry,
        name: import.file.clone(),
        digest: import.digest,
    })?;
    let limits = Limits {
        working_day: state.policy.working_day,
        ..Limits::default()
    };
    let draft = exchange::read(plan.draft.format, text.as_bytes(), &limits);
    Some((draft.ok()?, import.digest))
}

fn last_import<'a>(state: &'a State, plan: &PlanFile) -> Option<&'a ImportRecord> {
    let same = |record: &&ImportRecord| {
        let import = &record.import;
        import.source == plan.source && import.format.as_str() == plan.draft.format.as_str()
    };
    state.imports.iter().rfind(same)
}

/// The items as entries of limited size.
fn drafts(items: Vec<Item>) -> VecDeque<ledger::EntryDraft> {
    let draft = |items: Vec<Item>| {
        let mut draft = ledger::EntryDraft::default();
        for item in items {
            draft.events.push(item.event);
            draft.attachments.extend(item.attachment);
        }
        draft
    };
    chunks(items).into_iter().map(draft).collect()
}

/// Reads texts in attachments of entries up to the tip. A state without any does not need the past.
pub fn bodies<'a>(ledger: &'a Ledger, state: &State) -> Result<Bodies<'a>, CommandError> {
    let has_some = !state.imports.is_empty() || state.tasks().any(|(_, task)| task.body.is_some());
    if !has_some {
        return Ok(Box::new(|_| None));
    }
    let past = ledger.past(&ledger.current()?)?;
    Ok(Box::new(move |attached| {
        let object = past.object_of(attached.entry).ok()??;
        let bytes = ledger.attachment(object, attached).ok()?;
        String::from_utf8(bytes).ok()
    }))
}

/// Checks that this author can import a plan into the state `known`, without appending anything.
///
/// # Errors
/// The ledger cannot be read, or the rules refuse.
pub fn rehearse(
    ledger: &Ledger,
    plan: &PlanFile,
    known: Verified,
    author: &Author,
    now: Timestamp,
) -> Result<(), CommandError> {
    let begin = |state: &State| Chain::begin(ledger, plan, state);
    let rehearsed = ledger.rehearse_chain(known, author, now, begin, Chain::next);
    rehearsed.map(drop)
}
