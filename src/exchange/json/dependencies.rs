//! Finds the tasks of a JSON plan by name, and separates blockers from dependencies.
//!
//! Not here: the lists of dependencies (`task_status`, `task_list`), and cycles (`checks`).

use std::collections::HashMap;

use crate::{
    core::values::id::TaskId,
    exchange::{
        DraftTask, FindingKind,
        json::{fields, tree::JsonNode},
        notes::Notes,
        words,
    },
};

/// The tasks of a file, found by key, by id or by a similar name.
#[derive(Debug, Default)]
pub(in crate::exchange) struct PlanNames {
    by_key: HashMap<String, TaskId>,
    by_id: HashMap<String, TaskId>,
    /// Keys, ids and titles in folded form, each also with `task` before it.
    by_folded: HashMap<String, TaskId>,
}

impl PlanNames {
    /// Adds a task. If a name is already taken, it keeps its first task.
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
    /// The task for which a blocker waits: its key, or its name after words such as "waiting for".
    pub fn awaited(&self, reason: &str) -> Option<&TaskId> {
        let (awaited, announced) = awaited(reason);
        let announced = announced || self.by_key(reason).is_some();
        self.by_folded.get(&awaited).filter(|_| announced)
    }
}

/// Adds the blockers of a task, after its dependencies were read.
///
/// A blocker that names a task of the file becomes a dependency, unless the task has it already. Every other
/// blocker stays one, and so does an object with a `reason`. `remarks` are the texts after a status, such as `CC-1` in `waiting for CC-1`; `node` is the
/// value of `blockers`, with the line of its key.
pub(super) fn read_blockers(
    task: &mut DraftTask,
    remarks: Vec<String>,
    node: Option<(&JsonNode<'_>, usize)>,
    names: &PlanNames,
    notes: &mut Notes,
) {
    for remark in remarks {
        let found = names.by_folded.get(&fold(&remark));
        sort(task, remark, found, task.line, notes);
    }
    let Some((node, line)) = node else {
        return;
    };
    let elements = node.elements().unwrap_or(std::slice::from_ref(node));
    if elements.len() > fields::LIST_MAX {
        fields::texts(node, line, notes);
        return;
    }
    for element in elements {
        let Some(reason) = reason(element, notes) else {
            continue;
        };
        let found = names.awaited(&reason);
        sort(
            task,
            reason,
            found.filter(|_| element.members().is_none()),
            line,
            notes,
        );
    }
}

fn sort(
    task: &mut DraftTask,
    reason: String,
    found: Option<&TaskId>,
    line: usize,
    notes: &mut Notes,
) {
    match found {
        Some(id) if task.depends.contains(id) => {}
        Some(id) => {
            let message = format!(
                "blocker '{}' of task '{}' is read as a dependency on '{id}'",
                reason.escape_debug(),
                task.id
            );
            notes.find(FindingKind::Assumed, line, message);
            task.depends.push(id.clone());
        }
        None => words::push_new(&mut task.blockers, reason),
    }
}

fn reason(node: &JsonNode<'_>, notes: &mut Notes) -> Option<String> {
    let named = ["reason", "text", "description"]
        .iter()
        .find_map(|key| node.get(key));
    fields::text(named.unwrap_or(node), node.line, notes)
}

/// The folded name in a blocker, and whether words such as "waiting for" announce it.
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

/// Only the letters and digits of a text, in lower case, so that `waiting_for_taskB` equals `Waiting for task B`.
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
    fn a_blocker_may_name_its_task_in_many_wordings() {
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
