//! `git coord wait`: wait until a task is done, or reaches another goal.
//!
//! Not here: how the program sleeps (`ledger::watch`).

use std::{
    fmt,
    str::FromStr,
    time::{Duration, Instant},
};

use crate::{
    cli::{CommandError, Context, failure::code, task::act},
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
    ledger::watch::Watch,
};

/// Wait until a task is done, approved or claimed
///
/// The command returns as soon as an entry makes it true, whether the entry was appended here or fetched. It exits
/// with 1 after --timeout, or when the task ends in another way.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord wait B --until approved --timeout 30min")]
pub struct Args {
    /// Task to wait for
    #[arg(value_name = "ID")]
    pub id: String,
    /// Wait until the task is WHAT: a status, approved or claimed
    ///
    /// A status is a word such as done or in_review. The other words are approved, rejected, ready, claimed and ended
    /// (done or cancelled).
    #[arg(long, value_name = "WHAT", default_value = "done")]
    pub until: Goal,
    /// Give up after TIME: 30s, 10min, 2h
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<Span>,
}

/// What to wait for.
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

/// # Errors
/// `timed_out`, `out_of_reach`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let began = Instant::now();
    let longest = args.timeout.map(|span| Duration::from_secs(span.seconds()));
    let watch = Watch::new(ledger.repository());
    let mut known = ledger.current()?;
    let index = act::task_to_read(&known.state, &args.id)?;
    let task = known.state.task(index).origin;
    loop {
        let state = &known.state;
        // A join can change the task's index. The entry that added it stays the same.
        let index = state.created_by(task).unwrap_or(index);
        // The time of the command is fixed, but leases run out during the wait.
        let now = context
            .now()?
            .after(Span::from_seconds(began.elapsed().as_secs()));
        if args.until.is_reached(state, index, now) {
            let text = format!("{} is {}\n", state.shown(index), args.until);
            return context
                .ui
                .answer("coord.wait/1", &TaskDocument::of(state, index), text);
        }
        if let Some(end) = &state.task(index).end {
            let how = if end.done { "done" } else { "cancelled" };
            let message = format!("task '{}' is {how}, not {}", state.shown(index), args.until);
            return Err(CommandError::no(code::OUT_OF_REACH, message));
        }
        let left = longest.map(|longest| longest.saturating_sub(began.elapsed()));
        if let Some(timeout) = args
            .timeout
            .filter(|_| left.is_some_and(|left| left.is_zero()))
        {
            let shown = state.shown(index);
            let message = format!(
                "task '{shown}' is still {} after {timeout}, not {}",
                state.status_of(index),
                args.until
            );
            return Err(CommandError::no(code::TIMED_OUT, message)
                .hint(format!("git coord show {}", shell_word(&shown))));
        }
        watch.sleep(left.unwrap_or(Duration::MAX));
        if ledger.tip()? != Some(known.tip) {
            known = ledger.current()?;
        }
    }
}
