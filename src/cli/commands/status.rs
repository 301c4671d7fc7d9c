//! `git coord status`: the whole plan at a glance.
//!
//! Not here: its layout (`render`).

use std::time::Duration;

use serde::Serialize;

use super::observe::ties;
use crate::{
    cli::{
        CommandError, Context,
        clock::Running,
        failure::{code, hint},
        reading::{integrated::Outside, local::Local, revision::Reading},
    },
    core::{
        values::{
            id::ActorName,
            task::{Priority, Status},
            text::Text,
        },
        views::snapshot::{
            self, LedgerDocument, StatusDocument, Summary, TargetDocument, TaskDocument,
        },
    },
    guard,
    ledger::watch::Watch,
    render::{text, words},
};

/// Show the state of the whole plan
///
/// Of more than 20 tasks it shows those that somebody has begun and, in each group, the first five others; it counts the rest.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord status --at 2025-10-15/morning")]
pub struct Args {
    /// Show the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// Show every task of a large plan, also the ended ones
    #[arg(long)]
    pub all: bool,
    /// Show the sums and one line for each task in hand
    #[arg(long, conflicts_with = "all")]
    pub brief: bool,
    /// Follow the ledger: what has to be decided, then the claims
    #[arg(long, conflicts_with_all = ["at", "all", "brief", "check"])]
    pub watch: bool,
    /// Exit with 1 if a target is missed, and name it
    #[arg(long)]
    pub check: bool,
}

/// The data of `coord.status/1`.
#[derive(Serialize)]
struct FullStatus<'a> {
    #[serde(flatten)]
    document: &'a StatusDocument,
    local: Local,
}

/// The data of `coord.status_brief/1`.
#[derive(Serialize)]
struct BriefStatus<'a> {
    ledger: &'a LedgerDocument,
    summary: &'a Summary,
    /// The tasks in hand.
    tasks: Vec<ShortTask<'a>>,
    targets: &'a [TargetDocument],
}

/// A task in few words.
#[derive(Serialize)]
struct ShortTask<'a> {
    id: &'a str,
    title: &'a Text,
    status: Status,
    priority: Option<Priority>,
    owners: &'a [ActorName],
    holder: Option<&'a ActorName>,
}

impl<'a> BriefStatus<'a> {
    fn of(document: &'a StatusDocument) -> Self {
        let short = |task: &'a TaskDocument| ShortTask {
            id: &task.id,
            title: &task.title,
            status: task.status,
            priority: task.priority,
            owners: &task.owners,
            holder: task.claim.as_ref().map(|claim| &claim.actor),
        };
        Self {
            ledger: &document.ledger,
            summary: &document.summary,
            tasks: document.tasks.iter().map(short).collect(),
            targets: &document.targets,
        }
    }
}

/// Whether somebody has begun a task that has not ended.
fn is_in_hand(task: &TaskDocument) -> bool {
    use Status::{Approved, Blocked, InProgress, InReview};
    let is_begun = matches!(task.status, InProgress | Blocked | InReview | Approved);
    is_begun || task.claim.is_some()
}

/// # Errors
/// With `--check`, the answer is no if a target is missed.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    if args.watch {
        return watch(context, reading);
    }
    let revision = reading.revision(args.at.as_deref())?;
    let folds = !args.all && text::is_large(revision.state.tasks().len());
    let mut document = if folds && !context.ui.is_json() {
        snapshot::open_status(&revision.state)
    } else {
        snapshot::status(&revision.state)
    };
    document.ledger.tip = Some(revision.tip.to_string());
    if args.brief {
        document.tasks.retain(is_in_hand);
    }
    if context.ui.is_json() {
        document.ledger.digest = Some(revision.state.digest());
    }
    if context.ui.is_json() && args.brief {
        let brief = BriefStatus::of(&document);
        context.ui.success("coord.status_brief/1", &brief)?;
    } else if context.ui.is_json() {
        let ties = ties::ties(reading.ledger().repository(), &revision.state);
        let mut local = Local::of(context, &reading, &revision.state)?;
        local.pull_requests = ties.documents(&revision.state);
        let status = FullStatus {
            document: &document,
            local,
        };
        context.ui.success("coord.status/1", &status)?;
    } else {
        let style = context.ui.style();
        let ties = ties::ties(reading.ledger().repository(), &revision.state);
        document.pull_requests = ties.all(&revision.state);
        let at_hand = guard::standing(reading.ledger().repository(), &revision.state)?;
        let page = text::status(&document, &at_hand, revision.seen_from, args.all, style);
        let outside = Outside::of(
            reading.ledger().repository(),
            revision.state.tasks_with_work(),
        );
        let outside = outside.line(&revision.state, |_| true).unwrap_or_default();
        let local = not_published(&reading).unwrap_or_default();
        context
            .ui
            .page(revision.heading() + &page + &outside + &local)?;
    }
    let missed = document.targets.iter();
    let missed = missed.filter(|target| target.met == Some(false));
    let missed: Vec<&TargetDocument> = missed.filter(|_| args.check).collect();
    for target in &missed {
        let TargetDocument {
            name, expression, ..
        } = target;
        let message = format!("'{name}' should be {expression}; {}", words::target(target));
        context.ui.warn(message);
    }
    CommandError::unless(missed.is_empty())
}

/// Redraws what has to be decided, and the claims, whenever the ledger moves or the terminal may have another size, until
/// somebody ends it.
fn watch(context: &mut Context, mut reading: Reading) -> Result<(), CommandError> {
    if context.ui.screen().is_none() {
        let message = "status --watch redraws on a terminal, and this is none";
        return Err(CommandError::fatal(code::NO_TERMINAL, message).hint("git coord log --follow"));
    }
    let watch = Watch::new(reading.ledger().repository());
    let clock = Running::from(context.now()?);
    loop {
        let document = snapshot::status(reading.state());
        let at_hand = guard::standing(reading.ledger().repository(), reading.state())?;
        let page = text::attention(&document, &at_hand, reading.now(), context.ui.style());
        context.ui.redraw(&page)?;
        watch.sleep(Duration::MAX);
        reading.refresh(clock.now())?;
    }
}

/// The line about entries that home does not have yet; none if no such entries are known.
fn not_published(reading: &Reading) -> Option<String> {
    let what = match reading.ahead_of_anchor().ok()?? {
        0 => return None,
        1 => "1 entry is".to_owned(),
        count => format!("{count} entries are"),
    };
    let next = match reading.ledger().outbox() {
        Some(outbox) => hint::take_in(&outbox.path().display().to_string()),
        None => "git coord sync".to_owned(),
    };
    Some(format!("\n{what} not published yet: {next}\n"))
}
