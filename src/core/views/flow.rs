//! How work flows: how long tasks take from their addition and from their beginning to their end, how long they were blocked and in
//! review, and what each actor has finished.
//!
//! Not here: the figures of one day (`snapshot`), and replaying the ledger (`ledger::past`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::snapshot::Minutes;
use crate::core::{
    plan::state::{State, TaskIndex},
    values::{
        id::ActorName,
        json::as_shown,
        task::Status,
        time::{Day, Timestamp},
    },
};

/// The lives of all tasks, from a state after each entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    lives: BTreeMap<TaskIndex, Life>,
}

/// What a task has gone through so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Life {
    /// Whether it was added as done, by an import.
    was_done: bool,
    begun: Option<Timestamp>,
    blocked: StopWatch,
    in_review: StopWatch,
}

/// The sum of some intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct StopWatch {
    since: Option<Timestamp>,
    seconds: u64,
}

impl StopWatch {
    fn run(&mut self, runs: bool, at: Timestamp) {
        match (self.since, runs) {
            (None, true) => self.since = Some(at),
            (Some(since), false) => {
                self.seconds += at.since(since).seconds();
                self.since = None;
            }
            _ => {}
        }
    }
    fn minutes(self) -> u64 {
        self.seconds / 60
    }
}

impl Flow {
    /// Notes the tasks that an entry has changed, as they are in the state after it.
    pub fn see(&mut self, at: Timestamp, state: &State, changed: &[TaskIndex]) {
        let known = |index: &&TaskIndex| (index.0 as usize) < state.tasks().len();
        for index in changed.iter().filter(known) {
            let task = state.task(*index);
            let is_open = task.end.is_none();
            let life = self.lives.entry(*index).or_insert_with(|| Life {
                was_done: !is_open,
                ..Life::default()
            });
            let has_begun = || match state.status_of(*index) {
                Status::InProgress | Status::InReview | Status::Approved | Status::Done => true,
                _ => task.claim.is_some() || task.percent() > 0,
            };
            if life.begun.is_none() && has_begun() {
                life.begun = Some(at);
            }
            let is_blocked = is_open && task.open_blockers().next().is_some();
            life.blocked.run(is_blocked, at);
            let waits = task.in_review() && !state.review_needs(task).is_empty();
            life.in_review.run(is_open && waits, at);
        }
    }

    /// What was finished from a day on, until the state.
    pub fn finished(&self, state: &State, since: Option<Day>) -> FinishedWork {
        let offset = state.day_offset;
        let is_meant = |at: Timestamp| since.is_none_or(|since| at.day(offset) >= since);
        let mut tasks = Vec::new();
        for (index, task) in state.tasks() {
            let end = task.end.as_ref().filter(|end| end.done && is_meant(end.at));
            let Some(end) = end else { continue };
            let life = self.lives.get(&index).cloned().unwrap_or_default();
            if life.was_done {
                continue;
            }
            let minutes = |from: Timestamp| end.at.since(from).seconds() / 60;
            tasks.push(FinishedTask {
                task: state.shown(index),
                by: end.actor.clone(),
                day: end.at.day(offset),
                lead_minutes: minutes(task.created),
                cycle_minutes: life.begun.map(minutes),
                blocked_minutes: life.blocked.minutes(),
                review_minutes: life.in_review.minutes(),
                estimate_minutes: task.fields.estimate.map(Minutes::from),
            });
        }
        let mut actors: BTreeMap<ActorName, (Vec<&FinishedTask>, u64)> = BTreeMap::new();
        for task in &tasks {
            actors.entry(task.by.clone()).or_default().0.push(task);
        }
        for (_, task) in state.tasks() {
            let verdicts = task.all_verdicts().into_iter();
            for (actor, _) in verdicts.filter(|(_, verdict)| is_meant(verdict.at)) {
                actors.entry(actor.clone()).or_default().1 += 1;
            }
        }
        let actors = actors
            .into_iter()
            .map(|(actor, (tasks, verdicts))| ActorFlow {
                actor,
                verdicts,
                sums: FlowSums::of(&tasks),
            });
        let (actors, all) = (actors.collect(), tasks.iter().collect::<Vec<_>>());
        FinishedWork {
            sums: FlowSums::of(&all),
            actors,
            tasks,
        }
    }
}

/// What was finished in some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedWork {
    /// The sums over all tasks.
    #[serde(flatten)]
    pub sums: FlowSums,
    /// The same by actor.
    pub actors: Vec<ActorFlow>,
    /// The finished tasks, in the order of addition.
    pub tasks: Vec<FinishedTask>,
}

impl FinishedWork {
    /// How many tasks were finished on a day.
    pub fn on(&self, day: Day) -> usize {
        self.tasks.iter().filter(|task| task.day == day).count()
    }
}

/// A task that was finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedTask {
    /// Its name.
    pub task: String,
    /// The actor that finished it.
    pub by: ActorName,
    /// The day on which it was finished.
    #[serde(serialize_with = "as_shown")]
    pub day: Day,
    /// From its addition to its end.
    pub lead_minutes: u64,
    /// From its first claim or progress to its end; none if it never began.
    pub cycle_minutes: Option<u64>,
    /// How long it had an open blocker.
    pub blocked_minutes: u64,
    /// How long it waited for a review.
    pub review_minutes: u64,
    /// Its estimate.
    pub estimate_minutes: Option<Minutes>,
}

/// What one actor has finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorFlow {
    /// The actor.
    pub actor: ActorName,
    /// The number of its verdicts.
    pub verdicts: u64,
    /// The sums over its tasks.
    #[serde(flatten)]
    pub sums: FlowSums,
}

