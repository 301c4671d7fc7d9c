//! The globs of tasks with a claim, found by their beginnings: a path meets only globs whose beginning is one of its
//! own, or goes on from it.
//!
//! Not here: whether two globs overlap (`glob`), and which claims are in the way (`paths`).

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use crate::core::values::glob::{Glob, Pattern};

/// The globs, by beginning and by the index of the task.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    by_beginning: BTreeMap<Box<str>, BTreeMap<usize, BTreeSet<Glob>>>,
    /// The beginnings of a task's globs.
    of_task: BTreeMap<usize, BTreeSet<Box<str>>>,
}

impl Held {
    /// Sets the globs of a task; none if it has no claim.
    pub(super) fn set<'a>(&mut self, place: usize, globs: impl IntoIterator<Item = &'a Glob>) {
        for beginning in self.of_task.remove(&place).unwrap_or_default() {
            if let Some(tasks) = self.by_beginning.get_mut(&beginning) {
                tasks.remove(&place);
                if tasks.is_empty() {
                    self.by_beginning.remove(&beginning);
                }
            }
        }
        for glob in globs {
            self.add(place, glob);
        }
    }

    /// Adds a glob of a task that has a claim.
    pub(super) fn add(&mut self, place: usize, glob: &Glob) {
        let beginning: Box<str> = glob.pattern().beginning().into();
        let beginnings = self.of_task.entry(place).or_default();
        beginnings.insert(beginning.clone());
        let tasks = self.by_beginning.entry(beginning).or_default();
        tasks.entry(place).or_default().insert(glob.clone());
    }

    /// Removes a glob of a task.
    pub(super) fn remove(&mut self, place: usize, glob: &Glob) {
        let beginning = glob.pattern().beginning();
        let Some(tasks) = self.by_beginning.get_mut(beginning) else {
            return;
        };
        let Some(globs) = tasks.get_mut(&place) else {
            return;
        };
        globs.remove(glob);
        if globs.is_empty() {
            tasks.remove(&place);
            if let Some(beginnings) = self.of_task.get_mut(&place) {
                beginnings.remove(beginning);
            }
        }
        if tasks.is_empty() {
            self.by_beginning.remove(beginning);
        }
    }

    /// The globs whose beginnings do not show that they are apart from `pattern`, each with its task. Those of the
    /// task `but` are left out.
    pub(super) fn near<'a>(
        &'a self,
        pattern: &'a Pattern,
        but: Option<usize>,
    ) -> impl Iterator<Item = (usize, &'a Glob)> + 'a {
        let beginning = pattern.beginning();
        let ends = beginning.match_indices('/').map(|(slash, _)| slash + 1);
        let shorter = std::iter::once(0).chain(ends);
        let shorter = shorter.filter(|end| *end < beginning.len());
        let above = shorter.filter_map(|end| self.by_beginning.get(&beginning[..end]));
        let from = (Bound::Included(beginning), Bound::Unbounded);
        let below = self.by_beginning.range::<str, _>(from);
        let below = below.take_while(move |(other, _)| other.starts_with(beginning));
        let tasks = above.chain(below.map(|(_, tasks)| tasks));
        tasks.flat_map(move |tasks| {
            let globs = tasks.iter().filter(move |(place, _)| but != Some(**place));
            globs.flat_map(|(place, globs)| globs.iter().map(|glob| (*place, glob)))
        })
    }
}
