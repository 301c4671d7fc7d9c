//! What sums over all tasks ask of the ended ones, so that these stay encoded: most tasks of an old plan have ended.
//!
//! Not here: the sums (`core::views`).

use std::{collections::HashMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

use super::{kept::KeptPart, task::Task};
use crate::core::{
    entry::codec::v1,
    values::{
        id::ActorName,
        task::{Estimate, Priority},
        text::Text,
    },
};

/// What sums ask of an ended task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedTask<'a> {
    /// Whether it is done; otherwise it is cancelled.
    pub is_done: bool,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Its estimate.
    pub estimate: Option<Estimate>,
    /// Its group.
    pub group: Option<&'a Text>,
    /// Its owners.
    pub owners: &'a [ActorName],
}

impl<'a> EndedTask<'a> {
    /// None for an open task.
    pub(super) fn of(task: &'a Task) -> Option<Self> {
        Some(Self {
            is_done: task.end.as_ref()?.done,
            priority: task.fields.priority,
            estimate: task.fields.estimate,
            group: task.fields.group.as_ref(),
            owners: &task.fields.owners,
        })
    }
}

/// The stored list of ended tasks: `[length of the words: 4][the words][a row for each task]`.
#[derive(Debug)]
pub(super) struct StoredEnds {
    part: KeptPart,
    words: OnceLock<Words>,
}

/// Texts that many tasks have, which the rows name by number.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Words {
    groups: Vec<Text>,
    owners: Vec<Vec<ActorName>>,
}

/// A row: `[kind: 1][priority: 1][estimate: 4 + 4][group: 4][owners: 4]`. A priority, a group or owners have their number from 1, or
/// are 0 if there are none. An estimate that there is none of ends with [`NONE`].
const ROW: usize = 18;

/// The kind of a task that is open, or of which this is not stored.
const UNKNOWN: u8 = 0;
const DONE: u8 = 1;
const CANCELLED: u8 = 2;

/// No estimate is that long.
const NONE: u32 = u32::MAX;

/// The list of ended tasks that is to be stored.
#[derive(Default)]
pub(super) struct WrittenEnds<'a> {
    rows: Vec<u8>,
    groups: Numbers<&'a Text>,
    owners: Numbers<&'a [ActorName]>,
}

/// Values by their numbers, from 1.
struct Numbers<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Numbers<T> {
    fn of(&mut self, value: T) -> u32 {
        *self.numbers.entry(value).or_insert_with(|| {
            self.values.push(value);
            self.values.len() as u32
        })
    }
}

impl<'a> WrittenEnds<'a> {
    /// Adds the next task: none for an open one.
    pub(super) fn push(&mut self, task: Option<EndedTask<'a>>) {
        let Some(task) = task else {
            self.rows.extend([UNKNOWN; ROW]);
            return;
        };
        let priority = task
            .priority
            .and_then(|priority| Priority::ALL.iter().position(|it| *it == priority));
        let (low, high) = task.estimate.map_or((NONE, NONE), <(u32, u32)>::from);
        let group = task.group.map_or(0, |group| self.groups.of(group));
        let owners = match task.owners {
            [] => 0,
            owners => self.owners.of(owners),
        };
        self.rows.push(if task.is_done { DONE } else { CANCELLED });
        // There are five priorities.
        self.rows.push(priority.map_or(0, |place| place as u8 + 1));
        for number in [low, high, group, owners] {
            self.rows.extend(number.to_be_bytes());
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let words = v1::to_canonical(&Words {
            groups: self.groups.values.into_iter().cloned().collect(),
            owners: self.owners.values.into_iter().map(<[_]>::to_vec).collect(),
        });
        // Each word is in the state of at least one task.
        let length = (words.len() as u32).to_be_bytes();
        [&length[..], &words, &self.rows].concat()
    }
}

impl StoredEnds {
    pub(super) fn new(part: KeptPart) -> Self {
        Self {
            part,
            words: OnceLock::new(),
        }
    }

    /// A task; none if it is open, or if nothing is stored of it.
    pub(super) fn get(&self, place: usize) -> Option<EndedTask<'_>> {
        let (words, rows) = self.parts()?;
        let [kind, priority, numbers @ ..] = rows.as_chunks::<ROW>().0.get(place)?;
        let is_done = match *kind {
            DONE => true,
            CANCELLED => false,
            _ => return None,
        };
        let number = |place: usize| {
            let bytes = numbers.as_chunks::<4>().0[place];
            u32::from_be_bytes(bytes)
        };
        let words_of = self.words(words);
        let before = |number: u32| (number as usize).checked_sub(1);
        Some(EndedTask {
            is_done,
            priority: before((*priority).into()).and_then(|it| Priority::ALL.get(it).copied()),
            estimate: Estimate::from_minutes(number(0), number(1)),
            group: before(number(2)).and_then(|it| words_of.groups.get(it)),
            owners: before(number(3))
                .and_then(|it| words_of.owners.get(it))
                .map_or(&[], Vec::as_slice),
        })
    }

    fn parts(&self) -> Option<(&[u8], &[u8])> {
        let (length, rest) = self.part.bytes().split_first_chunk()?;
        rest.split_at_checked(u32::from_be_bytes(*length) as usize)
    }

    fn words(&self, words: &[u8]) -> &Words {
        // The bytes have a checksum, and one task was decoded before.
        self.words
            .get_or_init(|| v1::from_canonical(words).unwrap_or_default())
    }
}
