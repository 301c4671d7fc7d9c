//! The names of tasks, which distinguish tasks of the same id.
//!
//! Not here: valid ids (`id`), and the text that a person typed (`lookup`).

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{sorted::StoredNames, task::Task, task_index::TaskIndex};
use crate::core::{
    entry::event::Origin,
    values::id::{Digest, TaskId, letters},
};

/// The names of all tasks. The first task of a name has it without a suffix, later ones with a suffix.
#[derive(Debug, Clone, Default)]
pub struct Names {
    stored: StoredNames,
    /// Those that are not stored.
    added: BTreeMap<String, TaskIndex>,
}

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
        let mut names = Self {
            stored: StoredNames::default(),
            added: first.collect(),
        };
        if plain.len() < count {
            let taken = tasks.filter(|(id, _, at)| names.get(id) != Some(*at));
            let later: Vec<_> = taken.collect();
            for (id, origin, index) in later {
                names.insert(id, origin, index);
            }
        }
        names
    }
    /// The names that were stored.
    pub(super) fn stored(stored: StoredNames) -> Self {
        Self {
            stored,
            added: BTreeMap::new(),
        }
    }
    pub(super) fn insert(&mut self, id: &str, origin: Origin, index: TaskIndex) {
        let mut names = candidates(id, origin);
        if let Some(name) = names.find(|name| self.get(name).is_none()) {
            self.added.insert(name, index);
        }
    }
    pub(super) fn remove(&mut self, task: &Task) {
        let mut names = candidates(task.id.as_str(), task.origin);
        let Some(name) = names.rfind(|name| self.get(name).is_some()) else {
            return;
        };
        if self.added.remove(&name).is_none() {
            let all = self.iter();
            self.added = all.map(|(name, index)| (name.to_owned(), index)).collect();
            self.stored = StoredNames::default();
            self.added.remove(&name);
        }
    }
    pub(super) fn shown(&self, task: &Task, index: TaskIndex) -> String {
        let mut names = candidates(task.id.as_str(), task.origin);
        let own = names.find(|name| self.get(name) == Some(index));
        own.unwrap_or_else(|| suffixed(task.id.as_str(), task.origin, *SUFFIX_LETTERS.end()))
    }

    /// The task with exactly this name.
    pub fn get(&self, text: &str) -> Option<TaskIndex> {
        let added = self.added.get(text).copied();
        added.or_else(|| self.stored.get(text))
    }
    /// Whether several tasks have this id, so that it is not enough to write to one of them.
    pub fn is_shared(&self, id: &TaskId) -> bool {
        self.later(id.as_str()).next().is_some()
    }

    /// All names with their tasks, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, TaskIndex)> {
        self.beginning_with("")
    }

    /// The names that begin with this text, in order.
    fn beginning_with<'a>(
        &'a self,
        text: &str,
    ) -> impl Iterator<Item = (&'a str, TaskIndex)> + use<'a> {
        let begin = text.to_owned();
        let mut stored = self.stored.from(text).peekable();
        let added = self.added.range(begin.clone()..);
        let mut added = added
            .map(|(name, index)| (name.as_str(), *index))
            .peekable();
        let merged = std::iter::from_fn(move || match (stored.peek(), added.peek()) {
            (Some(one), Some(other)) if one.0 > other.0 => added.next(),
            (Some(_), _) => stored.next(),
            (None, _) => added.next(),
        });
        merged.take_while(move |(name, _)| name.starts_with(&begin))
    }

    /// The names of the later tasks of an id, each with its suffix.
    pub(super) fn later<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.beginning_with(&format!("{id}~")).map(|(name, _)| name)
    }

    /// The name that no other task can be meant by: the shown name, or, of the first of several tasks with one id, its
    /// id and suffix.
    pub(super) fn full(&self, shown: String, origin: Origin) -> String {
        if self.later(&shown).next().is_none() {
            return shown;
        }
        let mut own = candidates(&shown, origin).skip(1);
        let own = own.find(|name| self.get(name).is_none());
        own.unwrap_or_else(|| shown.clone())
    }

    /// The task of this name. A full name takes precedence over a prefix, and a prefix has to be unique.
    ///
    /// # Errors
    /// [`NotFound`], with the candidates if there are several.
    pub fn resolve(&self, text: &str) -> Result<TaskIndex, NotFound> {
        if let Some(index) = self.get(text) {
            return Ok(index);
        }
        if text.is_empty() {
            return Err(NotFound::Unknown);
        }
        let candidates: Vec<_> = self.beginning_with(text).collect();
        match candidates.as_slice() {
            [] => Err(NotFound::Unknown),
            [(_, index)] => Ok(*index),
            _ => Err(NotFound::Ambiguous(
                candidates
                    .into_iter()
                    .map(|(name, _)| name.to_owned())
                    .collect(),
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
        while self.get(&name).is_some()
            && let Some(letter) = more.next()
        {
            name.push(letter);
        }
        TaskId::from_letters(name)
    }
    /// Whether a task has this name without a suffix.
    pub fn contains(&self, id: &TaskId) -> bool {
        self.get(id.as_str()).is_some()
    }
    /// The tasks whose name was already taken by an earlier task.
    pub fn doubles(&self) -> impl Iterator<Item = &str> {
        let names = self.iter().map(|(name, _)| name);
        names.filter(|name| name.contains('~'))
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Names {}

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
