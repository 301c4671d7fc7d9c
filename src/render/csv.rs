//! The metrics as tables for spreadsheets (RFC 4180): numbers, days and names, which need no quotes.
//!
//! Not here: plans in CSV (`exchange::csv`), and the tables for people (`text::metrics`).

use super::text::DayFigures;
use crate::core::views::{
    flow::{FinishedWork, FlowSums},
    snapshot::{FIGURES, Minutes},
};

/// A row for each day: entries, finished tasks, every figure, estimates.
pub fn csv_of_days(days: &[DayFigures]) -> String {
    let header = ["day", "entries", "finished"]
        .into_iter()
        .chain(FIGURES.iter().copied());
    let header = header.chain([
        "estimate_low",
        "estimate_high",
        "remaining_low",
        "remaining_high",
    ]);
    let rows = days.iter().map(|day| {
        let sums = day.metrics.estimate_minutes;
        let figures = FIGURES
            .iter()
            .map(|name| optional(day.metrics.figures.get(name)));
        let sums = [sums.low, sums.high, sums.remaining_low, sums.remaining_high];
        let row = [
            day.day.clone(),
            day.entries.to_string(),
            day.finished.to_string(),
        ]
        .into_iter();
        row.chain(figures)
            .chain(sums.map(|it| it.to_string()))
            .collect()
    });
    table(header, rows)
}

/// A row for each task that was finished.
pub fn csv_of_tasks(work: &FinishedWork) -> String {
    let header = [
        "task",
        "by",
        "day",
        "lead_minutes",
        "cycle_minutes",
        "blocked_minutes",
        "review_minutes",
        "estimate_low",
        "estimate_high",
    ];
    let rows = work.tasks.iter().map(|it| {
        let [low, high] = bounds(it.estimate_minutes);
        vec![
            it.task.clone(),
            it.by.to_string(),
            it.day.to_string(),
            it.lead_minutes.to_string(),
            optional(it.cycle_minutes),
            it.blocked_minutes.to_string(),
            it.review_minutes.to_string(),
            low,
            high,
        ]
    });
    table(header.into_iter(), rows)
}

/// A row for each actor.
pub fn csv_of_actors(work: &FinishedWork) -> String {
    let header = [
        "actor",
        "finished",
        "lead_median",
        "lead_p85",
        "cycle_median",
        "cycle_p85",
        "blocked_minutes",
        "review_minutes",
        "estimate_low",
        "estimate_high",
        "taken_minutes",
        "verdicts",
    ];
    let rows = work.actors.iter().map(|it| {
        let FlowSums {
            finished,
            lead_minutes: lead,
            cycle_minutes: cycle,
            blocked_minutes,
            review_minutes,
            estimated,
        } = it.sums;
        let [low, high] = bounds(estimated.map(|it| it.estimate_minutes));
        vec![
            it.actor.to_string(),
            finished.to_string(),
            optional(lead.map(|it| it.median)),
            optional(lead.map(|it| it.p85)),
            optional(cycle.map(|it| it.median)),
            optional(cycle.map(|it| it.p85)),
            blocked_minutes.to_string(),
            review_minutes.to_string(),
            low,
            high,
            optional(estimated.map(|it| it.taken_minutes)),
            it.verdicts.to_string(),
        ]
    });
    table(header.into_iter(), rows)
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn bounds(minutes: Option<Minutes>) -> [String; 2] {
    [minutes.map(|it| it.low), minutes.map(|it| it.high)].map(optional)
}

/// Lines that end as in the RFC. Names of tasks and actors have neither commas nor quotes, and begin no formula.
fn table<'a>(
    header: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> String {
    let header: Vec<&str> = header.collect();
    let lines = rows.map(|row| row.join(",") + "\r\n");
    let lines: String = lines.collect();
    header.join(",") + "\r\n" + &lines
}
