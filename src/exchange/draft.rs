//! A plan as it was read, before the ledger knows of it.
//!
//! Not here: how each shape is read (`markdown`, `json`), and what the ledger makes of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    core::values::{
        id::{ActorName, GuardId, TaskId},
        task::{Approver, Estimate, Priority, Risk, Status},
    },
    exchange::Format,
};

/// A plan that was read without complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The shape that it was read from.
    pub format: Format,
    /// What the plan is called.
    pub title: Option<String>,
    /// Its tasks, in the order of the file; ids are unique, dependencies exist and form no cycle.
    pub tasks: Vec<DraftTask>,
    /// Its guardrails, in the order of the file; ids are unique.
    pub guardrails: Vec<DraftGuardrail>,
    /// Every owner and reviewer, in the order of first mention.
    pub actors: Vec<ActorName>,
    /// What no other field can hold, as compact JSON by key; `summary.KEY` and `metrics.KEY` for members of those.
    pub extra: BTreeMap<String, String>,
    /// What should be looked at, in the order of the lines.
    pub findings: Vec<Finding>,
}

impl Draft {
    /// A plan without anything in it.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            title: None,
            tasks: Vec::new(),
            guardrails: Vec::new(),
            actors: Vec::new(),
            extra: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// Adds `mark` to the ids of the tasks that `is_meant` says; what depends on them follows. Tells the old ids with the
    /// new ones. An id that would be none, or another's, stays.
    pub fn rename(
        &mut self,
        mark: &str,
        is_meant: impl Fn(&DraftTask) -> bool,
    ) -> BTreeMap<TaskId, TaskId> {
        let taken: BTreeSet<TaskId> = self.tasks.iter().map(|task| task.id.clone()).collect();
        let meant = self.tasks.iter().filter(|task| is_meant(task));
        let renamed: BTreeMap<TaskId, TaskId> = meant
            .filter_map(|task| Some((task.id.clone(), format!("{}-{mark}", task.id).parse().ok()?)))
            .filter(|(_, new)| !taken.contains(new))
            .collect();
        let tasks = self.tasks.iter_mut();
        let of_tasks = tasks.flat_map(|task| task.depends.iter_mut().chain([&mut task.id]));
        let guardrails = self.guardrails.iter_mut();
        let of_guardrails = guardrails.flat_map(|guardrail| &mut guardrail.depends);
        for id in of_tasks.chain(of_guardrails) {
            if let Some(new) = renamed.get(id) {
                *id = new.clone();
            }
        }
        renamed
    }
}

/// Something in a plan that was read, and should be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line in the file, from 1.
    pub line: usize,
    /// What sort of thing it is.
    pub kind: FindingKind,
    /// What was found, in git's manner.
    pub message: String,
}

/// The sorts of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The plan says two things that cannot both hold.
    Contradiction,
    /// A key or column that has no meaning here; it is kept in `extra`.
    UnknownKey,
    /// Something that was passed over, or kept as text only, because it could not be understood.
    Unreadable,
    /// Something that the plan does not say outright.
    Assumed,
}

impl FindingKind {
    /// The word for it, in messages and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::UnknownKey => "unknown_key",
            Self::Unreadable => "unreadable",
            Self::Assumed => "assumed",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftTask {
    /// Its id.
    pub id: TaskId,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its title, as it stands in the file, control characters included.
    pub title: String,
    /// The group that it is in.
    pub group: Option<String>,
    /// Who should do it.
    pub owners: Vec<ActorName>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// How much can go wrong.
    pub risk: Option<Risk>,
    /// How long it takes.
    pub estimate: Option<Estimate>,
    /// The tasks that come before it.
    pub depends: Vec<TaskId>,
    /// Who has to approve it.
    pub gates: Vec<Approver>,
    /// The paths that it touches.
    pub paths: Vec<String>,
    /// The branch that it is done on.
    pub branch: Option<String>,
    /// The pull request that it is done in.
    pub pr: Option<u64>,
    /// Its steps, in order.
    pub steps: Vec<DraftStep>,
    /// When it is good enough, one criterion each.
    pub accept: Vec<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The long text about it, in Markdown.
    pub body: Option<String>,
    /// The wave that it belongs to; 1 is FIRST.
    pub wave: Option<u32>,
    /// Its place, from 1, in the order of execution over all waves.
    pub wave_rank: Option<u32>,
    /// Where it stands.
    pub status: Status,
    /// How far it is, 0 to 100, where the plan says something that its steps and its status do not.
    pub percent: Option<u8>,
    /// What it waits for that is no task of the plan.
    pub blockers: Vec<String>,
    /// Why a task is complete although nobody reviewed it.
    pub waiver: Option<String>,
    /// What no other field can hold, as compact JSON by key: `files_count`, `key`, unknown keys and columns.
    pub extra: BTreeMap<String, String>,
}

impl DraftTask {
    /// A task that has not been started, about which nothing else is known.
    pub fn new(id: TaskId, line: usize, title: String) -> Self {
        Self {
            id,
            line,
            title,
            group: None,
            owners: Vec::new(),
            priority: None,
            risk: None,
            estimate: None,
            depends: Vec::new(),
            gates: Vec::new(),
            paths: Vec::new(),
            branch: None,
            pr: None,
            steps: Vec::new(),
            accept: Vec::new(),
            labels: Vec::new(),
            body: None,
            wave: None,
            wave_rank: None,
            status: Status::NotStarted,
            percent: None,
            blockers: Vec::new(),
            waiver: None,
            extra: BTreeMap::new(),
        }
    }

    /// The percentage that follows from its status and its steps alone.
    pub fn derived_percent(&self) -> u8 {
        if self.status == Status::Done {
            return 100;
        }
        let done = self.steps.iter().filter(|step| step.done).count();
        let percent = (done * 100).checked_div(self.steps.len()).unwrap_or(0);
        u8::try_from(percent).unwrap_or(100)
    }
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftStep {
    /// What is to be done.
    pub text: String,
    /// Whether it has been.
    pub done: bool,
}

/// A guardrail of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftGuardrail {
    /// Its id.
    pub id: GuardId,
    /// Its line in the file, from 1.
    pub line: usize,
    /// What it checks.
    pub title: String,
    /// The command that checks it.
    pub command: Option<String>,
    /// Whether the plan calls it required; false where the plan does not say.
    pub required: bool,
    /// What the command should give.
    pub expect: Option<String>,
    /// Where the command leaves what it found.
    pub output_path: Option<String>,
    /// The tasks without which it cannot pass.
    pub depends: Vec<TaskId>,
    /// Where it stands.
    pub status: GuardrailStatus,
    /// What no other field can hold, as compact JSON by key.
    pub extra: BTreeMap<String, String>,
}

/// Where a guardrail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardrailStatus {
    /// Nobody has run it.
    NotRun,
    /// It waits for something.
    Waiting,
    /// It passed.
    Pass,
    /// It failed.
    Fail,
}

impl GuardrailStatus {
    /// The word for it, in plans and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Waiting => "waiting",
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}
