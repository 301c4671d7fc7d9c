//! The tasks of a state. Copies of a state share them, and stored tasks are decoded only on demand. Tasks with a claim
//! are found without reading the others.
//!
//! A command that appends an entry reads few tasks, even of five thousand. Not here: a single task (`task`), and the
//! other stored parts (`stored`).

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{encoded_task, task::Task};

/// Tasks by index.
#[derive(Clone, Default)]
pub(super) struct Tasks {
    slots: Vec<Slot>,
    /// The indexes of the tasks that have a claim.
    claimed: BTreeSet<usize>,
    /// The stored bytes, which contain the records. They are not copied out, since there are many.
    kept: Arc<Vec<u8>>,
}

/// One task, decoded or not.
#[derive(Clone)]
struct Slot {
    decoded: OnceLock<Arc<Task>>,
    /// The place of its record in `kept` while it is not decoded.
    place: Range<usize>,
}

impl Tasks {
    /// The tasks whose records are at `places` in `kept`, and the indexes of claimed tasks; none if a record is
    /// invalid.
    pub(super) fn read_back(
        kept: Vec<u8>,
        places: Vec<Range<usize>>,
        claimed: BTreeSet<usize>,
    ) -> Option<Self> {
        let undecoded = |place| Slot {
            decoded: OnceLock::new(),
            place,
        };
        let tasks = Self {
            slots: places.into_iter().map(undecoded).collect(),
            claimed,
            kept: Arc::new(kept),
        };
        // One task is decoded at once to detect the form of another build.
        match tasks.slots.first() {
            Some(first) => tasks.decode(first).map(|_| tasks),
            None => Some(tasks),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Task> + Clone {
        (0..self.slots.len()).map(|place| &**self.get(place))
    }

    pub(super) fn get(&self, place: usize) -> &Arc<Task> {
        let slot = &self.slots[place];
        #[expect(
            clippy::expect_used,
            reason = "the bytes were encoded by this program and are covered by a checksum"
        )]
        slot.decoded
            .get_or_init(|| self.decode(slot).expect("a task as it was kept"))
    }

    /// The indexes of the tasks that have a claim.
    pub(super) fn claimed(&self) -> impl Iterator<Item = usize> {
        self.claimed.iter().copied()
    }

    /// Changes a task. If another state shares it, the change is made to a copy.
    pub(super) fn change(&mut self, place: usize, change: impl FnOnce(&mut Task)) {
        self.get(place);
        #[expect(clippy::expect_used, reason = "it was decoded on the line above")]
        let task = self.slots[place].decoded.get_mut().expect("decoded");
        let task = Arc::make_mut(task);
        let had_claim = task.claim.is_some();
        change(task);
        let has_claim = task.claim.is_some();
        if has_claim != had_claim {
            self.note(place, has_claim);
        }
    }

    pub(super) fn set(&mut self, place: usize, task: Arc<Task>) {
        if let Some(slot) = self.slots.get_mut(place) {
            let has_claim = task.claim.is_some();
            slot.decoded = OnceLock::from(task);
            self.note(place, has_claim);
        }
    }

    fn note(&mut self, place: usize, has_claim: bool) {
        if has_claim {
            self.claimed.insert(place);
        } else {
            self.claimed.remove(&place);
        }
    }

    /// The record of each task. It is copied for a task that was not decoded.
    pub(super) fn records(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        self.slots.iter().map(|slot| match slot.decoded.get() {
            Some(task) => Cow::Owned(encoded_task::of(task)),
            None => Cow::Borrowed(&self.kept[slot.place.clone()]),
        })
    }

    pub(super) fn push(&mut self, task: Task) {
        self.note(self.slots.len(), task.claim.is_some());
        self.slots.push(Slot {
            decoded: OnceLock::from(Arc::new(task)),
            place: 0..0,
        });
    }

    pub(super) fn pop(&mut self) -> Option<Arc<Task>> {
        let last = self.slots.len().checked_sub(1)?;
        let task = Arc::clone(self.get(last));
        self.slots.pop();
        self.note(last, false);
        Some(task)
    }

    fn decode(&self, slot: &Slot) -> Option<Arc<Task>> {
        encoded_task::task(self.kept.get(slot.place.clone())?).map(Arc::new)
    }
}

impl PartialEq for Tasks {
    fn eq(&self, other: &Self) -> bool {
        self.claimed == other.claimed && self.iter().eq(other.iter())
    }
}

impl Eq for Tasks {}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Tasks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Tasks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tasks = Self::default();
        for task in Vec::<Task>::deserialize(deserializer)? {
            tasks.push(task);
        }
        Ok(tasks)
    }
}
