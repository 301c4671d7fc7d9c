//! A task as the documents show it.
//!
//! Not here: sums over tasks (`summary`), and words for people (`render::words`).

use serde::Serialize;

use crate::core::{
    entry::event::task::Wave,
    plan::state::{
        State, TaskIndex,
        standing::GateStanding,
        task::{Claim, Task},
    },
    values::{
        id::ActorName,
        json::as_shown,
        task::{Approver, Estimate, Priority, Risk, Status},
        text::Text,
        time::Timestamp,
    },
};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskDocument {
    /// What it is called, `B` or `B~x7f3`.
    pub id: String,
    /// What it is, in a line.
    pub title: Text,
    /// The group that it stands in.
    pub group: Option<Text>,
    /// Who should do it.
    pub owners: Vec<ActorName>,
    /// Who holds it.
    pub claim: Option<ClaimDocument>,
    /// Where it stands, in one word.
    pub status: Status,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// How much can go wrong.
    pub risk: Option<Risk>,
    /// How far it is.
    pub progress: Progress,
    /// Its steps, in order.
    pub steps: Vec<StepDocument>,
    /// What must hold when it is done.
    pub accept: Vec<Text>,
    /// What it depends on, in the order in which tasks were added.
    pub depends_on: Vec<String>,
    /// Which of these are unfinished; nothing if the task itself has ended.
    pub waits_for: Vec<String>,
    /// What is in the way now.
    pub blockers: Vec<BlockerDocument>,
    /// Who has to approve it.
    pub gates: Vec<GateDocument>,
    /// Globs of the files that it changes.
    pub paths: Vec<Text>,
    /// The branch that the work is done on.
    pub branch: Option<Text>,
    /// The number of its pull request.
    pub pr: Option<u64>,
    /// Its labels.
    pub labels: Vec<Text>,
    /// How long it takes.
    pub estimate_minutes: Option<Minutes>,
    /// When it was added.
    #[serde(serialize_with = "as_shown")]
    pub created: Timestamp,
    /// When something last happened to it.
    #[serde(serialize_with = "as_shown")]
    pub updated: Timestamp,
    /// The wave in which its plan puts it; not in the JSON.
    #[serde(skip)]
    pub wave: Option<Wave>,
}

/// Who holds a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimDocument {
    /// Who.
    pub actor: ActorName,
    /// Since when.
    #[serde(serialize_with = "as_shown")]
    pub since: Timestamp,
    /// When it runs out, or ran out.
    #[serde(serialize_with = "as_shown")]
    pub until: Timestamp,
    /// The place of the claim's entry in the order.
    pub number: u64,
    /// The label of the worktree.
    pub worktree: Option<Text>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// From 0 to 100.
    pub percent: u8,
    /// How many steps are done.
    pub steps_done: usize,
    /// How many steps there are.
    pub steps_total: usize,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepDocument {
    /// What is to be done.
    pub text: Text,
    /// Whether it is.
    pub done: bool,
}

/// Something in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockerDocument {
    /// Its number among the task's blockers, past ones included.
    pub n: u16,
    /// What it is.
    pub reason: Text,
    /// The task that is in the way.
    pub on: Option<String>,
}

/// A review gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateDocument {
    /// Who has to approve: `claude` or `role:reviewer`.
    #[serde(serialize_with = "as_shown")]
    pub by: Approver,
    /// What the gate says.
    pub state: GateStanding,
    /// Who made it say so.
    pub actor: Option<ActorName>,
}

/// A range of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Minutes {
    /// The lower bound.
    pub low: u64,
    /// The upper bound.
    pub high: u64,
}

impl From<Estimate> for Minutes {
    fn from(estimate: Estimate) -> Self {
        Self {
            low: estimate.low().into(),
            high: estimate.high().into(),
        }
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
        }
    }
}

impl TaskDocument {
    /// The documents of all tasks, in the order in which they were added.
    pub fn all(state: &State) -> Vec<Self> {
        let tasks = state.tasks();
        tasks.map(|(index, _)| Self::of(state, index)).collect()
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
            paths: task.fields.paths.iter().cloned().collect(),
            branch: task.fields.branch.clone(),
            pr: task.fields.pull_request,
            labels: task.fields.labels.iter().cloned().collect(),
            estimate_minutes: task.fields.estimate.map(Minutes::from),
            created: task.created,
            updated: task.updated,
            wave: task.fields.wave,
        }
    }
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
