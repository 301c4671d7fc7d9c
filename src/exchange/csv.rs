//! Writes a draft as CSV (RFC 4180) for spreadsheets, one line per task.
//!
//! Not here: reading CSV, because people do not keep plans in it.

use std::fmt::Display;

use crate::{
    core::values::text::{Text, visible},
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
    "due",
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

fn cells(task: &DraftTask) -> [String; 21] {
    let fields = &task.fields;
    let done = task.steps.iter().filter(|step| step.done).count();
    [
        task.id.to_string(),
        fields.title.as_str().to_owned(),
        plain(fields.group.as_ref()),
        list(&fields.owners, ToString::to_string),
        task.status.to_string(),
        maybe(fields.priority),
        maybe(fields.risk),
        maybe(fields.estimate.map(|estimate| estimate.low())),
        maybe(fields.estimate.map(|estimate| estimate.high())),
        task.percent
            .unwrap_or_else(|| task.derived_percent())
            .to_string(),
        done.to_string(),
        task.steps.len().to_string(),
        list(&task.depends, ToString::to_string),
        list(&fields.gates, ToString::to_string),
        list(&task.blockers, Clone::clone),
        list(&fields.paths, as_written),
        fields
            .branch
            .as_ref()
            .map_or_else(String::new, |branch| branch.as_str().to_owned()),
        maybe(fields.pull_request),
        list(&fields.labels, as_written),
        maybe(fields.wave.map(|wave| wave.number)),
        maybe(fields.due),
    ]
}

fn maybe(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text unchanged: it is made visible with the whole cell.
fn as_written(text: &impl AsRef<str>) -> String {
    text.as_ref().to_owned()
}

fn plain(text: Option<&Text>) -> String {
    text.map(as_written).unwrap_or_default()
}

fn list<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, cell: fn(&T) -> String) -> String {
    let cells: Vec<String> = items.into_iter().map(cell).collect();
    cells.join("; ")
}

/// The cell with a `'` wherever a spreadsheet could read a formula: at its start, and after a `;`, which separates cells
/// where the comma is the decimal mark. Spaces and quotes before a formula do not hide it.
fn disarmed(cell: &str) -> String {
    let begins_formula = |part: &str| {
        part.trim_start_matches(|c: char| c.is_whitespace() || "\"'".contains(c))
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    };
    let disarmed = |part: &str| {
        let quote = if begins_formula(part) { "'" } else { "" };
        format!("{quote}{part}")
    };
    let parts: Vec<String> = cell.split(';').map(disarmed).collect();
    parts.join(";")
}

fn quoted(cell: &str) -> String {
    let cell = disarmed(&visible(cell));
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
        for formula in [
            "=1+1",
            " =1+1",
            "\u{3000}=1",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝1+1",
            "\"=1",
            "'=1",
        ] {
            let cell = disarmed(formula);
            assert_eq!(cell, format!("'{formula}"));
            assert_eq!(
                disarmed(&format!("x;{formula}; y")),
                format!("x;'{formula}; y")
            );
        }
        assert_eq!(quoted("x;=1+1"), "x;'=1+1");
        assert_eq!(quoted("a - b = c; d"), "a - b = c; d");
        assert_eq!(quoted("a\n\u{1b}[2J\tb"), "a\\n\\u{1b}[2J\\tb");
        assert_eq!(quoted("\t=1+1"), "\\t=1+1");
    }
}
