//! A parent and the tasks below it: their sums, and tasks as a tree.
//!
//! A task has at most 32 ancestors, so the sums of all parents together are quick. Not here: which task may be a parent
//! (`rules`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::minutes::Minutes;
use crate::core::plan::state::{State, TaskIndex};

/// What a parent has from the tasks below it, at any depth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChildrenDocument {
    /// Its children, in the order of addition.
    pub tasks: Vec<String>,
    /// The number of tasks below it that are not cancelled and have no children themselves.
    pub total: usize,
    /// The number of these that are done.
    pub done: usize,
    /// The mean of their percentages, rounded down; without such tasks, its own percentage.
    pub percent: u8,
    /// The sum of the estimates below it, without cancelled tasks.
    pub estimate_minutes: Minutes,
    /// The tasks below it with an open blocker.
    pub blocked: Vec<String>,
}

impl ChildrenDocument {
    /// The document of a task; none without children.
    pub fn of(state: &State, index: TaskIndex) -> Option<Self> {
        let children = &state.task(index).children;
        if children.is_empty() {
            return None;
        }
        let mut document = Self {
            tasks: children.iter().map(|child| state.shown(*child)).collect(),
            total: 0,
            done: 0,
            percent: 0,
            estimate_minutes: Minutes::default(),
            blocked: Vec::new(),
        };
        let mut percents = 0;
        let mut open: Vec<TaskIndex> = children.iter().rev().copied().collect();
        while let Some(below) = open.pop() {
            let task = state.task(below);
            open.extend(task.children.iter().rev());
            let is_done = task.end.as_ref().map(|end| end.done);
            if is_done == Some(false) {
                continue;
            }
            if task.children.is_empty() {
                document.total += 1;
                document.done += usize::from(is_done == Some(true));
                percents += usize::from(task.percent());
            }
            if let Some(estimate) = task.fields.estimate {
                document.estimate_minutes.low += u64::from(estimate.low());
                document.estimate_minutes.high += u64::from(estimate.high());
            }
            if is_done.is_none() && task.open_blockers().next().is_some() {
                document.blocked.push(state.shown(below));
            }
        }
        // A mean of percentages is one.
        let mean = percents.checked_div(document.total);
        document.percent = mean.map_or_else(|| state.task(index).percent(), |mean| mean as u8);
        Some(document)
    }
}

/// The tasks as a tree: each below the nearest of its ancestors that is among them, with its depth. Otherwise the order stays.
pub fn tree(state: &State, tasks: &[TaskIndex]) -> Vec<(usize, TaskIndex)> {
    let listed: BTreeSet<TaskIndex> = tasks.iter().copied().collect();
    let mut below: BTreeMap<Option<TaskIndex>, Vec<TaskIndex>> = BTreeMap::new();
    for task in tasks {
        let parent = state.ancestors(*task).find(|it| listed.contains(it));
        below.entry(parent).or_default().push(*task);
    }
    let mut rows = Vec::with_capacity(tasks.len());
    let mut open: Vec<(usize, TaskIndex)> = Vec::new();
    let mut push = |open: &mut Vec<_>, depth: usize, parent| {
        let children = below.remove(&parent).unwrap_or_default().into_iter();
        open.extend(children.rev().map(|task| (depth, task)));
    };
    push(&mut open, 0, None);
    while let Some((depth, task)) = open.pop() {
        rows.push((depth, task));
        push(&mut open, depth + 1, Some(task));
    }
    rows
}
