//! The names of tasks, which distinguish tasks of the same id.
//!
//! Not here: valid ids (`id`), and the text that a person typed (`lookup`).

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{task::Task, task_index::TaskIndex};
use crate::core::{
    entry::event::Origin,
    values::id::{Digest, TaskId, letters},
};

/// The names of all tasks. The first task of a name has it without a suffix, later ones with a suffix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names(BTreeMap<String, TaskIndex>);

/// The reason why a text does not name exactly one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// No task has this name.
    Unknown,
    /// Several names begin with this text, or several tasks have this id; the full names, in order.
    Ambiguous(Vec<String>),
    /// No task has this name, but one name begins with it: this one.
    Shortened(String),
}

impl Names {
    /// The names of tasks, in the order of addition.
    pub(super) fn of<'a>(
        tasks: impl Iterator<Item = (&'a str, Origin, TaskIndex)> + Clone,
    ) -> Self {
        // A map is built several times faster from a sorted list, and duplicate names are rare.
        let mut plain: Vec<(&str, TaskIndex)> = tasks.clone().map(|(id, _, at)| (id, at)).collect();
        let count = plain.len();
        plain.sort_unstable();
        plain.dedup_by_key(|(id, _)| *id);
        let first = plain.iter().map(|(id, at)| ((*id).to_owned(), *at));
        let mut names = Self(first.collect());
        if plain.len() < count {
            let taken = tasks.filter(|(id, _, at)| names.0.get(*id) != Some(at));
            let later: Vec<_> = taken.collect();
            for (id, origin, index) in later {
                names.insert(id, origin, index);
            }
        }
        names
    }
    pub(super) fn insert(&mut self, id: &str, origin: Origin, index: TaskIndex) {
        let mut names = candidates(id, origin);
        if let Some(name) = names.find(|name| !self.0.contains_key(name)) {
            self.0.insert(name, index);
        }
    }
    pub(super) fn remove(&mut self, task: &Task) {
        let mut names = candidates(task.id.as_str(), task.origin);
        if let Some(name) = names.rfind(|name| self.0.contains_key(name)) {
            self.0.remove(&name);
        }
    }
    pub(super) fn shown(&self, task: &Task, index: TaskIndex) -> String {
        let mut names = candidates(task.id.as_str(), task.origin);
        let own = names.find(|name| self.0.get(name) == Some(&index));
        own.unwrap_or_else(|| suffixed(task.id.as_str(), task.origin, *SUFFIX_LETTERS.end()))
    }

    /// The task with exactly this name.
    pub fn get(&self, text: &str) -> Option<TaskIndex> {
        self.0.get(text).copied()
    }
    /// Whether several tasks have this id, so that it is not enough to write to one of them.
    pub fn is_shared(&self, id: &TaskId) -> bool {
        self.later(id.as_str()).next().is_some()
    }

    /// The names of the later tasks of an id, each with its suffix.
    pub(super) fn later(&self, id: &str) -> impl Iterator<Item = &String> {
        let begin = format!("{id}~");
        let later = self.0.range(begin.clone()..).map(|(name, _)| name);
        later.take_while(move |name| name.starts_with(&begin))
    }

    /// The name that no other task can be meant by: the shown name, or, of the first of several tasks with one id, its
    /// id and suffix.
    pub(super) fn full(&self, shown: String, origin: Origin) -> String {
        if self.later(&shown).next().is_none() {
            return shown;
        }
        let mut own = candidates(&shown, origin).skip(1);
        let own = own.find(|name| !self.0.contains_key(name));
        own.unwrap_or_else(|| shown.clone())
    }

    /// The task of this name. A full name takes precedence over a prefix, and a prefix has to be unique.
    ///
    /// # Errors
    /// [`NotFound`], with the candidates if there are several.
    pub fn resolve(&self, text: &str) -> Result<TaskIndex, NotFound> {
        if let Some(index) = self.0.get(text) {
            return Ok(*index);
        }
        if text.is_empty() {
            return Err(NotFound::Unknown);
        }
        let begins = |name: &&String| name.starts_with(text);
        let candidates: Vec<&String> = self
            .0
            .range(text.to_owned()..)
            .map(|(name, _)| name)
            .take_while(begins)
            .collect();
        match candidates.as_slice() {
            [] => Err(NotFound::Unknown),
            [name] => self.0.get(*name).copied().ok_or(NotFound::Unknown),
            _ => Err(NotFound::Ambiguous(
                candidates.into_iter().cloned().collect(),
            )),
        }
    }
    /// A short unused name made from a digest: `t` and six letters, or more if those are taken.
    pub fn fresh(&self, seed: &Digest) -> TaskId {
        let letters = letters(seed.as_bytes());
        let mut name: String = std::iter::once('t')
            .chain(letters.clone().take(6))
            .collect();
        let mut more = letters.skip(6);
        while self.0.contains_key(&name)
            && let Some(letter) = more.next()
        {
            name.push(letter);
        }
        TaskId::from_letters(name)
    }
    /// Whether a task has this name without a suffix.
    pub fn contains(&self, id: &TaskId) -> bool {
        self.0.contains_key(id.as_str())
    }
    /// The tasks whose name was already taken by an earlier task.
    pub fn doubles(&self) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .map(String::as_str)
            .filter(|name| name.contains('~'))
    }
}

/// How many letters a suffix has: four, or more if four are taken.
const SUFFIX_LETTERS: RangeInclusive<usize> = 4..=12;

/// The names that a task can have, in the order in which they are tried.
fn candidates(id: &str, origin: Origin) -> impl DoubleEndedIterator<Item = String> {
    let suffixed = SUFFIX_LETTERS.map(move |count| suffixed(id, origin, count));
    std::iter::once(id.to_owned()).chain(suffixed)
}

/// The name with this number of letters of its origin's digest.
fn suffixed(id: &str, origin: Origin, count: usize) -> String {
    let digest = Digest::of(&crate::core::entry::codec::v1::to_canonical(&origin));
    let suffix: String = letters(digest.as_bytes()).take(count).collect();
    format!("{id}~{suffix}")
}
