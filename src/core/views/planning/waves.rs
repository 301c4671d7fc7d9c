//! Waves: what can be done side by side once the waves before are done.
//!
//! Not here: how long it takes (`critical`), and who does it (`lanes`).

use std::collections::BTreeMap;

use super::Rank;
use crate::core::{
    entry::event::task::Wave,
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
};

/// The open tasks by waves, the first first, each in the order of [`Rank`]: a task stands in the wave
/// after the last of those that it waits for, and in the first if it waits for none.
pub fn waves(state: &State, open: &OpenTasks) -> Vec<Vec<TaskIndex>> {
    let mut depth = vec![0_usize; state.tasks().len()];
    let mut waves: Vec<Vec<TaskIndex>> = Vec::new();
    for task in open.order() {
        let before = state.waits_for(*task).map(|other| depth[other.0 as usize]);
        let wave = before.max().unwrap_or(0);
        depth[task.0 as usize] = wave + 1;
        if waves.len() <= wave {
            waves.resize_with(wave + 1, Vec::new);
        }
        waves[wave].push(*task);
    }
    for wave in &mut waves {
        wave.sort_by_cached_key(|task| Rank::of(state, open, *task));
    }
    waves
}

/// The waves that the plan itself declares, by number, each in the declared order; ended tasks included.
pub fn declared_waves(state: &State) -> BTreeMap<u32, Vec<TaskIndex>> {
    let mut placed: Vec<_> = state
        .tasks()
        .filter_map(|(index, task)| Some((task.fields.wave?, index)))
        .collect();
    placed.sort_unstable();
    let mut waves: BTreeMap<u32, Vec<TaskIndex>> = BTreeMap::new();
    for (wave, task) in placed {
        waves.entry(wave.number).or_default().push(task);
    }
    waves
}

/// A task that is declared before one that it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// The task.
    pub task: TaskIndex,
    /// Its place.
    pub place: Wave,
    /// What it waits for, directly or through tasks in no declared wave, and what is declared later.
    pub waits_for: TaskIndex,
    /// The place of that.
    pub later_place: Wave,
}

/// Where the declared waves contradict the dependencies, in the order in which the tasks could be done.
pub fn contradictions(state: &State, open: &OpenTasks) -> Vec<Contradiction> {
    let wave = |task: TaskIndex| state.task(task).fields.wave;
    // The last declared task before each one: itself, or what it waits for if it is in no wave.
    let mut last: Vec<Option<TaskIndex>> = vec![None; state.tasks().len()];
    let mut found = Vec::new();
    for task in open.order() {
        let before = state.waits_for(*task);
        let before = before.filter_map(|other| last[other.0 as usize]);
        let latest = before.max_by_key(|other| (wave(*other), std::cmp::Reverse(*other)));
        last[task.0 as usize] = match wave(*task) {
            Some(_) => Some(*task),
            None => latest,
        };
        if let Some(waits_for) = latest
            && let (Some(place), Some(later_place)) = (wave(*task), wave(waits_for))
            && later_place > place
        {
            found.push(Contradiction {
                task: *task,
                place,
                waits_for,
                later_place,
            });
        }
    }
    found
}
