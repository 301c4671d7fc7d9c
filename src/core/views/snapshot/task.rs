//! A task in the documents.
//!
//! Not here: sums over tasks (`summary`), and words for people (`render::words`).

use serde::Serialize;

use super::{children::ChildrenDocument, minutes::Minutes};
use crate::core::{
    entry::event::{CommitId, task::Wave},
    plan::state::{
        State, TaskIndex,
        records::Attached,
        standing::GateStanding,
        task::{Claim, Task, Verdict},
    },
    values::{
        branch::BranchName,
        glob::Glob,
        id::ActorName,
        json::as_shown,
        task::{Approver, Judgement, LinkKind, Priority, Risk, Status},
        text::Text,
        time::{Day, Timestamp},
        url::Url,
    },
};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskDocument {
    /// Its name, `B` or `B~x7f3`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its group.
    pub group: Option<Text>,
    /// Its owners.
    pub owners: Vec<ActorName>,
    /// Its claim.
    pub claim: Option<ClaimDocument>,
    /// Its status, in one word.
    pub status: Status,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Its risk.
    pub risk: Option<Risk>,
    /// Its progress.
    pub progress: Progress,
    /// Its steps, in order.
    pub steps: Vec<StepDocument>,
    /// Its acceptance criteria.
    pub accept: Vec<Text>,
    /// Its dependencies, in the order in which the tasks were added.
    pub depends_on: Vec<String>,
    /// The unfinished dependencies and children; empty if the task itself has ended.
    pub waits_for: Vec<String>,
    /// Its open blockers.
    pub blockers: Vec<BlockerDocument>,
    /// Its review gates.
    pub gates: Vec<GateDocument>,
    /// Globs of the files that the task changes.
    pub paths: Vec<Text>,
    /// The branch for the work.
    pub branch: Option<BranchName>,
    /// The number of its pull request.
    pub pr: Option<u64>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// Its estimate.
    pub estimate_minutes: Option<Minutes>,
    /// The day on which it has to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// The first day on which the work may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer: Option<Day>,
    /// The addresses of something elsewhere about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<Url>,
    /// The task of which it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The tasks below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<ChildrenDocument>,
    /// Its links to other tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkDocument>,
    /// The time of its addition.
    #[serde(serialize_with = "as_shown")]
    pub created: Timestamp,
    /// The time of its last change.
    #[serde(serialize_with = "as_shown")]
    pub updated: Timestamp,
    /// Its wave in the imported plan; not in the JSON.
    #[serde(skip)]
    pub wave: Option<Wave>,
}

/// A link between two tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkDocument {
    /// Its kind.
    pub kind: LinkKind,
    /// The task at the other end.
    pub task: String,
}

/// The claim of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimDocument {
    /// The holder.
    pub actor: ActorName,
    /// The time of the claim.
    #[serde(serialize_with = "as_shown")]
    pub since: Timestamp,
    /// The end of the lease; it may be past.
    #[serde(serialize_with = "as_shown")]
    pub until: Timestamp,
    /// The position of the claim's entry in the order.
    pub number: u64,
    /// The label of the worktree.
    pub worktree: Option<Text>,
    /// The actor that handed it on to the holder.
    pub handed_by: Option<ActorName>,
    /// What that actor wrote for the holder.
    pub note: Option<Attached>,
}

/// The progress of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// From 0 to 100.
    pub percent: u8,
    /// The number of finished steps.
    pub steps_done: usize,
    /// The number of steps.
    pub steps_total: usize,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepDocument {
    /// The work of this step.
    pub text: Text,
    /// Whether it is done.
    pub done: bool,
}

/// A blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockerDocument {
    /// Its number among the task's blockers, including past ones.
    pub n: u16,
    /// Its reason.
    pub reason: Text,
    /// The task that causes it.
    pub on: Option<String>,
}

/// A review gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateDocument {
    /// The required reviewer: `claude` or `role:reviewer`.
    #[serde(serialize_with = "as_shown")]
    pub by: Approver,
    /// Its state.
    pub state: GateStanding,
    /// The actor whose verdict decided that state.
    pub actor: Option<ActorName>,
}

/// A verdict on a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictDocument {
    /// The decision.
    pub judgement: Judgement,
    /// The reviewer.
    pub by: ActorName,
    /// The time of the verdict.
    #[serde(serialize_with = "as_shown")]
    pub at: Timestamp,
    /// The reviewed commit.
    pub commit: Option<CommitId>,
    /// Whether it stands: no new review, later verdict of the same reviewer or withdrawal has replaced it.
    pub stands: bool,
}

