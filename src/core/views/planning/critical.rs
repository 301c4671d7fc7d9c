//! The least time for the whole plan: the critical path, and the slack of every task.
//!
//! A task takes the middle of its estimate, rounded up to a whole minute. Begun tasks take their full time, as in the
//! sums of the summary. A task without an estimate takes no time, and the documents list it. A deferred task does not begin
//! before its first day.
//! Not here: the people for the work; only the dependencies are considered (`lanes`).

use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
    values::time::{Span, Timestamp},
};

/// The length of a chain of tasks: by minutes, then by number of tasks. So a plan without estimates has a longest chain
/// too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Length {
    minutes: u64,
    tasks: u64,
}

impl Length {
    fn plus(self, other: Self) -> Self {
        Self {
            minutes: self.minutes + other.minutes,
            tasks: self.tasks + other.tasks,
        }
    }
}

/// The earliest times of the open tasks of a plan, from now, if only the dependencies limit them.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// By index of the task: the longest chain that ends with it, and the longest that begins with it.
    until: Vec<Length>,
    from: Vec<Length>,
    /// The longest chain, in order.
    path: Vec<TaskIndex>,
    minutes: u64,
}

/// The earliest time of a task, and its slack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// The earliest start, in minutes from now.
    pub start: u64,
    /// The delay, in minutes, that does not make the whole plan take longer.
    pub slack: u64,
}

/// The middle of a task's estimate, in minutes, rounded up; none if nobody has estimated it.
pub fn expected_minutes(state: &State, task: TaskIndex) -> Option<u64> {
    let estimate = state.task(task).fields.estimate?;
    Some((u64::from(estimate.low()) + u64::from(estimate.high())).div_ceil(2))
}

/// The minutes until the first day of a task; 0 if it has come.
fn deferral(state: &State, task: TaskIndex, seen_from: Timestamp) -> u64 {
    let eve = state
        .task(task)
        .fields
        .defer
        .map(|day| day.eve(state.day_offset));
    let wait = eve.map_or(Span::ZERO, |eve| eve.since(seen_from));
    wait.seconds().div_ceil(60)
}

impl Schedule {
    /// The critical path of the open tasks of a state, seen from a time.
    pub fn of(state: &State, open: &OpenTasks, seen_from: Timestamp) -> Self {
        let own = |task: TaskIndex| Length {
            minutes: expected_minutes(state, task).unwrap_or(0),
            tasks: 1,
        };
        let longest = |lengths: &[Length], tasks: &mut dyn Iterator<Item = TaskIndex>| {
            let lengths = tasks.map(|task| lengths[task.0 as usize]);
            lengths.max().unwrap_or_default()
        };
        let mut until = vec![Length::default(); state.tasks().len()];
        for task in open.order() {
            let mut before = longest(&until, &mut state.waits_for(*task));
            before.minutes = before.minutes.max(deferral(state, *task, seen_from));
            until[task.0 as usize] = before.plus(own(*task));
        }
        let mut from = vec![Length::default(); state.tasks().len()];
        for task in open.order().iter().rev() {
            let after = longest(&from, &mut open.dependents(*task).iter().copied());
            from[task.0 as usize] = after.plus(own(*task));
        }
        let from_now = |task: TaskIndex| {
            let mut length = from[task.0 as usize];
            length.minutes += deferral(state, task, seen_from);
            length
        };
        let path = path(open, &from, from_now);
        let minutes = path.first().map_or(0, |first| from_now(*first).minutes);
        Self {
            until,
            from,
            path,
            minutes,
        }
    }

    /// The critical path: the longest chain, in order; of several, the one whose first task was added first.
    pub fn path(&self) -> &[TaskIndex] {
        &self.path
    }
    /// The length of the critical path, in minutes.
    pub fn minutes(&self) -> u64 {
        self.minutes
    }
    /// The timing of an open task.
    pub fn timing(&self, state: &State, task: TaskIndex) -> Timing {
        let own = expected_minutes(state, task).unwrap_or(0);
        let [until, from] = [&self.until, &self.from].map(|all| all[task.0 as usize].minutes);
        let start = until.saturating_sub(own);
        Timing {
            start,
            slack: self.minutes.saturating_sub(start + from),
        }
    }
}

/// The longest chain, in order.
fn path(
    open: &OpenTasks,
    from: &[Length],
    from_now: impl Fn(TaskIndex) -> Length,
) -> Vec<TaskIndex> {
    let longest = |tasks: &[TaskIndex], length: &dyn Fn(TaskIndex) -> Length| {
        let first = |task: &&TaskIndex| (length(**task), std::cmp::Reverse(**task));
        tasks.iter().max_by_key(first).copied()
    };
    let mut path = Vec::new();
    let mut next = longest(open.order(), &from_now);
    // The limit ends the loop even if the dependencies were circular.
    while let Some(task) = next.filter(|_| path.len() < open.order().len()) {
        path.push(task);
        next = longest(open.dependents(task), &|task| from[task.0 as usize]);
    }
    path
}
