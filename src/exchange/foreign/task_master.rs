//! `tasks.json` of task-master: one list of tasks, or one for each tag, with subtasks at any depth.
//!
//! Not here: other lists of tasks (`json`).

use std::collections::HashSet;

use super::dialect::{Dialect, Record, same};
use crate::exchange::{
    Draft, FindingKind,
    json::{
        fields::Keys,
        found,
        tree::{JsonNode, Value},
    },
    notes::Notes,
};

pub(super) const DIALECT: Dialect = Dialect {
    id: "id",
    keys: &[
        ("title", "title", same),
        (
            "acceptanceCriteria",
            "acceptance_criteria",
            super::dialect::lines,
        ),
        // Subtasks are tasks of their own, and their dependencies depend on their places.
        ("subtasks", "", |_, _| None),
        ("dependencies", "", |_, _| None),
        ("parentId", "", |_, _| None),
        ("parentTaskId", "", |_, _| None),
    ],
    body: (
        "description",
        &[("details", "Details"), ("testStrategy", "Test strategy")],
    ),
    known: Keys {
        derived: &[],
        kept: &[
            "complexity",
            "complexityReasoning",
            "createdAt",
            "expansionPrompt",
            "metadata",
            "previousStatus",
            "recommendedSubtasks",
            "reasoning",
            "updatedAt",
        ],
    },
    states: &[],
};

/// The tag whose tasks keep their ids as they are.
const MASTER: &str = "master";

/// Whether a file has tasks under tags, or tasks with keys that only task-master has.
pub(super) fn is_root(root: &JsonNode<'_>) -> bool {
    let own = ["details", "testStrategy", "subtasks"];
    let is_own = |task: &JsonNode<'_>| own.iter().any(|key| task.get(key).is_some());
    match root.get("tasks") {
        Some(tasks) => tasks.elements().is_some_and(|all| all.iter().any(is_own)),
        None => root
            .members()
            .is_some_and(|tags| tags.iter().any(|tag| list(&tag.node).is_some())),
    }
}

/// The tasks of a tag.
fn list<'n, 't>(tag: &'n JsonNode<'t>) -> Option<&'n [JsonNode<'t>]> {
    tag.get("tasks")?.elements()
}

/// Each task and each subtask.
pub(super) fn records<'t>(
    values: &[JsonNode<'t>],
    draft: &mut Draft,
    notes: &mut Notes,
) -> Vec<Record<'t>> {
    let mut reader = Reader {
        records: Vec::new(),
        prefix: String::new(),
        tag: None,
    };
    for root in values {
        if let Some(tasks) = list(root) {
            reader.take_all(tasks, "", notes);
        }
        for member in root.members().unwrap_or_default() {
            match list(&member.node) {
                Some(tasks) => {
                    reader.begin(&member.key, member.line, notes);
                    reader.take_all(tasks, "", notes);
                }
                None if member.key == "tasks" || member.key == "metadata" => {}
                None => found::member(draft, member, notes),
            }
        }
    }
    reader.records
}

struct Reader<'t> {
    records: Vec<Record<'t>>,
    /// What precedes the ids of a tag.
    prefix: String,
    tag: Option<String>,
}

impl<'t> Reader<'t> {
    /// Begins the tasks of a tag. Each tag counts from 1, so another one than `master` is part of its ids.
    fn begin(&mut self, tag: &str, line: usize, notes: &mut Notes) {
        let is_master = tag == MASTER;
        self.tag = (!is_master).then(|| tag.to_owned());
        self.prefix = if is_master {
            String::new()
        } else {
            format!("{tag}-")
        };
        if !is_master {
            let message = "the ids of another tag than 'master' begin with its name";
            notes.find_each(FindingKind::Assumed, line, message, tag);
        }
    }

    /// Reads the tasks below `parent`, which is empty for those of a tag.
    fn take_all(&mut self, tasks: &[JsonNode<'t>], parent: &str, notes: &mut Notes) {
        let own = tasks.iter().filter_map(|task| task.get("id")?.scalar());
        let siblings: HashSet<String> = own.map(str::to_owned).collect();
        for task in tasks {
            let Some(mut record) = DIALECT.record(task, notes) else {
                continue;
            };
            let full = |own: &str| match parent {
                "" => format!("{}{own}", self.prefix),
                parent if own.starts_with(&format!("{parent}.")) => own.to_owned(),
                parent => format!("{parent}.{own}"),
            };
            record.id = full(&record.id);
            if !parent.is_empty() {
                record.add("parent", parent);
            }
            if let Some(tag) = &self.tag {
                record.add("group", tag.as_str());
            }
            let depends = task.get("dependencies");
            let one = depends.map(std::slice::from_ref).unwrap_or_default();
            let depends = depends.and_then(JsonNode::elements).unwrap_or(one);
            for name in depends.iter().filter_map(JsonNode::scalar) {
                let is_sibling = siblings.contains(name) && !parent.is_empty();
                let name = if is_sibling {
                    full(name)
                } else {
                    format!("{}{name}", self.prefix)
                };
                record.add("dependencies", name);
            }
            let id = record.id.clone();
            self.records.push(record);
            match task
                .get("subtasks")
                .map(|subtasks| (&subtasks.value, subtasks.line))
            {
                None | Some((Value::Null, _)) => {}
                Some((Value::List(subtasks), _)) => self.take_all(subtasks, &id, notes),
                Some((_, line)) => notes.complain(line, "the subtasks must be a list"),
            }
        }
    }
}
