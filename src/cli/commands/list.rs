//! `git coord list`: the tasks that match filters.
//!
//! Not here: its layout (`render`), and the language of filters (`core::views::filter`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::views::{
        filter::Filter,
        snapshot::{self, TaskDocument},
    },
    render::text,
};

/// List the tasks that match all filters
///
/// A filter is a key with a value, such as 'owner:codex', 'status:blocked', 'priority:high', 'group:shared',
/// 'label:docs', 'due:<2026-12-24', 'parent:E' or 'is:ready', a priority as P0 to P4, or a word of the title or the id. 'status:done,cancelled' matches either value. A
/// '!' before a filter negates it; before a key, a '-' does the same.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord list owner:codex -status:done,cancelled")]
pub struct Args {
    /// Filters that a task has to match
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// List at most N tasks
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// Show children below their parents
    #[arg(long)]
    pub tree: bool,
    /// Show the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The data of `coord.list/1`.
#[derive(Serialize)]
struct Listed {
    tasks: Vec<TaskDocument>,
    /// How many tasks match besides these.
    more: usize,
}

/// # Errors
/// A filter is invalid.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let filter = Filter::parse(&args.filters).map_err(CommandError::usage)?;
    let revision = Reading::open(context)?.revision(args.at.as_deref())?;
    let state = &revision.state;
    let found = filter.select(state, revision.seen_from);
    let mut rows = if args.tree {
        snapshot::tree(state, &found)
    } else {
        found.into_iter().map(|index| (0, index)).collect()
    };
    let all = rows.len();
    let limit = args.limit.and_then(|limit| usize::try_from(limit).ok());
    rows.truncate(limit.unwrap_or(all));
    let more = all - rows.len();
    let tasks = rows
        .iter()
        .map(|(_, index)| TaskDocument::of(state, *index))
        .collect();
    let listed = Listed { tasks, more };
    let page = |style| {
        let depths = rows.iter().map(|(depth, _)| *depth);
        let rows = depths.zip(&listed.tasks);
        let left_out = match more {
            0 => String::new(),
            more => format!("and {more} more\n"),
        };
        revision.heading() + &text::tree(rows, revision.seen_from, style) + &left_out
    };
    context.ui.show("coord.list/1", || &listed, page)
}
