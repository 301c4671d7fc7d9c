//! The branch of a task.
//!
//! Not here: which task a place belongs to (`hooks::binding`).

use super::{State, TaskIndex, task::Task};

/// The branch of a task: its own, or `task/ID` if it has none.
pub fn branch_of(state: &State, index: TaskIndex) -> String {
    match &state.task(index).fields.branch {
        Some(branch) => branch.as_str().to_owned(),
        None => default_branch(&state.shown(index)),
    }
}

/// `task/` and the name of the task; characters that a branch cannot have become `-`.
pub fn default_branch(shown: &str) -> String {
    let mut name = shown.replace('~', "-").replace("..", "--");
    if name.ends_with('.') || name.ends_with(".lock") {
        name.push('-');
    }
    if name.starts_with('.') {
        name.insert(0, '-');
    }
    format!("{DEFAULT_PREFIX}{name}")
}

/// The start of such a branch's name. It is not `coord/`: the ledger may be on a branch `coord`, and git cannot keep
/// `coord` and `coord/…` at the same time.
pub const DEFAULT_PREFIX: &str = "task/";

/// Whether this is the branch of the task.
pub fn is_branch_of(state: &State, index: TaskIndex, task: &Task, branch: &str) -> bool {
    match &task.fields.branch {
        Some(own) => own.as_str() == branch,
        // The comparison of the whole name is needed only after that prefix.
        None => branch.starts_with(DEFAULT_PREFIX) && branch_of(state, index) == branch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_name_makes_a_valid_branch_name() {
        for (shown, branch) in [
            ("B", "task/B"),
            ("B~x7f3", "task/B-x7f3"),
            ("a..b", "task/a--b"),
            ("x.lock", "task/x.lock-"),
            ("v1.", "task/v1.-"),
        ] {
            assert_eq!(default_branch(shown), branch);
        }
    }
}
