//! Lists of a stored state in which a task is found by its name, or by the event that added it, without reading the tasks.
//!
//! Not here: names that are not stored (`name`), and the place of a list (`stored`).

use std::sync::Arc;

use super::{kept::KeptPart, task_index::TaskIndex};
use crate::core::{entry::event::Origin, values::id::EntryId};

/// A stored list; none is empty.
type List = Option<Arc<KeptPart>>;

fn bytes(list: &List) -> &[u8] {
    list.as_ref().map_or(&[], |part| part.bytes())
}

/// The names of tasks, in order.
///
/// `[number of names: 4]`, for each name `[end of its text: 4][index of its task: 4]`, then the texts one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredNames(List);

impl StoredNames {
    pub(super) fn new(part: KeptPart) -> Self {
        Self(Some(Arc::new(part)))
    }

    /// Names as they are stored.
    pub(super) fn written<'a>(names: impl Iterator<Item = (&'a str, TaskIndex)>) -> Vec<u8> {
        let (mut places, mut texts) = (Vec::new(), Vec::new());
        for (name, index) in names {
            texts.extend_from_slice(name.as_bytes());
            // 2^32 tasks have names of at most 77 bytes; a list of 4 GiB of names does not fit into memory before.
            places.extend((texts.len() as u32).to_be_bytes());
            places.extend(index.0.to_be_bytes());
        }
        let count = (places.len() / PLACE) as u32;
        [&count.to_be_bytes()[..], &places, &texts].concat()
    }

    fn count(&self) -> usize {
        number(bytes(&self.0), 0)
    }

    fn name(&self, number_of: usize) -> (&str, TaskIndex) {
        let bytes = bytes(&self.0);
        let (places, texts) = (4 + number_of * PLACE, 4 + self.count() * PLACE);
        let begin = match number_of {
            0 => 0,
            _ => number(bytes, places - PLACE),
        };
        let end = number(bytes, places);
        let text = bytes.get(texts + begin..texts + end).unwrap_or_default();
        let index = TaskIndex::at(number(bytes, places + 4));
        (std::str::from_utf8(text).unwrap_or_default(), index)
    }

    /// How many names are before this text.
    fn before(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = (low + high) / 2;
            if self.name(middle).0 < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn get(&self, text: &str) -> Option<TaskIndex> {
        let (name, index) = self.from(text).next()?;
        (name == text).then_some(index)
    }

    /// The names from this text on.
    pub(super) fn from<'a>(
        &'a self,
        text: &str,
    ) -> impl Iterator<Item = (&'a str, TaskIndex)> + use<'a> {
        (self.before(text)..self.count()).map(|number| self.name(number))
    }
}

/// The bytes of one place in the list of names.
const PLACE: usize = 8;

/// The tasks by the events that added them, in the order of these bytes:
/// `[id of the entry: 32][event: 2][item: 2][index of the task: 4]`.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredOrigins(List);

/// The bytes of an origin, and those of an origin with the index of its task.
const ORIGIN: usize = 36;
const FOUND: usize = ORIGIN + 4;

impl StoredOrigins {
    pub(super) fn new(part: KeptPart) -> Self {
        Self(Some(Arc::new(part)))
    }

    /// Origins as they are stored.
    pub(super) fn written(origins: impl Iterator<Item = (Origin, TaskIndex)>) -> Vec<u8> {
        let mut rows: Vec<[u8; FOUND]> = Vec::new();
        for (origin, index) in origins {
            let mut row = [0; FOUND];
            row[..ORIGIN].copy_from_slice(&bytes_of(origin));
            row[ORIGIN..].copy_from_slice(&index.0.to_be_bytes());
            rows.push(row);
        }
        rows.sort_unstable();
        rows.into_flattened()
    }

    fn rows(&self) -> &[[u8; FOUND]] {
        bytes(&self.0).as_chunks().0
    }

    pub(super) fn get(&self, origin: Origin) -> Option<TaskIndex> {
        let sought = bytes_of(origin);
        let rows = self.rows();
        let found = rows
            .binary_search_by(|row| row[..ORIGIN].cmp(&sought))
            .ok()?;
        Some(TaskIndex::at(number(&rows[found], ORIGIN)))
    }

    /// All origins with their tasks.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Origin, TaskIndex)> {
        self.rows().iter().filter_map(|row| {
            let (entry, rest) = row.split_first_chunk::<32>()?;
            let origin = Origin {
                entry: EntryId::from_bytes(*entry),
                event: u16::from_be_bytes([rest[0], rest[1]]),
                item: u16::from_be_bytes([rest[2], rest[3]]),
            };
            Some((origin, TaskIndex::at(number(rest, 4))))
        })
    }
}

fn bytes_of(origin: Origin) -> [u8; ORIGIN] {
    let mut bytes = [0; ORIGIN];
    bytes[..32].copy_from_slice(origin.entry.as_bytes());
    bytes[32..34].copy_from_slice(&origin.event.to_be_bytes());
    bytes[34..].copy_from_slice(&origin.item.to_be_bytes());
    bytes
}

/// The number of 4 bytes at this place; 0 beyond the end.
fn number(bytes: &[u8], place: usize) -> usize {
    let number = bytes.get(place..).and_then(<[u8]>::first_chunk);
    number.map_or(0, |number| u32::from_be_bytes(*number) as usize)
}
