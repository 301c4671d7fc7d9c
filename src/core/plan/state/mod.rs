//! The state of the plan: the result of all entries up to one place, and the queries on it.
//!
//! All lists have a fixed order, so the canonical encoding and its digest are the same on every machine.
//! Not here: changing the state (`reduce`), and facts about one machine (`cli`).

pub mod allowance;
pub mod branch;
mod dependents;
pub mod digest;
mod encoded_task;
mod ended;
pub mod guardrails;
mod held;
mod kept;
mod lookup;
pub mod name;
mod origins;
mod parts;
pub mod paths;
pub mod policy;
pub mod pull_requests;
pub mod records;
mod savepoint;
mod sorted;
pub mod standing;
pub mod steps;
mod stored;
mod stored_tasks;
pub mod task;
mod task_index;
mod tasks;
pub mod used_keys;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

pub(in crate::core) use self::dependents::Link;
use self::{
    allowance::Allowances,
    guardrails::Guardrail,
    name::Names,
    origins::Origins,
    policy::Policy,
    pull_requests::PullRequests,
    records::{Anomaly, ImportRecord, SeenWorktrees, Snapshot},
    task::{Claim, Task},
    tasks::Tasks,
    used_keys::UsedKeys,
};
pub use self::{ended::EndedTask, kept::Storage, task_index::TaskIndex};
use super::roster::Roster;
use crate::core::{
    entry::{
        codec::v1,
        event::{Mark, Origin, TaskRef, observation::Source},
    },
    values::pairs,
    values::{
        glob::Glob,
        id::{EntryId, GuardId, TargetName, TaskName},
        text::Text,
        time::{DayOffset, Timestamp},
    },
};

/// The version of the rules that this program applies.
pub const RULES: u16 = 1;
/// The version of the state's encoding.
pub const STATE: u16 = 1;

/// The result of the entries of a ledger up to one place of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The id of the ledger: that of its genesis.
    pub ledger: EntryId,
    /// The ledger's name for people.
    pub title: Option<Text>,
    /// The offset from UTC at which its days begin.
    pub day_offset: DayOffset,
    /// The ref that holds it at home.
    pub home_ref: Text,
    /// An address of home.
    pub home_url: Option<Text>,
    /// The actors.
    pub roster: Arc<Roster>,
    /// The policy of the team.
    pub policy: Policy,
    tasks: Tasks,
    /// The guardrails, by name.
    #[serde(with = "pairs")]
    pub guardrails: BTreeMap<GuardId, Guardrail>,
    /// The targets, by figure.
    #[serde(with = "pairs")]
    pub targets: BTreeMap<TargetName, Text>,
    /// The pull requests as last observed.
    pub pull_requests: PullRequests,
    /// When each source of pull requests was last observed, also if nothing had changed there.
    #[serde(with = "pairs")]
    pub observed: BTreeMap<Source, Timestamp>,
    /// The worktrees as last observed, by clone.
    #[serde(with = "pairs")]
    pub worktrees: BTreeMap<Text, SeenWorktrees>,
    /// The snapshots, in order.
    pub snapshots: Vec<Snapshot>,
    /// The imports of plans, in order.
    pub imports: Vec<ImportRecord>,
    /// The ignored (quarantined) commits that an admin has acknowledged.
    pub acknowledged: BTreeSet<EntryId>,
    /// The refused entries, in order.
    pub anomalies: Vec<Anomaly>,
    /// The number of entries up to this place, without ignored (quarantined) ones.
    pub entries: u64,
    /// The effective time of the last entry.
    pub effective: Timestamp,
    /// The steps that are left to actors of costly entries.
    pub allowances: Allowances,
    /// The idempotency keys that actors have used last.
    pub used_keys: UsedKeys,
    #[serde(skip)]
    index: Arc<Index>,
}

/// The indexes for finding tasks, derived from the tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Index {
    origins: Origins,
    names: Names,
}

