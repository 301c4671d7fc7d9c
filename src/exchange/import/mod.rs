//! The events that an import appends: for new tasks, and for differences from the last import of the same plan.
//!
//! If a value changed in the ledger since the last import, the import keeps it and reports the line of the plan.
//! Not here: reading a plan (`exchange`), and appending entries (`ledger`).

mod additions;
mod change;
mod guardrail;

use std::collections::HashMap;

use super::{Draft, DraftTask};
use crate::core::{
    entry::{
        codec::v1,
        event::{Event, TaskEvent, task::TaskFact},
    },
    plan::state::{State, TaskIndex, records::Attached},
    values::{id::TaskId, text::Text},
};

pub use additions::additions;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
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
    pub left: Vec<Left>,
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

/// The differences between a plan and the ledger, as far as the plan changed since its last import.
///
/// `base` is the plan as last imported, if it was. `body` returns the text of an attachment, if this clone has it.
pub fn changes(
    state: &State,
    draft: &Draft,
    base: Option<&Draft>,
    body: &impl Fn(&Attached) -> Option<String>,
) -> Changes {
    let mut changes = Changes::default();
    let former: HashMap<&TaskId, &DraftTask> = tasks_by_id(base);
    for task in &draft.tasks {
        if let Ok(index) = state.names().resolve(task.id.as_str()) {
            let ours = super::of_state::task_of(state, index, body);
            change::compare(
                state,
                index,
                former.get(&task.id).copied(),
                task,
                &ours,
                &mut changes,
            );
        }
    }
    report_missing(state, draft, &former, &mut changes);
    guardrail::compare(state, draft, base, &mut changes);
    changes
}

fn tasks_by_id(draft: Option<&Draft>) -> HashMap<&TaskId, &DraftTask> {
    draft
        .into_iter()
        .flat_map(|draft| &draft.tasks)
        .map(|task| (&task.id, task))
        .collect()
}

/// Reports the tasks that the plan no longer has. They stay in the ledger.
fn report_missing(
    state: &State,
    draft: &Draft,
    former: &HashMap<&TaskId, &DraftTask>,
    changes: &mut Changes,
) {
    let now = tasks_by_id(Some(draft));
    let mut missing: Vec<&&TaskId> = former.keys().filter(|id| !now.contains_key(**id)).collect();
    missing.sort();
    for id in missing
        .into_iter()
        .filter(|id| state.names().resolve(id.as_str()).is_ok())
    {
        changes.left.push(Left {
            line: 1,
            subject: id.to_string(),
            message: format!("task '{id}' is no longer in the plan; it stays in the ledger"),
        });
    }
}

/// The task with this name, if the ledger has it.
fn existing(state: &State, id: &TaskId) -> Option<TaskIndex> {
    state
        .names()
        .contains(id)
        .then(|| state.names().resolve(id.as_str()).ok())
        .flatten()
}

/// The most bytes of events in one entry of an import; well below the limit of the format.
const CHUNK_BYTES: usize = 48 * 1024;
/// The most bytes of facts in one event; a title takes up to 4,000 bytes more.
const PORTION_BYTES: usize = 40 * 1024;
const CHUNK_EVENTS: usize = 500;
const CHUNK_ATTACHMENTS: usize = 200;

/// Splits facts into as few events as possible, each small enough for one entry.
fn portions(facts: Vec<TaskFact>) -> impl Iterator<Item = Vec<TaskFact>> {
    let mut facts = facts.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut portion = vec![facts.next()?];
        let mut bytes = v1::to_canonical(&portion[0]).len();
        while let Some(fact) = facts.next_if(|fact| {
            bytes += v1::to_canonical(fact).len();
            bytes <= PORTION_BYTES
        }) {
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

/// A text for the ledger, cut at the longest that the format allows; none if it is empty. Readers have already
/// refused longer texts of plans.
fn text(text: &str) -> Option<Text> {
    let mut end = text.len().min(crate::core::values::text::TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].parse().ok()
}
