//! The stored form of a state, for this program only. Reading is fast, since tasks stay encoded until they are used.
//!
//! This form is neither canonical nor covered by a digest; the caller protects the bytes by a checksum. Not here: the
//! canonical encoding (`State::to_bytes`), and the file (`ledger::cache`).

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
        let mut rest = self.clone();
        rest.tasks = Tasks::default();
        rest.index = Arc::default();
        let rest = v1::to_canonical(&rest);
        kept.extend((rest.len() as u64).to_be_bytes());
        kept.extend(rest);
        for record in self.tasks.records() {
            kept.extend_from_slice(&record);
        }
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
        let claimed = labels.iter().enumerate();
        let claimed = claimed.filter_map(|(place, label)| label.has_claim.then_some(place));
        let claimed = claimed.collect();
        state.tasks = Tasks::read_back(kept, places, claimed)?;
        Some(state)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::{plan::state::TaskIndex, sample::any_sample};

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

    proptest! {
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
