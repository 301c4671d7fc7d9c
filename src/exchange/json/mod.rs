//! Plans in JSON: `task_status.json` and lists of tasks.
//!
//! Not here: Markdown, and checks that apply to every plan (`checks`).

pub(super) mod dependencies;
pub(super) mod fields;
pub(super) mod found;
mod guardrails;
pub(super) mod object;
mod progress;
mod relations;
mod summary;
mod task_list;
mod task_status;
pub(super) mod tree;
mod write;

pub(super) use self::{
    task_list::read as read_task_list, task_status::read as read_task_status,
    write::task_status as write_task_status,
};
use crate::exchange::format::Format;

/// The format of a file that begins like JSON. A list, or an object whose `tasks` is a list, is a task list; any
/// other object is a `task_status.json`.
pub(super) fn looks_like(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut solid = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (solid.next(), solid.next()) {
        (Some(b'['), Some(b'{' | b']')) => Some(Format::TaskList),
        (Some(b'{'), Some(b'"' | b'}')) => {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            let list = tree::member_starts_with(text, "tasks", '[');
            Some(if list {
                Format::TaskList
            } else {
                Format::TaskStatus
            })
        }
        _ => None,
    }
}
