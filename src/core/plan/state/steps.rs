//! The steps that the rules take for one entry: counted the same on every machine, and bounded.
//!
//! An entry of a few kilobytes can name much of the state. A bound that every reader computes alike keeps it from taking
//! long in every clone (LEDGER_FORMAT.md, 14). Not here: what is counted (`rules`, `paths`, `graph`).

use std::cell::{Cell, RefCell};

use std::collections::BTreeSet;

use super::{TaskIndex, task::Task};

/// The most steps of one entry: a few milliseconds.
pub const STEPS_MAX: u32 = 2_000_000;

/// What a path counts when a claim begins or ends.
const STEPS_OF_HOLDING: u64 = 256;

/// A count of steps.
#[derive(Debug)]
pub struct StepCount {
    taken: Cell<u64>,
    most: u32,
    met: RefCell<BTreeSet<TaskIndex>>,
}

/// A count of as many steps as any entry may take.
impl Default for StepCount {
    fn default() -> Self {
        Self::of(STEPS_MAX)
    }
}

impl StepCount {
    /// A count of at most so many steps.
    pub fn of(most: u32) -> Self {
        Self {
            taken: Cell::default(),
            most,
            met: RefCell::default(),
        }
    }
    /// The most steps.
    pub fn most(&self) -> u32 {
        self.most
    }
    /// Counts steps.
    pub fn take(&self, steps: u64) {
        self.taken.set(self.taken.get().saturating_add(steps));
    }
    /// Counts the steps of holding the paths of a task, or of holding them no more.
    pub(in crate::core) fn take_of_holding(&self, task: &Task) {
        self.take(STEPS_OF_HOLDING * task.fields.paths.len() as u64);
    }
    /// The steps so far.
    pub fn taken(&self) -> u64 {
        self.taken.get()
    }
    /// Whether they are more than the entry may take. Then the caller may stop: the rules refuse the entry anyway.
    pub fn are_too_many(&self) -> bool {
        self.taken.get() > self.most.into()
    }
    /// Whether a task is met for the first time.
    pub(in crate::core) fn meets(&self, task: TaskIndex) -> bool {
        self.met.borrow_mut().insert(task)
    }
}
