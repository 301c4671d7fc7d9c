//! The response of a hook: its findings, and the work to record in the ledger.
//!
//! Not here: whether a finding stops git (`cli`), and whether the rules allow the work (`core::plan::rules`).

use crate::core::{
    entry::event::{
        CommitId, Event, Mark, TaskEvent, TaskRef, WorkEvent, task::Integration, work::Percent,
    },
    values::{branch::BranchName, text::Text},
};

/// The response of a hook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The problems that it found.
    pub findings: Vec<HookFinding>,
    /// The work to record. All of one list becomes one entry, so either all of it is recorded or none.
    pub unrecorded: Vec<Vec<UnrecordedWork>>,
    /// Whether to sync with home now, if automatic sync is on.
    pub wants_sync: bool,
}

/// A problem that a hook found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookFinding {
    /// Its stable code.
    pub code: &'static str,
    /// Its message, in git's style.
    pub message: String,
    /// The suggested next step.
    pub next: Option<Next>,
    /// Whether it stops git even if other findings only warn.
    pub grave: bool,
}

impl HookFinding {
    /// A finding that warns, or refuses if hooks are strict.
    pub fn new(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            next: None,
            grave: false,
        }
    }
    /// … with a suggested next step.
    #[must_use]
    pub fn next(mut self, next: Next) -> Self {
        self.next = Some(next);
        self
    }
}

/// The suggested step after a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Show this task.
    Show(String),
    /// List the tasks.
    List,
    /// Show the log of the ledger.
    Log,
    /// Sync, which puts the pushed entries after the published ones.
    Sync,
}

/// Work on a task that the ledger does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnrecordedWork {
    /// The task.
    pub task: TaskRef,
    /// The work.
    pub work: Work,
}

/// The kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A commit was made.
    Committed {
        /// The commit.
        commit: CommitId,
        /// Its branch.
        branch: Option<BranchName>,
    },
    /// A commit was rewritten.
    Rewritten {
        /// The commit before the rewrite.
        old: CommitId,
        /// The commit after the rewrite.
        new: CommitId,
    },
    /// Progress was reported.
    Progressed(Percent),
    /// The task was finished with this commit.
    Done(CommitId),
    /// The task was bound to this worktree, or unbound.
    Bound(Option<Text>),
}

impl Work {
    /// Whether the event names a claim.
    pub fn is_fenced(&self) -> bool {
        !matches!(self, Self::Rewritten { .. } | Self::Bound(_))
    }
}

impl UnrecordedWork {
    /// The event for this work, under a claim if one is given. `ends` gives, for the commit of a finished task, where it is
    /// integrated, and its tree.
    pub fn event(
        &self,
        claim: Option<Mark>,
        ends: impl FnOnce(&CommitId) -> (Option<Integration>, Option<CommitId>),
    ) -> Event {
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
                let (integrated, tree) = ends(&commit);
                return Event::Task(TaskEvent::Completed {
                    task,
                    claim,
                    integrated,
                    commit: Some(commit),
                    waiver: None,
                    tree,
                });
            }
        };
        Event::Work(work)
    }
}