impl Index {
    /// The indexes of these tasks, whose names and origins come in the order of addition.
    fn shared<'a>(tasks: impl ExactSizeIterator<Item = (&'a str, Origin)> + Clone) -> Arc<Self> {
        let tasks = tasks.enumerate();
        let tasks = tasks.map(|(place, (id, origin))| (id, origin, TaskIndex::at(place)));
        let origins = tasks.clone().map(|(_, origin, index)| (origin, index));
        Arc::new(Self {
            origins: Origins::of(origins),
            names: Names::of(tasks),
        })
    }
    fn insert(&mut self, task: &Task, place: usize) {
        let index = TaskIndex::at(place);
        self.origins.insert(task.origin, index);
        self.names.insert(task.id.as_str(), task.origin, index);
    }
}

impl State {
    /// The empty state of a ledger.
    pub(in crate::core) fn empty(ledger: EntryId, roster: Roster) -> Self {
        Self {
            ledger,
            title: None,
            day_offset: DayOffset::default(),
            home_ref: Text::home_ref(),
            home_url: None,
            roster: Arc::new(roster),
            policy: Policy::default(),
            tasks: Tasks::default(),
            guardrails: BTreeMap::new(),
            targets: BTreeMap::new(),
            pull_requests: PullRequests::default(),
            observed: BTreeMap::new(),
            worktrees: BTreeMap::new(),
            snapshots: Vec::new(),
            imports: Vec::new(),
            acknowledged: BTreeSet::new(),
            anomalies: Vec::new(),
            entries: 0,
            effective: Timestamp::default(),
            allowances: Allowances::default(),
            used_keys: UsedKeys::default(),
            index: Arc::default(),
        }
    }

