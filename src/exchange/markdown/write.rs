//! Writes a draft as Markdown: one table per group, one ordered list per wave.
//!
//! Reading the text again gives the same draft, as far as tables and lists can hold it. Steps, criteria and long
//! texts are left out, because a reader could take their prose for a part of the plan. Not here: reading (`table`,
//! `waves`).

use super::{heading, table::Column, waves};
use crate::{
    core::values::{task::Status, text::is_invisible},
    exchange::{Draft, DraftTask, words},
};

/// The document's text.
pub(in crate::exchange) fn write(draft: &Draft) -> String {
    let mut text = format!("# {}\n", escaped(draft.title.as_deref().unwrap_or("Plan")));
    let mut groups: Vec<Option<&str>> = vec![None];
    for task in &draft.tasks {
        words::push_new(&mut groups, task.group.as_deref());
    }
    for group in groups {
        let tasks: Vec<&DraftTask> = draft
            .tasks
            .iter()
            .filter(|task| task.group.as_deref() == group)
            .collect();
        if let Some(group) = group {
            text += &format!("\n## {}\n", escaped(group));
        }
        if !tasks.is_empty() {
            text += &format!("\n{}", table(&tasks));
        }
    }
    text += &waves(&draft.tasks);
    if !draft.guardrails.is_empty() {
        text += "\n## Guardrails\n\n";
    }
    for guardrail in &draft.guardrails {
        text += &format!("- {}: {}\n", guardrail.id, escaped(&guardrail.title));
    }
    text
}

fn table(tasks: &[&DraftTask]) -> String {
    let rows: Vec<Vec<(String, String)>> = tasks.iter().map(|task| cells(task)).collect();
    let mut columns: Vec<&str> = Vec::new();
    let always = ["#", "Task", "Owner", "Priority", "Est", "Status"];
    for (name, cell) in rows.iter().flatten() {
        if always.contains(&name.as_str()) || !cell.is_empty() {
            words::push_new(&mut columns, name);
        }
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(columns.iter().map(|name| escaped(name)).collect());
    text += &line(columns.iter().map(|_| "---".to_owned()).collect());
    for row in &rows {
        let cell = |name: &&str| {
            row.iter()
                .find(|(column, _)| column == name)
                .map(|(_, cell)| escaped(cell))
        };
        text += &line(
            columns
                .iter()
                .map(|name| cell(name).unwrap_or_default())
                .collect(),
        );
    }
    text
}

/// The cells of a task, each with the name of its column.
fn cells(task: &DraftTask) -> Vec<(String, String)> {
    let join = |names: Vec<String>, separator: &str| names.join(separator);
    let gates = join(task.gates.iter().map(ToString::to_string).collect(), " + ");
    let mut cells: Vec<(String, String)> = [
        ("#", task.id.to_string()),
        ("Task", task.title.clone()),
        (
            "Owner",
            join(task.owners.iter().map(ToString::to_string).collect(), " + "),
        ),
        (
            "Priority",
            task.priority
                .map(|word| word.as_str().to_uppercase())
                .unwrap_or_default(),
        ),
        (
            "Risk",
            task.risk
                .map(|word| word.as_str().to_uppercase())
                .unwrap_or_default(),
        ),
        (
            "Est",
            task.estimate
                .map(|estimate| estimate.to_string())
                .unwrap_or_default(),
        ),
        ("Status", status(task.status)),
        (
            "Progress",
            task.percent
                .map(|percent| format!("{percent}%"))
                .unwrap_or_default(),
        ),
        (
            "Critical Review",
            if gates.is_empty() {
                gates
            } else {
                format!("YES ({gates})")
            },
        ),
        (
            "Depends on",
            join(task.depends.iter().map(ToString::to_string).collect(), ", "),
        ),
        ("Blockers", task.blockers.join("; ")),
        ("Branch", task.branch.clone().unwrap_or_default()),
        (
            "PR",
            task.pr
                .map(|number| format!("#{number}"))
                .unwrap_or_default(),
        ),
        ("Paths", task.paths.join(", ")),
        ("Labels", task.labels.join(", ")),
    ]
    .map(|(name, cell)| (name.to_owned(), cell))
    .into();
    for (key, json) in &task.extra {
        let text = serde_json::from_str(json).unwrap_or_else(|_| json.clone());
        match key.as_str() {
            "files_count" => cells.push(("Files".to_owned(), text)),
            _ if matches!(Column::named(key), Column::Unknown(_)) => {
                cells.push((key.clone(), text))
            }
            _ => {}
        }
    }
    cells
}

fn status(status: Status) -> String {
    match status {
        Status::Done => "COMPLETE".to_owned(),
        other => other.as_str().to_uppercase().replace('_', " "),
    }
}

fn waves(tasks: &[DraftTask]) -> String {
    let mut placed: Vec<(u32, u32, &DraftTask)> = tasks
        .iter()
        .filter_map(|task| Some((task.wave?, task.wave_rank.unwrap_or(u32::MAX), task)))
        .collect();
    placed.sort_by_key(|(wave, rank, _)| (*wave, *rank));
    let mut text = String::new();
    let mut last = None;
    for (at, (wave, _, task)) in placed.iter().enumerate() {
        if last.replace(*wave).is_none_or(|last| last != *wave) {
            text += &format!("\n### {}\n\n", waves::heading(*wave));
        }
        text += &format!("{}. **{}**: {}\n", at + 1, task.id, escaped(&task.title));
    }
    if text.is_empty() {
        text
    } else {
        format!("\n## {}\n{text}", heading::EXECUTION)
    }
}

/// Escapes a text so that Markdown shows it unchanged, on one line and in one cell, and so that it cannot control
/// a terminal.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        match c {
            c if is_invisible(c) => escaped += &format!("&#{};", u32::from(c)),
            c if c.is_whitespace() && (at == 0 || at == last) => {
                escaped += &format!("&#{};", u32::from(c))
            }
            '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '&' | '[' | ']' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