impl VerdictDocument {
    /// All verdicts on a task, oldest first.
    pub fn all(task: &Task) -> Vec<Self> {
        let document = |(by, verdict): (&ActorName, &Verdict)| Self {
            judgement: Judgement::of(verdict.approved),
            by: by.clone(),
            at: verdict.at,
            commit: verdict.commit.clone(),
            stands: task.verdicts.get(by) == Some(verdict),
        };
        task.all_verdicts().into_iter().map(document).collect()
    }
}

impl From<&Claim> for ClaimDocument {
    fn from(claim: &Claim) -> Self {
        Self {
            actor: claim.actor.clone(),
            since: claim.since,
            until: claim.until(),
            number: claim.number,
            worktree: claim.worktree.clone(),
            handed_by: claim.handed.as_ref().map(|handed| handed.by.clone()),
            note: claim.handed.as_ref().and_then(|handed| handed.note.clone()),
        }
    }
}

impl TaskDocument {
    /// The documents of all tasks, in the order in which they were added.
    pub fn all(state: &State) -> Vec<Self> {
        let tasks = state.tasks();
        tasks.map(|(index, _)| Self::of(state, index)).collect()
    }
    /// The progress of the task: of a parent, that of the tasks below it.
    pub fn whole_progress(&self) -> Progress {
        match &self.children {
            Some(children) if self.status != Status::Done => Progress {
                percent: children.percent,
                ..self.progress
            },
            _ => self.progress,
        }
    }
    /// The document of one task.
    pub fn of(state: &State, index: TaskIndex) -> Self {
        let task = state.task(index);
        let shown = |other: TaskIndex| state.shown(other);
        let waits_for = match task.end {
            None => state.waits_for(index).map(shown).collect(),
            Some(_) => Vec::new(),
        };
        Self {
            id: state.shown(index),
            title: task.fields.title.clone(),
            group: task.fields.group.clone(),
            owners: task.fields.owners.clone(),
            claim: task.claim.as_ref().map(ClaimDocument::from),
            status: state.status_of(index),
            priority: task.fields.priority,
            risk: task.fields.risk,
            progress: progress(task),
            steps: steps(task),
            accept: task.fields.criteria.clone(),
            depends_on: task.depends.iter().copied().map(shown).collect(),
            waits_for,
            blockers: blockers(state, task),
            gates: gates(state, task),
            paths: task.fields.paths.iter().map(Glob::text).cloned().collect(),
            branch: task.fields.branch.clone(),
            pr: task.fields.pull_request,
            labels: task.fields.labels.iter().cloned().collect(),
            estimate_minutes: task.fields.estimate.map(Minutes::from),
            due: task.fields.due,
            defer: task.fields.defer,
            urls: task.fields.urls.iter().cloned().collect(),
            parent: task.parent.map(shown),
            children: ChildrenDocument::of(state, index),
            links: links(state, task),
            created: task.created,
            updated: task.updated,
            wave: task.fields.wave,
        }
    }
}

fn links(state: &State, task: &Task) -> Vec<LinkDocument> {
    let link = |(kind, other): &(LinkKind, TaskIndex)| LinkDocument {
        kind: *kind,
        task: state.shown(*other),
    };
    task.links.iter().map(link).collect()
}

/// The links of other tasks to this one, by kind, then in the order of addition.
pub fn linked_from(state: &State, index: TaskIndex) -> Vec<LinkDocument> {
    let mut links = Vec::new();
    for kind in LinkKind::ALL.iter().copied() {
        let tasks = state.linking_tasks();
        let from = tasks.filter(|(_, task)| task.links.contains(&(kind, index)));
        links.extend(from.map(|(other, _)| LinkDocument {
            kind,
            task: state.shown(other),
        }));
    }
    links
}

fn progress(task: &Task) -> Progress {
    Progress {
        percent: task.percent(),
        steps_done: task.steps_done(),
        steps_total: task.steps.len(),
    }
}

fn steps(task: &Task) -> Vec<StepDocument> {
    let step = |step: &crate::core::plan::state::task::Step| StepDocument {
        text: step.text.clone(),
        done: step.done,
    };
    task.steps.iter().map(step).collect()
}

fn blockers(state: &State, task: &Task) -> Vec<BlockerDocument> {
    let open = task.open_blockers().map(|blocker| BlockerDocument {
        n: blocker.number,
        reason: blocker.reason.clone(),
        on: blocker.on.map(|on| state.shown(on)),
    });
    open.collect()
}

fn gates(state: &State, task: &Task) -> Vec<GateDocument> {
    let gate = |gate: &Approver| {
        let (standing, actor) = state.gate_standing(task, gate);
        GateDocument {
            by: gate.clone(),
            state: standing,
            actor,
        }
    };
    state.gates_of(task).iter().map(gate).collect()
}
