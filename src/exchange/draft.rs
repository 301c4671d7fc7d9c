//! A plan outside the ledger: the result of every reader, and the input of every writer.
//!
//! Not here: reading each format (`markdown`, `json`), and importing a draft (`import`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::{
    core::{
        plan::{fields::Fields, state::guardrails::GuardrailStatus},
        values::{
            id::{GuardId, TaskId},
            task::{LinkKind, Status, words},
        },
    },
    exchange::format::Format,
};

/// A plan that was read from a file without complaint, or taken from the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The format of its file.
    pub format: Format,
    /// The plan's title.
    pub title: Option<String>,
    /// Its tasks, in the order of the file; ids are unique, dependencies and parents exist and form no cycle.
    pub tasks: Vec<DraftTask>,
    /// Its guardrails, in the order of the file; ids are unique.
    pub guardrails: Vec<DraftGuardrail>,
    /// All other facts, as compact JSON by key. Members of `summary` and `metrics` have the keys `summary.KEY` and
    /// `metrics.KEY`.
    pub extra: BTreeMap<String, String>,
    /// Things that a person should look at, in the order of the lines.
    pub findings: Vec<Finding>,
}

impl Draft {
    /// An empty plan.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            title: None,
            tasks: Vec::new(),
            guardrails: Vec::new(),
            extra: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// Renames the tasks that `is_meant` selects from `ID` to `ID-mark`, and the references to them. Returns the new
    /// id of each old one. An id stays if the new one is invalid or belongs to another task.
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
        let of_tasks = tasks.flat_map(DraftTask::ids);
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

/// Something in a plan that a person should look at. It does not prevent an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line in the file, from 1.
    pub line: usize,
    /// The kind of finding.
    pub kind: FindingKind,
    /// The message, in lower case and without a period, as in git.
    pub message: String,
}

words!(
    /// The kinds of findings.
    FindingKind, "kind of finding", "contradiction, unknown_key, unreadable, assumed" {
        /// Two statements of the plan cannot both be true.
        Contradiction = "contradiction",
        /// A key or column is unknown. Its value is kept in `extra`.
        UnknownKey = "unknown_key",
        /// A part of the plan was not understood. It is skipped, or kept as text only.
        Unreadable = "unreadable",
        /// The reader assumed something that the plan does not say.
        Assumed = "assumed",
    }
);

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftTask {
    /// Its id.
    pub id: TaskId,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its attributes.
    pub fields: Fields,
    /// The tasks that it depends on.
    pub depends: Vec<TaskId>,
    /// The task of which it is a part.
    pub parent: Option<TaskId>,
    /// Its links to other tasks.
    pub links: Vec<(LinkKind, TaskId)>,
    /// Its steps, in order.
    pub steps: Vec<DraftStep>,
    /// Its long text, in Markdown.
    pub body: Option<String>,
    /// Its status.
    pub status: Status,
    /// Its percentage, 0 to 100, if that differs from the one that follows from its steps and its status.
    pub percent: Option<u8>,
    /// The reasons why it cannot go on, other than its dependencies.
    pub blockers: Vec<String>,
    /// The reason why it is done without a review.
    pub waiver: Option<String>,
}

impl DraftTask {
    /// A task that is not started, with no more than these attributes.
    pub fn new(id: TaskId, line: usize, fields: Fields) -> Self {
        Self {
            id,
            line,
            fields,
            depends: Vec::new(),
            parent: None,
            links: Vec::new(),
            steps: Vec::new(),
            body: None,
            status: Status::NotStarted,
            percent: None,
            blockers: Vec::new(),
            waiver: None,
        }
    }

    /// Its id, and the ids of all tasks that it names.
    fn ids(&mut self) -> impl Iterator<Item = &mut TaskId> {
        let links = self.links.iter_mut().map(|(_, other)| other);
        let depends = self.depends.iter_mut().chain(&mut self.parent);
        depends.chain(links).chain([&mut self.id])
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

/// For each of these tasks, the places of those after which it comes: its dependencies and its children. Those that are not
/// among them are left out.
pub(super) fn before(tasks: &[DraftTask]) -> Vec<Vec<usize>> {
    let places: HashMap<&TaskId, usize> = tasks.iter().map(|task| &task.id).zip(0..).collect();
    let mut before = vec![Vec::new(); tasks.len()];
    for (place, task) in tasks.iter().enumerate() {
        let depends = task.depends.iter().filter_map(|id| places.get(id));
        before[place].extend(depends.copied());
        let parent = task.parent.as_ref().and_then(|id| places.get(id));
        if let Some(parent) = parent {
            before[*parent].push(place);
        }
    }
    before
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftStep {
    /// The work of this step.
    pub text: String,
    /// Whether the step is done.
    pub done: bool,
}

/// A guardrail of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftGuardrail {
    /// Its id.
    pub id: GuardId,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its title.
    pub title: String,
    /// The command that checks it.
    pub command: Option<String>,
    /// Whether the plan calls it required; false if the plan does not say.
    pub required: bool,
    /// The output that the command should have.
    pub expect: Option<String>,
    /// The names of more environment variables that the command sees.
    pub environment: Vec<String>,
    /// The file to which the command writes its output.
    pub output_path: Option<String>,
    /// The tasks that must be done before it can pass.
    pub depends: Vec<TaskId>,
    /// Its status.
    pub status: GuardrailStatus,
    /// All other facts, as compact JSON by key.
    pub extra: BTreeMap<String, String>,
}

impl DraftGuardrail {
    /// A guardrail that has not run, with no more than a title.
    pub fn new(id: GuardId, line: usize, title: String) -> Self {
        Self {
            id,
            line,
            title,
            command: None,
            required: false,
            expect: None,
            environment: Vec::new(),
            output_path: None,
            depends: Vec::new(),
            status: GuardrailStatus::NotRun,
            extra: BTreeMap::new(),
        }
    }
}
