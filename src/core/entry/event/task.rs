//! Events of family 2: tasks, what is said of them, how they end.
//!
//! Not here: work under way (`work`) and reviews (`review`).

use serde::{Deserialize, Serialize};

use super::{CommitId, Mark, TaskRef};
use crate::core::values::{
    id::{ActorName, Digest, TaskId},
    task::{Approver, Estimate, Priority, Risk},
    text::Text,
};

/// What happened to the list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEvent {
    /// 2.0 A task was added.
    Added {
        /// What people call it.
        id: TaskId,
        /// What it is, in a line.
        title: Text,
        /// What else is known of it, applied in this order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facts: Vec<TaskFact>,
    },
    /// 2.1 What is known of a task changed, in this order.
    Edited {
        /// Which.
        task: TaskRef,
        /// What changed.
        facts: Vec<TaskFact>,
    },
    /// 2.2 It is done.
    Completed {
        /// Which.
        task: TaskRef,
        /// The claim under which it was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Mark>,
        /// The commit that holds the work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<CommitId>,
        /// Why its gates do not count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiver: Option<Text>,
    },
    /// 2.3 It was given up.
    Cancelled {
        /// Which.
        task: TaskRef,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// 2.4 It is open again.
    Reopened {
        /// Which.
        task: TaskRef,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// Its end was a mistake: the review stands as it did.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        mistaken: bool,
    },
    /// 2.5 Somebody said something about it.
    Commented {
        /// Which.
        task: TaskRef,
        /// The attachment that holds the text.
        body: Text,
    },
    /// 2.6 A plan was imported; this entry or those after it hold what it brought.
    Imported(Import),
}

/// The import of a plan from a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Import {
    /// The name of the file, without its folder.
    pub source: Text,
    /// The format that it was read as: `task-status`, `markdown` or `task-list`.
    pub format: Text,
    /// The BLAKE3 of the file.
    pub digest: Digest,
    /// The attachment that holds the file, for comparison with its next version.
    pub file: Text,
}

/// One thing about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskFact {
    /// 0 Its title.
    Title(Text),
    /// 1 The group that it stands in.
    Group(Option<Text>),
    /// 2 One more who should do it.
    OwnerAdded(ActorName),
    /// 3 One fewer.
    OwnerRemoved(ActorName),
    /// 4 How much it matters.
    Priority(Option<Priority>),
    /// 5 How much can go wrong.
    Risk(Option<Risk>),
    /// 6 How long it takes.
    Estimate(Option<Estimate>),
    /// 7 What has to be finished before it.
    DependencyAdded(TaskRef),
    /// 8 What no longer has to.
    DependencyRemoved(TaskRef),
    /// 9 Who has to approve it.
    GateAdded(Approver),
    /// 10 Who no longer has to.
    GateRemoved(Approver),
    /// 11 A glob of files that it changes.
    PathAdded(Text),
    /// 12 One fewer.
    PathRemoved(Text),
    /// 13 The branch that the work is done on.
    Branch(Option<Text>),
    /// 14 The number of its pull request.
    PullRequest(Option<u64>),
    /// 15 A step of the work; created by this fact.
    StepAdded(Text),
    /// 16 One fewer.
    StepRemoved(Mark),
    /// 17 Something that must hold when it is done.
    CriterionAdded(Text),
    /// 18 One fewer.
    CriterionRemoved(Text),
    /// 19 Something that its reviewers must look at.
    CheckAdded(Text),
    /// 20 One fewer.
    CheckRemoved(Text),
    /// 21 A label.
    LabelAdded(Text),
    /// 22 One fewer.
    LabelRemoved(Text),
    /// 23 The attachment that holds its specification.
    Body(Option<Text>),
    /// 24 The wave in which its plan puts it.
    Wave(Option<Wave>),
    /// 25 Something that its source said and this format has no word for: a key and a value.
    Extra(Text, Option<Text>),
}

impl TaskFact {
    /// What it is about: a word of the sentence that tells of an edit.
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
        }
    }
    /// Whether it lets the task hold more files.
    pub fn is_a_path_more(&self) -> bool {
        matches!(self, Self::PathAdded(_))
    }
}

/// A place in a declared order of execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wave {
    /// 1 for what is executed first.
    pub number: u32,
    /// The place within the whole list of waves, from 1.
    pub rank: u32,
}
