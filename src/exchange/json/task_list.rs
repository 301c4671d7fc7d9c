//! A list of tasks in JSON: `[{id, title, depends_on, acceptance, …}]`, or an object whose `tasks` is such a list.
//!
//! Not here: what both kinds of plans have in common (`found`).

use std::collections::BTreeSet;

use crate::{
    core::values::id::TaskId,
    exchange::{
        Draft, DraftTask, FindingKind, Format, Limits,
        json::{
            dependencies::PlanNames,
            fields::Keys,
            found::{self, Found},
            tree::JsonNode,
        },
        notes::Notes,
        of_state::plain_name,
        words,
    },
};

/// The members of a document of `status` that say nothing about the plan.
const OF_STATUS: &[&str] = &[
    "ledger",
    "summary",
    "guardrails",
    "pull_requests",
    "worktrees",
    "targets",
    "anomalies",
];

/// Reads the file; complaints and findings go to `notes`.
pub(in crate::exchange) fn read(text: &str, limits: &Limits, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(Format::TaskList);
    let Some(root) = found::root(text, notes) else {
        return draft;
    };
    let list = root.get("tasks").unwrap_or(&root);
    let Some(elements) = list.elements() else {
        notes.complain(list.line, "expected a list of tasks");
        return draft;
    };
    if !found::fits(elements.len(), list.line, limits, notes) {
        return draft;
    }
    let is_status = root.get("ledger").is_some() && root.get("summary").is_some();
    for member in root.members().unwrap_or_default() {
        match member.key.as_str() {
            "tasks" => {}
            "guardrails" if is_status && !member.node.is_empty() => {
                let message = "the guardrails of a status document are left out; a task_status.json has all of them";
                notes.find(FindingKind::Unreadable, member.line, message);
            }
            key if is_status && OF_STATUS.contains(&key) => {}
            _ => found::member(&mut draft, member, notes),
        }
    }
    let tasks = elements.iter().filter_map(|element| find(element, notes));
    let tasks: Vec<Found<'_>> = tasks.collect();
    let mut names = PlanNames::default();
    for task in &tasks {
        names.add(None, &task.id, task.title().unwrap_or_default());
    }
    let forms = tasks.iter().map(|task| Form::of(task.id.as_str()));
    let forms: BTreeSet<Form> = forms.collect();
    let keys = if is_status {
        Keys::OF_STATUS
    } else {
        Keys::OURS
    };
    let read = |task: &Found<'_>| {
        task.read(&names, &keys, notes, |task, line, name, notes| {
            depend(task, line, name, &names, &forms, notes);
        })
    };
    draft.tasks = tasks.iter().map(read).collect();
    draft
}

fn find<'t>(node: &'t JsonNode<'t>, notes: &mut Notes) -> Option<Found<'t>> {
    if node.members().is_none() {
        notes.complain(node.line, "a task must be an object");
        return None;
    }
    let Some(id) = node.get("id").and_then(JsonNode::scalar) else {
        notes.complain(node.line, "the task has no 'id'");
        return None;
    };
    Some(Found {
        id: Found::id(&plain_name(id), node.line, notes)?,
        group: None,
        key: None,
        line: node.line,
        node,
    })
}

/// Reads a dependency by id. An unknown name that looks like the ids of the file is a complaint, because it is
/// probably a typing error. Any other unknown name becomes a blocker.
fn depend(
    task: &mut DraftTask,
    line: usize,
    name: String,
    names: &PlanNames,
    forms: &BTreeSet<Form>,
    notes: &mut Notes,
) {
    let unknown = format!(
        "task '{}' depends on '{}', which is not a task of the file",
        task.id,
        name.escape_debug()
    );
    if let Some(id) = names.by_id(&plain_name(&name)) {
        words::push_new(&mut task.depends, id.clone());
    } else if name.parse::<TaskId>().is_ok() && forms.contains(&Form::of(&name)) {
        notes.complain(line, unknown);
    } else {
        let message = format!("{unknown}; it becomes a blocker");
        notes.find(FindingKind::Assumed, line, message);
        words::push_new(&mut task.blockers, name);
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
