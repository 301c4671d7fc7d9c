//! The fields of a task in JSON, by their keys. Both JSON formats share them.
//!
//! Not here: ids, groups and dependencies, which differ between the formats (`task_status`, `task_list`,
//! `dependencies`).

use crate::{
    core::values::{
        id::InvalidName,
        task::{Approver, Role, Status},
    },
    exchange::{
        DraftTask, FindingKind,
        json::{
            progress,
            tree::{Member, Node, Value},
        },
        notes::Notes,
        words,
    },
};

/// The most elements that a list of a task may have.
pub(super) const LIST_MAX: usize = 1000;

/// Reads the members of a task, except its id, title, dependencies and blockers. Unknown members go to `extra`.
pub(super) fn read(task: &mut DraftTask, members: &[Member<'_>], notes: &mut Notes) {
    let mut progress = None;
    let mut body = Body::default();
    for Member { line, key, node } in members {
        let line = *line;
        match key.as_str() {
            "id" | "name" | "title" | "dependencies" | "depends_on" | "blockers" => {}
            "owner" | "owners" | "assignee" | "assigned_to" => {
                task.owners = names(node, line, notes, words::actors);
            }
            "status" | "state" => read_status(task, node, line, notes),
            "priority" => task.priority = word(node, line, notes, words::priority),
            "risk" | "risk_level" => task.risk = word(node, line, notes, words::risk),
            "estimated_hours" | "estimated_time" | "estimate" => {
                read_estimate(task, key, node, line, notes)
            }
            "branch" => task.branch = text(node, line, notes),
            "pr_number" | "pr" => read_pr(task, node, line, notes),
            "critical_review" | "review" | "gates" => read_review(task, node, line, notes),
            "files" | "paths" => task.paths = texts(node, line, notes),
            "labels" | "tags" => task.labels.extend(texts(node, line, notes)),
            "acceptance" | "acceptance_criteria" => task.accept = acceptance(node, line, notes),
            "description" => body.description = text(node, line, notes),
            "outputs" => body.outputs = texts(node, line, notes),
            "commands" => body.commands = texts(node, line, notes),
            "notes" => body.notes = texts(node, line, notes),
            "parallel_group" => {
                let group = text(node, line, notes);
                task.labels
                    .extend(group.map(|group| format!("parallel:{group}")));
            }
            "wave" => task.wave = node.count().and_then(|n| u32::try_from(n).ok()),
            "wave_rank" => task.wave_rank = node.count().and_then(|n| u32::try_from(n).ok()),
            "steps" => progress::read_steps(task, node, line, notes),
            "progress" => progress = Some((line, node)),
            "files_count" | "status_remark" => keep(task, key, node),
            _ => {
                let message = format!(
                    "key '{key}' of task '{}' is unknown; its value is kept but not interpreted",
                    task.id
                );
                notes.find(FindingKind::UnknownKey, line, message);
                keep(task, key, node);
            }
        }
    }
    if let Some((line, node)) = progress {
        progress::read(task, node, line, notes);
    }
    task.body = body.to_markdown();
}

pub(super) fn keep(task: &mut DraftTask, key: &str, node: &Node<'_>) {
    if !matches!(node.value, Value::Null) {
        task.extra.insert(key.to_owned(), node.to_json());
    }
}

/// A string; numbers and booleans are read as they are written. Lists and objects are a complaint.
pub(super) fn text(node: &Node<'_>, line: usize, notes: &mut Notes) -> Option<String> {
    if node.is_empty() {
        return None;
    }
    if node.scalar().is_none() {
        notes.complain(line, "expected a string, found a list or an object");
    }
    node.scalar().map(str::to_owned)
}

/// The strings of a list, or a single string as a list of one.
pub(super) fn texts(node: &Node<'_>, line: usize, notes: &mut Notes) -> Vec<String> {
    lined_texts(node, line, notes)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// The strings of a list, or a single string as a list of one, each with its line.
pub(super) fn lined_texts(node: &Node<'_>, line: usize, notes: &mut Notes) -> Vec<(usize, String)> {
    let one =
        |node: &Node<'_>, line, notes: &mut Notes| text(node, line, notes).map(|text| (line, text));
    match node.elements() {
        Some(elements) if elements.len() > LIST_MAX => {
            let count = elements.len();
            notes.complain(
                line,
                format!("the list has {count} elements; the limit is {LIST_MAX}"),
            );
            Vec::new()
        }
        Some(elements) => elements
            .iter()
            .filter_map(|element| one(element, element.line, notes))
            .collect(),
        None => one(node, line, notes).into_iter().collect(),
    }
}

/// A list of criteria, or an object, whose members become criteria of the form `key: value`.
fn acceptance(node: &Node<'_>, line: usize, notes: &mut Notes) -> Vec<String> {
    let Some(members) = node.members() else {
        return texts(node, line, notes);
    };
    let value = |node: &Node<'_>| node.scalar().map_or_else(|| node.to_json(), str::to_owned);
    members
        .iter()
        .map(|member| format!("{}: {}", member.key, value(&member.node)))
        .collect()
}

fn names<T: PartialEq>(
    node: &Node<'_>,
    line: usize,
    notes: &mut Notes,
    read: fn(&str) -> Result<Vec<T>, InvalidName>,
) -> Vec<T> {
    let mut all = Vec::new();
    for text in texts(node, line, notes) {
        match read(&text) {
            Ok(names) => names
                .into_iter()
                .for_each(|name| words::push_new(&mut all, name)),
            Err(error) => notes.complain(line, error.to_string()),
        }
    }
    all
}

fn word<T>(
    node: &Node<'_>,
    line: usize,
    notes: &mut Notes,
    read: fn(&str) -> Result<T, InvalidName>,
) -> Option<T> {
    let text = text(node, line, notes).filter(|text| !words::says_nothing(text))?;
    read(&text)
        .map_err(|error| notes.complain(line, error.to_string()))
        .ok()
}

fn read_status(task: &mut DraftTask, node: &Node<'_>, line: usize, notes: &mut Notes) {
    let Some(text) = text(node, line, notes) else {
        return;
    };
    match words::status(&text) {
        Some((status, remark)) => {
            task.status = status;
            if remark.is_empty() {
                return;
            }
            if matches!(status, Status::Waiting | Status::Blocked) {
                task.blockers.push(remark);
            } else {
                task.extra
                    .insert("status_remark".to_owned(), super::tree::quoted(&remark));
            }
        }
        None => notes.complain(
            line,
            format!("'{}' is not a known status", text.escape_debug()),
        ),
    }
}

fn read_estimate(task: &mut DraftTask, key: &str, node: &Node<'_>, line: usize, notes: &mut Notes) {
    let written = match node.elements() {
        Some([low, high]) => low
            .scalar()
            .zip(high.scalar())
            .map(|(low, high)| format!("{low}-{high}")),
        _ => node.scalar().map(str::to_owned),
    };
    task.estimate = written.as_deref().and_then(words::estimate);
    let nothing = node.is_empty() || written.as_deref().is_some_and(words::says_nothing);
    if task.estimate.is_none() && !nothing {
        let message = format!(
            "the estimate of task '{}' is not a duration such as 30min or 2-3h; it is kept but not interpreted",
            task.id
        );
        notes.find(FindingKind::Unreadable, line, message);
        keep(task, key, node);
    }
}

fn read_pr(task: &mut DraftTask, node: &Node<'_>, line: usize, notes: &mut Notes) {
    let text = text(node, line, notes).filter(|text| !words::says_nothing(text));
    let Some(text) = text else {
        return;
    };
    task.pr = text.trim().trim_start_matches(['#', '!']).parse().ok();
    if task.pr.is_none() {
        notes.complain(
            line,
            format!("'{}' is not a pull request number", text.escape_debug()),
        );
    }
}

/// Reads a review: `true`, a name, a list of names, or an object with `required` and `reviewer`.
fn read_review(task: &mut DraftTask, node: &Node<'_>, line: usize, notes: &mut Notes) {
    if node.members().is_none() {
        task.gates = names(node, line, notes, words::gates);
    } else {
        keep(task, "critical_review_detail", node);
        let reviewer = node
            .get("reviewer")
            .or(node.get("reviewers"))
            .or(node.get("by"));
        let required = node.get("required").and_then(Node::scalar) != Some("false");
        if required {
            task.gates =
                reviewer.map_or_else(Vec::new, |node| names(node, line, notes, words::gates));
        }
        if required && task.gates.is_empty() {
            task.gates.push(Approver::Role(Role::Reviewer));
        }
    }
    if task.gates == [Approver::Role(Role::Reviewer)] && node.scalar() == Some("true") {
        let message = format!(
            "task '{}' needs a review, but the plan names no reviewer; any actor with the role 'reviewer' may approve it",
            task.id
        );
        notes.find(FindingKind::Assumed, line, message);
    }
}

/// The members that together become the long text of a task.
#[derive(Default)]
struct Body {
    description: Option<String>,
    outputs: Vec<String>,
    commands: Vec<String>,
    notes: Vec<String>,
}

impl Body {
    fn to_markdown(&self) -> Option<String> {
        let list = |texts: &[String]| {
            texts
                .iter()
                .map(|text| format!("- {text}"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let mut parts: Vec<String> = self.description.iter().cloned().collect();
        if !self.outputs.is_empty() {
            parts.push(format!("**Outputs**\n\n{}", list(&self.outputs)));
        }
        if !self.commands.is_empty() {
            parts.push(format!(
                "**Commands**\n\n```sh\n{}\n```",
                self.commands.join("\n")
            ));
        }
        if !self.notes.is_empty() {
            parts.push(format!("**Notes**\n\n{}", self.notes.join("\n\n")));
        }
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
}
