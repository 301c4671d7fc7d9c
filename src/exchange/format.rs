//! The formats of plans, and the size limits.
//!
//! Not here: reading each format (`markdown`, `json`, `csv`).

use crate::core::values::task::words;

words!(
    /// The formats of plans.
    Format, "format", "task-status, markdown, task-list, csv" {
        /// `task_status.json`, schema version 1.0: groups of tasks by key.
        TaskStatus = "task-status",
        /// Markdown with task tables.
        Markdown = "markdown",
        /// A JSON list of tasks.
        TaskList = "task-list",
        /// A table with one task per line.
        Csv = "csv",
    }
);

/// The size limits of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the file.
    pub bytes: usize,
    /// Tasks in the plan.
    pub tasks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            tasks: 100_000,
        }
    }
}
