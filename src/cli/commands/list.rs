//! `git coord list`: the tasks that pass a filter.
//!
//! Not here: its looks (`render`), and what a filter can ask for (`core::views::filter`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::views::{filter::Filter, snapshot::TaskDocument},
    render::text,
};

/// List tasks
///
/// A filter is a word such as 'owner:codex', 'status:blocked', 'priority:high', 'group:shared', 'label:docs',
/// 'is:ready', or a word that stands in the title or the id; a '!' before it turns it round, and so
/// does a '-' before a key. All filters have to hold, and of the values in 'status:done,cancelled' one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the tasks have to be
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// As it was at this time: a day, a time, a snapshot's label or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The data of `coord.list/1`.
#[derive(Serialize)]
struct Listed {
    tasks: Vec<TaskDocument>,
}

/// # Errors
/// A filter is none, or what the store says.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let filter = Filter::parse(&args.filters).map_err(CommandError::usage)?;
    let revision = Reading::open(context)?.revision(args.at.as_deref())?;
    let state = &revision.state;
    let found = filter.select(state).into_iter();
    let tasks = found.map(|index| TaskDocument::of(state, index)).collect();
    let listed = Listed { tasks };
    let page = |style| revision.heading() + &text::list(&listed.tasks, revision.seen_from, style);
    context.ui.show("coord.list/1", || &listed, page)
}
