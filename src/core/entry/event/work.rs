//! Events of family 3: claims and work under way.
//!
//! Not here: the end of a task (`task`) and its review (`review`).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CommitId, Mark, TaskRef};
use crate::core::values::{id::InvalidName, text::Text, time::Span};

/// What happened to a claim, or under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkEvent {
    /// 3.0 The author took a task; the claim is known by this event.
    Claimed {
        /// Which.
        task: TaskRef,
        /// How long the claim lasts without any work.
        lease: Span,
        /// The label of the worktree in which the author works.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worktree: Option<Text>,
        /// Take it from whoever holds it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        steal: bool,
        /// Take it although its paths are held by another claim.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        share: bool,
        /// Make the claim anew although the author holds the task already: what names the claim that it had is lost.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        resume: bool,
    },
    /// 3.1 A claim begins its lease anew.
    Renewed {
        /// Which task.
        task: TaskRef,
        /// Under which claim.
        claim: Mark,
        /// A new length of the lease.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Span>,
    },
    /// 3.2 A claim ended without the work being done.
    Released {
        /// Which task.
        task: TaskRef,
        /// Which claim.
        claim: Mark,
    },
    /// 3.3 So much of the work is done.
    Progressed {
        /// Which task.
        task: TaskRef,
        /// Under which claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// From 0 to 100.
        percent: Percent,
    },
    /// 3.4 A step is done, or is not after all.
    StepSet {
        /// Which task.
        task: TaskRef,
        /// The step.
        step: Mark,
        /// Its number as the author saw it, for people.
        number: u16,
        /// Whether it is done.
        done: bool,
        /// Under which claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
    },
    /// 3.5 Something is in the way; the blocker is known by this event.
    Blocked {
        /// Which task.
        task: TaskRef,
        /// What is in the way.
        reason: Text,
        /// The task that is in the way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<TaskRef>,
    },
    /// 3.6 A blocker is gone.
    Unblocked {
        /// Which task.
        task: TaskRef,
        /// The blocker.
        blocker: Mark,
        /// Its number as the author saw it, for people.
        number: u16,
    },
    /// 3.7 A commit was made for a task.
    CommitRecorded {
        /// Which task.
        task: TaskRef,
        /// The commit.
        commit: CommitId,
        /// The branch that it is on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<Text>,
        /// Under which claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
    },
    /// 3.8 A commit of a task was rewritten (amended, rebased).
    CommitRewritten {
        /// Which task.
        task: TaskRef,
        /// What it was.
        old: CommitId,
        /// What it is now.
        new: CommitId,
    },
    /// 3.9 A task is worked on in this worktree.
    WorktreeBound {
        /// Which task.
        task: TaskRef,
        /// The worktree's label; none to unbind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worktree: Option<Text>,
    },
}

impl WorkEvent {
    /// The task that it is about.
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
            | Self::WorktreeBound { task, .. } => task,
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
