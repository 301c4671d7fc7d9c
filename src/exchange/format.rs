//! The formats of plans, and the size limits.
//!
//! Not here: reading each format (`markdown`, `json`).

use std::{fmt, str::FromStr};

use crate::core::values::id::InvalidName;

/// The formats of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `task_status.json`, schema version 1.0: groups of tasks by key.
    TaskStatus,
    /// Markdown with task tables.
    Markdown,
    /// A JSON list of tasks.
    TaskList,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::TaskStatus, Self::Markdown, Self::TaskList];
    /// The name of the format on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TaskStatus => "task-status",
            Self::Markdown => "markdown",
            Self::TaskList => "task-list",
        }
    }
}

impl FromStr for Format {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let mut all = Self::ALL.iter().copied();
        let invalid = || InvalidName {
            what: "format",
            text: text.to_owned(),
            why: "it is none of task-status, markdown, task-list",
        };
        all.find(|format| format.as_str() == text)
            .ok_or_else(invalid)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

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
