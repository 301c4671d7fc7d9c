//! The formats of plans, and how they are read: the size limits, the length of a day.
//!
//! Not here: reading each format (`markdown`, `json`, `csv`, `foreign`).

use crate::core::values::task::{WorkingDay, words};

words!(
    /// The formats of plans.
    Format, "format", "task-status, markdown, task-list, csv, backlog, beads, github-issues, task-master, taskwarrior" {
        /// `task_status.json`, schema version 1.0: groups of tasks by key.
        TaskStatus = "task-status",
        /// Markdown with task tables.
        Markdown = "markdown",
        /// A JSON list of tasks.
        TaskList = "task-list",
        /// A table with one task per line.
        Csv = "csv",
        /// Tasks of Backlog.md: a Markdown file each, with YAML above it.
        Backlog = "backlog",
        /// Issues of beads: `issues.jsonl`.
        Beads = "beads",
        /// Issues of GitHub, as `gh issue list --json` prints them.
        GithubIssues = "github-issues",
        /// `tasks.json` of task-master.
        TaskMaster = "task-master",
        /// Tasks of Taskwarrior, as `task export` prints them.
        Taskwarrior = "taskwarrior",
    }
);

/// The size limits of a plan, and what its texts mean in this ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the file.
    pub bytes: usize,
    /// Tasks in the plan.
    pub tasks: usize,
    /// How long the day of an estimate is.
    pub working_day: WorkingDay,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            tasks: 100_000,
            working_day: WorkingDay::default(),
        }
    }
}
