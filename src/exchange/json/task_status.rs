//! `task_status.json`, schema version 1.0: groups of tasks by key, guardrails, and figures written by hand.
//!
//! Not here: what both kinds of plans have in common (`found`), and lists of tasks (`task_list`).

use std::collections::HashMap;

use crate::{
    core::values::text::brief,
    exchange::{
        Draft, DraftTask, FindingKind, Format, Limits,
        json::{
            dependencies::PlanNames,
            fields::Keys,
            found::{self, Found},
            guardrails, summary,
            tree::{JsonMember, JsonNode},
        },
        notes::Notes,
        words,
    },
};

/// The only supported schema version.
const SCHEMA_VERSION: &str = "1.0";

/// Reads the file; complaints and findings go to `notes`.
pub(in crate::exchange) fn read(text: &str, limits: &Limits, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(Format::TaskStatus);
    let Some(root) = found::root(text, notes) else {
        return draft;
    };
    let Some(members) = root.members() else {
        notes.complain(root.line, "a task_status.json must be an object");
        return draft;
    };
    check_version(&root, notes);
    if root.get("tasks").is_none() && !members.is_empty() {
        let keys: Vec<String> = (members.iter().take(10))
            .map(|member| format!("'{}'", brief(&member.key, 30)))
            .collect();
        notes.saw(
            root.line,
            format!("an object with the keys {}", keys.join(", ")),
        );
    }
    let tasks = root.get("tasks").map(|tasks| find_tasks(tasks, notes));
    let tasks = tasks.unwrap_or_default();
    if !found::fits(tasks.len(), root.line, limits, notes) {
        return draft;
    }
    let names = names(&tasks, notes);
    let read = |task: &Found<'_>| {
        task.read(&names, &Keys::OURS, notes, |task, line, name, notes| {
            depend(task, line, name, &names, notes);
        })
    };
    draft.tasks = tasks.iter().map(read).collect();
    let mut claims = Vec::new();
    for member in members {
        let node = &member.node;
        match member.key.as_str() {
            "schema_version" | "tasks" => {}
            "pre_audit_guardrails" | "guardrails" => {
                draft.guardrails = guardrails::read(node, &names, notes)
            }
            "summary" => claims.extend(summary::read(node, "the summary", &mut draft, notes)),
            "metrics" => claims.extend(summary::read(node, "the metrics", &mut draft, notes)),
            _ => found::member(&mut draft, member, notes),
        }
    }
    crate::exchange::contradictions::check(&draft.tasks, &claims, notes);
    draft
}

fn check_version(root: &JsonNode<'_>, notes: &mut Notes) {
    match root.get("schema_version") {
        Some(version) if version.scalar() == Some(SCHEMA_VERSION) => {}
        Some(version) => {
            let message = format!(
                "schema_version {} is not supported; the only supported one is \"{SCHEMA_VERSION}\"",
                version.to_json()
            );
            notes.complain(version.line, message);
        }
        None => notes.find(
            FindingKind::Assumed,
            root.line,
            format!("the file has no schema_version; \"{SCHEMA_VERSION}\" is assumed"),
        ),
    }
}

/// The tasks in the order of the file. A task directly under `tasks` has no group.
fn find_tasks<'t>(tasks: &'t JsonNode<'t>, notes: &mut Notes) -> Vec<Found<'t>> {
    let mut found = Vec::new();
    let Some(groups) = tasks.members() else {
        notes.complain(
            tasks.line,
            "'tasks' must be an object with a member per group",
        );
        return found;
    };
    for group in groups {
        if is_task(&group.node) {
            find_task(group, None, &mut found, notes);
            continue;
        }
        let Some(members) = group.node.members() else {
            notes.complain(
                group.line,
                format!(
                    "group '{}' must be an object with a member per task",
                    group.key.escape_debug()
                ),
            );
            continue;
        };
        for member in members {
            find_task(member, Some(&group.key), &mut found, notes);
        }
    }
    found
}

fn is_task(node: &JsonNode<'_>) -> bool {
    ["name", "title", "status", "id"]
        .iter()
        .any(|key| node.get(key).is_some_and(|node| node.scalar().is_some()))
}

fn find_task<'t>(
    member: &'t JsonMember<'t>,
    group: Option<&'t str>,
    found: &mut Vec<Found<'t>>,
    notes: &mut Notes,
) {
    let JsonMember { line, key, node } = member;
    if node.members().is_none() {
        let message = format!("task '{}' must be an object", key.escape_debug());
        return notes.complain(*line, message);
    }
    let id = node.get("id").and_then(JsonNode::scalar).unwrap_or(key);
    found.extend(Found::id(id, *line, notes).map(|id| Found {
        id,
        group,
        key: Some(key),
        line: *line,
        node,
    }));
}

fn names(found: &[Found<'_>], notes: &mut Notes) -> PlanNames {
    let mut names = PlanNames::default();
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for task in found {
        let key = task.key.unwrap_or_default();
        if let Some(line) = lines.insert(key, task.line) {
            let message = format!("the key '{}' is already on line {line}", key.escape_debug());
            notes.complain(task.line, message);
        }
        names.add(task.key, &task.id, task.title().unwrap_or_default());
    }
    names
}

/// Reads a dependency by key. An id is accepted too, with a finding. Any other name becomes a blocker.
fn depend(task: &mut DraftTask, line: usize, name: String, names: &PlanNames, notes: &mut Notes) {
    if let Some(id) = names.by_key(&name) {
        words::push_new(&mut task.depends, id.clone());
    } else if let Some(id) = names.by_id(&name) {
        let message = format!(
            "task '{}' depends on '{name}', which is not a key; the task with this id is used",
            task.id
        );
        notes.find(FindingKind::Assumed, line, message);
        words::push_new(&mut task.depends, id.clone());
    } else {
        words::push_new(&mut task.blockers, name);
    }
}
