//! How long it all takes at least: the critical path, and the slack of every task.
//!
//! A task takes the middle of its estimate, rounded up to a whole minute; begun tasks count in full, as they do in
//! the sums of the summary. A task without an estimate counts as nothing, and is counted, so that it can be told.
//! Not here: who is there to do it; only the dependencies bind (`lanes`).

use crate::core::plan::{
    graph::OpenTasks,
    state::{State, TaskIndex},
};

/// How long a chain of tasks takes: by minutes, and where these are equal by tasks, so that the longest chain of a
/// plan without estimates is still the longest.
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

/// When the open tasks of a plan can be done, from now, if only the dependencies bind.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// By the place of the task: of the longest chain that ends with it, and of the longest that begins with it.
    until: Vec<Length>,
    from: Vec<Length>,
    /// The tasks that take longest, one after the other.
    path: Vec<TaskIndex>,
    minutes: u64,
}

/// When a task can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// So many minutes from now it can begin at the earliest.
    pub start: u64,
    /// So many minutes it can be late before everything takes longer.
    pub slack: u64,
}

/// The middle of a task's estimate, in minutes, rounded up; none if nobody has estimated it.
pub fn expected_minutes(state: &State, task: TaskIndex) -> Option<u64> {
    let estimate = state.task(task).fields.estimate?;
    Some((u64::from(estimate.low()) + u64::from(estimate.high())).div_ceil(2))
}

impl Schedule {
    /// That of the open tasks of a state.
    pub fn of(state: &State, open: &OpenTasks) -> Self {
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
            let before = longest(&until, &mut state.waits_for(*task));
            until[task.0 as usize] = before.plus(own(*task));
        }
        let mut from = vec![Length::default(); state.tasks().len()];
        for task in open.order().iter().rev() {
            let after = longest(&from, &mut open.dependents(*task).iter().copied());
            from[task.0 as usize] = after.plus(own(*task));
        }
        let path = path(open, &from);
        let minutes = path
            .first()
            .map_or(0, |first| from[first.0 as usize].minutes);
        Self {
            until,
            from,
            path,
            minutes,
        }
    }

    /// The critical path: the chain that takes longest, in order; of several the one that was added first.
    pub fn path(&self) -> &[TaskIndex] {
        &self.path
    }
    /// How long it takes, in minutes.
    pub fn minutes(&self) -> u64 {
        self.minutes
    }
    /// When an open task can be done.
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

/// The longest chain, task by task.
fn path(open: &OpenTasks, from: &[Length]) -> Vec<TaskIndex> {
    let longest = |tasks: &[TaskIndex]| {
        let first = |task: &&TaskIndex| (from[task.0 as usize], std::cmp::Reverse(**task));
        tasks.iter().max_by_key(first).copied()
    };
    let mut path = Vec::new();
    let mut next = longest(open.order());
    // No longer than there are tasks, were there a circle.
    while let Some(task) = next.filter(|_| path.len() < open.order().len()) {
        path.push(task);
        next = longest(open.dependents(task));
    }
    path
}
