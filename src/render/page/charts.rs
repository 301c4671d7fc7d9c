//! The charts: finished tasks against all, the tasks by status over time, and by owner. A table beside each has the figures.
//!
//! Not here: the figures of one day (`core::views::snapshot`).

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{
    content::ReviewPage,
    parts::{NUMBERS, status, table, words_of},
};
use crate::core::{
    values::{task::Status, text::visible, time::Day},
    views::snapshot::{Count, Counts, Tally},
};

/// How many days the charts show, the last.
const DAYS_MAX: usize = 400;
/// How many owners the chart shows.
const OWNERS_MAX: usize = 30;

/// The area of a chart, in units of the drawing.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
/// The space for the axes.
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 12.0;

/// The layers of the flow, from the bottom.
const LAYERS: [Status; 7] = [
    Status::Done,
    Status::Approved,
    Status::InReview,
    Status::Blocked,
    Status::InProgress,
    Status::Waiting,
    Status::NotStarted,
];

/// The section.
pub(super) fn section(page: &ReviewPage<'_>) -> Markup {
    let first = page.days.len().saturating_sub(DAYS_MAX);
    let days = &page.days[first..];
    let owners = &page.document.summary.by_owner;
    html! {
        @if days.is_empty() || page.document.tasks.is_empty() {
            p.muted { "There is nothing to draw yet." }
        } @else {
            (burn_up(days))
            (flow(days))
            (by_owner(owners))
        }
    }
}

/// The tasks that count: all but the cancelled ones.
fn scope(counts: &Tally) -> usize {
    counts.iter().sum::<usize>() - counts[Status::Cancelled as usize]
}

fn burn_up(days: &[(Day, Tally)]) -> Markup {
    let axes = Axes::of(days);
    let done: Vec<usize> = days
        .iter()
        .map(|(_, it)| it[Status::Done as usize])
        .collect();
    let all: Vec<usize> = days.iter().map(|(_, it)| scope(it)).collect();
    let zero = vec![0; days.len()];
    let last = |of: &[usize]| of.last().copied().unwrap_or(0);
    let label = format!("Burn-up: {} of {} tasks are done", last(&done), last(&all));
    let rows = html! {
        @for ((day, _), (done, all)) in days.iter().zip(done.iter().zip(&all)).rev() {
            tr { td { (day) } td.num { (done) } td.num { (all) } }
        }
    };
    let drawing = html! {
        (axes.grid())
        path.s-done d=(axes.area(&zero, &done)) {}
        path.line d=(axes.line(&done)) {}
        path.line.scope d=(axes.line(&all)) {}
    };
    let key = html! {
        li { span.swatch.s-done {} "done" }
        li { span.swatch.scope {} "all tasks without the cancelled ones" }
    };
    figure(
        "Burn-up",
        &label,
        &drawing,
        &key,
        &["Day", "#Done", "#All"],
        &rows,
    )
}

fn flow(days: &[(Day, Tally)]) -> Markup {
    let axes = Axes::of(days);
    let mut below = vec![0; days.len()];
    let mut layers = Vec::new();
    for status in LAYERS {
        let above: Vec<usize> = (below.iter().zip(days))
            .map(|(below, (_, counts))| below + counts[status as usize])
            .collect();
        layers.push((status, axes.area(&below, &above)));
        below = above;
    }
    let rows = html! {
        @for (day, counts) in days.iter().rev() {
            tr { td { (day) } @for status in LAYERS { td.num { (counts[status as usize]) } } }
        }
    };
    let drawing = html! {
        (axes.grid())
        @for (status, area) in &layers { path class={ "s-" (status) " layer" } d=(area) {} }
    };
    let key = html! { @for it in LAYERS.iter().rev() { li { (status(*it)) } } };
    let words: Vec<String> = LAYERS
        .iter()
        .map(|it| format!("{NUMBERS}{}", words_of(*it)))
        .collect();
    let columns: Vec<&str> = std::iter::once("Day")
        .chain(words.iter().map(String::as_str))
        .collect();
    let label = "Cumulative flow: the tasks by status, day by day";
    figure("Cumulative flow", label, &drawing, &key, &columns, &rows)
}

