//! `git coord plan`: waves, the critical path, what each owner can run side by side.
//!
//! Not here: how they are computed (`core::views::planning`), and the layout (`render`).

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::views::snapshot,
    render::text,
};

/// Show the order of the work: waves, critical path, slack
///
/// A wave is a group of tasks that can be done side by side after the waves before it. The critical path is the
/// chain of tasks that takes longest, with the middle of each estimate. Slack is how much later a task can finish
/// without delaying the whole plan. Only dependencies decide the order. A task in progress counts with its whole
/// estimate. A task without an estimate counts as no time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord plan")]
pub struct Args {
    /// Show the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let revision = Reading::open(context)?.revision(args.at.as_deref())?;
    let document = snapshot::plan(&revision.state, revision.seen_from);
    let page = |style| revision.heading() + &text::plan(&document, style);
    context.ui.show("coord.plan/1", || &document, page)
}
