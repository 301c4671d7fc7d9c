//! Ids for tasks that have none in the document: made from their titles, so that a later import finds them again.
//!
//! Not here: ids that the document has (`words`).

use std::collections::HashSet;

use crate::{
    core::values::id::TaskId,
    exchange::{FindingKind, notes::Notes},
};

/// The longest id that is made, in bytes.
const ID_BYTES_MAX: usize = 40;

/// The ids that were made for one document.
#[derive(Default)]
pub(in crate::exchange) struct FreshIds(HashSet<TaskId>);

impl FreshIds {
    /// The id for a title: `Set up CI` is set-up-ci. A second one of that name is set-up-ci-2.
    pub fn of(&mut self, line: usize, title: &str, notes: &mut Notes) -> TaskId {
        let stem = stem(title);
        // Each id that was made excludes one number, so one of these is free.
        let numbered = (2..).map(|n| format!("{stem}-{n}"));
        let free = std::iter::once(stem.clone())
            .chain(numbered.take(self.0.len() + 1))
            .filter_map(|id| id.parse().ok())
            .find(|id| !self.0.contains(id));
        let id: TaskId = free.unwrap_or_else(|| unreachable!("a stem is a valid id"));
        self.0.insert(id.clone());
        let message = "tasks without an id get one from their title";
        notes.find_each(FindingKind::Assumed, line, message, id.as_str());
        id
    }
}

/// A title as letters, digits and dashes: `set-up-ci`.
pub(in crate::exchange) fn stem(title: &str) -> String {
    let mut stem = String::new();
    for c in title.chars() {
        if stem.len() == ID_BYTES_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() {
            stem.push(c.to_ascii_lowercase());
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "task" } else { stem }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_from_its_title_and_is_made_once() {
        let mut fresh = FreshIds::default();
        let mut of = |title| fresh.of(1, title, &mut Notes::default()).to_string();
        assert_eq!(of("Set up **CI** (fast!)"), "set-up-ci-fast");
        assert_eq!(of("set up CI, fast"), "set-up-ci-fast-2");
        assert_eq!(of("构建"), "task");
        assert_eq!(of("文档"), "task-2");
    }
}
