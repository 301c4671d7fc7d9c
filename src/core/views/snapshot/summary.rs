//! Sums over all tasks, and the figures that targets can use.
//!
//! Not here: a single task (`task`), and comparing a figure with its target (`document`).

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::{minutes::Minutes, task::TaskDocument};
use crate::core::{
    entry::event::observation::PullRequestState,
    plan::state::{EndedTask, State, TaskIndex, guardrails::GuardrailStatus},
    values::{
        id::ActorName,
        task::{Priority, Status},
        text::Text,
    },
};

/// Sums over all tasks. `total`, `cancelled` and the totals of owners, priorities and groups include cancelled tasks;
/// `percent` and the estimates do not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
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
    /// Counts a task under a name. The names stay in the order of their first task.
    fn add<'a>(&mut self, places: &mut HashMap<&'a str, usize>, name: &'a str, is_done: bool) {
        let place = *places.entry(name).or_insert_with(|| {
            self.0.push((name.to_owned(), Count::default()));
            self.0.len() - 1
        });
        let count = &mut self.0[place].1;
        count.total += 1;
        count.done += usize::from(is_done);
    }
}

/// What is summed of a task.
#[derive(Clone, Copy)]
struct Addend<'a> {
    status: Status,
    percent: usize,
    estimate: Option<Minutes>,
    owners: &'a [ActorName],
    priority: Option<Priority>,
    group: Option<&'a str>,
}

impl<'a> From<&'a TaskDocument> for Addend<'a> {
    fn from(task: &'a TaskDocument) -> Self {
        Self {
            status: task.status,
            percent: task.whole_progress().percent.into(),
            estimate: task.estimate_minutes,
            owners: &task.owners,
            priority: task.priority,
            group: task.group.as_ref().map(Text::as_str),
        }
    }
}

impl<'a> From<EndedTask<'a>> for Addend<'a> {
    fn from(task: EndedTask<'a>) -> Self {
        Self {
            status: if task.is_done {
                Status::Done
            } else {
                Status::Cancelled
            },
            // That of a cancelled task is not asked.
            percent: 100,
            estimate: task.estimate.map(Minutes::from),
            owners: task.owners,
            priority: task.priority,
            group: task.group.map(Text::as_str),
        }
    }
}

impl Summary {
    /// The sums over these tasks.
    pub fn of(tasks: &[TaskDocument]) -> Self {
        Self::sum(tasks.iter().map(Addend::from))
    }

    /// The sums over all tasks of a state.
    pub fn of_state(state: &State) -> Self {
        let open = state.open_tasks();
        let open = open.map(|(index, _)| (index, TaskDocument::of(state, index)));
        Self::of_all(state, &open.collect::<Vec<_>>())
    }

    /// The same, where `open` has the documents of the open tasks with their indexes.
    pub(super) fn of_all(state: &State, open: &[(TaskIndex, TaskDocument)]) -> Self {
        let open = open
            .iter()
            .map(|(index, task)| (*index, Addend::from(task)));
        let ended = state
            .ended_tasks()
            .map(|(index, task)| (index, task.into()));
        let mut all: Vec<(TaskIndex, Addend<'_>)> = open.chain(ended).collect();
        all.sort_by_key(|(index, _)| *index);
        Self::sum(all.into_iter().map(|(_, task)| task))
    }

    fn sum<'a>(tasks: impl Iterator<Item = Addend<'a>>) -> Self {
        let mut sums = Self::default();
        let (mut percents, mut priorities) = (0, [Count::default(); Priority::ALL.len()]);
        let (mut owners, mut groups) = (HashMap::new(), HashMap::new());
        for task in tasks {
            let is_done = task.status == Status::Done;
            sums.total += 1;
            *sums.count_mut(task.status) += 1;
            if task.status != Status::Cancelled {
                percents += task.percent;
            }
            sums.estimate_minutes.add(task);
            for owner in task.owners {
                sums.by_owner.add(&mut owners, owner.as_str(), is_done);
            }
            let priority = Priority::ALL
                .iter()
                .position(|it| Some(*it) == task.priority);
            if let Some(place) = priority {
                priorities[place].total += 1;
                priorities[place].done += usize::from(is_done);
            }
            if let Some(group) = task.group {
                sums.by_group.add(&mut groups, group, is_done);
            }
        }
        let counted = sums.total - sums.cancelled;
        sums.percent = percents.checked_div(counted).unwrap_or(0);
        sums.by_owner.0.sort_by(|a, b| a.0.cmp(&b.0));
        let priorities = Priority::ALL.iter().zip(priorities);
        let counted = priorities.filter(|(_, count)| count.total > 0);
        let named = counted.map(|(priority, count)| (priority.to_string(), count));
        sums.by_priority = Counts(named.collect());
        sums
    }

    fn count_mut(&mut self, status: Status) -> &mut usize {
        match status {
            Status::NotStarted => &mut self.not_started,
            Status::Waiting => &mut self.waiting,
            Status::InProgress => &mut self.in_progress,
            Status::Blocked => &mut self.blocked,
            Status::InReview => &mut self.in_review,
            Status::Approved => &mut self.approved,
            Status::Done => &mut self.done,
            Status::Cancelled => &mut self.cancelled,
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

impl EstimateSums {
    fn add(&mut self, task: Addend<'_>) {
        let Some(minutes) = task.estimate else {
            return;
        };
        if task.status != Status::Cancelled {
            self.low += minutes.low;
            self.high += minutes.high;
        }
        if !matches!(task.status, Status::Done | Status::Cancelled) {
            self.remaining_low += minutes.low;
            self.remaining_high += minutes.high;
        }
    }
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
