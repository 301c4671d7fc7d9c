//! Events of family 2: tasks, their facts, comments on them, and their end.
//!
//! Not here: work under way (`work`) and reviews (`review`).

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, mark::Mark, reference::TaskRef};
use crate::core::values::{
    branch::BranchName,
    glob::Glob,
    id::{ActorName, Digest, TaskId},
    task::{Approver, Estimate, LinkKind, Priority, Risk, words},
    text::Text,
    time::Day,
    url::Url,
};

/// An event about tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEvent {
    /// 2.0 A task was added.
    Added {
        /// Its name for people.
        id: TaskId,
        /// Its title, in one line.
        title: Text,
        /// Its other facts, applied in this order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facts: Vec<TaskFact>,
    },
    /// 2.1 The facts of a task changed.
    Edited {
        /// The task.
        task: TaskRef,
        /// The changed facts, applied in this order.
        facts: Vec<TaskFact>,
    },
    /// 2.2 A task was finished.
    Completed {
        /// The task.
        task: TaskRef,
        /// The claim that the work was done under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// The commit that holds the work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// The reason for waiving its review, dependencies and guardrails.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiver: Option<Text>,
        /// The tree of the commit that holds the work, so that results of another commit with the same tree count; if
        /// there is no such commit, the tree that was checked out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tree: Option<CommitId>,
        /// Where the work is integrated, as the author found it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        integrated: Option<Integration>,
    },
    /// 2.3 A task was cancelled.
    Cancelled {
        /// The task.
        task: TaskRef,
        /// The reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// 2.4 A task was reopened.
    Reopened {
        /// The task.
        task: TaskRef,
        /// The reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// Whether its end was a mistake, so that its review stays valid.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        mistaken: bool,
    },
    /// 2.5 An actor commented on a task.
    Commented {
        /// The task.
        task: TaskRef,
        /// The attachment that holds the text.
        body: Text,
    },
    /// 2.6 A plan was imported; this entry or the entries after it hold its tasks.
    Imported(Import),
}

impl TaskEvent {
    /// The end of a task without a commit and without a waiver.
    pub fn completed(task: TaskRef, claim: Option<Mark>) -> Self {
        Self::Completed {
            task,
            claim,
            commit: None,
            waiver: None,
            tree: None,
            integrated: None,
        }
    }
}

/// The commit of a branch with which the branch has the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// The commit: the work's own, or the merge, squash or rebased commit.
    pub commit: CommitId,
    /// The branch.
    pub into: BranchName,
    /// How the work got there, if the author's program brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MergeMethod>,
    /// The tip of the branch just before, if the author's program moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CommitId>,
}

words!(
    /// How work gets into a branch.
    MergeMethod, "merge method", "merge, squash, rebase, fast_forward" {
        /// By a merge commit.
        Merge = "merge",
        /// By one commit with all changes.
        Squash = "squash",
        /// By its commits, after those of the branch.
        Rebase = "rebase",
        /// As it is: the branch only moves forward.
        FastForward = "fast_forward",
    }
);

/// The import of a plan from a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Import {
    /// The name of the file, without its folder.
    pub source: Text,
    /// The format of the file, such as `task-status` or `markdown`.
    pub format: Text,
    /// The BLAKE3 of the file.
    pub digest: Digest,
    /// The attachment that holds the file, for comparison with its next version.
    pub file: Text,
}

