//! The fields of a task in JSON, found by their keys; both shapes share them.
//!
//! Not here: ids, groups and dependencies, in which the shapes differ (`task_status`, `task_list`, `dependencies`).

use crate::{
    core::{
        id::InvalidName,
        task::{Approver, Role, Status},
    },
    exchange::{
        DraftStep, DraftTask, FindingKind,
        json::tree::{Member, Node, Value},
        notes::Notes,
        words,
    },
};

/// More steps than this are no plan.
const STEPS_MAX: u64 = 1000;

/// Reads every member that is no id and no dependency into the task; what is unknown goes to `extra`.
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
            "steps" => read_steps(task, node, line, notes),
            "progress" => progress = Some((line, node)),
            "files_count" | "status_remark" => keep(task, key, node),
            _ => {
                let message = format!(
                    "unknown key '{key}' of task '{}' is kept and has no meaning here",
                    task.id
                );
                notes.find(FindingKind::UnknownKey, line, message);
                keep(task, key, node);
            }
        }
    }
    if let Some((line, node)) = progress {
        read_progress(task, node, line, notes);
    }
    task.body = body.to_markdown();
}

fn keep(task: &mut DraftTask, key: &str, node: &Node<'_>) {
    if !matches!(node.value, Value::Null) {
        task.extra.insert(key.to_owned(), node.to_json());
    }
}

/// A text; numbers and truth values are taken as they are written.
pub(super) fn text(node: &Node<'_>, line: usize, notes: &mut Notes) -> Option<String> {
    if node.is_empty() {
        return None;
    }
    if node.scalar().is_none() {
        notes.complain(line, "a text should stand here");
    }
    node.scalar().map(str::to_owned)
}

/// A list of texts, or one text.
pub(super) fn texts(node: &Node<'_>, line: usize, notes: &mut Notes) -> Vec<String> {
    lined_texts(node, line, notes)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// A list of texts, or one text, each with its line.
pub(super) fn lined_texts(node: &Node<'_>, line: usize, notes: &mut Notes) -> Vec<(usize, String)> {
    let one =
        |node: &Node<'_>, line, notes: &mut Notes| text(node, line, notes).map(|text| (line, text));
    match node.elements() {
        Some(elements) => elements
            .iter()
            .filter_map(|element| one(element, element.line, notes))
            .collect(),
        None => one(node, line, notes).into_iter().collect(),
    }
}

/// A list of criteria, or a map of them, whose pairs are written `key: value`.
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
            format!("'{}' is no status that is known", text.escape_debug()),
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
            "the estimate of task '{}' is no time such as 30min or 2-3h, and is kept as it stands",
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
            format!("'{}' is no number of a pull request", text.escape_debug()),
        );
    }
}

/// `true`, a name, a list of names, or a map with `required` and `reviewer`.
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
            "task '{}' needs a review, and the plan does not say by whom: anybody with the role of a reviewer",
            task.id
        );
        notes.find(FindingKind::Assumed, line, message);
    }
}

/// Texts, or maps with `text` (also `name`, `title`) and `done` (also `completed`, `status`).
fn read_steps(task: &mut DraftTask, node: &Node<'_>, line: usize, notes: &mut Notes) {
    for element in node.elements().unwrap_or_default() {
        let named = ["text", "name", "title"]
            .iter()
            .find_map(|key| element.get(key));
        let done = ["done", "completed", "status"]
            .iter()
            .find_map(|key| element.get(key))
            .and_then(Node::scalar);
        match element.scalar().or(named.and_then(Node::scalar)) {
            Some(text) => task.steps.push(DraftStep {
                text: text.to_owned(),
                done: done.is_some_and(|word| {
                    word == "true" || words::exact_status(word) == Some(Status::Done)
                }),
            }),
            None => notes.complain(element.line, "a step should be a text, or have a 'text'"),
        }
    }
    if node.elements().is_none() && !node.is_empty() {
        notes.complain(line, "steps should be a list");
    }
}

