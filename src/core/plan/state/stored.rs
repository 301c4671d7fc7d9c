//! The stored form of a state, for this program only. Reading is fast, since each part is read when it is needed, and tasks stay
//! encoded until they are used.
//!
//! A state can also be stored as what changed since an earlier one. Neither form is canonical or covered by a digest. The parts of
//! the whole form have checksums; the caller protects the changes by one. Not here: the canonical encoding (`State::to_bytes`), and the files
//! (`ledger::cache`, `ledger::index`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Index, Origins, State,
    encoded_task::{self, Bytes, Label},
    ended::WrittenEnds,
    kept::{Extent, Kept, KeptPart, Storage, checksum},
    name::Names,
    sorted::{StoredNames, StoredOrigins},
    stored_tasks::{StoredTasks, WrittenTasks},
    task_index::TaskIndex,
    tasks::Tasks,
};
use crate::core::entry::codec::v1;

/// Where the parts are, which follow one after the other. The encoded tasks are after the last of them.
#[derive(Serialize, Deserialize)]
struct Head {
    /// The number of tasks.
    tasks: usize,
    /// All but the tasks.
    rest: Extent,
    /// The table of the tasks.
    table: Extent,
    names: Extent,
    origins: Extent,
    ends: Extent,
    digests: Extent,
}

impl State {
    /// Appends the state in the form that [`read_back`](Self::read_back) reads: the length of the head and its checksum in 4 bytes each,
    /// the head, and the parts. Tasks that were not decoded are copied.
    pub fn keep(&self, kept: &mut Vec<u8>) {
        let mut tasks = WrittenTasks::default();
        let mut ends = WrittenEnds::default();
        for task in self.tasks.encoded() {
            tasks.push(task.facets, task.digest, &task.encoded);
            ends.push(task.ended);
        }
        let names = StoredNames::written(self.index.names.iter());
        let origins = StoredOrigins::written(self.index.origins.iter());
        write(kept, &self.rest(), tasks, ends, [&names, &origins]);
    }

    /// The encoding of all but the tasks.
    fn rest(&self) -> Vec<u8> {
        let mut rest = self.clone();
        rest.tasks = Tasks::default();
        rest.index = Arc::default();
        v1::to_canonical(&rest)
    }

    /// What changed since an earlier state of the same ledger, or since there was none: the length of all but the tasks, that
    /// part, the number of tasks, and for each task that changed its index and its record. A task that may be unchanged can be
    /// among them.
    pub fn changes_since(&self, earlier: Option<&State>) -> Vec<u8> {
        let rest = self.rest();
        let mut changes = (rest.len() as u64).to_be_bytes().to_vec();
        changes.extend(rest);
        changes.extend((self.tasks.len() as u64).to_be_bytes());
        for (place, task) in self.tasks.changed_since(earlier.map(|it| &it.tasks)) {
            changes.extend((place as u64).to_be_bytes());
            changes.extend(encoded_task::of(task));
        }
        changes
    }