    /// The canonical encoding of the state.
    pub fn to_bytes(&self) -> Vec<u8> {
        v1::to_canonical(self)
    }
    /// The state that [`State::to_bytes`] encoded; none for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut state: Self = v1::from_canonical(bytes).ok()?;
        let tasks = state.tasks.iter();
        state.index = Index::shared(tasks.map(|task| (task.id.as_str(), task.origin)));
        Some(state)
    }

    /// All tasks, in the order of addition.
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = (TaskIndex, &Task)> {
        let tasks = self.tasks.iter().enumerate();
        tasks.map(|(place, task)| (TaskIndex::at(place), task))
    }
    /// The task at an index of this state.
    pub fn task(&self, index: TaskIndex) -> &Task {
        self.tasks.get(index.place())
    }
    /// The tasks that are neither done nor cancelled, in the order of addition.
    pub fn open_tasks(&self) -> impl Iterator<Item = (TaskIndex, &Task)> {
        let open = self.tasks.with(|facets| facets.is_open).map(TaskIndex::at);
        open.map(|index| (index, self.task(index)))
    }
    /// What sums ask of the done and cancelled tasks, in the order of addition.
    pub fn ended_tasks(&self) -> impl Iterator<Item = (TaskIndex, EndedTask<'_>)> {
        let places = 0..self.tasks.len();
        places.filter_map(|place| Some((TaskIndex::at(place), self.tasks.ended(place)?)))
    }
    /// The done tasks whose work is in a commit, in the order of addition.
    pub fn tasks_with_work(&self) -> impl Iterator<Item = (TaskIndex, &Task)> {
        let done = self.tasks.with(|facets| facets.has_work).map(TaskIndex::at);
        done.map(|index| (index, self.task(index)))
    }
    /// The tasks that have links to other tasks, in the order of addition.
    pub fn linking_tasks(&self) -> impl Iterator<Item = (TaskIndex, &Task)> {
        let linking = self
            .tasks
            .with(|facets| facets.has_links)
            .map(TaskIndex::at);
        linking.map(|index| (index, self.task(index)))
    }
    /// The tasks that have a claim, running or expired, in the order of addition.
    pub fn claimed(&self) -> impl Iterator<Item = (TaskIndex, &Task, &Claim)> {
        let claimed = self.tasks.claimed().map(TaskIndex::at);
        claimed.filter_map(|index| {
            let task = self.task(index);
            Some((index, task, task.claim.as_ref()?))
        })
    }
    pub(in crate::core) fn change_task(
        &mut self,
        index: TaskIndex,
        change: impl FnOnce(&mut Task),
    ) {
        self.tasks.change(index.place(), change);
    }
    pub(in crate::core) fn change_path(
        &mut self,
        index: TaskIndex,
        path: &Glob,
        change: impl FnOnce(&mut Task),
    ) {
        self.tasks.change_path(index.place(), path, change);
    }
    /// Makes every claim begin, and its last work happen, at this time at the latest: a lease that began in the future would
    /// not run out before.
    pub(in crate::core) fn end_the_future(&mut self, now: Timestamp) {
        let is_later = |claim: &Claim| claim.since > now || claim.renewed > now;
        let later = self.claimed().filter(|(_, _, claim)| is_later(claim));
        let later: Vec<TaskIndex> = later.map(|(index, ..)| index).collect();
        for index in later {
            self.change_task(index, |task| {
                if let Some(claim) = &mut task.claim {
                    claim.since = claim.since.min(now);
                    claim.renewed = claim.renewed.min(now);
                }
            });
        }
    }
    /// Adds a dependency to a task, or removes one.
    pub(in crate::core) fn link(&mut self, index: TaskIndex, on: TaskIndex, link: Link) {
        self.tasks.link(index, on, link);
    }
    /// Makes a task a child of another one, or of none.
    pub(in crate::core) fn adopt(&mut self, child: TaskIndex, parent: Option<TaskIndex>) {
        self.tasks.adopt(child, parent);
    }
    /// The tasks that come directly after a task, in the order of addition: those that depend on it, and its parent.
    pub fn dependents(&self, index: TaskIndex) -> &BTreeSet<TaskIndex> {
        self.tasks.dependents(index)
    }
    /// The task that an event added.
    pub fn created_by(&self, origin: Origin) -> Option<TaskIndex> {
        self.index.origins.get(origin)
    }
    /// The task of a reference in the entry `here`.
    pub fn find(&self, task: &TaskRef, here: EntryId) -> Option<TaskIndex> {
        self.created_by(task.mark.origin(here))
    }
    /// A reference to a task from a later entry.
    pub fn reference(&self, index: TaskIndex) -> TaskRef {
        let task = self.task(index);
        TaskRef {
            id: task.id.clone(),
            mark: task.origin.mark(),
        }
    }
    /// The displayed name of a task: its id, or `ID~abcd` for a later task of the same id.
    pub fn shown(&self, index: TaskIndex) -> String {
        self.index.names.shown(self.task(index), index)
    }
    /// The same as a name.
    pub fn name_of(&self, index: TaskIndex) -> TaskName {
        TaskName::from_shown(self.shown(index))
    }
    /// The names by which tasks are found.
    pub fn names(&self) -> &Names {
        &self.index.names
    }
    /// The claim of a task that a mark in the entry `here` names, if it is still the task's claim.
    pub fn claim_of(&self, index: TaskIndex, mark: Mark, here: EntryId) -> Option<&Claim> {
        self.task(index)
            .claim
            .as_ref()
            .filter(|claim| claim.origin == mark.origin(here))
    }
    /// The parent of a task, the parent of that one, and so on.
    pub fn ancestors(&self, index: TaskIndex) -> impl Iterator<Item = TaskIndex> {
        std::iter::successors(self.task(index).parent, |it| self.task(*it).parent)
    }
    /// Whether a task that this one depends on, or a child of it, is unfinished.
    pub fn waits(&self, index: TaskIndex) -> bool {
        self.waits_for(index).next().is_some()
    }
    /// The unfinished tasks that this one depends on, and its unfinished children.
    pub fn waits_for(&self, index: TaskIndex) -> impl Iterator<Item = TaskIndex> {
        let before = self.task(index).after();
        before.filter(|other| self.task(*other).end.is_none())
    }

    /// Adds a task and returns its index.
    pub(in crate::core) fn push_task(&mut self, task: Task) -> TaskIndex {
        let place = self.tasks.len();
        Arc::make_mut(&mut self.index).insert(&task, place);
        self.tasks.push(task);
        TaskIndex::at(place)
    }
    fn forget_tasks_from(&mut self, count: usize) {
        let index = Arc::make_mut(&mut self.index);
        while self.tasks.len() > count {
            if let Some(popped) = self.tasks.pop() {
                index.origins.remove(popped.task.origin);
                index.names.remove(&popped.task);
            }
        }
    }
}
