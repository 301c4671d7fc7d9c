//! Plans of other programs: each is read by a table of its keys and of its words for a status.
//!
//! Not here: our own formats (`json`, `csv`, `markdown`), and tables of other programs (`csv`).

mod backlog;
mod beads;
mod dialect;
mod github;
mod task_master;
mod taskwarrior;
mod yaml;

use std::collections::HashMap;

pub(super) use self::beads::write as write_beads;
use self::dialect::{Record, member};
use crate::exchange::{
    Draft, DraftTask, FindingKind, Format, Limits,
    json::{
        dependencies::PlanNames,
        fields::Keys,
        found::{self, Found},
        tree::{self, JsonNode, Value},
    },
    notes::Notes,
    words,
};

/// The program that wrote a file, by the keys of its first task.
pub(super) fn looks_like(name: &str, text: &str) -> Option<Format> {
    let first = text
        .trim_start()
        .lines()
        .find(|line| line.starts_with(['{', '[']));
    let one_line = first.and_then(|line| tree::parse_lines(line).next()?.ok());
    let whole = || tree::parse(text).ok();
    let root = match one_line.filter(|node| node.members().is_some()) {
        Some(line) => line,
        None if first.is_some() => whole()?,
        None => return None,
    };
    let sample = root.elements().map_or(Some(&root), <[JsonNode<'_>]>::first);
    let has = |key: &str| sample.is_some_and(|task| task.get(key).is_some());
    if task_master::is_root(&root) {
        Some(Format::TaskMaster)
    } else if has("uuid") && has("description") {
        Some(Format::Taskwarrior)
    } else if has("number") && !has("tasks") {
        Some(Format::GithubIssues)
    } else if name.ends_with(".jsonl")
        || has("issue_type")
        || root.members().is_some() && has("id") && has("title") && !has("tasks")
    {
        Some(Format::Beads)
    } else {
        None
    }
}

/// Whether a text is a task of Backlog.md, or several of them.
pub(super) fn is_backlog(text: &str) -> bool {
    backlog::is_task(text)
}

/// Reads the file of a program; complaints and findings go to `notes`.
pub(super) fn read(format: Format, text: &str, limits: &Limits, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(format);
    let values = match format {
        Format::Backlog => Vec::new(),
        _ => values(text, notes),
    };
    let (known, mut records) = match format {
        Format::Backlog => (&backlog::DIALECT.known, backlog::records(text, notes)),
        Format::TaskMaster => {
            let records = task_master::records(&values, &mut draft, notes);
            (&task_master::DIALECT.known, records)
        }
        Format::GithubIssues => (
            &github::DIALECT.known,
            github::DIALECT.records(&values, notes),
        ),
        Format::Taskwarrior => (
            &taskwarrior::DIALECT.known,
            taskwarrior::DIALECT.records(&values, notes),
        ),
        _ => (&beads::DIALECT.known, beads::records(&values, notes)),
    };
    let line = records.first().map_or(1, |first| first.line);
    if found::fits(records.len(), line, limits, notes) {
        name_each_other(&mut records);
        draft.tasks = tasks(records, known, notes);
    }
    draft
}

/// The values of a file: the elements of its list, the value of each line, or its one value.
fn values<'t>(text: &'t str, notes: &mut Notes) -> Vec<JsonNode<'t>> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let is_by_line = first.is_some_and(|first| {
        let value = tree::parse_lines(first).next();
        value.is_some_and(|value| value.is_ok_and(|value| value.members().is_some()))
    });
    if is_by_line {
        let values = tree::parse_lines(text);
        return values
            .filter_map(|value| found::checked(value, notes))
            .collect();
    }
    let Some(root) = found::root(text, notes) else {
        return Vec::new();
    };
    match root.value {
        Value::List(elements) => elements,
        _ => vec![root],
    }
}

/// Gives each task what others say about it: `blocks` is a dependency of the other one, `children` its parent. A name that
/// differs from an id only in its capitals is that id.
fn name_each_other(records: &mut [Record<'_>]) {
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let exact: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let folded: HashMap<String, usize> = ids.iter().map(|id| id.to_lowercase()).zip(0..).collect();
    let place = |name: &str| {
        let exact = exact.get(name);
        exact.or_else(|| folded.get(&name.to_lowercase())).copied()
    };
    let mut said: Vec<(usize, &str, usize)> = Vec::new();
    for (at, record) in records.iter_mut().enumerate() {
        for member in &mut record.members {
            let own = match member.key.as_str() {
                "dependencies" | "parent" => None,
                "blocks" => Some("dependencies"),
                "children" => Some("parent"),
                _ => continue,
            };
            let names = match &mut member.node.value {
                Value::List(elements) => elements.as_mut_slice(),
                _ => std::slice::from_mut(&mut member.node),
            };
            for name in names {
                let Some(other) = name.scalar().and_then(place) else {
                    continue;
                };
                name.value = Value::Text(ids[other].clone());
                said.extend(own.map(|own| (other, own, at)));
            }
        }
        record
            .members
            .retain(|it| !matches!(it.key.as_str(), "blocks" | "children"));
    }
    for (other, key, by) in said {
        let record = &mut records[other];
        let is_parent = key == "parent";
        if !(is_parent && record.members.iter().any(|member| member.key == key)) {
            record
                .members
                .push(member(key, JsonNode::text(record.line, ids[by].clone())));
        }
    }
}

fn tasks(records: Vec<Record<'_>>, known: &Keys, notes: &mut Notes) -> Vec<DraftTask> {
    let mut nodes = Vec::new();
    for Record { id, line, members } in records {
        let id = Found::id(&id, line, notes);
        nodes.extend(id.map(|id| (id, line, JsonNode::made(line, Value::Map(members)))));
    }
    let found = nodes.iter().map(|(id, line, node)| Found {
        id: id.clone(),
        group: None,
        key: None,
        line: *line,
        node,
    });
    let found: Vec<Found<'_>> = found.collect();
    let mut names = PlanNames::default();
    for task in &found {
        names.add(None, &task.id, task.title().unwrap_or_default());
    }
    let read = |task: &Found<'_>| {
        task.read(&names, known, notes, |task, line, name, notes| {
            depend(task, line, name, &names, notes);
        })
    };
    found.iter().map(read).collect()
}

/// Reads a dependency by id. A program may export a part of its tasks, so an unknown one refuses nothing.
fn depend(task: &mut DraftTask, line: usize, name: String, names: &PlanNames, notes: &mut Notes) {
    match names.by_id(&name) {
        Some(id) => words::push_new(&mut task.depends, id.clone()),
        None => {
            let message = "a dependency on a task that the file does not have becomes a blocker";
            notes.find_each(FindingKind::Assumed, line, message, &name);
            words::push_new(&mut task.blockers, name);
        }
    }
}
