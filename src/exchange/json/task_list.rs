//! A list of tasks in JSON: `[{id, title, depends_on, acceptance, …}]`, or an object whose `tasks` is such a list.
//!
//! Not here: the fields of a task (`fields`).

use std::collections::BTreeSet;

use crate::{
    core::{plan::fields::Fields, values::id::TaskId},
    exchange::{
        Draft, DraftTask, FindingKind, Format, Limits,
        json::{
            dependencies::{self, Names},
            fields,
            tree::{self, Member, Node},
        },
        notes::Notes,
        short_text, words,
    },
};

/// Reads the file; complaints and findings go to `notes`.
pub(in crate::exchange) fn read(text: &str, limits: &Limits, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(Format::TaskList);
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
    let list = root.get("tasks").unwrap_or(&root);
    let Some(elements) = list.elements() else {
        notes.complain(list.line, "expected a list of tasks");
        return draft;
    };
    if elements.len() > limits.tasks {
        let (count, most) = (elements.len(), limits.tasks);
        notes.complain(
            list.line,
            format!("the plan has {count} tasks; the limit is {most}"),
        );
        return draft;
    }
    for Member { line, key, node } in root.members().unwrap_or_default() {
        match key.as_str() {
            "tasks" => {}
            "title" | "name" | "project" if draft.title.is_none() => {
                draft.title = fields::text(node, *line, notes)
            }
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
    let found: Vec<(TaskId, &Node<'_>)> = elements
        .iter()
        .filter_map(|element| Some((id(element, notes)?, element)))
        .collect();
    let mut names = Names::default();
    for (id, node) in &found {
        names.add(None, id, title(node).unwrap_or_default());
    }
    let forms = found.iter().map(|(id, _)| Form::of(id.as_str())).collect();
    draft.tasks = found
        .iter()
        .map(|(id, node)| read_task(id, node, &names, &forms, notes))
        .collect();
    draft
}

fn id(node: &Node<'_>, notes: &mut Notes) -> Option<TaskId> {
    if node.members().is_none() {
        notes.complain(node.line, "a task must be an object");
        return None;
    }
    let Some(id) = node.get("id").and_then(Node::scalar) else {
        notes.complain(node.line, "the task has no 'id'");
        return None;
    };
    words::task_reference(id)
        .map_err(|error| notes.complain(node.line, error.to_string()))
        .ok()
}

fn title<'t>(node: &'t Node<'t>) -> Option<&'t str> {
    node.get("title")
        .or(node.get("name"))
        .and_then(Node::scalar)
}

fn read_task(
    id: &TaskId,
    node: &Node<'_>,
    names: &Names,
    forms: &BTreeSet<Form>,
    notes: &mut Notes,
) -> DraftTask {
    let title = short_text::title(id, node.line, title(node).unwrap_or_default(), notes);
    let mut task = DraftTask::new(id.clone(), node.line, Fields::titled(title));
    let members = node.members().unwrap_or_default();
    fields::read(&mut task, members, notes);
    let remarks = std::mem::take(&mut task.blockers);
    for Member { line, key, node } in members {
        if matches!(key.as_str(), "dependencies" | "depends_on") {
            read_dependencies(&mut task, node, *line, names, forms, notes);
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

/// Reads dependencies by id. An unknown name that looks like the ids of the file is a complaint, because it is
/// probably a typing error. Any other unknown name becomes a blocker.
fn read_dependencies(
    task: &mut DraftTask,
    node: &Node<'_>,
    line: usize,
    names: &Names,
    forms: &BTreeSet<Form>,
    notes: &mut Notes,
) {
    for (line, name) in fields::lined_texts(node, line, notes) {
        if let Some(id) = names.by_id(&name) {
            words::push_new(&mut task.depends, id.clone());
        } else if name.parse::<TaskId>().is_ok() && forms.contains(&Form::of(&name)) {
            notes.complain(
                line,
                format!(
                    "task '{}' depends on '{name}', which is not a task of the file",
                    task.id
                ),
            );
        } else {
            let message = format!(
                "task '{}' depends on '{}', which is not a task of the file; it becomes a blocker",
                task.id,
                name.escape_debug()
            );
            notes.find(FindingKind::Assumed, line, message);
            words::push_new(&mut task.blockers, name);
        }
    }
}

/// The look of an id: whether it has digits and capitals, and its other signs. Ids of one plan often share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    digits: bool,
    capitals: bool,
    signs: BTreeSet<char>,
}

impl Form {
    fn of(id: &str) -> Self {
        Self {
            digits: id.contains(|c: char| c.is_ascii_digit()),
            capitals: id.contains(|c: char| c.is_ascii_uppercase()),
            signs: id.chars().filter(|c| !c.is_ascii_alphanumeric()).collect(),
        }
    }
}
