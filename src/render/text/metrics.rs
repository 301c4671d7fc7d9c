//! The figures of the plan, one row per day.
//!
//! Not here: computing the figures (`core::views::snapshot`).

use serde::Serialize;

use super::{
    style::Style,
    table::{Cell, table_of, titled},
};
use crate::{
    core::{
        values::time::Span,
        views::{
            flow::{FinishedWork, FlowSums, Spread},
            snapshot::{Metrics, Minutes},
        },
    },
    render::words,
};

/// The figures at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayFigures {
    /// The day.
    pub day: String,
    /// The number of entries in the ledger.
    pub entries: u64,
    /// The number of tasks that were finished on that day, and still are: the throughput.
    pub finished: usize,
    /// The figures.
    #[serde(flatten)]
    pub metrics: Metrics,
}

/// The columns with counts, and the figure that each shows.
const FIGURES: &[(&str, &str)] = &[
    ("Tasks", "total"),
    ("Done", "done"),
    ("In progress", "in_progress"),
    ("In review", "in_review"),
    ("Approved", "approved"),
    ("Blocked", "blocked"),
    ("Waiting", "waiting"),
    ("Guardrails passed", "guardrails_passed"),
    ("PRs open", "prs_open"),
];

/// The table. A count of 0 is shown as an empty cell, so that other counts are easy to see.
pub fn metrics(days: &[DayFigures], style: Style) -> String {
    if days.is_empty() {
        return "no entries in these days\n".to_owned();
    }
    let rows: Vec<Vec<Cell>> = days.iter().map(row).collect();
    let figures = FIGURES.iter().map(|(column, _)| *column);
    let columns: Vec<&str> = ["Day", "Entries", "Finished", "Progress", "To go"]
        .into_iter()
        .chain(figures)
        .collect();
    table_of(&columns, &rows, style)
}

fn row(day: &DayFigures) -> Vec<Cell> {
    let value = |name: &str| day.metrics.figures.get(name).copied().unwrap_or_default();
    let sums = day.metrics.estimate_minutes;
    let to_go = Minutes {
        low: sums.remaining_low,
        high: sums.remaining_high,
    };
    let to_go = match to_go.high {
        0 => String::new(),
        _ => words::effort(to_go),
    };
    let mut row = vec![
        Cell::new(&day.day),
        Cell::new(&day.entries.to_string()),
        Cell::new(&count(day.finished as u64)),
        Cell::new(&format!("{}%", value("percent"))),
        Cell::new(&to_go),
    ];
    let figures = FIGURES
        .iter()
        .map(|(_, name)| Cell::new(&count(value(name))));
    row.extend(figures);
    row
}

/// A count; empty if it is 0.
fn count(count: u64) -> String {
    match count {
        0 => String::new(),
        count => count.to_string(),
    }
}

/// How work flows: a row for each actor, then for all; empty if nothing was finished.
pub fn flow(work: &FinishedWork, style: Style) -> String {
    if work.tasks.is_empty() {
        return String::new();
    }
    let actors = work.actors.iter();
    let rows = actors.map(|it| flow_row(it.actor.as_str(), &it.sums, Some(it.verdicts)));
    let rows = rows.chain([flow_row("all", &work.sums, None)]);
    let columns = [
        "Actor",
        "Finished",
        "Lead",
        "Cycle",
        "Blocked",
        "In review",
        "Estimate",
        "Taken",
        "Verdicts",
    ];
    let table = titled("Finished work", columns, rows, style).unwrap_or_default();
    format!(
        "\n{table}Lead and Cycle: half of the tasks took at most as long, 85% at most the second time.\n"
    )
}

fn flow_row(name: &str, sums: &FlowSums, verdicts: Option<u64>) -> [Cell; 9] {
    let spread = |spread: Option<Spread>| {
        let told = spread.map(|it| format!("{}, {}", long(it.median), long(it.p85)));
        Cell::new(&told.unwrap_or_default())
    };
    let sum = |minutes: u64| {
        Cell::new(&if minutes == 0 {
            String::new()
        } else {
            long(minutes)
        })
    };
    let estimate = sums.estimated.map(|it| words::effort(it.estimate_minutes));
    let taken = sums.estimated.map(|it| long(it.taken_minutes));
    [
        Cell::new(name),
        Cell::new(&sums.finished.to_string()),
        spread(sums.lead_minutes),
        spread(sums.cycle_minutes),
        sum(sums.blocked_minutes),
        sum(sums.review_minutes),
        Cell::new(&estimate.unwrap_or_default()),
        Cell::new(&taken.unwrap_or_default()),
        Cell::new(&verdicts.map_or_else(String::new, count)),
    ]
}

/// A time on the clock, rounded: `3 d`.
fn long(minutes: u64) -> String {
    Span::from_minutes(minutes).rounded()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{sample::Sample, views::snapshot::status};

    #[test]
    fn each_day_has_a_row() {
        let sample = Sample::day();
        let state = sample.state();
        let day = DayFigures {
            day: "2025-10-15".to_owned(),
            entries: 30,
            finished: 0,
            metrics: Metrics::of(state, status(state).summary),
        };
        assert_eq!(
            metrics(&[day], Style::default()),
            "  Day         Entries  Progress  To go  Tasks  Done  In progress  In review  Blocked  Waiting  \
             Guardrails passed  PRs open\n\
             \x20 2025-10-15  30       27%       8h-9h  8      1     1            1          1        2        \
             1                  1\n"
        );
        assert_eq!(metrics(&[], Style::default()), "no entries in these days\n");
    }
}
