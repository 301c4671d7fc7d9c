//! `git coord report`: the report of a day, in Markdown.
//!
//! Not here: its contents (`core::views::report`), and its layout (`render`).

use crate::{
    cli::{
        CommandError, Context,
        reading::{integrated::Outside, long_text::LongText, revision::Reading},
    },
    core::views::report::Report,
    render::{self, ReportDocument},
};

/// Print the report of a day as Markdown
///
/// The report shows what was done, claimed, blocked and reviewed, the results of the guardrails, and which targets
/// are met. It compares the states at both ends of the day, so the report of a past day stays the same.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord report --day 2025-10-15 >report.md")]
pub struct Args {
    /// Report on DAY: 2025-10-15, today or yesterday (default: today)
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
}

/// # Errors
/// The day is before the ledger or in the future.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let offset = reading.state().day_offset;
    let day = reading.day(args.day.as_deref())?;
    let (begin, end) = reading.ends_of(day)?;
    // The clock is not used: at the same tip, the JSON of a report is the same on every machine.
    let over = reading.state().effective > day.end(offset);
    let before = begin.as_ref().map(|revision| &revision.state);
    let entries = reading.applied_between(begin.as_ref(), &end)?;
    let read = LongText::reader(&reading);
    let report = Report::of((day, over), before, &end.state, &entries, &read);
    let document = || ReportDocument::from(&report);
    let schema = "coord.report/1";
    let page = |_| {
        // Only this line depends on the branches of this clone. Programs find it in 'status --json'.
        let outside = Outside::of(reading.ledger().repository(), end.state.tasks_with_work());
        let is_of_the_day = |index| {
            let shown = end.state.shown(index);
            report.done.iter().any(|item| item.id == shown)
        };
        let line = outside.line(&end.state, is_of_the_day);
        render::report(&report) + &line.unwrap_or_default()
    };
    context.ui.show(schema, document, page)
}