/// Sums over finished tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FlowSums {
    /// The number of tasks.
    pub finished: usize,
    /// From addition to end.
    pub lead_minutes: Option<Spread>,
    /// From beginning to end.
    pub cycle_minutes: Option<Spread>,
    /// How long they were blocked, all together.
    pub blocked_minutes: u64,
    /// How long they waited for reviews, all together.
    pub review_minutes: u64,
    /// The estimates of those that have one and that began.
    pub estimated: Option<EstimatedWork>,
}

/// Estimates, and what the same tasks took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EstimatedWork {
    /// The number of tasks.
    pub tasks: usize,
    /// The sum of the estimates.
    pub estimate_minutes: Minutes,
    /// The sum of their times from beginning to end, nights and weekends included.
    pub taken_minutes: u64,
}

/// How times are spread over tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Half of the tasks took at most as long.
    pub median: u64,
    /// 85 of 100 tasks took at most as long.
    pub p85: u64,
}

impl Spread {
    /// The spread of these times, by nearest rank; none without any.
    fn of(mut times: Vec<u64>) -> Option<Self> {
        times.sort_unstable();
        let rank = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100).max(1);
            times.get(rank - 1).copied()
        };
        Some(Self {
            median: rank(50)?,
            p85: rank(85)?,
        })
    }
}

impl FlowSums {
    fn of(tasks: &[&FinishedTask]) -> Self {
        let sum = |of: fn(&FinishedTask) -> u64| tasks.iter().map(|task| of(task)).sum();
        let estimated = tasks
            .iter()
            .filter_map(|task| Some((task.estimate_minutes?, task.cycle_minutes?)));
        let estimated = estimated.fold(None, |sums: Option<EstimatedWork>, (estimate, taken)| {
            let (tasks, before, sum) = sums.map_or((0, Minutes { low: 0, high: 0 }, 0), |it| {
                (it.tasks, it.estimate_minutes, it.taken_minutes)
            });
            Some(EstimatedWork {
                tasks: tasks + 1,
                estimate_minutes: Minutes {
                    low: before.low.saturating_add(estimate.low),
                    high: before.high.saturating_add(estimate.high),
                },
                taken_minutes: sum.saturating_add(taken),
            })
        });
        Self {
            finished: tasks.len(),
            lead_minutes: Spread::of(tasks.iter().map(|task| task.lead_minutes).collect()),
            cycle_minutes: Spread::of(tasks.iter().filter_map(|task| task.cycle_minutes).collect()),
            blocked_minutes: sum(|task| task.blocked_minutes),
            review_minutes: sum(|task| task.review_minutes),
            estimated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{TaskRef, task::TaskFact},
        sample::{Sample, actor},
        values::task::Approver,
    };

    /// A plan whose entries are a minute apart, each noted.
    struct Watched(Sample, Flow);

    impl Watched {
        fn act(&mut self, task: &TaskRef, act: impl FnOnce(&mut Sample)) {
            act(&mut self.0);
            let state = self.0.state();
            self.1.see(state.effective, state, &[self.0.index(task)]);
        }
    }

    #[test]
    fn the_life_of_a_task_is_measured_from_its_entries() {
        let mut sample = Sample::new();
        let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
        let task = sample.add("A", "x", vec![gate]);
        let mut plan = Watched(sample, Flow::default());
        plan.act(&task, |_| {});
        plan.0.lapse(9);
        plan.act(&task, |plan| _ = plan.claim("codex", &task));
        plan.0.lapse(29);
        let mut blocker = None;
        plan.act(&task, |plan| {
            blocker = Some(plan.block("codex", &task, "no quota", None))
        });
        plan.0.lapse(59);
        plan.act(&task, |plan| plan.unblock("codex", &task, blocker.unwrap()));
        plan.act(&task, |plan| plan.submit("codex", &task));
        plan.0.lapse(19);
        plan.act(&task, |plan| plan.approve("claude", &task));
        plan.act(&task, |plan| plan.done("codex", &task));
        let work = plan.1.finished(plan.0.state(), None);
        let [done] = &work.tasks[..] else {
            panic!("{work:?}");
        };
        assert_eq!(done.by, actor("codex"));
        assert_eq!((done.blocked_minutes, done.review_minutes), (60, 20));
        assert_eq!(done.cycle_minutes, Some(30 + 60 + 1 + 20 + 1));
        assert_eq!(done.lead_minutes, done.cycle_minutes.unwrap() + 10);
        let verdicts = work
            .actors
            .iter()
            .map(|it| (it.actor.as_str(), it.verdicts, it.sums.finished));
        assert_eq!(
            verdicts.collect::<Vec<_>>(),
            [("claude", 1, 0), ("codex", 0, 1)]
        );
        let tomorrow = "2025-10-16".parse().unwrap();
        assert_eq!(
            plan.1.finished(plan.0.state(), Some(tomorrow)).sums,
            FlowSums::default()
        );
    }

    #[test]
    fn a_spread_is_by_nearest_rank() {
        assert_eq!(Spread::of(Vec::new()), None);
        let of = |times: &[u64]| Spread::of(times.to_vec()).map(|it| (it.median, it.p85));
        assert_eq!(of(&[7]), Some((7, 7)));
        assert_eq!(of(&[4, 1, 3, 2]), Some((2, 4)));
        assert_eq!(of(&(1..=100).collect::<Vec<_>>()), Some((50, 85)));
    }
}
