//! Claims about the tasks of a document, read from its headings, lists, prose and small tables.
//!
//! Not here: reading a figure from one line (`figure`), and comparing it with the tasks (`contradictions`).
//!
//! A total in a heading counts the tasks in the tables under that heading, if there are any.

use std::collections::{HashMap, HashSet};

use super::{
    blocks::{Block, Content},
    figure::figure,
    waves,
};
use crate::{
    core::values::{
        id::{ActorName, TaskId},
        task::Approver,
    },
    exchange::{
        DraftTask, FindingKind,
        contradictions::{Claim, Subject},
        notes::Notes,
        table::{self, Row},
        words,
    },
};

/// Every claim of the document, in the order of its lines.
pub(super) fn read(blocks: &[Block], tasks: &[DraftTask]) -> Vec<Claim> {
    let actors = actors(tasks);
    let mut claims = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let line = block.line;
        let mut claim = |line, subject, count| {
            claims.push(Claim {
                line,
                source: "the document",
                subject,
                count,
            })
        };
        match &block.content {
            Content::Heading { level, text } if waves::wave_of(text).is_none() => {
                if let Some((subject, count)) = figure(text, &actors) {
                    claim(line, of_section(subject, blocks, at, *level, tasks), count);
                }
                if claims_completion(text) {
                    claim(line, Subject::Percent, 100);
                }
            }
            Content::Item { text, .. } | Content::Prose(text) => {
                if let Some((subject, count)) = figure(text, &actors) {
                    claim(line, subject, count);
                }
            }
            Content::Table(table)
                if table::columns(table).is_none() && counts_things(&table.header) =>
            {
                for Row { line, cells, .. } in &table.rows {
                    if let [name, count, ..] = &cells[..]
                        && let Some((subject, count)) = figure(&format!("{name}: {count}"), &actors)
                    {
                        claim(*line, subject, count);
                    }
                }
            }
            _ => {}
        }
    }
    claims
}

/// Adds the gates that only the prose names: `Critical Reviews: 2 required by Claude Code (Tasks B, #2)`.
pub(super) fn add_gates(blocks: &[Block], tasks: &mut [DraftTask], notes: &mut Notes) {
    let actors = actors(tasks);
    let places: HashMap<TaskId, usize> = tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.clone(), at))
        .collect();
    for block in blocks {
        let Some(text) = block
            .text()
            .filter(|text| text.to_lowercase().contains("critical review"))
        else {
            continue;
        };
        let Some(reviewer) = reviewer(text, &actors) else {
            continue;
        };
        for at in named_tasks(text).iter().filter_map(|id| places.get(id)) {
            let task = &mut tasks[*at];
            let gate = Approver::Actor(reviewer.clone());
            if !task.fields.gates.contains(&gate) {
                let message = format!(
                    "task '{}' gets the gate '{reviewer}' from this line; its table row does not name it",
                    task.id
                );
                notes.find(FindingKind::Assumed, block.line, message);
                task.fields.gates.insert(gate);
            }
        }
    }
}

/// The actor after the word `by`, if that actor owns or reviews a task.
fn reviewer(text: &str, actors: &HashSet<ActorName>) -> Option<ActorName> {
    let (_, after) = text.split_once(" by ")?;
    let name = after.split(['(', ')', ',', '.', ';', ':']).next()?;
    let words: Vec<&str> = name.split_whitespace().collect();
    (1..=words.len().min(3)).rev().find_map(|n| {
        words::actor(&words[..n].join(" "))
            .ok()
            .filter(|actor| actors.contains(actor))
    })
}

/// The task ids in `(Tasks B, #2)`, or before the colon of `Task B: …`.
fn named_tasks(text: &str) -> Vec<TaskId> {
    let bracket = text
        .split('(')
        .skip(1)
        .filter_map(|part| part.split(')').next());
    let mut lists = bracket.filter(|part| part.to_lowercase().starts_with("task"));
    match lists.next() {
        Some(list) => words::name_list(list)
            .iter()
            .filter_map(|name| words::task_reference(name).ok())
            .collect(),
        None => waves::references(text),
    }
}

/// The owners and reviewers of all tasks.
fn actors(tasks: &[DraftTask]) -> HashSet<ActorName> {
    let mut actors = HashSet::new();
    for task in tasks {
        let reviewers = task.fields.gates.iter().filter_map(|gate| match gate {
            Approver::Actor(name) => Some(name),
            Approver::Role(_) => None,
        });
        for name in task.fields.owners.iter().chain(reviewers) {
            actors.insert(name.clone());
        }
    }
    actors
}

/// Limits a total in a heading to the tasks below it, up to the next heading of the same or a higher level.
///
/// Other subjects, and a total in a heading without tasks below it, stay as they are.
fn of_section(
    subject: Subject,
    blocks: &[Block],
    at: usize,
    level: u8,
    tasks: &[DraftTask],
) -> Subject {
    if subject != Subject::Total {
        return subject;
    }
    let ends = |block: &&Block| matches!(block.content, Content::Heading { level: other, .. } if other <= level);
    let end = blocks[at + 1..]
        .iter()
        .find(ends)
        .map_or(usize::MAX, |block| block.line);
    let from = tasks.partition_point(|task| task.line < blocks[at].line);
    let to = tasks.partition_point(|task| task.line < end);
    if from == to {
        Subject::Total
    } else {
        Subject::Section(from, to)
    }
}

fn claims_completion(heading: &str) -> bool {
    let words: Vec<String> = heading
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    matches!(
        words.iter().map(String::as_str).collect::<Vec<_>>()[..],
        [
            "all",
            "tasks",
            "complete" | "completed" | "done" | "finished"
        ]
    )
}

/// A table of names and counts, by the header of its second column.
fn counts_things(header: &[String]) -> bool {
    let second = header
        .get(1)
        .map(|text| text.trim().to_lowercase())
        .unwrap_or_default();
    matches!(
        second.as_str(),
        "value" | "count" | "tasks" | "total" | "number" | "#" | "current" | "number of tasks"
    )
}
