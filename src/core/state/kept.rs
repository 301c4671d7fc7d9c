//! A state as this program keeps it for itself: read back fast, since its tasks stay encoded until they are asked for.
//!
//! Not canonical and under no digest; who keeps the bytes guards them by a checksum. Not here: the canonical encoding
//! (`State::to_bytes`), and the file (`store::cache`).

use super::{Index, State, tasks::Tasks};
use crate::core::{codec::v1, event::Origin, id::EntryId};

impl State {
    /// The state in the form that [`read_back`](Self::read_back) reads: the labels of the tasks, the tasks, and the
    /// rest, each after its length.
    pub fn to_kept(&self) -> Vec<u8> {
        let (mut labels, mut tasks) = (Vec::new(), Vec::new());
        for task in self.tasks.iter() {
            let bytes = v1::to_canonical(task);
            let label = Label {
                origin: task.origin,
                // Far below 4 GiB: an entry has 64 KiB, and the rules let a task have a thousand of each kind of fact.
                length: bytes.len() as u32,
                name: task.id.as_str(),
            };
            label.write(&mut labels);
            tasks.extend(bytes);
        }
        let mut rest = self.clone();
        rest.tasks = Tasks::default();
        rest.index = Index::default();
        let mut kept = Vec::with_capacity(labels.len() + tasks.len() + 1024);
        for part in [labels, tasks, v1::to_canonical(&rest)] {
            kept.extend((part.len() as u64).to_be_bytes());
            kept.extend(part);
        }
        kept
    }

    /// The state that [`to_kept`](Self::to_kept) wrote; none if the bytes are of another form.
    pub fn read_back(kept: &[u8]) -> Option<Self> {
        let mut kept = Bytes(kept);
        let (mut labels, tasks, rest) = (Bytes(kept.part()?), kept.part()?, kept.part()?);
        let mut state: Self = v1::from_canonical(rest).ok()?;
        let mut lengths = Vec::new();
        while !labels.0.is_empty() {
            let label = Label::read(&mut labels)?;
            state.index.insert(label.name, label.origin, lengths.len());
            lengths.push(label.length);
        }
        state.tasks = Tasks::read_back(tasks, &lengths)?;
        Some(state)
    }
}

/// What finds a task that is not decoded.
struct Label<'a> {
    origin: Origin,
    /// The length of the task's bytes.
    length: u32,
    name: &'a str,
}

impl<'a> Label<'a> {
    fn write(&self, labels: &mut Vec<u8>) {
        labels.extend(self.origin.entry.as_bytes());
        labels.extend(self.origin.event.to_be_bytes());
        labels.extend(self.origin.item.to_be_bytes());
        labels.extend(self.length.to_be_bytes());
        // A name has at most 64 bytes.
        labels.push(self.name.len() as u8);
        labels.extend(self.name.as_bytes());
    }

    fn read(labels: &mut Bytes<'a>) -> Option<Self> {
        let origin = Origin {
            entry: EntryId::from_bytes(labels.array()?),
            event: u16::from_be_bytes(labels.array()?),
            item: u16::from_be_bytes(labels.array()?),
        };
        let length = u32::from_be_bytes(labels.array()?);
        let [name_length] = labels.array()?;
        let name = std::str::from_utf8(labels.take(name_length.into())?).ok()?;
        Some(Self {
            origin,
            length,
            name,
        })
    }
}

/// Bytes that are read from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
    fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.take(LENGTH)?.try_into().ok()
    }
    fn part(&mut self) -> Option<&'a [u8]> {
        let length = u64::from_be_bytes(self.array()?);
        self.take(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::sample::any_sample;

    proptest! {
        #[test]
        fn what_was_kept_reads_back_with_its_names_and_goes_on_alike(sample in any_sample()) {
            let state = sample.into_state();
            let mut read = State::read_back(&state.to_kept()).unwrap();
            prop_assert_eq!(read.clone(), state.clone());
            prop_assert_eq!(read.digest(), state.digest());
            let shown = |state: &State| state.tasks().map(|(index, _)| state.shown(index)).collect::<Vec<_>>();
            prop_assert_eq!(shown(&read), shown(&state));
            // Kept again before any task was asked for, changed, or forgotten.
            let again = State::read_back(&state.to_kept()).unwrap();
            prop_assert_eq!(again.to_kept(), state.to_kept());
            read.forget_tasks_from(1);
            prop_assert!(read.tasks().len() <= 1);
        }
    }

    #[test]
    fn bytes_cut_short_or_lengthened_are_no_state() {
        let mut sample = crate::core::sample::Sample::new();
        sample.add("A", "Do it", Vec::new());
        let kept = sample.into_state().to_kept();
        for end in 0..kept.len() {
            assert!(State::read_back(&kept[..end]).is_none(), "{end}");
        }
        let mut damaged = kept.clone();
        // The length of the labels.
        damaged[7] += 1;
        assert!(State::read_back(&damaged).is_none());
        assert!(State::read_back(&kept).is_some());
    }
}
