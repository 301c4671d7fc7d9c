//! Sums over all tasks, and the figures that targets can use.
//!
//! Not here: a single task (`task`), and comparing a figure with its target (`document`).

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::task::TaskDocument;
use crate::core::{
    entry::event::observation::PullRequestState,
    plan::state::{State, guardrails::GuardrailStatus},
    values::task::{Priority, Status},
};

/// Sums over all tasks. `total`, `cancelled` and the totals of owners, priorities and groups include cancelled tasks;
/// `percent` and the estimates do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All tasks; the sum of the next seven counts.
    pub total: usize,
    /// Tasks without any work.
    pub not_started: usize,
    /// Tasks that wait for another task.
    pub waiting: usize,
    /// Tasks in progress.
    pub in_progress: usize,
    /// Tasks with an open blocker.
    pub blocked: usize,
    /// Tasks that wait for a verdict.
    pub in_review: usize,
    /// Tasks whose review is over and that are not done.
    pub approved: usize,
    /// Finished tasks.
    pub done: usize,
    /// Cancelled tasks.
    pub cancelled: usize,
    /// The mean of the percentages of all tasks that are not cancelled, rounded down; 0 without tasks.
    pub percent: usize,
    /// The sums of the estimates.
    pub estimate_minutes: EstimateSums,
    /// By owner, sorted by name; a task of several owners is counted for each of them.
    pub by_owner: Counts,
    /// By priority, in order; without the tasks that have none.
    pub by_priority: Counts,
    /// By group, in the order of each group's first task; without the tasks that have none.
    pub by_group: Counts,
}

/// Sums of estimates, in minutes. A task without an estimate adds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct EstimateSums {
    /// The lower bounds of all tasks that are not cancelled.
    pub low: u64,
    /// Their upper bounds.
    pub high: u64,
    /// The lower bounds of all tasks that are neither done nor cancelled; begun tasks count in full.
    pub remaining_low: u64,
    /// Their upper bounds.
    pub remaining_high: u64,
}

/// The number of tasks of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// All tasks.
    pub total: usize,
    /// The finished ones.
    pub done: usize,
}

/// Counts by name, in a fixed order; a map in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(pub Vec<(String, Count)>);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, count)| (name, count)))
    }
}

impl Counts {
    /// Counts tasks by name; the names are in the order of their first task.
    fn of<'a>(named: impl Iterator<Item = (String, &'a TaskDocument)>) -> Self {
        let mut counts: Vec<(String, Count)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (name, task) in named {
            let place = *places.entry(name).or_insert_with_key(|name| {
                counts.push((name.clone(), Count::default()));
                counts.len() - 1
            });
            let count = &mut counts[place].1;
            count.total += 1;
            count.done += usize::from(task.status == Status::Done);
        }
        Self(counts)
    }
}

impl Summary {
    /// The sums over these tasks.
    pub fn of(tasks: &[TaskDocument]) -> Self {
        let count = |status| tasks.iter().filter(|task| task.status == status).count();
        Self {
            total: tasks.len(),
            not_started: count(Status::NotStarted),
            waiting: count(Status::Waiting),
            in_progress: count(Status::InProgress),
            blocked: count(Status::Blocked),
            in_review: count(Status::InReview),
            approved: count(Status::Approved),
            done: count(Status::Done),
            cancelled: count(Status::Cancelled),
            percent: percent(tasks),
            estimate_minutes: estimates(tasks),
            by_owner: by_owner(tasks),
            by_priority: by_priority(tasks),
            by_group: by_group(tasks),
        }
    }
    /// The number of tasks with this status.
    pub fn count(&self, status: Status) -> usize {
        match status {
            Status::NotStarted => self.not_started,
            Status::Waiting => self.waiting,
            Status::InProgress => self.in_progress,
            Status::Blocked => self.blocked,
            Status::InReview => self.in_review,
            Status::Approved => self.approved,
            Status::Done => self.done,
            Status::Cancelled => self.cancelled,
        }
    }
}

fn percent(tasks: &[TaskDocument]) -> usize {
    let counted = tasks
        .iter()
        .filter(|task| task.status != Status::Cancelled)
        .map(|task| usize::from(task.whole_progress().percent));
    let (sum, number) = counted.fold((0, 0), |(sum, number), percent| (sum + percent, number + 1));
    sum.checked_div(number).unwrap_or(0)
}

fn estimates(tasks: &[TaskDocument]) -> EstimateSums {
    let mut sums = EstimateSums::default();
    for task in tasks {
        let Some(minutes) = task.estimate_minutes else {
            continue;
        };
        if task.status != Status::Cancelled {
            sums.low += minutes.low;
            sums.high += minutes.high;
        }
        if !matches!(task.status, Status::Done | Status::Cancelled) {
            sums.remaining_low += minutes.low;
            sums.remaining_high += minutes.high;
        }
    }
    sums
}

fn by_owner(tasks: &[TaskDocument]) -> Counts {
    let owners = tasks.iter().flat_map(|task| {
        let owners = task.owners.iter();
        owners.map(move |owner| (owner.to_string(), task))
    });
    let mut counts = Counts::of(owners);
    counts.0.sort_by(|a, b| a.0.cmp(&b.0));
    counts
}

fn by_priority(tasks: &[TaskDocument]) -> Counts {
    let of = |priority: &'static Priority| {
        let tasks = tasks.iter().filter(|task| task.priority == Some(*priority));
        tasks.map(|task| (priority.to_string(), task))
    };
    Counts::of(Priority::ALL.iter().flat_map(of))
}

fn by_group(tasks: &[TaskDocument]) -> Counts {
    let group = |task: &TaskDocument| Some(task.group.as_ref()?.as_str().to_owned());
    Counts::of(tasks.iter().filter_map(|task| Some((group(task)?, task))))
}

/// The figures that targets can use.
pub const FIGURES: &[&str] = &[
    "total",
    "not_started",
    "waiting",
    "in_progress",
    "blocked",
    "in_review",
    "approved",
    "done",
    "cancelled",
    "percent",
    "prs_open",
    "guardrails_passed",
];

/// The figure of this name, one of [`FIGURES`]; none for another name.
pub fn figure(state: &State, summary: &Summary, name: &str) -> Option<u64> {
    let figure = match name {
        "total" => summary.total,
        "percent" => summary.percent,
        "prs_open" => {
            let requests = state.pull_requests.iter();
            let open =
                requests.filter(|(_, request)| request.seen.state == Some(PullRequestState::Open));
            open.count()
        }
        "guardrails_passed" => {
            let guardrails = state.guardrails.values();
            let passed = guardrails
                .filter(|guardrail| state.guardrail_status(guardrail) == GuardrailStatus::Pass);
            passed.count()
        }
        status => summary.count(
            Status::ALL
                .iter()
                .copied()
                .find(|known| known.as_str() == status)?,
        ),
    };
    Some(figure as u64)
}
