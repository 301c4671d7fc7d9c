//! Writes a draft as Markdown: one table per group, one ordered list per wave.
//!
//! Reading the text again gives the same draft, as far as tables and lists can hold it. Steps, criteria and long
//! texts are left out, because a reader could take their prose for a part of the plan. Not here: the columns (`table`), and reading
//! (`waves`).

use super::{heading, waves};
use crate::{
    core::{
        entry::event::task::Wave,
        values::text::{LINK_BREAK, Text, is_invisible, is_link_between},
    },
    exchange::{
        Draft, DraftTask,
        table::{extra_cells, in_markdown},
        words,
    },
};

/// The line that marks an export.
pub(super) const MARK: &str = "<!-- An export of a ledger: its tables and waves are the whole plan, and no other text is read. -->";

/// The document's text, with texts for people before and after the tasks.
pub(in crate::exchange) fn write(draft: &Draft, before: &str, after: &str) -> String {
    let title = escaped(draft.title.as_deref().unwrap_or("Plan"));
    let mut text = format!("# {title}\n\n{MARK}\n{before}");
    if !before.is_empty() {
        // The tasks without a group are not below the last section.
        text += "\n# Tasks\n";
    }
    let mut groups: Vec<Option<&str>> = vec![None];
    for task in &draft.tasks {
        words::push_new(&mut groups, group_of(task));
    }
    for group in groups {
        let tasks: Vec<&DraftTask> = draft
            .tasks
            .iter()
            .filter(|task| group_of(task) == group)
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
    text + after
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
                .map(|(column, cell)| match column.as_str() {
                    // A link to the pull request is meant.
                    "PR" => cell.clone(),
                    _ => escaped(cell),
                })
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

fn group_of(task: &DraftTask) -> Option<&str> {
    task.fields.group.as_ref().map(Text::as_str)
}

/// The cells of a task, each with the name of its column.
fn cells(task: &DraftTask) -> Vec<(String, String)> {
    let named = in_markdown().map(|(name, cell)| (name.to_owned(), cell(task)));
    let extra = extra_cells(&task.fields).map(|(key, cell)| (key.to_owned(), cell));
    named.chain(extra).collect()
}

fn waves(tasks: &[DraftTask]) -> String {
    let mut placed: Vec<(Wave, &DraftTask)> = tasks
        .iter()
        .filter_map(|task| Some((task.fields.wave?, task)))
        .collect();
    placed.sort_by_key(|(wave, _)| *wave);
    let mut text = String::new();
    let mut last = None;
    for (at, (wave, task)) in placed.iter().enumerate() {
        if last.replace(wave.number) != Some(wave.number) {
            text += &format!("\n### {}\n\n", waves::heading(wave.number));
        }
        let title = escaped(task.fields.title.as_str());
        text += &format!("{}. **{}**: {title}\n", at + 1, task.id);
    }
    if text.is_empty() {
        text
    } else {
        format!("\n## {}\n{text}", heading::EXECUTION)
    }
}

/// Escapes a text so that Markdown shows it unchanged, on one line and in one cell, without links and formulas, and so
/// that it cannot control a terminal.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, (place, c)) in text.char_indices().enumerate() {
        let (before, after) = text.split_at(place);
        if is_link_between(before, after) {
            escaped.push_str(LINK_BREAK);
        }
        match c {
            c if is_invisible(c) => escaped += &format!("&#{};", u32::from(c)),
            c if c.is_whitespace() && (at == 0 || at == last) => {
                escaped += &format!("&#{};", u32::from(c))
            }
            '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '&' | '[' | ']' | '#' | '$' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