/// `{total_steps, completed_steps, percentage}`, or a bare percentage.
fn read_progress(task: &mut DraftTask, node: &Node<'_>, line: usize, notes: &mut Notes) {
    let number = |key: &str, notes: &mut Notes| {
        let node = node.get(key)?;
        if node.count().is_none() && !node.is_empty() {
            notes.complain(
                node.line,
                format!("'{key}' should be a whole number that is not negative"),
            );
        }
        node.count().map(|count| (count, node.line))
    };
    if let Some(steps) = node.get("steps") {
        read_steps(task, steps, line, notes);
    }
    let total = number("total_steps", notes);
    let completed = number("completed_steps", notes);
    read_step_counts(task, total, completed, notes);
    let percentage = node.get("percentage").or(node.scalar().map(|_| node));
    if let Some(percentage) = percentage.filter(|node| !node.is_empty()) {
        read_percentage(task, percentage, notes);
    }
    for member in node.members().unwrap_or_default() {
        if !["steps", "total_steps", "completed_steps", "percentage"].contains(&member.key.as_str())
        {
            let message = format!(
                "unknown key 'progress.{}' of task '{}' is kept and has no meaning here",
                member.key, task.id
            );
            notes.find(FindingKind::UnknownKey, member.line, message);
            keep(task, &format!("progress.{}", member.key), &member.node);
        }
    }
}

fn read_step_counts(
    task: &mut DraftTask,
    total: Option<(u64, usize)>,
    completed: Option<(u64, usize)>,
    notes: &mut Notes,
) {
    let Some((total, line)) = total else {
        return;
    };
    let (done, done_line) = completed.unwrap_or((0, line));
    if total > STEPS_MAX {
        return notes.complain(
            line,
            format!(
                "task '{}' has {total} steps, and {STEPS_MAX} is the most that is read",
                task.id
            ),
        );
    }
    if done > total {
        return notes.complain(
            done_line,
            format!("task '{}' has {done} of {total} steps completed", task.id),
        );
    }
    if task.steps.is_empty() {
        task.steps = (1..=total)
            .map(|n| DraftStep {
                text: format!("step {n}"),
                done: n <= done,
            })
            .collect();
        return;
    }
    let (listed, listed_done) = (
        task.steps.len() as u64,
        task.steps.iter().filter(|step| step.done).count() as u64,
    );
    if (listed, listed_done) != (total, done) {
        let message = format!(
            "task '{}' says {done} of {total} steps completed, and {listed_done} of {listed} are listed so",
            task.id
        );
        notes.find(FindingKind::Contradiction, line, message);
    }
}

fn read_percentage(task: &mut DraftTask, node: &Node<'_>, notes: &mut Notes) {
    let whole = node
        .scalar()
        .map(|text| text.trim().trim_end_matches('%').trim_end());
    let whole = whole.and_then(|text| text.split('.').next()?.parse::<u8>().ok());
    let Some(percent) = whole.filter(|percent| *percent <= 100) else {
        return notes.complain(node.line, "a percentage should be a number from 0 to 100");
    };
    let derived = task.derived_percent();
    let says_more = if task.steps.is_empty() && task.status != Status::Done {
        percent > 0
    } else {
        percent.abs_diff(derived) > 1
    };
    if !says_more {
        return;
    }
    task.percent = Some(percent).filter(|_| task.status != Status::Done);
    let done = task.steps.iter().filter(|step| step.done).count();
    let against = match task.status {
        Status::Done => "it is complete".to_owned(),
        Status::NotStarted => "it is not started".to_owned(),
        _ if task.steps.is_empty() => return,
        _ => format!("{done} of its {} steps are completed", task.steps.len()),
    };
    let message = format!("task '{}' is {percent} % complete, and {against}", task.id);
    notes.find(FindingKind::Contradiction, node.line, message);
}

/// What becomes the long text of a task.
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
