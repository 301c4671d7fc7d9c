//! Dependencies as a graph: does one task lead to another.
//!
//! Iterative throughout: a chain of dependencies can be as long as a plan. Not here: the order of
//! entries (`order`), and what is ready (`plan`).

use std::collections::BTreeSet;

use crate::core::state::{State, TaskIndex};

/// Whether `from` depends on `to`, directly or through others. A task does not depend on itself.
pub fn depends_on(state: &State, from: TaskIndex, to: TaskIndex) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(task) = open.pop() {
        for next in &state.task(task).depends {
            if *next == to {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}
