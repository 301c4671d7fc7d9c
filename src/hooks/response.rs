//! What a hook has to say: what it found, and what the ledger should be told.
//!
//! Not here: whether a finding stops git (`cli`), and whether the rules allow what is to be told (`core::plan::rules`).

use crate::core::{
    entry::event::{CommitId, Event, Mark, TaskEvent, TaskRef, WorkEvent, work::Percent},
    values::text::Text,
};

/// What a hook has to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// What is not as it should be.
    pub findings: Vec<Finding>,
    /// What the ledger should be told; the deeds of one list stand in one entry, or none of them does.
    pub deeds: Vec<Vec<Deed>>,
    /// Whether the ledger should be exchanged with home now, where that is done by itself.
    pub wants_sync: bool,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its stable word.
    pub code: &'static str,
    /// What it is, in git's manner.
    pub message: String,
    /// What to do next.
    pub next: Option<Next>,
    /// Whether it stops git even where findings only warn.
    pub grave: bool,
}

impl Finding {
    /// A finding that is warned of, or refused where hooks are strict.
    pub fn new(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            next: None,
            grave: false,
        }
    }
    /// … with what to do next.
    #[must_use]
    pub fn next(mut self, next: Next) -> Self {
        self.next = Some(next);
        self
    }
}

/// What to do after a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Look at this task.
    Show(String),
    /// See which tasks there are.
    List,
    /// See what the ledger holds.
    Log,
    /// Sync, which puts the pushed entries after the published ones.
    Sync,
}

/// Something that was done to a task, which the ledger does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Which task.
    pub task: TaskRef,
    /// What.
    pub work: Work,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A commit was made.
    Committed {
        /// The commit.
        commit: CommitId,
        /// The branch that it is on.
        branch: Option<Text>,
    },
    /// A commit was made anew.
    Rewritten {
        /// What it was.
        old: CommitId,
        /// What it is now.
        new: CommitId,
    },
    /// So much of it is done.
    Progressed(Percent),
    /// It is done.
    Done(CommitId),
    /// It is worked on in this worktree, or in none.
    Bound(Option<Text>),
}

impl Work {
    /// Whether it is told under a claim.
    pub fn is_fenced(&self) -> bool {
        !matches!(self, Self::Rewritten { .. } | Self::Bound(_))
    }
}

impl Deed {
    /// The event that tells it, under a claim.
    pub fn event(&self, claim: Option<Mark>) -> Event {
        let task = self.task.clone();
        let work = match self.work.clone() {
            Work::Committed { commit, branch } => WorkEvent::CommitRecorded {
                task,
                commit,
                branch,
                claim,
            },
            Work::Rewritten { old, new } => WorkEvent::CommitRewritten { task, old, new },
            Work::Progressed(percent) => WorkEvent::Progressed {
                task,
                claim,
                percent,
            },
            Work::Bound(worktree) => WorkEvent::WorktreeBound { task, worktree },
            Work::Done(commit) => {
                return Event::Task(TaskEvent::Completed {
                    task,
                    claim,
                    commit: Some(commit),
                    waiver: None,
                });
            }
        };
        Event::Work(work)
    }
}
