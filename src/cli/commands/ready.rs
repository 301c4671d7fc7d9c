//! `git coord ready`: the tasks that can be claimed now, best first.
//!
//! Not here: the order (`core::views::planning`), and its layout (`render`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        plan::state::paths::Holder,
        values::{id::ActorName, time::Timestamp},
        views::snapshot::{self, IdleDocument, ReadyDocument, ReadyTask},
    },
    render::{text, words},
};

/// List the tasks that can be claimed now, best first
///
/// The order is: priority, due day, position in the declared waves, number of tasks that wait for the task, age. Your tasks
/// and tasks without an owner come before tasks of other owners. With --actor, tasks of other owners are left out;
/// then the first task is the one that 'claim --next' takes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord ready --actor codex --why")]
pub struct Args {
    /// List at most N tasks
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// Explain the position of each task
    #[arg(long)]
    pub why: bool,
    /// Show the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The data of `coord.ready/1`.
#[derive(Serialize)]
struct Listed<'a> {
    actor: &'a Option<ActorName>,
    tasks: Vec<Explained<'a>>,
    more: usize,
    idle: &'a IdleDocument,
}

#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    ready: &'a ReadyTask,
    /// Why it has its position, a reason each.
    why: Vec<String>,
}

impl<'a> Listed<'a> {
    fn of(document: &'a ReadyDocument, seen_from: Timestamp) -> Self {
        let tasks = document.tasks.iter().map(|ready| Explained {
            ready,
            why: words::why_here(ready, seen_from),
        });
        Self {
            actor: &document.actor,
            tasks: tasks.collect(),
            more: document.more,
            idle: &document.idle,
        }
    }
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let revision = reading.revision(args.at.as_deref())?;
    // A reader needs no actor. If `coord.requireActor` refuses a default actor, the list is for nobody.
    let repository = reading.ledger().repository();
    let actor = context.reader(repository, reading.state()).ok();
    let worktree = repository.label();
    let asking = actor.as_ref().map(|actor| Holder {
        actor,
        worktree: worktree.as_ref(),
    });
    let own_only = context.asked_for().is_some();
    let (state, seen_from) = (&revision.state, revision.seen_from);
    let limit = args.limit.and_then(|limit| usize::try_from(limit).ok());
    let document = snapshot::ready(state, seen_from, asking, own_only, limit);
    if context.ui.is_json() {
        let listed = Listed::of(&document, seen_from);
        return context.ui.success("coord.ready/1", &listed);
    }
    let why = args.why.then_some(seen_from);
    let list = text::ready(&document, why, context.ui.style());
    context.ui.page(revision.heading() + &list)
}
