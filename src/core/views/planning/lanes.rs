//! The tasks that each owner could run side by side now.
//!
//! Two tasks that change the same files are never in one lane. Not here: the order of ready tasks (`ready`).

use std::collections::BTreeMap;

use super::{Obstacle, Rank, Readiness};
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, steps::StepCount, task::Task},
    },
    values::{id::ActorName, time::Timestamp},
};

/// The maximum number of tasks that are listed for one owner; nobody runs more side by side.
pub const LANE_MAX: usize = 16;

/// The tasks that one owner holds, and the tasks that it could claim next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lane {
    /// The held tasks, in the order of addition.
    pub holds: Vec<TaskIndex>,
    /// The tasks that it could claim, best first, at most [`LANE_MAX`].
    pub could_take: Vec<TaskIndex>,
    /// The ready tasks that share files with a held task or with one of `could_take`, each with that task.
    pub apart: Vec<(TaskIndex, TaskIndex)>,
    /// The number of further ready tasks.
    pub more: usize,
}

/// The lanes of all actors that own a ready task or hold a task at an effective time, by name. The last lane has no
/// owner: it has the ready tasks without an owner, which any actor could claim.
pub fn lanes(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
) -> Vec<(Option<ActorName>, Lane)> {
    let mut lanes: BTreeMap<Option<ActorName>, (Lane, StepCount)> = BTreeMap::new();
    for (index, task) in state.open_tasks() {
        if let Some(claim) = task
            .claim
            .as_ref()
            .filter(|claim| !claim.expired(effective))
        {
            let (lane, _) = lanes.entry(Some(claim.actor.clone())).or_default();
            lane.holds.push(index);
        }
    }
    for (task, holder) in free(state, open, effective) {
        let owners = state.task(task).fields.owners.iter().cloned().map(Some);
        let owners = owners.chain(state.task(task).fields.owners.is_empty().then_some(None));
        for owner in owners {
            let (lane, steps) = lanes.entry(owner).or_default();
            lane.offer(state, task, holder, steps);
        }
    }
    let anybody = lanes.remove(&None).map(|lane| (None, lane));
    let lanes = lanes.into_iter().chain(anybody);
    lanes.map(|(owner, (lane, _))| (owner, lane)).collect()
}

/// The tasks that could be claimed, best first, ignoring files; each with the task whose claim holds its files, if any.
fn free(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
) -> Vec<(TaskIndex, Option<TaskIndex>)> {
    let readiness = Readiness::new(state, effective, None);
    let free = open
        .order()
        .iter()
        .filter_map(|task| match readiness.obstacle(*task) {
            None => Some((*task, None)),
            Some(Obstacle::PathsHeld(holder)) => Some((*task, Some(holder))),
            Some(_) => None,
        });
    let mut free: Vec<_> = free.collect();
    free.sort_by_cached_key(|(task, _)| Rank::of(state, open, *task));
    free
}

impl Lane {
    fn offer(
        &mut self,
        state: &State,
        task: TaskIndex,
        holder: Option<TaskIndex>,
        steps: &StepCount,
    ) {
        if self.could_take.len() >= LANE_MAX || self.apart.len() >= LANE_MAX {
            self.more += 1;
            return;
        }
        let mut beside = self.could_take.iter().copied();
        let met = || beside.find(|other| meet(state.task(*other), state.task(task), steps));
        match holder.or_else(met) {
            Some(other) => self.apart.push((task, other)),
            None => self.could_take.push(task),
        }
    }
}

/// Whether two tasks can change the same files, according to their paths; also if that would take too many steps to
/// find out.
fn meet(one: &Task, other: &Task, steps: &StepCount) -> bool {
    let pairs = one.fields.paths.iter();
    let mut pairs = pairs.flat_map(|a| other.fields.paths.iter().map(move |b| (a, b)));
    pairs.any(|(a, b)| {
        steps.take(a.pattern().steps(b.pattern()));
        steps.are_too_many() || a.overlaps(b)
    })
}