fn by_owner(owners: &Counts) -> Markup {
    let shown = || owners.0.iter().take(OWNERS_MAX);
    let most = shown()
        .map(|(_, count)| count.total)
        .max()
        .unwrap_or(0)
        .max(1);
    let length = |count: usize| 500 * count / most;
    let rows = html! {
        @for (owner, Count { total, done }) in &owners.0 { tr { td { (visible(owner)) } td.num { (done) } td.num { (total) } } }
    };
    let height = 28 * shown().count();
    html! {
        @if !owners.0.is_empty() {
            figure {
                figcaption { h3 { "By owner" } }
                div.scroll role="region" aria-label="Drawing: by owner" tabindex="0" {
                    svg.chart viewBox={ "0 0 760 " (height) } width="760" height=(height) role="img" aria-label="Tasks by owner, and how many of them are done" {
                        @for (at, (owner, count)) in shown().enumerate() {
                            text x="130" y=(at * 28 + 19) text-anchor="end" { (crate::core::values::text::brief(owner, 16)) }
                            rect.s-not_started x="140" y=(at * 28 + 5) width=(length(count.total)) height="18" {}
                            rect.s-done x="140" y=(at * 28 + 5) width=(length(count.done)) height="18" {}
                            text x=(150 + length(count.total)) y=(at * 28 + 19) { (crate::render::words::count(*count)) }
                        }
                    }
                }
                details { summary { "The same as a table" } (table("By owner", &["Owner", "#Done", "#Tasks"], &rows)) }
            }
        }
    }
}

fn figure(
    heading: &str,
    label: &str,
    drawing: &Markup,
    key: &Markup,
    columns: &[&str],
    rows: &Markup,
) -> Markup {
    let (width, height) = (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM);
    html! {
        figure {
            figcaption { h3 { (heading) } ul.key { (key) } }
            div.scroll role="region" aria-label={ "Drawing: " (heading) } tabindex="0" {
                svg.chart viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="img" aria-label=(label) { (drawing) }
            }
            details { summary { "The same as a table" } (table(heading, columns, rows)) }
        }
    }
}

/// The place of each day and of each count in a drawing.
struct Axes {
    /// By day.
    x: Vec<f64>,
    most: usize,
    first: String,
    last: String,
}

impl Axes {
    fn of(days: &[(Day, Tally)]) -> Self {
        let number = |day: &Day| day.end(Default::default()).seconds() / 86_400;
        let numbers: Vec<u64> = days.iter().map(|(day, _)| number(day)).collect();
        let first = numbers.first().copied().unwrap_or(0);
        let span = numbers.last().map_or(0, |last| last - first).max(1) as f64;
        let place = |day: &u64| LEFT + WIDTH * (day - first) as f64 / span;
        let name =
            |day: Option<&(Day, Tally)>| day.map_or_else(String::new, |(day, _)| day.to_string());
        Self {
            x: numbers.iter().map(place).collect(),
            most: days
                .iter()
                .map(|(_, it)| scope(it))
                .max()
                .unwrap_or(0)
                .max(1),
            first: name(days.first()),
            last: name(days.last().filter(|_| days.len() > 1)),
        }
    }

    fn y(&self, count: usize) -> f64 {
        TOP + HEIGHT - HEIGHT * count as f64 / self.most as f64
    }

    fn grid(&self) -> Markup {
        let steps = [0, self.most / 2, self.most];
        let end = LEFT + WIDTH;
        html! {
            @for count in steps {
                @let y = self.y(count);
                line x1=(LEFT) x2=(end) y1=(tenths(y)) y2=(tenths(y)) {}
                text x=(LEFT - 8.0) y=(tenths(y + 4.0)) text-anchor="end" { (count) }
            }
            text x=(LEFT) y=(TOP + HEIGHT + 18.0) { (self.first) }
            text x=(end) y=(TOP + HEIGHT + 18.0) text-anchor="end" { (self.last) }
        }
    }

    /// The path along these counts.
    fn line(&self, counts: &[usize]) -> String {
        let mut path = String::new();
        for (at, (x, count)) in self.x.iter().zip(counts).enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            // Writing to a String cannot fail.
            let _ = write!(path, "{command}{} {}", tenths(*x), tenths(self.y(*count)));
        }
        if self.x.len() == 1 {
            // A single day is a line as wide as the chart.
            let _ = write!(path, "H{}", LEFT + WIDTH);
        }
        path
    }

    /// The area between two lines of counts.
    fn area(&self, below: &[usize], above: &[usize]) -> String {
        let mut path = self.line(above);
        let days = self.x.iter().zip(below).rev();
        if let ([_], Some(below)) = (self.x.as_slice(), below.first()) {
            let _ = write!(path, "V{}H{}", tenths(self.y(*below)), LEFT);
        } else {
            for (x, count) in days {
                let _ = write!(path, "L{} {}", tenths(*x), tenths(self.y(*count)));
            }
        }
        path + "Z"
    }
}

/// A length in tenths of a unit.
fn tenths(length: f64) -> String {
    format!("{length:.1}")
}
