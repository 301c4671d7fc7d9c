//! The figures of the plan, one row per day.
//!
//! Not here: computing the figures (`core::views::snapshot`).

use serde::Serialize;

use super::{
    style::Style,
    table::{Cell, table_of},
};
use crate::{
    core::views::snapshot::{Metrics, Minutes},
    render::words,
};

/// The figures at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayFigures {
    /// The day.
    pub day: String,
    /// The number of entries in the ledger.
    pub entries: u64,
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
    let columns: Vec<&str> = ["Day", "Entries", "Progress", "To go"]
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
        Cell::new(&format!("{}%", value("percent"))),
        Cell::new(&to_go),
    ];
    row.extend(FIGURES.iter().map(|(_, name)| match value(name) {
        0 => Cell::new(""),
        count => Cell::new(&count.to_string()),
    }));
    row
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
