//! `git coord inbox`: what names an actor or waits for it, and has not been seen by it on this machine.
//!
//! Not here: what is news (`core::views::snapshot`), and reading it (`cli::reading::news`).

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        actor::seen::Seen,
        reading::{
            news::{self, Told},
            revision::Reading,
        },
    },
    core::{values::id::ActorName, views::snapshot::NewsKind},
};

/// Show what names you or waits for you, and is new to you
///
/// These are verdicts on your work, tasks that wait for your verdict, tasks of yours that are ready, comments with @NAME, claims that were
/// handed to you or that you lost, and the end of the last open task. What was shown once is not shown again, unless --keep is
/// given. How far you have read is kept in this clone only.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  git coord inbox --actor codex\n  git coord inbox --keep")]
pub struct Args {
    /// Keep all this as new for the next time
    #[arg(long)]
    pub keep: bool,
}

/// The data of `coord.inbox/1`.
#[derive(Serialize)]
struct Inbox {
    actor: ActorName,
    /// When the actor last looked; null if it never did here.
    since: Option<String>,
    /// What is new.
    news: Vec<Told>,
}

/// # Errors
/// `no_actor`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let (repository, now) = (reading.ledger().repository(), context.now()?);
    let actor = context.reader(repository, reading.state())?;
    let seen = Seen::read(repository, &actor);
    let before = seen
        .as_ref()
        .map(|seen| news::revision_at(&reading, &seen.tip));
    let before = before.transpose()?.flatten();
    let entries = news::entries_since(&reading, before.as_ref().map(|before| before.tip))?;
    let old = before.as_ref().map(|before| &before.state);
    let mut news = news::told(&reading, old, &entries, &actor, now)?;
    // A task that anybody could claim waits for nobody in particular.
    let state = reading.state();
    let is_own = |told: &Told| {
        let index = told
            .news
            .task
            .as_deref()
            .and_then(|id| state.names().get(id));
        index.is_some_and(|index| state.task(index).is_owned_by(&actor))
    };
    news.retain(|told| told.news.kind != NewsKind::Ready || is_own(told));
    let text: String = match news.as_slice() {
        [] => format!("nothing new for {actor}\n"),
        news => news.iter().map(Told::lines).collect(),
    };
    let inbox = Inbox {
        since: before.and(seen).map(|seen| seen.at.to_string()),
        news,
        actor,
    };
    context.ui.answer("coord.inbox/1", &inbox, text)?;
    // What could not be shown has not been seen.
    context.ui.finish()?;
    if !args.keep {
        let tip = reading.tip();
        Seen::now(tip, now).keep(repository, &inbox.actor);
    }
    Ok(())
}
