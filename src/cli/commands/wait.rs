//! `git coord wait`: wait until tasks reach a state, or until there is news for an actor.
//!
//! Not here: how the program sleeps (`ledger::watch`).

use std::{fmt, str::FromStr, time::Duration};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        clock::Running,
        failure::code,
        reading::{
            long_text::LongText,
            news::{self, Told},
            revision::Reading,
        },
        task::act,
    },
    core::{
        plan::state::{State, TaskIndex, standing::GateStanding},
        values::{
            id::InvalidName,
            task::Status,
            text::shell_word,
            time::{Span, Timestamp},
        },
        views::{planning::Readiness, snapshot::TaskDocument},
    },
    ledger::{Ledger, watch::Watch},
};

/// Wait until tasks reach a state, or until there is news for you
///
/// The command returns as soon as an entry brings the tasks into this state, whether the entry was appended here or
/// fetched. It exits with 1 after --timeout, when a task ends in another way, and when a review rejects the work.
/// --for-me waits for verdicts on your work, reviews and tasks for you, comments with @NAME, claims that you lose, and the
/// end of the last open task.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord wait B --until approved --timeout 30min\n  git coord wait --for-me"
)]
pub struct Args {
    /// Tasks to wait for
    #[arg(value_name = "ID", required_unless_present = "for_me")]
    pub ids: Vec<String>,
    /// Wait until the tasks are WHAT: a status, approved or claimed
    ///
    /// A status is a word such as done or in_review. The other words are approved, rejected, ready, claimed and ended
    /// (done or cancelled).
    #[arg(long, value_name = "WHAT", default_value = "done")]
    pub until: Goal,
    /// Return when one of the tasks has reached the state
    #[arg(long, conflicts_with = "all")]
    pub any: bool,
    /// Return when all tasks have reached the state (default)
    #[arg(long)]
    pub all: bool,
    /// Wait for news that concerns you
    #[arg(long, conflicts_with_all = ["ids", "until", "any", "all"])]
    pub for_me: bool,
    /// With --for-me: begin with the news since this entry
    #[arg(long, value_name = "ENTRY", requires = "for_me")]
    pub since: Option<String>,
    /// Give up after TIME: 30s, 10min, 2h
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<Span>,
}

/// The state to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// It has this status.
    Status(Status),
    /// Every gate of its review is approved and nothing else is missing.
    Approved,
    /// A verdict rejects it.
    Rejected,
    /// It can be claimed.
    Ready,
    /// Somebody holds it.
    Claimed,
    /// It is done or cancelled.
    Ended,
}

const GOALS: [(&str, Goal); 5] = [
    ("approved", Goal::Approved),
    ("rejected", Goal::Rejected),
    ("ready", Goal::Ready),
    ("claimed", Goal::Claimed),
    ("ended", Goal::Ended),
];

impl FromStr for Goal {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let named = GOALS.iter().find(|(word, _)| *word == text);
        match named {
            Some((_, goal)) => Ok(*goal),
            None => text.parse().map(Self::Status).map_err(|_| InvalidName {
                what: "thing to wait for",
                text: text.to_owned(),
                why: "it is not a status, approved, rejected, ready, claimed or ended",
            }),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = GOALS.iter().find(|(_, goal)| goal == self);
        match (named, self) {
            (Some((word, _)), _) => f.write_str(word),
            (None, Self::Status(status)) => status.fmt(f),
            (None, _) => Ok(()),
        }
    }
}

impl Goal {
    fn is_reached(self, state: &State, index: TaskIndex, now: Timestamp) -> bool {
        let task = state.task(index);
        match self {
            Self::Status(status) => state.status_of(index) == status,
            Self::Approved => {
                let mut verdicts = task.verdicts.iter();
                let counts = verdicts.any(|(actor, verdict)| task.counts(actor, verdict));
                counts && state.review_needs(task).is_empty()
            }
            Self::Rejected => {
                let gates = state.gates_of(task);
                let rejected = |gate| state.gate_standing(task, gate).0 == GateStanding::Rejected;
                gates.iter().any(rejected)
                    || task.verdicts.values().any(|verdict| !verdict.approved)
            }
            Self::Ready => Readiness::new(state, now.max(state.effective), None)
                .obstacle(index)
                .is_none(),
            Self::Claimed => task.claim.is_some(),
            Self::Ended => task.end.is_some(),
        }
    }
}

impl Goal {
    /// Whether a rejection ends the wait: the work has to go on first.
    fn fails_with_a_rejection(self) -> bool {
        matches!(
            self,
            Self::Approved | Self::Status(Status::Done) | Self::Ended
        )
    }
}

/// The data of `coord.wait/1`.
#[derive(Serialize)]
struct Document {
    /// The tasks that have reached the state.
    tasks: Vec<TaskDocument>,
    /// What is new, with --for-me.
    news: Vec<Told>,
}

/// # Errors
/// `timed_out`, `out_of_reach`, `rejected`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut waiting = Waiting::begin(context, args.timeout)?;
    if args.for_me {
        waiting.for_news(context, args.since.as_deref())
    } else {
        waiting.for_tasks(context, args)
    }
}

/// The wait of one command.
pub(super) struct Waiting {
    /// The ledger that can bring the news.
    pub ledger: Ledger,
    watch: Watch,
    clock: Running,
    timeout: Option<Span>,
}

impl Waiting {
    /// Begins to watch the ledger.
    ///
    /// # Errors
    /// The repository has no ledger.
    pub fn begin(context: &mut Context, timeout: Option<Span>) -> Result<Self, CommandError> {
        let ledger = context.ledger()?;
        Ok(Self {
            watch: Watch::new(ledger.repository()),
            ledger,
            clock: Running::from(context.now()?),
            timeout,
        })
    }

