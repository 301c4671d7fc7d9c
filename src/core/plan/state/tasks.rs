//! The tasks of a state. Copies of a state share them, and stored tasks are decoded only on demand. Open tasks, and those with a
//! claim or links, are found without reading the others.
//!
//! A command that appends an entry reads few tasks, even of five thousand. Not here: a single task (`task`), and the
//! other stored parts (`stored`).

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    dependents::{Dependents, Link},
    digest,
    encoded_task::Facets,
    ended::EndedTask,
    held::Held,
    stored_tasks::StoredTasks,
    task::Task,
    task_index::TaskIndex,
};
use crate::core::{
    entry::codec::v1,
    values::{glob::Glob, id::Digest},
};

/// Tasks by index.
#[derive(Clone, Default)]
pub(super) struct Tasks {
    slots: Vec<Slot>,
    /// By index.
    facets: Vec<Facets>,
    /// The indexes of the tasks that have a claim.
    claimed: BTreeSet<usize>,
    /// The globs of these tasks, from the first question on.
    held: OnceLock<Arc<Held>>,
    /// The tasks that come after each task, from the first question on.
    dependents: OnceLock<Arc<Dependents>>,
    /// The tasks that the current entry changed, as they were before it, if that is kept.
    earlier: Option<Earlier>,
    /// The tasks as they are stored. They are not copied out, since there are many.
    stored: Arc<StoredTasks>,
}

/// Earlier versions of the first `count` tasks, those that were changed.
#[derive(Clone)]
struct Earlier {
    count: usize,
    tasks: BTreeMap<usize, Arc<Decoded>>,
}

/// One task, decoded or not.
#[derive(Clone)]
struct Slot {
    decoded: OnceLock<Arc<Decoded>>,
    /// Whether it is as it is stored.
    is_stored: bool,
}

/// A task as it is stored.
pub(super) struct EncodedTask<'a> {
    pub(super) facets: Facets,
    pub(super) digest: Digest,
    pub(super) encoded: Cow<'a, [u8]>,
    pub(super) ended: Option<EndedTask<'a>>,
}

/// A decoded task. States that share it share its digest.
#[derive(Clone)]
pub(super) struct Decoded {
    pub(super) task: Task,
    digest: OnceLock<Digest>,
}

impl Decoded {
    fn new(task: Task) -> Self {
        Self {
            task,
            digest: OnceLock::new(),
        }
    }
    fn digest(&self) -> Digest {
        *self
            .digest
            .get_or_init(|| digest::of_encoded(&v1::to_canonical(&self.task)))
    }
}