/// One fact about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskFact {
    /// 0 Its title.
    Title(Text),
    /// 1 Its group.
    Group(Option<Text>),
    /// 2 A new owner.
    OwnerAdded(ActorName),
    /// 3 A removed owner.
    OwnerRemoved(ActorName),
    /// 4 Its priority.
    Priority(Option<Priority>),
    /// 5 Its risk.
    Risk(Option<Risk>),
    /// 6 The expected time for the work.
    Estimate(Option<Estimate>),
    /// 7 A new dependency: a task that has to be finished first.
    DependencyAdded(TaskRef),
    /// 8 A removed dependency.
    DependencyRemoved(TaskRef),
    /// 9 A new gate: an actor or a role that has to approve the task.
    GateAdded(Approver),
    /// 10 A removed gate.
    GateRemoved(Approver),
    /// 11 A new glob of files that it changes.
    PathAdded(Glob),
    /// 12 A removed glob.
    PathRemoved(Glob),
    /// 13 The branch for the work.
    Branch(Option<BranchName>),
    /// 14 The number of its pull request.
    PullRequest(Option<u64>),
    /// 15 A new step of the work; this fact creates it.
    StepAdded(Text),
    /// 16 A removed step.
    StepRemoved(Mark),
    /// 17 A new acceptance criterion.
    CriterionAdded(Text),
    /// 18 A removed acceptance criterion.
    CriterionRemoved(Text),
    /// 19 A new item of the review checklist.
    CheckAdded(Text),
    /// 20 A removed item of the review checklist.
    CheckRemoved(Text),
    /// 21 A new label.
    LabelAdded(Text),
    /// 22 A removed label.
    LabelRemoved(Text),
    /// 23 The attachment that holds its specification.
    Body(Option<Text>),
    /// 24 Its wave in the imported plan.
    Wave(Option<Wave>),
    /// 25 A field of its source that this format does not have: a key and a value.
    Extra(Text, Option<Text>),
    /// 26 The day on which it has to be done.
    Due(Option<Day>),
    /// 27 The first day on which the work may begin.
    Defer(Option<Day>),
    /// 28 A new address of something elsewhere about it.
    UrlAdded(Url),
    /// 29 A removed address.
    UrlRemoved(Url),
    /// 30 The task of which it is a part, and which waits for it.
    Parent(Option<TaskRef>),
    /// 31 A new link to another task.
    LinkAdded(LinkKind, TaskRef),
    /// 32 A removed link.
    LinkRemoved(LinkKind, TaskRef),
}

impl TaskFact {
    /// The name of the attribute, as the commit message of an edit shows it.
    pub fn attribute(&self) -> &'static str {
        match self {
            Self::Title(_) => "title",
            Self::Group(_) => "group",
            Self::OwnerAdded(_) | Self::OwnerRemoved(_) => "owners",
            Self::Priority(_) => "priority",
            Self::Risk(_) => "risk",
            Self::Estimate(_) => "estimate",
            Self::DependencyAdded(_) | Self::DependencyRemoved(_) => "dependencies",
            Self::GateAdded(_) | Self::GateRemoved(_) => "gates",
            Self::PathAdded(_) | Self::PathRemoved(_) => "paths",
            Self::Branch(_) => "branch",
            Self::PullRequest(_) => "pull request",
            Self::StepAdded(_) | Self::StepRemoved(_) => "steps",
            Self::CriterionAdded(_) | Self::CriterionRemoved(_) => "acceptance",
            Self::CheckAdded(_) | Self::CheckRemoved(_) => "review checks",
            Self::LabelAdded(_) | Self::LabelRemoved(_) => "labels",
            Self::Body(_) => "body",
            Self::Wave(_) => "wave",
            Self::Extra(..) => "extra",
            Self::Due(_) => "due",
            Self::Defer(_) => "defer",
            Self::UrlAdded(_) | Self::UrlRemoved(_) => "URLs",
            Self::Parent(_) => "parent",
            Self::LinkAdded(..) | Self::LinkRemoved(..) => "links",
        }
    }
    /// The other task that it names.
    pub fn other(&self) -> Option<&TaskRef> {
        match self {
            Self::DependencyAdded(task)
            | Self::DependencyRemoved(task)
            | Self::Parent(Some(task))
            | Self::LinkAdded(_, task)
            | Self::LinkRemoved(_, task) => Some(task),
            _ => None,
        }
    }
    /// The path that it adds.
    pub fn path_more(&self) -> Option<&Glob> {
        match self {
            Self::PathAdded(path) => Some(path),
            _ => None,
        }
    }
}

/// A position in a declared order of execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wave {
    /// The number of the wave; 1 comes first.
    pub number: u32,
    /// The position within the whole list of waves, from 1.
    pub rank: u32,
}