    /// The state after all these changes, each of which follows the one before it, beginning with no state; none if the bytes
    /// have another form, or for an empty list.
    pub fn from_changes(changes: &[Vec<u8>]) -> Option<Self> {
        let mut records: Vec<Option<(Label<'_>, &[u8])>> = Vec::new();
        for change in changes {
            let mut bytes = Bytes(change);
            bytes.part()?;
            let count = bytes.number()?;
            // The tasks are only ever added to, and a record has more than one byte.
            let added = count
                .checked_sub(records.len())
                .filter(|added| *added <= bytes.0.len())?;
            records.resize_with(records.len() + added, || None);
            while !bytes.0.is_empty() {
                let place = bytes.number()?;
                *records.get_mut(place)? = Some(encoded_task::take(&mut bytes)?);
            }
        }
        let records: Vec<_> = records.into_iter().collect::<Option<_>>()?;
        let rest = Bytes(changes.last()?).part()?;
        let mut tasks = WrittenTasks::default();
        let mut ends = WrittenEnds::default();
        for (label, encoded) in &records {
            tasks.push(label.facets, label.digest, encoded);
            // It would have to be decoded.
            ends.push(None);
        }
        let labels = (0..)
            .zip(&records)
            .map(|(place, (label, _))| (label, TaskIndex::at(place)));
        let names = Names::of(
            labels
                .clone()
                .map(|(label, index)| (label.name, label.origin, index)),
        );
        let names = StoredNames::written(names.iter());
        let origins = StoredOrigins::written(labels.map(|(label, index)| (label.origin, index)));
        let mut kept = Vec::new();
        write(&mut kept, rest, tasks, ends, [&names, &origins]);
        Self::read_back(Box::new(kept))
    }

    /// The state that [`keep`](Self::keep) wrote; none if the bytes have another form, or if a part is damaged that is read at once:
    /// all but the tasks, and the first tasks. Other parts are read and checked when they are needed.
    pub fn read_back(storage: Box<dyn Storage>) -> Option<Self> {
        let start = storage.read(0..8)?;
        let [length, sum] = start.as_chunks::<4>().0 else {
            return None;
        };
        let head_end = 8usize.checked_add(u32::from_be_bytes(*length) as usize)?;
        let length = storage.length();
        let head = storage.read(8..head_end.min(length))?;
        (checksum(&head) == u32::from_be_bytes(*sum)).then_some(())?;
        let head: Head = v1::from_canonical(&head).ok()?;
        let kept = Kept::new(storage, head_end);
        let table = kept.sound(&head.table)?;
        let begin = head.digests.end;
        let (tasks, facets) =
            StoredTasks::read_back(&kept, &table, head.tasks, [head.digests, head.ends], begin)?;
        (head_end.checked_add(tasks.end(begin))? == length).then_some(())?;
        let mut state: Self = v1::from_canonical(&kept.sound(&head.rest)?).ok()?;
        state.tasks = Tasks::read_back(tasks, facets)?;
        state.index = Arc::new(Index {
            origins: Origins::stored(StoredOrigins::new(KeptPart::new(&kept, head.origins))),
            names: Names::stored(StoredNames::new(KeptPart::new(&kept, head.names))),
        });
        Some(state)
    }
}

/// Appends the head and the parts.
fn write(
    kept: &mut Vec<u8>,
    rest: &[u8],
    tasks: WrittenTasks,
    ends: WrittenEnds<'_>,
    [names, origins]: [&[u8]; 2],
) {
    let count = tasks.len();
    let (table, digests, encoded) = tasks.parts();
    let ends = ends.into_bytes();
    let mut begin = 0;
    let mut extent = |part: &[u8]| {
        let place = begin..begin + part.len();
        begin = place.end;
        Extent {
            begin: place.start,
            end: place.end,
            checksum: checksum(part),
        }
    };
    let head = v1::to_canonical(&Head {
        tasks: count,
        rest: extent(rest),
        table: extent(&table),
        names: extent(names),
        origins: extent(origins),
        ends: extent(&ends),
        digests: extent(&digests),
    });
    // A head has a few hundred bytes.
    kept.extend((head.len() as u32).to_be_bytes());
    kept.extend(checksum(&head).to_be_bytes());
    for part in [
        &head[..],
        rest,
        &table,
        names,
        origins,
        &ends,
        &digests,
        &encoded,
    ] {
        kept.extend_from_slice(part);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::{
        plan::{
            reduce::Replay,
            state::{EndedTask, task::Task},
        },
        sample::any_sample,
    };

    fn kept(state: &State) -> Vec<u8> {
        let mut kept = Vec::new();
        state.keep(&mut kept);
        kept
    }
    fn read_back(kept: &[u8]) -> Option<State> {
        State::read_back(Box::new(kept.to_vec()))
    }
    fn shown(state: &State) -> Vec<String> {
        let tasks = state.tasks();
        tasks.map(|(index, _)| state.shown(index)).collect()
    }

    /// Asserts that the tasks that are found without decoding the others are those that fit.
    fn facets_are_true(state: &State) {
        let all = |fits: fn(&Task) -> bool| {
            let all = state.tasks().filter(move |(_, task)| fits(task));
            all.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let found: Vec<_> = state.open_tasks().map(|(index, _)| index).collect();
        assert_eq!(found, all(|task| task.end.is_none()));
        let found: Vec<_> = state.linking_tasks().map(|(index, _)| index).collect();
        assert_eq!(found, all(|task| !task.links.is_empty()));
        let found: Vec<_> = state.tasks_with_work().map(|(index, _)| index).collect();
        assert_eq!(found, all(|task| task.work_done().is_some()));
        let ended: Vec<_> = state.ended_tasks().collect();
        let decoded = state
            .tasks()
            .filter_map(|(index, task)| Some((index, EndedTask::of(task)?)));
        assert_eq!(ended, decoded.collect::<Vec<_>>());
        let found: Vec<_> = state.claimed().map(|(index, ..)| index).collect();
        assert_eq!(found, all(|task| task.claim.is_some()));
    }

    proptest! {
        #[test]
        fn the_facets_of_tasks_are_true_after_every_entry(sample in any_sample()) {
            let mut replay = None;
            for accepted in sample.entries() {
                match &mut replay {
                    None => replay = Replay::begin(accepted),
                    Some(replay) => replay.push(accepted),
                }
                let state = replay.as_ref().unwrap().state();
                facets_are_true(state);
                facets_are_true(&read_back(&kept(state)).unwrap());
            }
        }

        #[test]
        fn a_stored_state_reads_back_with_its_names_and_is_stored_alike(sample in any_sample()) {
            let state = sample.into_state();
            let read = read_back(&kept(&state)).unwrap();
            // Once with no task decoded, once with all tasks decoded.
            prop_assert_eq!(kept(&read), kept(&state));
            prop_assert_eq!(shown(&read), shown(&state));
            prop_assert_eq!(read.digest(), state.digest());
            prop_assert_eq!(kept(&read), kept(&state));
            prop_assert_eq!(read, state);
        }

        #[test]
        fn a_state_is_what_changed_since_each_of_several_earlier_ones(sample in any_sample(), step in 1..9usize) {
            let mut replay = None;
            let mut earlier: Option<State> = None;
            let mut changes = Vec::new();
            let entries = sample.entries();
            for (number, accepted) in entries.iter().enumerate() {
                match &mut replay {
                    None => replay = Replay::begin(accepted),
                    Some(replay) => replay.push(accepted),
                }
                let state = replay.as_ref().unwrap().state();
                if number % step == 0 || number + 1 == entries.len() {
                    changes.push(state.changes_since(earlier.as_ref()));
                    let read = State::from_changes(&changes).unwrap();
                    prop_assert_eq!(read.digest(), state.digest());
                    prop_assert_eq!(shown(&read), shown(state));
                    // Half of the time the next changes are those since a state that was read back.
                    earlier = Some(if number % 2 == 0 { read } else { state.clone() });
                }
            }
        }

        #[test]
        fn undecoded_tasks_and_their_names_can_be_removed(sample in any_sample()) {
            let mut state = sample.into_state();
            let mut read = read_back(&kept(&state)).unwrap();
            read.forget_tasks_from(1);
            state.forget_tasks_from(1);
            prop_assert_eq!(read, state);
        }
    }

    #[test]
    fn truncated_or_extended_bytes_are_not_a_state() {
        let mut sample = crate::core::sample::Sample::new();
        sample.add("A", "Do it", Vec::new());
        let kept = kept(sample.state());
        for end in 0..kept.len() {
            assert!(read_back(&kept[..end]).is_none(), "{end}");
        }
        assert!(read_back(&[&kept[..], b"x"].concat()).is_none());
        assert!(read_back(&kept).is_some());
    }

    /// Bytes that are damaged, of which sound ones can be made again.
    struct Damaged {
        bytes: Vec<u8>,
        sound: Vec<u8>,
    }
    impl Storage for Damaged {
        fn length(&self) -> usize {
            self.bytes.len()
        }
        fn read(&self, range: std::ops::Range<usize>) -> Option<Vec<u8>> {
            Storage::read(&self.bytes, range)
        }
        fn restored(&self) -> Option<Vec<u8>> {
            Some(self.sound.clone())
        }
    }

    proptest! {
        #[test]
        fn a_damaged_state_is_not_read_or_is_read_as_it_was(
            sample in any_sample(),
            place in any::<proptest::sample::Index>(),
            bit in 0..8u32,
        ) {
            let state = sample.into_state();
            let sound = kept(&state);
            let mut bytes = sound.clone();
            *place.get_mut(&mut bytes) ^= 1 << bit;
            if let Some(read) = State::read_back(Box::new(Damaged { bytes, sound: sound.clone() })) {
                prop_assert_eq!(kept(&read), sound);
                prop_assert_eq!(shown(&read), shown(&state));
                prop_assert_eq!(read, state);
            }
        }
    }
}
