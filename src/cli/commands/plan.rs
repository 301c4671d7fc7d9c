//! `git coord plan`: waves, the critical path, what each owner can run side by side.
//!
//! Not here: how these come about (`core::views::planning`), and their looks (`render`).

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::views::snapshot,
    render::text,
};

/// Show what is to be done in which order
///
/// Waves are what can be done side by side once the waves before are done. The critical path is the chain of tasks
/// that takes longest, by the middle of each estimate; slack is how late a task can be before everything takes
/// longer. Only dependencies bind, begun tasks count in full, and tasks without an estimate as nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let revision = Reading::open(context)?.revision(args.at.as_deref())?;
    let document = snapshot::plan(&revision.state, revision.seen_from);
    let page = |style| revision.heading() + &text::plan(&document, style);
    context.ui.show("coord.plan/1", || &document, page)
}
