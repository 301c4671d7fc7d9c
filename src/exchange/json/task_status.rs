//! `task_status.json`, schema version 1.0: groups of tasks by key, guardrails, and figures written by hand.
//!
//! Not here: the fields of a task (`fields`), and lists of tasks (`task_list`).

use std::collections::HashMap;

use crate::{
    core::{plan::fields::Fields, values::id::TaskId},
    exchange::{
        Draft, DraftTask, FindingKind, Format, Limits,
        json::{
            dependencies::{self, Names},
            fields, guardrails, summary,
            tree::{self, Member, Node},
        },
        notes::Notes,
        short_text::{self, short_text},
        words,
    },
};

/// The only supported schema version.
const SCHEMA_VERSION: &str = "1.0";

/// A task whose id is read but whose other fields are not.
struct Found<'t> {
    id: TaskId,
    group: Option<&'t str>,
    member: &'t Member<'t>,
}

/// Reads the file; complaints and findings go to `notes`.
pub(in crate::exchange) fn read(text: &str, limits: &Limits, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(Format::TaskStatus);
    let root = match tree::parse(text) {
        Ok(root) => root,
        Err(complaint) => {
            notes.complain(complaint.line, complaint.message);
            return draft;
        }
    };
    root.duplicates(&mut |line, key| {
        notes.complain(
            line,
            format!("the key '{}' appears twice", key.escape_debug()),
        )
    });
    let Some(members) = root.members() else {
        notes.complain(root.line, "a task_status.json must be an object");
        return draft;
    };
    check_version(&root, notes);
    let mut claims = Vec::new();
    let found = root
        .get("tasks")
        .map(|tasks| find_tasks(tasks, notes))
        .unwrap_or_default();
    if found.len() > limits.tasks {
        let (count, most) = (found.len(), limits.tasks);
        notes.complain(
            root.line,
            format!("the plan has {count} tasks; the limit is {most}"),
        );
        return draft;
    }
    let names = names(&found, notes);
    draft.tasks = found
        .iter()
        .map(|found| read_task(found, &names, notes))
        .collect();
    for Member { line, key, node } in members {
        match key.as_str() {
            "schema_version" | "tasks" => {}
            "title" | "name" | "project" if draft.title.is_none() => {
                draft.title = fields::text(node, *line, notes)
            }
            "pre_audit_guardrails" | "guardrails" => {
                draft.guardrails = guardrails::read(node, &names, notes)
            }
            "summary" => claims.extend(summary::read(node, "the summary", &mut draft, notes)),
            "metrics" => claims.extend(summary::read(node, "the metrics", &mut draft, notes)),
            _ => {
                notes.find(
                    FindingKind::UnknownKey,
                    *line,
                    format!("key '{key}' is unknown; its value is kept but not interpreted"),
                );
                draft.extra.insert(key.clone(), node.to_json());
            }
        }
    }
    crate::exchange::contradictions::check(&draft.tasks, &claims, notes);
    draft
}

fn check_version(root: &Node<'_>, notes: &mut Notes) {
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
fn find_tasks<'t>(tasks: &'t Node<'t>, notes: &mut Notes) -> Vec<Found<'t>> {
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

fn is_task(node: &Node<'_>) -> bool {
    ["name", "title", "status", "id"]
        .iter()
        .any(|key| node.get(key).is_some_and(|node| node.scalar().is_some()))
}

fn find_task<'t>(
    member: &'t Member<'t>,
    group: Option<&'t str>,
    found: &mut Vec<Found<'t>>,
    notes: &mut Notes,
) {
    if member.node.members().is_none() {
        return notes.complain(
            member.line,
            format!("task '{}' must be an object", member.key.escape_debug()),
        );
    }
    let id = member
        .node
        .get("id")
        .and_then(Node::scalar)
        .unwrap_or(&member.key);
    match words::task_reference(id) {
        Ok(id) => found.push(Found { id, group, member }),
        Err(error) => notes.complain(member.line, error.to_string()),
    }
}

fn names(found: &[Found<'_>], notes: &mut Notes) -> Names {
    let mut names = Names::default();
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for Found { id, member, .. } in found {
        if let Some(line) = lines.insert(&member.key, member.line) {
            let message = format!(
                "the key '{}' is already on line {line}",
                member.key.escape_debug()
            );
            notes.complain(member.line, message);
        }
        names.add(Some(&member.key), id, title(member).unwrap_or_default());
    }
    names
}

fn title<'t>(member: &'t Member<'t>) -> Option<&'t str> {
    member
        .node
        .get("name")
        .or(member.node.get("title"))
        .and_then(Node::scalar)
}

fn read_task(found: &Found<'_>, names: &Names, notes: &mut Notes) -> DraftTask {
    let Found { id, group, member } = found;
    let line = member.line;
    let title = title(member).unwrap_or(&member.key);
    let group = group.and_then(|group| short_text(line, "group", group, notes));
    let fields = Fields {
        group,
        ..Fields::titled(short_text::title(id, line, title, notes))
    };
    let mut task = DraftTask::new(id.clone(), line, fields);
    if member.key != id.as_str() {
        short_text::keep(&mut task, "key", &tree::quoted(&member.key), line, notes);
    }
    let members = member.node.members().unwrap_or_default();
    fields::read(&mut task, members, notes);
    let remarks = std::mem::take(&mut task.blockers);
    for Member { line, key, node } in members {
        if matches!(key.as_str(), "dependencies" | "depends_on") {
            read_dependencies(&mut task, node, *line, names, notes);
        }
    }
    let blockers = members.iter().find(|member| member.key == "blockers");
    dependencies::read_blockers(
        &mut task,
        remarks,
        blockers.map(|member| (&member.node, member.line)),
        names,
        notes,
    );
    task
}

/// Reads dependencies by key. An id is accepted too, with a finding. Any other name becomes a blocker.
fn read_dependencies(
    task: &mut DraftTask,
    node: &Node<'_>,
    line: usize,
    names: &Names,
    notes: &mut Notes,
) {
    for (line, name) in fields::lined_texts(node, line, notes) {
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
}
