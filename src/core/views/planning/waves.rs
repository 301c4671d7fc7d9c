//! Waves: each has the tasks that can be done side by side once the waves before it are done.
//!
//! Not here: the duration (`critical`), and the people for it (`lanes`).

use std::collections::BTreeMap;

use super::Rank;
use crate::core::{
    entry::event::task::Wave,
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
};

/// The open tasks by wave, in order, each wave sorted by [`Rank`]. A task is in the first wave if it waits for none;
/// otherwise in the wave after the last task that it waits for.
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

/// The waves that the plan declares, by number, each in the declared order, including ended tasks.
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

/// A contradiction: a task is declared before a task that it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// The task.
    pub task: TaskIndex,
    /// Its place in the declared order.
    pub place: Wave,
    /// The task that it waits for, directly or through tasks in no declared wave.
    pub waits_for: TaskIndex,
    /// The later place of that task.
    pub later_place: Wave,
}

/// The contradictions between the declared waves and the dependencies, in an order in which the tasks could be done.
pub fn contradictions(state: &State, open: &OpenTasks) -> Vec<Contradiction> {
    let wave = |task: TaskIndex| state.task(task).fields.wave;
    // By task: the last declared task before it. That is the task itself, or, outside the waves, one that it waits for.
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
