//! Events of family 3: claims and work in progress.
//!
//! Not here: the end of a task (`task`) and its review (`review`).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, mark::Mark, reference::TaskRef};
use crate::core::values::{
    branch::BranchName,
    id::{ActorName, InvalidName},
    text::Text,
    time::Span,
};

/// An event about a claim, or about the work under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkEvent {
    /// 3.0 The author claimed a task; this event identifies the claim.
    Claimed {
        /// The task.
        task: TaskRef,
        /// The time until the claim expires without any work.
        lease: Span,
        /// The label of the worktree in which the author works.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worktree: Option<Text>,
        /// Whether to take the task from its present holder.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        steal: bool,
        /// Whether to claim the task although another claim holds some of its paths.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        share: bool,
        /// Whether to replace the author's own claim on the task; nobody can use the old claim's mark any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        resume: bool,
    },
    /// 3.1 The lease of a claim starts again.
    Renewed {
        /// The task.
        task: TaskRef,
        /// The claim that the author works under.
        claim: Mark,
        /// A new length of the lease.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Span>,
    },
    /// 3.2 A claim ended before the work was finished.
    Released {
        /// The task.
        task: TaskRef,
        /// The claim.
        claim: Mark,
    },
    /// 3.3 The author reported progress.
    Progressed {
        /// The task.
        task: TaskRef,
        /// The claim that the author works under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// The finished part of the work.
        percent: Percent,
    },
    /// 3.4 A step was marked as done or as not done.
    StepSet {
        /// The task.
        task: TaskRef,
        /// The step.
        step: Mark,
        /// The number that the author saw, for people.
        number: u16,
        /// Whether it is done.
        done: bool,
        /// The claim that the author works under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
    },
    /// 3.5 The author reported a blocker; this event identifies it.
    Blocked {
        /// The task.
        task: TaskRef,
        /// The blocker's reason.
        reason: Text,
        /// The task that causes the blocker.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<TaskRef>,
    },
    /// 3.6 A blocker was removed.
    Unblocked {
        /// The task.
        task: TaskRef,
        /// The blocker.
        blocker: Mark,
        /// The number that the author saw, for people.
        number: u16,
    },
    /// 3.7 A commit was made for a task.
    CommitRecorded {
        /// The task.
        task: TaskRef,
        /// The commit.
        commit: CommitId,
        /// Its branch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<BranchName>,
        /// The claim that the author works under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
    },
    /// 3.8 A commit of a task was rewritten (amended, rebased).
    CommitRewritten {
        /// The task.
        task: TaskRef,
        /// The commit before the rewrite.
        old: CommitId,
        /// The commit after the rewrite.
        new: CommitId,
    },
    /// 3.9 A task was bound to a worktree, or unbound.
    WorktreeBound {
        /// The task.
        task: TaskRef,
        /// The worktree's label; none to unbind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worktree: Option<Text>,
    },
    /// 3.10 A claim passed to another actor; this event identifies the new claim.
    HandedOn {
        /// The task.
        task: TaskRef,
        /// The claim that ends.
        claim: Mark,
        /// The new holder.
        to: ActorName,
        /// The time until its claim expires without any work.
        lease: Span,
        /// The attachment that holds a note for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
}

impl WorkEvent {
    /// A claim of a free task, made in no worktree.
    pub fn claim(task: TaskRef, lease: Span) -> Self {
        Self::Claimed {
            task,
            lease,
            worktree: None,
            steal: false,
            share: false,
            resume: false,
        }
    }
}

impl WorkEvent {
    /// The task of the event.
    pub fn task(&self) -> &TaskRef {
        match self {
            Self::Claimed { task, .. }
            | Self::Renewed { task, .. }
            | Self::Released { task, .. }
            | Self::Progressed { task, .. }
            | Self::StepSet { task, .. }
            | Self::Blocked { task, .. }
            | Self::Unblocked { task, .. }
            | Self::CommitRecorded { task, .. }
            | Self::CommitRewritten { task, .. }
            | Self::WorktreeBound { task, .. }
            | Self::HandedOn { task, .. } => task,
        }
    }
}

/// A whole number from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = &'static str;
    fn try_from(percent: u8) -> Result<Self, &'static str> {
        if percent > 100 {
            Err("a percentage above 100")
        } else {
            Ok(Self(percent))
        }
    }
}

/// Takes `60` and `60%`.
impl FromStr for Percent {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let number = text.strip_suffix('%').unwrap_or(text).parse::<u8>().ok();
        number
            .and_then(|number| Self::try_from(number).ok())
            .ok_or_else(|| InvalidName {
                what: "percentage",
                text: text.to_owned(),
                why: "it is not a whole number from 0 to 100",
            })
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> u8 {
        percent.0
    }
}
