//! `git coord log`: the entries, newest first.
//!
//! Not here: the text and the standing of an entry (`core::history::log`), and the layout (`render`).

use crate::{
    cli::{CommandError, Context, reading::revision::Reading, task::act},
    core::history::log::Log,
    render::text,
};

/// Show the entries of the ledger, newest first
///
/// Entries that are refused or ignored (quarantined) are shown with the reason. With --json, each entry is one JSON
/// object on its own line.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord log B -n 20")]
pub struct Args {
    /// Show only entries about this task
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Show at most N entries
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    pub max_count: Option<usize>,
}

/// # Errors
/// The task does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let state = reading.state();
    let task = args
        .id
        .as_deref()
        .map(|given| act::task_to_read(state, given))
        .transpose()?;
    let commits = reading.history()?.placed();
    let log = Log::new(
        state,
        commits.map(|placed| (placed.object.to_string(), placed.node)),
    );
    let entries = log
        .newest_first(task)
        .take(args.max_count.unwrap_or(usize::MAX));
    if context.ui.is_json() {
        for entry in entries {
            context.ui.success("coord.log/1", &entry)?;
        }
        return Ok(());
    }
    let style = context.ui.style();
    let page: String = entries
        .map(|entry| text::log_entry(&entry, style))
        .collect();
    match &*page {
        "" => context.ui.text("no entries\n"),
        _ => context.ui.page(page),
    }
}
