//! The steps that the rules take for one entry: counted the same on every machine, and bounded.
//!
//! An entry of a few kilobytes can name much of the state. A bound that every reader computes alike keeps it from taking
//! long in every clone (LEDGER_FORMAT.md, 14). Not here: what is counted (`rules`, `paths`, `graph`).

use std::cell::{Cell, RefCell};

use std::collections::BTreeSet;

use super::TaskIndex;

/// The most steps of one entry: a few milliseconds.
pub const STEPS_MAX: u32 = 2_000_000;

/// A count of steps.
#[derive(Debug, Default)]
pub struct StepCount {
    taken: Cell<u64>,
    met: RefCell<BTreeSet<TaskIndex>>,
}

impl StepCount {
    /// Counts steps.
    pub fn take(&self, steps: u64) {
        self.taken.set(self.taken.get().saturating_add(steps));
    }
    /// The steps so far.
    pub fn taken(&self) -> u64 {
        self.taken.get()
    }
    /// Whether they are more than an entry may take. Whoever counts may stop then: nothing that it finds matters.
    pub fn are_too_many(&self) -> bool {
        self.taken.get() > STEPS_MAX.into()
    }
    /// Whether a task is met for the first time.
    pub(in crate::core) fn meets(&self, task: TaskIndex) -> bool {
        self.met.borrow_mut().insert(task)
    }
}
