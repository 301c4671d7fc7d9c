//! The steps and the percentage of a task in JSON.
//!
//! Not here: the other fields of a task (`fields`).

use crate::{
    core::values::task::Status,
    exchange::{
        DraftStep, DraftTask, FindingKind,
        json::{object::Object, tree::JsonNode},
        notes::Notes,
        short_text::keep,
        words,
    },
};

/// The maximum number of steps that a task may have.
const STEPS_MAX: u64 = 1000;

const PERCENT: &[&str] = &["percentage", "percent"];
const STEPS: &[&str] = &[
    "total_steps",
    "completed_steps",
    "steps_total",
    "steps_done",
];

/// Reads a list of steps: strings, or objects with `text` (also `name`, `title`) and `done` (also `completed`,
/// `status`).
pub(super) fn read_steps(
    task: &mut DraftTask,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) {
    for element in node.elements().unwrap_or_default() {
        let named = ["text", "name", "title"]
            .iter()
            .find_map(|key| element.get(key));
        let done = ["done", "completed", "status"]
            .iter()
            .find_map(|key| element.get(key))
            .and_then(JsonNode::scalar);
        match element.scalar().or(named.and_then(JsonNode::scalar)) {
            Some(text) => task.steps.push(DraftStep {
                text: text.to_owned(),
                done: done.is_some_and(|word| {
                    word == "true" || words::exact_status(word) == Some(Status::Done)
                }),
            }),
            None => notes.find(
                FindingKind::Unreadable,
                element.line,
                "a step is left out: it must be a string or have a 'text'",
            ),
        }
    }
    if node.elements().is_none() && !node.is_empty() {
        let message = "the steps are left out: they must be a list";
        notes.find(FindingKind::Unreadable, line, message);
    }
}

/// Reads progress: `{steps, total_steps, completed_steps, percentage}`, or a bare percentage.
pub(super) fn read(task: &mut DraftTask, node: &JsonNode<'_>, line: usize, notes: &mut Notes) {
    let number = |key: &str, notes: &mut Notes| {
        let node = node.get(key)?;
        if node.count().is_none() && !node.is_empty() {
            let message = "left out, because it must be a whole number, 0 or more";
            notes.find_each(FindingKind::Unreadable, node.line, message, key);
        }
        node.count().map(|count| (count, node.line))
    };
    if let Some(steps) = node.get("steps") {
        read_steps(task, steps, line, notes);
    }
    let mut either = |one, other| number(one, notes).or_else(|| number(other, notes));
    let total = either("total_steps", "steps_total");
    let completed = either("completed_steps", "steps_done");
    read_step_counts(task, total, completed, notes);
    let named = PERCENT.iter().find_map(|key| node.get(key));
    let percentage = named.or(node.scalar().map(|_| node));
    if let Some(percentage) = percentage.filter(|node| !node.is_empty()) {
        read_percentage(task, percentage, notes);
    }
    for member in node.members().unwrap_or_default() {
        let key = member.key.as_str();
        if key != "steps" && !PERCENT.contains(&key) && !STEPS.contains(&key) {
            let key = format!("progress.{}", member.key);
            notes.find_each(
                FindingKind::UnknownKey,
                member.line,
                words::UNKNOWN_KEYS,
                &key,
            );
            keep(task, &key, &member.node.to_json(), member.line, notes);
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
        let message = format!("the steps are left out: the limit is {STEPS_MAX} for a task");
        return notes.find_each(FindingKind::Unreadable, line, message, task.id.as_str());
    }
    if done > total {
        let message = format!(
            "task '{}' has {done} completed steps, but only {total} steps; they are left out",
            task.id
        );
        return notes.find(FindingKind::Contradiction, done_line, message);
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
            "task '{}' says {done} of {total} steps are completed, but its list has {listed_done} of {listed}",
            task.id
        );
        notes.find(FindingKind::Contradiction, line, message);
    }
}

fn read_percentage(task: &mut DraftTask, node: &JsonNode<'_>, notes: &mut Notes) {
    let figure = node
        .scalar()
        .map(|text| text.trim().trim_end_matches('%').trim_end());
    let whole = figure.and_then(|text| text.split('.').next()?.parse::<u8>().ok());
    let Some(percent) = whole.filter(|percent| *percent <= 100) else {
        let message = "a percentage is left out, because it must be a number from 0 to 100";
        return notes.find_each(
            FindingKind::Unreadable,
            node.line,
            message,
            task.id.as_str(),
        );
    };
    let derived = task.derived_percent();
    task.percent = Some(percent).filter(|percent| *percent != derived);
    let says_more = if task.steps.is_empty() && task.status != Status::Done {
        percent > 0
    } else {
        percent.abs_diff(derived) > 1
    };
    if !says_more {
        return;
    }
    let done = task.steps.iter().filter(|step| step.done).count();
    let against = match task.status {
        Status::Done => "its status is done".to_owned(),
        Status::NotStarted => "its status is not started".to_owned(),
        _ if task.steps.is_empty() => return,
        _ => format!("{done} of {} steps are completed", task.steps.len()),
    };
    let message = format!("task '{}' is {percent} % complete, but {against}", task.id);
    notes.find(FindingKind::Contradiction, node.line, message);
}

/// The progress of a task as an object, which [`read`] reads as the same progress.
pub(super) fn write(task: &DraftTask) -> Object {
    let mut object = Object::default();
    let done = task.steps.iter().filter(|step| step.done).count();
    object.put("total_steps", task.steps.len());
    object.put("completed_steps", done);
    object.put(
        "percentage",
        task.percent.unwrap_or_else(|| task.derived_percent()),
    );
    let counted = |(at, step): (usize, &DraftStep)| {
        step.text == format!("step {}", at + 1) && step.done == (at < done)
    };
    if !task.steps.iter().enumerate().all(counted) {
        let steps = task.steps.iter().map(|step| {
            let mut object = Object::default();
            object.text("text", &step.text);
            object.put("done", step.done);
            object
        });
        object.put("steps", steps.collect::<Vec<_>>());
    }
    let extra = task.fields.extra.iter();
    let own = extra.filter_map(|(key, json)| {
        let key = key.as_str().strip_prefix("progress.")?;
        Some((key, json.as_str()))
    });
    object.extra(own);
    object
}
