//! `git coord metrics`: the figures of the plan, day by day, and how its work flows.
//!
//! Not here: the figures (`core::views::snapshot`, `core::views::flow`), and the layout (`render`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        values::time::{Day, Span, Timestamp},
        views::{
            flow::{FinishedWork, Flow},
            snapshot::{Metrics, Summary},
        },
    },
    render::{
        self,
        text::{self, DayFigures},
    },
};

/// Show the figures of the plan day by day, and how work flows
///
/// Each row shows the state at the end of a day: burn-up and cumulative flow. Days without entries are left out. Below are the times of
/// the tasks that were finished in these days: from addition to end (lead time), from the first claim or progress to end (cycle
/// time), blocked, and in review; and estimates against times, all together and for each actor.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord metrics --since 14d\n  git coord metrics --since 2025-10-01 --csv >days.csv"
)]
pub struct Args {
    /// Begin with a day, or so long ago: 14d (default: the first)
    #[arg(long, value_name = "DAY|TIME")]
    pub since: Option<String>,
    /// Print a table for spreadsheets: days, tasks or actors
    #[arg(long, value_name = "TABLE", num_args = 0..=1, default_missing_value = "days")]
    pub csv: Option<MetricsTable>,
}

/// A table of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum MetricsTable {
    /// A row for each day
    Days,
    /// A row for each task that was finished
    Tasks,
    /// A row for each actor
    Actors,
}

/// The data of `coord.metrics/1`.
#[derive(Serialize)]
struct Measured {
    days: Vec<DayFigures>,
    #[serde(flatten)]
    work: FinishedWork,
}

/// # Errors
/// `usage` if the day is none, or the ledger cannot be read.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let since = args.since.as_deref();
    let since = since.map(|given| first_day(&reading, given)).transpose()?;
    let work = finished(&reading, since)?;
    let days = reading.each_day(since, |day, state| {
        let summary = Summary::of_state(state);
        DayFigures {
            day: day.to_string(),
            entries: state.entries,
            finished: work.on(day),
            metrics: Metrics::of(state, summary),
        }
    })?;
    let measured = Measured { days, work };
    let (days, work) = (&measured.days, &measured.work);
    match args.csv.filter(|_| !context.ui.is_json()) {
        Some(MetricsTable::Days) => context.ui.raw(&render::csv_of_days(days)),
        Some(MetricsTable::Tasks) => context.ui.raw(&render::csv_of_tasks(work)),
        Some(MetricsTable::Actors) => context.ui.raw(&render::csv_of_actors(work)),
        None => {
            let page = |style| text::metrics(days, style) + &text::flow(work, style);
            context.ui.show("coord.metrics/1", || &measured, page)
        }
    }
}

/// The day that is named, or that was so long ago.
fn first_day(reading: &Reading, given: &str) -> Result<Day, CommandError> {
    let Ok(ago) = given.parse::<Span>() else {
        return reading.day(Some(given));
    };
    let seconds = reading.now().seconds().saturating_sub(ago.seconds());
    Ok(Timestamp::from_seconds(seconds).day(reading.state().day_offset))
}

/// What was finished since a day. The times of a task begin before it, so the whole past is read.
fn finished(reading: &Reading, since: Option<Day>) -> Result<FinishedWork, CommandError> {
    let past = reading.past()?;
    let mut flow = Flow::default();
    let last = past.index().end().saturating_sub(1);
    past.replay(0, last, |spot, state| {
        flow.see(spot.effective(), state, spot.tasks());
    })?;
    Ok(flow.finished(reading.state(), since))
}
