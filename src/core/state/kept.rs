//! A state as this program keeps it for itself: read back fast, since its tasks stay encoded until they are asked for.
//!
//! Not canonical and under no digest; who keeps the bytes guards them by a checksum. Not here: the canonical encoding
//! (`State::to_bytes`), and the file (`store::cache`).

use super::{Index, State, tasks::Tasks};
use crate::core::{codec::v1, event::Origin, id::EntryId};

impl State {
    /// Appends the state in the form that [`read_back`](Self::read_back) reads: the labels of the tasks, the tasks,
    /// and the rest, each after its length.
    pub fn keep(&self, kept: &mut Vec<u8>) {
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
        for part in [labels, tasks, v1::to_canonical(&rest)] {
            kept.extend((part.len() as u64).to_be_bytes());
            kept.extend(part);
        }
    }

    /// The state that [`keep`](Self::keep) wrote from place `start` to the end; none if the bytes are of another form.
    pub fn read_back(kept: Vec<u8>, start: usize) -> Option<Self> {
        let mut parts = Bytes(kept.get(start..)?);
        let labels = parts.part()?;
        // The tasks begin after the labels and two lengths of 8 bytes.
        let mut end = start + labels.len() + 16;
        let (tasks, rest) = (parts.part()?, parts.part()?);
        let tasks_end = end + tasks.len();
        parts.0.is_empty().then_some(())?;
        let mut state: Self = v1::from_canonical(rest).ok()?;
        let labels = Label::read_all(labels)?;
        state.index = Index::of(labels.iter().map(|label| (label.name, label.origin)));
        let mut place = |label: &Label<'_>| {
            let begin = end;
            end += label.length as usize;
            begin..end
        };
        let places = labels.iter().map(&mut place).collect();
        (end == tasks_end).then_some(())?;
        state.tasks = Tasks::read_back(kept, places)?;
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

    fn read_all(labels: &'a [u8]) -> Option<Vec<Self>> {
        let mut labels = Bytes(labels);
        let mut read = Vec::new();
        while !labels.0.is_empty() {
            read.push(Self::read(&mut labels)?);
        }
        Some(read)
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
        fn what_was_kept_reads_back_with_its_names_and_is_kept_alike(sample in any_sample()) {
            let state = sample.into_state();
            let read = read_back(&kept(&state)).unwrap();
            prop_assert_eq!(kept(&read), kept(&state));
            prop_assert_eq!(shown(&read), shown(&state));
            prop_assert_eq!(read.digest(), state.digest());
            prop_assert_eq!(read, state);
        }

        #[test]
        fn tasks_are_forgotten_with_their_names_before_they_were_asked_for(sample in any_sample()) {
            let mut state = sample.into_state();
            let mut read = read_back(&kept(&state)).unwrap();
            read.forget_tasks_from(1);
            state.forget_tasks_from(1);
            prop_assert_eq!(read, state);
        }
    }

    #[test]
    fn bytes_cut_short_or_lengthened_are_no_state() {
        let mut sample = crate::core::sample::Sample::new();
        sample.add("A", "Do it", Vec::new());
        let kept = kept(&sample.into_state());
        for end in 0..kept.len() {
            assert!(read_back(&kept[..end]).is_none(), "{end}");
        }
        assert!(read_back(&[&kept[..], b"x"].concat()).is_none());
        let mut longer_labels = kept.clone();
        longer_labels[b"before".len() + 7] += 1;
        assert!(read_back(&longer_labels).is_none());
        assert!(read_back(&kept).is_some());
    }
}