impl Tasks {
    /// Stored tasks with their facets; none if they have the form of another build.
    pub(super) fn read_back(stored: StoredTasks, facets: Vec<Facets>) -> Option<Self> {
        let claimed = facets.iter().enumerate();
        let claimed = claimed.filter_map(|(place, it)| it.has_claim.then_some(place));
        let undecoded = Slot {
            decoded: OnceLock::new(),
            is_stored: true,
        };
        let tasks = Self {
            slots: vec![undecoded; facets.len()],
            claimed: claimed.collect(),
            facets,
            stored: Arc::new(stored),
            ..Self::default()
        };
        // One task is decoded at once to detect that form.
        let is_readable = tasks.slots.is_empty() || tasks.decode(0).is_some();
        is_readable.then_some(tasks)
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Task> + Clone {
        (0..self.slots.len()).map(|place| self.get(place))
    }

    pub(super) fn get(&self, place: usize) -> &Task {
        &self.decoded(place).task
    }

    fn decoded(&self, place: usize) -> &Arc<Decoded> {
        let slot = &self.slots[place];
        #[expect(
            clippy::expect_used,
            reason = "the bytes were encoded by this program and have a checksum"
        )]
        slot.decoded
            .get_or_init(|| self.decode(place).expect("a task as it was kept"))
    }

    /// The indexes of the tasks whose facets are wanted.
    pub(super) fn with(&self, is_wanted: impl Fn(&Facets) -> bool) -> impl Iterator<Item = usize> {
        let facets = self.facets.iter().enumerate();
        facets.filter_map(move |(place, facets)| is_wanted(facets).then_some(place))
    }

    /// What sums ask of a task; none if it is open.
    pub(super) fn ended(&self, place: usize) -> Option<EndedTask<'_>> {
        if self.facets[place].is_open {
            return None;
        }
        let stored = self.slots[place]
            .is_stored
            .then(|| self.stored.ended(place));
        let stored = stored.flatten();
        stored.or_else(|| EndedTask::of(self.get(place)))
    }

    /// The indexes of the tasks that have a claim.
    pub(super) fn claimed(&self) -> impl Iterator<Item = usize> {
        self.claimed.iter().copied()
    }

    /// Changes anything of a task but its dependencies, its parent and its paths. If another state shares it, the change is made to a copy.
    pub(super) fn change(&mut self, place: usize, change: impl FnOnce(&mut Task)) {
        let task = self.own(place);
        let was_claimed = task.claim.is_some();
        change(task);
        let facets = Facets::of(task);
        self.facets[place] = facets;
        if facets.has_claim != was_claimed {
            self.note(place);
        }
    }

    /// Adds or removes one path of a task.
    pub(super) fn change_path(
        &mut self,
        place: usize,
        path: &Glob,
        change: impl FnOnce(&mut Task),
    ) {
        let task = self.own(place);
        change(task);
        let (is_claimed, has_it) = (task.claim.is_some(), task.fields.paths.contains(path));
        if let Some(held) = self.held.get_mut().filter(|_| is_claimed) {
            let held = Arc::make_mut(held);
            if has_it {
                held.add(place, path);
            } else {
                held.remove(place, path);
            }
        }
    }

    /// Adds or removes a dependency.
    pub(super) fn link(&mut self, task: TaskIndex, on: TaskIndex, link: Link) {
        let depends = &mut self.own(task.place()).depends;
        match link {
            Link::Added => depends.insert(on),
            Link::Removed => depends.remove(&on),
        };
        self.note_link(task, on);
    }

    /// Makes a task a child of another one, or of none.
    pub(super) fn adopt(&mut self, child: TaskIndex, parent: Option<TaskIndex>) {
        let former = std::mem::replace(&mut self.own(child.place()).parent, parent);
        if let Some(former) = former {
            self.own(former.place()).children.remove(&child);
            self.note_link(former, child);
        }
        if let Some(parent) = parent {
            self.own(parent.place()).children.insert(child);
            self.note_link(parent, child);
        }
    }

    /// Brings the dependents of `on` up to date with a task.
    fn note_link(&mut self, task: TaskIndex, on: TaskIndex) {
        let link = if self.get(task.place()).is_after(on) {
            Link::Added
        } else {
            Link::Removed
        };
        if let Some(dependents) = self.dependents.get_mut() {
            Arc::make_mut(dependents).set(task, on, link);
        }
    }

    /// Keeps the tasks that are changed from now on, as they are now.
    pub(super) fn keep_earlier(&mut self) {
        self.earlier = Some(Earlier {
            count: self.slots.len(),
            tasks: BTreeMap::new(),
        });
    }

    /// The tasks that were changed since [`keep_earlier`](Self::keep_earlier), as they were then. Nothing is kept any more.
    pub(super) fn take_earlier(&mut self) -> BTreeMap<usize, Arc<Decoded>> {
        let earlier = self.earlier.take();
        earlier.map(|earlier| earlier.tasks).unwrap_or_default()
    }

    /// Puts an earlier version of a task back.
    pub(super) fn set(&mut self, place: usize, earlier: Arc<Decoded>) {
        let slot = &mut self.slots[place];
        slot.is_stored = false;
        let now = OnceLock::from(Arc::clone(&earlier));
        let later = std::mem::replace(&mut slot.decoded, now);
        let Some(later) = later.into_inner() else {
            return;
        };
        let (later, earlier) = (&later.task, &earlier.task);
        self.facets[place] = Facets::of(earlier);
        if later.claim.is_some() != earlier.claim.is_some() {
            self.note(place);
        } else if let Some(held) = self.held.get_mut().filter(|_| later.claim.is_some()) {
            let held = Arc::make_mut(held);
            let (later, earlier) = (&later.fields.paths, &earlier.fields.paths);
            later
                .difference(earlier)
                .for_each(|path| held.remove(place, path));
            earlier
                .difference(later)
                .for_each(|path| held.add(place, path));
        }
        if let Some(dependents) = self.dependents.get_mut() {
            let (dependents, task) = (Arc::make_mut(dependents), TaskIndex::at(place));
            for on in later.after() {
                dependents.set(task, on, Link::Removed);
            }
            for on in earlier.after() {
                dependents.set(task, on, Link::Added);
            }
        }
    }

    /// The globs of the tasks that have a claim.
    pub(super) fn held(&self) -> &Held {
        self.held.get_or_init(|| {
            let mut held = Held::default();
            for place in self.claimed() {
                held.set(place, &self.get(place).fields.paths);
            }
            Arc::new(held)
        })
    }

    /// The tasks that come directly after a task: those that depend on it, and its parent.
    pub(super) fn dependents(&self, task: TaskIndex) -> &BTreeSet<TaskIndex> {
        let dependents = self.dependents.get_or_init(|| {
            let mut dependents = Dependents::default();
            for (place, task) in self.iter().enumerate() {
                for on in task.after() {
                    dependents.set(TaskIndex::at(place), on, Link::Added);
                }
            }
            Arc::new(dependents)
        });
        dependents.of(task)
    }

    /// The task, for a change.
    fn own(&mut self, place: usize) -> &mut Task {
        self.decoded(place);
        let slot = &mut self.slots[place];
        slot.is_stored = false;
        #[expect(clippy::expect_used, reason = "it was decoded above")]
        let decoded = slot.decoded.get_mut().expect("decoded");
        if let Some(earlier) = self.earlier.as_mut().filter(|it| place < it.count) {
            let earlier = earlier.tasks.entry(place);
            earlier.or_insert_with(|| Arc::clone(decoded));
        }
        let decoded = Arc::make_mut(decoded);
        decoded.digest.take();
        &mut decoded.task
    }

    /// Brings the indexes of claims up to date with a task.
    fn note(&mut self, place: usize) {
        let task = self.slots.get(place).and_then(|slot| slot.decoded.get());
        let task = task.map(|decoded| &decoded.task);
        let claimed = task.filter(|task| task.claim.is_some());
        if claimed.is_some() {
            self.claimed.insert(place);
        } else {
            self.claimed.remove(&place);
        }
        if let Some(held) = self.held.get_mut() {
            let globs = claimed.into_iter().flat_map(|task| &task.fields.paths);
            Arc::make_mut(held).set(place, globs);
        }
    }

    /// Each task as it is stored. The encoding of a task that was not changed is copied.
    pub(super) fn encoded(&self) -> impl Iterator<Item = EncodedTask<'_>> {
        (0..self.slots.len()).map(|place| EncodedTask {
            facets: self.facets[place],
            digest: self.digest(place),
            ended: self.ended(place),
            encoded: if self.slots[place].is_stored {
                Cow::Borrowed(self.stored.encoded(place))
            } else {
                Cow::Owned(v1::to_canonical(self.get(place)))
            },
        })
    }

    /// Each task that these tasks and `earlier` ones do not share, with its index.
    pub(super) fn changed_since(
        &self,
        earlier: Option<&Self>,
    ) -> impl Iterator<Item = (usize, &Task)> {
        let is_shared = move |place: usize| {
            earlier.is_some_and(|earlier| {
                let (Some(now), Some(then)) = (self.slots.get(place), earlier.slots.get(place))
                else {
                    return false;
                };
                match (now.decoded.get(), then.decoded.get()) {
                    (Some(now), Some(then)) if Arc::ptr_eq(now, then) => true,
                    _ => {
                        Arc::ptr_eq(&self.stored, &earlier.stored)
                            && now.is_stored
                            && then.is_stored
                    }
                }
            })
        };
        let changed = (0..self.slots.len()).filter(move |place| !is_shared(*place));
        changed.map(|place| (place, self.get(place)))
    }

    /// The digest of each task.
    pub(super) fn digests(&self) -> impl Iterator<Item = Digest> {
        (0..self.slots.len()).map(|place| self.digest(place))
    }

    fn digest(&self, place: usize) -> Digest {
        let is_stored = self.slots[place].is_stored;
        let stored = is_stored.then(|| self.stored.digest(place)).flatten();
        stored.unwrap_or_else(|| self.decoded(place).digest())
    }

    pub(super) fn push(&mut self, task: Task) {
        self.facets.push(Facets::of(&task));
        self.slots.push(Slot {
            decoded: OnceLock::from(Arc::new(Decoded::new(task))),
            is_stored: false,
        });
        self.note(self.slots.len() - 1);
    }

    pub(super) fn pop(&mut self) -> Option<Arc<Decoded>> {
        let last = self.slots.len().checked_sub(1)?;
        let popped = Arc::clone(self.decoded(last));
        self.slots.pop();
        self.facets.pop();
        self.note(last);
        if let Some(dependents) = self.dependents.get_mut() {
            let dependents = Arc::make_mut(dependents);
            for on in popped.task.after() {
                dependents.set(TaskIndex::at(last), on, Link::Removed);
            }
        }
        Some(popped)
    }

    fn decode(&self, place: usize) -> Option<Arc<Decoded>> {
        let task = v1::from_canonical(self.stored.encoded(place)).ok()?;
        Some(Arc::new(Decoded::new(task)))
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
