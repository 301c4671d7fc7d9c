//! `git coord metrics`: the figures of the plan, day by day.
//!
//! Not here: the figures (`core::views::snapshot`), and the layout (`render`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        values::time::Day,
        views::snapshot::{Metrics, Summary},
    },
    render::text::{self, DayFigures},
};

/// Show the figures of the plan day by day
///
/// Each row shows the state at the end of a day. Days without entries are left out.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord metrics --since 2025-10-01")]
pub struct Args {
    /// Begin with DAY, such as 2025-10-15 (default: the first)
    #[arg(long, value_name = "DAY")]
    pub since: Option<Day>,
}

/// The data of `coord.metrics/1`.
#[derive(Serialize)]
struct Measured {
    days: Vec<DayFigures>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let days = reading.each_day(args.since, |day, state| {
        let summary = Summary::of_state(state);
        DayFigures {
            day: day.to_string(),
            entries: state.entries,
            metrics: Metrics::of(state, summary),
        }
    })?;
    let measured = Measured { days };
    let table = |style| text::metrics(&measured.days, style);
    context.ui.show("coord.metrics/1", || &measured, table)
}
