//! What an import appends: what the plan adds, and what differs from its last import.
//!
//! What moved in the ledger since the last import is left alone and reported, line by line.
//! Not here: how a plan is read (`exchange`), and how entries are appended (`ledger`).

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

/// An event that an import appends, with the attachment that it names.
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

/// Something in the plan that was left as it is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The line in the file, from 1.
    pub line: usize,
    /// The task or guardrail.
    pub subject: String,
    /// What, and why, in git's manner.
    pub message: String,
}

impl Item {
    /// Whether steps come with it, to which later events can refer.
    fn brings_steps(&self) -> bool {
        match &self.event {
            Event::Task(TaskEvent::Edited { facts, .. }) => facts
                .iter()
                .any(|fact| matches!(fact, TaskFact::StepAdded(_))),
            _ => false,
        }
    }
}

/// What changes once everything that the plan adds is there.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The events, in order.
    pub items: Vec<Item>,
    /// What was left alone.
    pub left: Vec<Left>,
}

impl Changes {
    /// What has to be there before the rest can be found: new steps, since what is done of them names them.
    /// None if the changes are complete.
    pub fn steps_first(&mut self) -> Option<Vec<Item>> {
        let steps: Vec<Item> = self
            .items
            .extract_if(.., |item| item.brings_steps())
            .collect();
        (!steps.is_empty()).then_some(steps)
    }
}

/// What differs between the plan and the ledger and is the plan's to say: `base` is the plan as it
/// was last imported, if it was. `body` gives the text of an attachment, where it is at hand.
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

/// Tasks that the plan no longer has stay in the ledger.
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

/// The task of this name, if it is there already.
fn existing(state: &State, id: &TaskId) -> Option<TaskIndex> {
    state
        .names()
        .contains(id)
        .then(|| state.names().resolve(id.as_str()).ok())
        .flatten()
}

/// Room that one entry of an import leaves below the limits of the format.
const CHUNK_BYTES: usize = 48 * 1024;
/// Room for the facts of one event; a title takes up to 4,000 bytes more.
const PORTION_BYTES: usize = 40 * 1024;
const CHUNK_EVENTS: usize = 500;
const CHUNK_ATTACHMENTS: usize = 200;

/// The facts in as few events as there can be, each small enough to stand in an entry with others.
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

/// The items in as few entries as the format's limits allow, in order.
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

/// Text as the ledger takes it: what is too long is cut. Plans are checked for length when they are read.
fn text(text: &str) -> Option<Text> {
    let mut end = text.len().min(crate::core::values::text::TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].parse().ok()
}