    /// The time of the command is fixed, but leases run out during the wait.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sleeps until the ledger may have changed, or a task may have become ready. False if the time is over.
    pub fn sleep(&self, state: &State, now: Timestamp) -> bool {
        let longest = self.timeout.map(|span| Duration::from_secs(span.seconds()));
        let left = longest.map(|longest| longest.saturating_sub(self.clock.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return false;
        }
        let next = Readiness::new(state, now.max(state.effective), None).next_change();
        let change = next.map(|next| Duration::from_secs(next.since(now).seconds()));
        let until = left.into_iter().chain(change).min();
        self.watch.sleep(until.unwrap_or(Duration::MAX));
        true
    }

    /// The failure after the time limit, with what holds now.
    pub fn timed_out(&self, what: impl fmt::Display) -> CommandError {
        let after = self
            .timeout
            .map_or_else(String::new, |span| span.to_string());
        CommandError::no(code::TIMED_OUT, format!("timed out after {after}: {what}"))
    }

    /// Waits until all tasks, or one of them, have reached the state.
    fn for_tasks(&mut self, context: &mut Context, args: &Args) -> Result<(), CommandError> {
        let mut known = self.ledger.current()?;
        let origins: Result<Vec<_>, CommandError> = args
            .ids
            .iter()
            .map(|id| {
                Ok(known
                    .state
                    .task(act::task_to_read(&known.state, id)?)
                    .origin)
            })
            .collect();
        let origins = origins?;
        loop {
            let (state, now) = (&known.state, self.now());
            // A join can change the index of a task. The entry that added it stays the same.
            let tasks: Vec<TaskIndex> = origins
                .iter()
                .filter_map(|origin| state.created_by(*origin))
                .collect();
            let (reached, open): (Vec<TaskIndex>, Vec<TaskIndex>) = tasks
                .into_iter()
                .partition(|index| args.until.is_reached(state, *index, now));
            if open.is_empty() || args.any && !reached.is_empty() {
                let lines = reached
                    .iter()
                    .map(|index| format!("{} is {}\n", state.shown(*index), args.until));
                let text: String = lines.collect();
                let document = Document {
                    tasks: reached
                        .iter()
                        .map(|index| TaskDocument::of(state, *index))
                        .collect(),
                    news: Vec::new(),
                };
                return context.ui.answer("coord.wait/1", &document, text);
            }
            let mut hopeless = Vec::new();
            for index in &open {
                hopeless.extend(self.out_of_reach(context, state, *index, args.until)?);
            }
            // With --any, one of the others may still get there.
            if !(args.any && hopeless.len() < open.len())
                && let Some(error) = hopeless.into_iter().next()
            {
                return Err(error);
            }
            if !self.sleep(state, now) {
                let of = |index: &TaskIndex| {
                    format!(
                        "task '{}' is {}",
                        state.shown(*index),
                        state.status_of(*index)
                    )
                };
                let all: Vec<String> = open.iter().map(of).collect();
                let shown = state.shown(open[0]);
                return Err(self
                    .timed_out(format!("{}, not {}", all.join(", "), args.until))
                    .hint(format!("git coord show {}", shell_word(&shown))));
            }
            if self.ledger.tip()? != Some(known.tip) {
                known = self.ledger.current()?;
            }
        }
    }

    /// Why a task cannot reach the state without more work, if so.
    fn out_of_reach(
        &self,
        context: &mut Context,
        state: &State,
        index: TaskIndex,
        goal: Goal,
    ) -> Result<Option<CommandError>, CommandError> {
        let (task, shown) = (state.task(index), state.shown(index));
        if let Some(end) = &task.end {
            let how = if end.done { "done" } else { "cancelled" };
            let message = format!("task '{shown}' is {how}, not {goal}");
            return Ok(Some(CommandError::no(code::OUT_OF_REACH, message)));
        }
        if !goal.fails_with_a_rejection() {
            return Ok(None);
        }
        let Some((by, verdict)) = task.verdicts.iter().find(|(_, verdict)| !verdict.approved)
        else {
            return Ok(None);
        };
        let message = format!("{by} rejected task '{shown}'");
        let error = CommandError::no(code::REJECTED, message);
        let error = error.hint(format!("git coord show {}", shell_word(&shown)));
        let Some(note) = &verdict.note else {
            return Ok(Some(error));
        };
        let note = LongText::read(&Reading::open(context)?, note)?;
        Ok(Some(error.details(note.quoted())))
    }

    /// Waits until there is something for the actor: at once, if a review, a verdict or a task waits already.
    fn for_news(&mut self, context: &mut Context, since: Option<&str>) -> Result<(), CommandError> {
        let mut reading = Reading::open(context)?;
        let actor = context.reader(self.ledger.repository(), reading.state())?;
        let before = reading.revision(since)?;
        // Without an earlier entry, what waits already is news: it can have come just before the wait.
        let mut first = since.is_none();
        loop {
            let now = self.now();
            let earlier = (!std::mem::take(&mut first)).then_some(&before.state);
            let entries = news::entries_since(&reading, Some(before.tip))?;
            let told = news::told(&reading, earlier, &entries, &actor, now)?;
            if !told.is_empty() {
                let text: String = told.iter().map(Told::lines).collect();
                let document = Document {
                    tasks: Vec::new(),
                    news: told,
                };
                return context.ui.answer("coord.wait/1", &document, text);
            }
            if !self.sleep(reading.state(), now) {
                return Err(self.timed_out(format!("there is nothing new for {actor}")));
            }
            if self.ledger.tip()? != Some(reading.tip()) {
                reading = Reading::open(context)?;
            }
        }
    }
}
