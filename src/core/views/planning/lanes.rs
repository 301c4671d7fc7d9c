//! What each owner could run side by side now.
//!
//! Two tasks that change the same files are not done side by side. Not here: in which order tasks are ready
//! (`ready`).

use std::collections::BTreeMap;

use super::{Obstacle, Rank, Readiness};
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, task::Task},
    },
    values::{glob, id::ActorName, time::Timestamp},
};

/// So many tasks are named for one owner; nobody runs more side by side.
pub const LANE_MAX: usize = 16;

/// What one owner holds and could take on beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lane {
    /// What it holds, in the order of addition.
    pub holds: Vec<TaskIndex>,
    /// What it could take on, best first, at most [`LANE_MAX`].
    pub could_take: Vec<TaskIndex>,
    /// What is free too but changes files of a task that somebody holds or that it could take, each with that task.
    pub apart: Vec<(TaskIndex, TaskIndex)>,
    /// How many more tasks are free for it.
    pub more: usize,
}

/// The lanes of all who own a task that is free or hold one at an effective time, by name; last, under none, that
/// of the free tasks without an owner, which anybody could take.
pub fn lanes(
    state: &State,
    open: &OpenTasks,
    effective: Timestamp,
) -> Vec<(Option<ActorName>, Lane)> {
    let mut lanes: BTreeMap<Option<ActorName>, Lane> = BTreeMap::new();
    for (index, task) in state.tasks().filter(|(_, task)| task.end.is_none()) {
        if let Some(claim) = task
            .claim
            .as_ref()
            .filter(|claim| !claim.expired(effective))
        {
            let lane = lanes.entry(Some(claim.actor.clone())).or_default();
            lane.holds.push(index);
        }
    }
    for (task, holder) in free(state, open, effective) {
        let owners = state.task(task).fields.owners.iter().cloned().map(Some);
        let owners = owners.chain(state.task(task).fields.owners.is_empty().then_some(None));
        for owner in owners {
            lanes.entry(owner).or_default().offer(state, task, holder);
        }
    }
    let anybody = lanes.remove(&None).map(|lane| (None, lane));
    lanes.into_iter().chain(anybody).collect()
}

/// What could be taken, best first, if files are left aside: each with the task for which somebody holds its files.
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
    fn offer(&mut self, state: &State, task: TaskIndex, holder: Option<TaskIndex>) {
        if self.could_take.len() >= LANE_MAX || self.apart.len() >= LANE_MAX {
            self.more += 1;
            return;
        }
        let mut beside = self.could_take.iter().copied();
        let met = || beside.find(|other| meet(state.task(*other), state.task(task)));
        match holder.or_else(met) {
            Some(other) => self.apart.push((task, other)),
            None => self.could_take.push(task),
        }
    }
}

/// Whether two tasks change the same files, as far as their paths tell.
fn meet(one: &Task, other: &Task) -> bool {
    let pairs = one
        .fields
        .paths
        .iter()
        .flat_map(|a| other.fields.paths.iter().map(move |b| (a, b)));
    pairs
        .into_iter()
        .any(|(a, b)| glob::overlap(a.as_str(), b.as_str()))
}
