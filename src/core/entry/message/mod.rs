//! The commit message of an entry. It is rendered from the payload, so it cannot contradict the payload.
//!
//! It has a subject for people, one line per event if there are several, and a `Coord-Task` trailer for
//! each task. The last trailer is the payload. Version 1; LEDGER_FORMAT.md, "Message".
//! Not here: the sentences (`message::sentence`), the commit around it (`git::commit`).

mod sentence;

use base64ct::{Base64, Encoding};

use super::event::{Entry, Event, GuardrailEvent, TaskEvent};
use crate::core::values::id::TaskId;

/// The version of the rendering.
pub const MESSAGE: u16 = 1;

/// The word that starts the last trailer.
const PAYLOAD: &str = "Coord-Payload: ";

/// The whole message of an entry with this canonical payload.
pub fn render(entry: &Entry, payload: &[u8]) -> String {
    let mut message = readable(entry);
    message.push_str(PAYLOAD);
    message.push_str(&Base64::encode_string(payload));
    message.push('\n');
    message
}

/// The first line of the message: a summary of the entry. It is about the first event that is not a guardrail's result, if
/// there is one: what was done counts more than its evidence.
pub fn subject(entry: &Entry) -> String {
    let is_evidence =
        |event: &&Event| matches!(event, Event::Guardrail(GuardrailEvent::Recorded(_)));
    let mut events = entry.events.iter();
    let main = events.clone().find(|event| !is_evidence(event));
    match (main.or_else(|| events.next()), entry.events.len()) {
        (None, _) => format!("join {} lines", entry.parents.len()),
        (Some(event), 1) => sentence::of(entry, event),
        (Some(event), all) => format!("{} (and {} more)", sentence::of(entry, event), all - 1),
    }
}

/// One event of an entry as a sentence.
pub fn sentence(entry: &Entry, event: &Event) -> String {
    sentence::of(entry, event)
}

/// The payload in a message, if its last line is a payload trailer.
pub fn payload(message: &str) -> Option<Vec<u8>> {
    let line = message.strip_suffix('\n')?;
    let line = &line[line.rfind('\n').map_or(0, |end| end + 1)..];
    Base64::decode_vec(line.strip_prefix(PAYLOAD)?).ok()
}

/// Whether a message is exactly the rendering of an entry.
pub fn is_true(message: &str, entry: &Entry) -> bool {
    // The payload's line was read from the message itself, so only the text before it can be false.
    let rest = message.strip_prefix(&*readable(entry));
    rest.is_some_and(|rest| rest.starts_with(PAYLOAD) && rest.find('\n') == Some(rest.len() - 1))
}

/// Everything before the payload.
fn readable(entry: &Entry) -> String {
    let mut text = subject(entry);
    text.push_str("\n\n");
    if entry.events.len() > 1 {
        for event in &entry.events {
            text.push_str("- ");
            text.push_str(&sentence::of(entry, event));
            text.push('\n');
        }
        text.push('\n');
    }
    for id in named(entry) {
        text.push_str("Coord-Task: ");
        text.push_str(id.as_str());
        text.push('\n');
    }
    text
}

/// The names of the tasks in the events, each once, in order.
fn named(entry: &Entry) -> Vec<&TaskId> {
    let mut seen = std::collections::HashSet::new();
    let about = entry.events.iter().filter_map(about);
    about.filter(|id| seen.insert(*id)).collect()
}

fn about(event: &Event) -> Option<&TaskId> {
    match event {
        Event::Task(TaskEvent::Added { id, .. }) => Some(id),
        event => event.changed_task().map(|task| &task.id),
    }
}
