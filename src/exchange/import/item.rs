//! The events of an import, each with its attachment, split into entries within the limits.
//!
//! Not here: making the events (`task`, `guardrail`).

use crate::core::{
    entry::{
        codec::v1,
        event::{Event, TaskEvent, task::TaskFact},
    },
    values::text::Text,
};

/// An event to append, with the attachment that it names.
#[derive(Debug, Clone)]
pub struct Item {
    /// The event.
    pub event: Event,
    /// The attachment: its name and bytes.
    pub attachment: Option<(Text, Vec<u8>)>,
}

impl From<Event> for Item {
    fn from(event: Event) -> Self {
        Self {
            event,
            attachment: None,
        }
    }
}

/// A value of the plan that was not applied, because the ledger has another one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NotApplied {
    /// The line in the file, from 1.
    pub line: usize,
    /// The task or guardrail.
    pub subject: String,
    /// The message, in lower case and without a period, as in git.
    pub message: String,
}

impl Item {
    /// Whether the event adds steps, to which later events can refer.
    fn brings_steps(&self) -> bool {
        match &self.event {
            Event::Task(TaskEvent::Edited { facts, .. }) => facts
                .iter()
                .any(|fact| matches!(fact, TaskFact::StepAdded(_))),
            _ => false,
        }
    }
}

/// The changes to append after the new tasks.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The events, in order.
    pub items: Vec<Item>,
    /// The values that were not applied.
    pub left: Vec<NotApplied>,
}

impl Changes {
    /// Removes and returns the events that add steps, because events about done steps can only refer to steps that
    /// exist. None if no event adds steps.
    pub fn steps_first(&mut self) -> Option<Vec<Item>> {
        let steps: Vec<Item> = self
            .items
            .extract_if(.., |item| item.brings_steps())
            .collect();
        (!steps.is_empty()).then_some(steps)
    }
}

/// The maximum number of bytes of events in one entry of an import; well below the limit of the format.
const CHUNK_BYTES: usize = 48 * 1024;
/// The maximum number of bytes of facts in one event; a title takes up to 4,000 bytes more.
const PORTION_BYTES: usize = 40 * 1024;
const CHUNK_EVENTS: usize = 500;
const CHUNK_ATTACHMENTS: usize = 200;

/// Splits facts into as few events as possible, each small enough for one entry.
pub(super) fn portions(facts: Vec<TaskFact>) -> impl Iterator<Item = Vec<TaskFact>> {
    let mut facts = facts.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut portion = vec![facts.next()?];
        let mut bytes = v1::to_canonical(&portion[0]).len();
        while portion.len() < v1::FACTS_MAX
            && let Some(fact) = facts.next_if(|fact| {
                bytes += v1::to_canonical(fact).len();
                bytes <= PORTION_BYTES
            })
        {
            portion.push(fact);
        }
        Some(portion)
    })
}

/// Splits items into as few entries as the limits allow, in order.
pub fn chunks(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut chunks: Vec<Vec<Item>> = Vec::new();
    let (mut bytes, mut attachments) = (0, 0);
    for item in items {
        let size =
            v1::to_canonical(&item.event).len() + item.attachment.as_ref().map_or(0, |_| 100);
        let full = |chunk: &Vec<Item>| {
            chunk.len() == CHUNK_EVENTS
                || bytes + size > CHUNK_BYTES
                || attachments == CHUNK_ATTACHMENTS
        };
        if chunks.last().is_none_or(full) {
            chunks.push(Vec::new());
            (bytes, attachments) = (0, 0);
        }
        bytes += size;
        attachments += usize::from(item.attachment.is_some());
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(item);
        }
    }
    chunks
}
