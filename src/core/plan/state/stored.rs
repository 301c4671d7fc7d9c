//! The stored form of a state, for this program only. Reading is fast, since tasks stay encoded until they are used.
//!
//! A state can also be stored as what changed since an earlier one. Neither form is canonical or covered by a digest; the
//! caller protects the bytes by a checksum. Not here: the canonical encoding (`State::to_bytes`), and the files
//! (`ledger::cache`, `ledger::index`).

use std::sync::Arc;

use super::{
    Index, State,
    encoded_task::{self, Bytes},
    tasks::Tasks,
};
use crate::core::entry::codec::v1;

impl State {
    /// Appends the state in the form that [`read_back`](Self::read_back) reads: the length of all but the tasks, that
    /// part, then the records of the tasks to the end. Records of tasks that were not decoded are copied.
    pub fn keep(&self, kept: &mut Vec<u8>) {
        self.keep_rest(kept);
        for record in self.tasks.records() {
            kept.extend_from_slice(&record);
        }
    }

    /// Appends all but the tasks, after its length.
    fn keep_rest(&self, kept: &mut Vec<u8>) {
        let mut rest = self.clone();
        rest.tasks = Tasks::default();
        rest.index = Arc::default();
        let rest = v1::to_canonical(&rest);
        kept.extend((rest.len() as u64).to_be_bytes());
        kept.extend(rest);
    }

    /// What changed since an earlier state of the same ledger, or since there was none: the length of all but the tasks, that
    /// part, the number of tasks, and for each task that changed its index and its record. A task that may be unchanged can be
    /// among them.
    pub fn changes_since(&self, earlier: Option<&State>) -> Vec<u8> {
        let mut changes = Vec::new();
        self.keep_rest(&mut changes);
        changes.extend((self.tasks.len() as u64).to_be_bytes());
        for (place, record) in self.tasks.changed_since(earlier.map(|it| &it.tasks)) {
            changes.extend((place as u64).to_be_bytes());
            changes.extend_from_slice(&record);
        }
        changes
    }

    /// The state after all these changes, each of which follows the one before it, beginning with no state; none if the bytes
    /// have another form, or for an empty list.
    pub fn from_changes(changes: &[Vec<u8>]) -> Option<Self> {
        let mut records: Vec<&[u8]> = Vec::new();
        for change in changes {
            let mut bytes = Bytes(change);
            bytes.part()?;
            let count = bytes.number()?;
            // The tasks are only ever added to, and a record has more than one byte.
            let added = count
                .checked_sub(records.len())
                .filter(|added| *added <= bytes.0.len())?;
            records.resize(records.len() + added, &[]);
            while !bytes.0.is_empty() {
                let place = bytes.number()?;
                let before = bytes.0;
                encoded_task::take(&mut bytes)?;
                *records.get_mut(place)? = before.get(..before.len() - bytes.0.len())?;
            }
        }
        let rest = Bytes(changes.last()?).part()?;
        let mut kept = (rest.len() as u64).to_be_bytes().to_vec();
        kept.extend_from_slice(rest);
        kept.extend(records.into_iter().flatten());
        Self::read_back(kept, 0)
    }

    /// The state that [`keep`](Self::keep) wrote from `start` to the end; none if the bytes have another form.
    pub fn read_back(kept: Vec<u8>, start: usize) -> Option<Self> {
        let mut bytes = Bytes(kept.get(start..)?);
        let mut state: Self = v1::from_canonical(bytes.part()?).ok()?;
        let (mut labels, mut places) = (Vec::new(), Vec::new());
        while !bytes.0.is_empty() {
            let begin = kept.len() - bytes.0.len();
            labels.push(encoded_task::take(&mut bytes)?.0);
            places.push(begin..kept.len() - bytes.0.len());
        }
        state.index = Index::shared(labels.iter().map(|label| (label.name, label.origin)));
        let facets = labels.iter().map(|label| label.facets).collect();
        state.tasks = Tasks::read_back(kept, places, facets)?;
        Some(state)
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
            state::{TaskIndex, task::Task},
        },
        sample::any_sample,
    };

    fn kept(state: &State) -> Vec<u8> {
        let mut kept = b"before".to_vec();
        state.keep(&mut kept);
        kept
    }
    fn read_back(kept: &[u8]) -> Option<State> {
        State::read_back(kept.to_vec(), b"before".len())
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
        let record = encoded_task::of(sample.state().task(TaskIndex(0))).len();
        for end in (0..kept.len()).filter(|end| *end != kept.len() - record) {
            assert!(read_back(&kept[..end]).is_none(), "{end}");
        }
        assert!(read_back(&[&kept[..], b"x"].concat()).is_none());
        let mut longer_rest = kept.clone();
        longer_rest[b"before".len() + 7] ^= 1;
        assert!(read_back(&longer_rest).is_none());
        assert!(read_back(&kept).is_some());
    }
}
