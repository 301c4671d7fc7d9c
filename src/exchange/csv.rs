//! Writes a draft as CSV (RFC 4180) for spreadsheets, one line per task.
//!
//! Not here: reading CSV, because people do not keep plans in it.

use std::fmt::Display;

use crate::{
    core::values::text::visible,
    exchange::{Draft, DraftTask},
};

const HEADER: &[&str] = &[
    "id",
    "title",
    "group",
    "owners",
    "status",
    "priority",
    "risk",
    "estimate_low_minutes",
    "estimate_high_minutes",
    "percent",
    "steps_done",
    "steps_total",
    "depends_on",
    "gates",
    "blockers",
    "paths",
    "branch",
    "pr",
    "labels",
    "wave",
];

/// The file's text, with CRLF line ends as in the RFC. Lists are joined with `; `.
///
/// Titles come from other people. So a cell that a spreadsheet would read as a formula gets a `'` before it, and
/// control characters are made visible.
pub fn write_csv(draft: &Draft) -> String {
    let mut text = HEADER.join(",") + "\r\n";
    for task in &draft.tasks {
        let cells: Vec<String> = cells(task).iter().map(|cell| quoted(cell)).collect();
        text += &(cells.join(",") + "\r\n");
    }
    text
}

fn cells(task: &DraftTask) -> [String; 20] {
    let done = task.steps.iter().filter(|step| step.done).count();
    [
        task.id.to_string(),
        task.title.clone(),
        task.group.clone().unwrap_or_default(),
        list(&task.owners),
        task.status.to_string(),
        maybe(task.priority),
        maybe(task.risk),
        maybe(task.estimate.map(|estimate| estimate.low())),
        maybe(task.estimate.map(|estimate| estimate.high())),
        task.percent
            .unwrap_or_else(|| task.derived_percent())
            .to_string(),
        done.to_string(),
        task.steps.len().to_string(),
        list(&task.depends),
        list(&task.gates),
        list(&task.blockers),
        list(&task.paths),
        task.branch.clone().unwrap_or_default(),
        maybe(task.pr),
        list(&task.labels),
        maybe(task.wave),
    ]
}

fn maybe(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn list<T: Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn quoted(cell: &str) -> String {
    let mut cell = visible(cell).into_owned();
    if cell.starts_with(['=', '+', '-', '@']) {
        cell.insert(0, '\'');
    }
    if cell.contains([',', '"']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_are_disarmed() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a\n\u{1b}[2J\tb"), "a\\n\\u{1b}[2J\\tb");
        assert_eq!(quoted("\t=1+1"), "\\t=1+1");
    }
}
