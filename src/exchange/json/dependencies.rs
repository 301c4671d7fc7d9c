//! What a task waits for: other tasks by key, and things outside that are no tasks.
//!
//! Not here: cycles (`checks`).

use std::collections::HashMap;

use crate::{
    core::values::id::TaskId,
    exchange::{
        DraftTask, FindingKind,
        json::{fields, tree::Node},
        notes::Notes,
    },
};

/// The tasks of a file, by key and by id.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_key: HashMap<String, TaskId>,
    by_id: HashMap<String, TaskId>,
    /// Keys and ids, and both with `task` before them, folded.
    by_folded: HashMap<String, TaskId>,
}

impl Names {
    /// Adds a task; the first of two with one name stays.
    pub fn add(&mut self, key: Option<&str>, id: &TaskId, title: &str) {
        self.by_id
            .entry(id.as_str().to_owned())
            .or_insert_with(|| id.clone());
        if let Some(key) = key {
            self.by_key
                .entry(key.to_owned())
                .or_insert_with(|| id.clone());
        }
        for name in key.into_iter().chain([id.as_str(), title]) {
            for folded in [fold(name), format!("task{}", fold(name))] {
                self.by_folded.entry(folded).or_insert_with(|| id.clone());
            }
        }
    }
    /// The task with this key.
    pub fn by_key(&self, key: &str) -> Option<&TaskId> {
        self.by_key.get(key)
    }
    /// The task with this id.
    pub fn by_id(&self, id: &str) -> Option<&TaskId> {
        self.by_id.get(id)
    }
}

/// Sorts what a task says it waits for beside its dependencies: what repeats a dependency is dropped, what names
/// a task of the file becomes a dependency, all else is something outside. `remarks` stood beside its status.
pub(super) fn read_blockers(
    task: &mut DraftTask,
    remarks: Vec<String>,
    node: Option<(&Node<'_>, usize)>,
    names: &Names,
    notes: &mut Notes,
) {
    for remark in remarks {
        let folded = fold(&remark);
        sort(task, remark, &folded, true, task.line, names, notes);
    }
    let Some((node, line)) = node else {
        return;
    };
    let reasons: Vec<String> = match node.elements() {
        Some(elements) if elements.len() <= fields::LIST_MAX => elements
            .iter()
            .filter_map(|element| reason(element, notes))
            .collect(),
        _ => fields::texts(node, line, notes),
    };
    for reason in reasons {
        let (awaited, announced) = awaited(&reason);
        let announced = announced || names.by_key(&reason).is_some();
        sort(task, reason, &awaited, announced, line, names, notes);
    }
}

fn sort(
    task: &mut DraftTask,
    reason: String,
    awaited: &str,
    announced: bool,
    line: usize,
    names: &Names,
    notes: &mut Notes,
) {
    if task
        .blockers
        .iter()
        .any(|known| fold(known) == awaited || *known == reason)
    {
        return;
    }
    match names.by_folded.get(awaited).filter(|_| announced) {
        Some(id) if task.depends.contains(id) => {}
        Some(id) => {
            let message = format!(
                "'{}' of task '{}' is read as the dependency on '{id}'",
                reason.escape_debug(),
                task.id
            );
            notes.find(FindingKind::Assumed, line, message);
            task.depends.push(id.clone());
        }
        None => task.blockers.push(reason),
    }
}

fn reason(node: &Node<'_>, notes: &mut Notes) -> Option<String> {
    let named = ["reason", "text", "description"]
        .iter()
        .find_map(|key| node.get(key));
    fields::text(named.unwrap_or(node), node.line, notes)
}

/// The folded name of what a blocker waits for, and whether it says that it waits.
fn awaited(reason: &str) -> (String, bool) {
    const STARTS: &[&str] = &[
        "waitingfor",
        "waitingon",
        "waitsfor",
        "blockedby",
        "blockedon",
        "dependson",
        "needs",
    ];
    const ENDS: &[&str] = &["completion", "completed", "complete", "done", "merged"];
    let folded = fold(reason);
    let start = STARTS.iter().find(|start| folded.starts_with(*start));
    let awaited = start.map_or(folded.as_str(), |start| &folded[start.len()..]);
    let end = ENDS
        .iter()
        .find_map(|end| awaited.strip_suffix(end))
        .filter(|_| start.is_some());
    (end.unwrap_or(awaited).to_owned(), start.is_some())
}

/// Letters and digits only, in lower case: `waiting_for_taskB` and `Waiting for task B` are one.
fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocker_says_what_it_waits_for_in_many_ways() {
        for text in [
            "waiting_for_taskB",
            "Waiting for Task B",
            "blocked by taskB",
            "waiting_for_taskB_completion",
        ] {
            assert_eq!(awaited(text), ("taskb".to_owned(), true), "{text}");
        }
        assert_eq!(
            awaited("prometheus_running"),
            ("prometheusrunning".to_owned(), false)
        );
    }
}
