//! `git coord log`: the entries, newest first, or each new one as it arrives.
//!
//! Not here: the text and the standing of an entry (`core::history::log`), and the layout (`render`).

pub(super) mod entry;
mod follow;
mod reader;

use clap::ArgGroup;

use self::reader::{Reader, Unread};
use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{history::log::Log, values::id::ActorName},
};

/// Show the entries of the ledger, newest first
///
/// Entries that are refused or ignored (quarantined) are shown with the reason. With --json, each entry is one JSON
/// object on its own line.
///
/// --follow prints each new entry as it arrives, in one line, until you stop it. To go on later where it ended, pass the id at the
/// beginning of the last line to --since. --for keeps the entries of others that concern an actor: on its tasks and on tasks for its
/// review, claims that it loses, texts with @NAME, and what its tasks wait for.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord log B -n 20 --full\n  git coord log --follow --for codex --json",
    group = ArgGroup::new("new").args(["since", "follow"]).multiple(true)
)]
pub struct Args {
    /// Show only entries about this task
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Show at most N entries
    #[arg(
        short = 'n',
        long = "max-count",
        visible_alias = "limit",
        value_name = "N"
    )]
    pub max_count: Option<usize>,
    /// Show all that each entry says: every value, and the texts
    #[arg(long)]
    pub full: bool,
    /// Show the entries since this one, which is not shown
    #[arg(long, value_name = "ENTRY")]
    pub since: Option<String>,
    /// Print each new entry as it arrives, oldest first
    #[arg(short, long)]
    pub follow: bool,
    /// Show what concerns NAME, with --follow or --since
    #[arg(long = "for", value_name = "NAME", requires = "new")]
    pub concerns: Option<ActorName>,
}

/// # Errors
/// The task, the actor or the entry does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let reader = Reader::of(
        &reading,
        args.id.as_deref(),
        args.concerns.as_ref(),
        args.full,
    )?;
    let (since, most) = (args.since.as_deref(), args.max_count.unwrap_or(usize::MAX));
    if args.follow {
        return follow::run(context, reading, &reader, since, most);
    }
    let (past, log) = (reading.past()?, Log::new(reading.state()));
    let unread: Box<dyn Iterator<Item = Result<Unread, CommandError>>> = match since {
        Some(since) => {
            let seen = reader::entry(&reading, since)?;
            let unread = reader.unread_after(&reading, seen, None)?;
            Box::new(unread.into_iter().rev().map(Ok))
        }
        None => {
            let spots = past.newest_first(reader.task(reading.state()))?;
            Box::new(spots.map(|spot| Ok(Unread::at(spot?))))
        }
    };
    let unread = unread.take(most);
    let entries = unread.map(|unread| reader.entry(&reading, &log, unread?));
    if context.ui.is_json() {
        for entry in entries {
            context.ui.success("coord.log/1", &entry?)?;
        }
        return Ok(());
    }
    let (now, style) = (reading.now(), context.ui.style());
    let pages = entries.map(|entry| Ok(entry?.page(now, style)));
    let page = pages.collect::<Result<String, CommandError>>()?;
    match &*page {
        "" => context.ui.text("no entries\n"),
        _ => context.ui.page(page),
    }
}
