//! A task as it stands: what was said of it, who works on it, and what follows from that.
//!
//! Not here: what needs other tasks to be known (`state`), and whether a change is allowed (`rules`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{records::Attached, task_index::TaskIndex};
use crate::core::{
    entry::event::{CommitId, Origin},
    plan::{fields::Fields, refusal::HeldClaim},
    values::{
        id::{ActorName, TaskId},
        pairs,
        text::Text,
        time::{Span, Timestamp},
    },
};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its name.
    pub id: TaskId,
    /// The event that added it.
    pub origin: Origin,
    /// What people set on it.
    pub fields: Fields,
    /// What has to be finished before it.
    pub depends: BTreeSet<TaskIndex>,
    /// The steps of the work.
    pub steps: Vec<Step>,
    /// Its specification.
    pub body: Option<Attached>,
    /// The items of the review checklist that were looked at, and by whom.
    pub ticks: BTreeSet<(Text, ActorName)>,
    /// The percentage that was last reported, unless steps were set since.
    pub reported_percent: Option<u8>,
    /// The claim, running or expired.
    pub claim: Option<Claim>,
    /// Whose claims others ended, until they claim it again or it ends: they may not know it yet.
    pub outrun: BTreeSet<ActorName>,
    /// What is in the way.
    pub blockers: Vec<Blocker>,
    /// The last request for review.
    pub submission: Option<Submission>,
    /// The last verdict of each reviewer.
    #[serde(with = "pairs")]
    pub verdicts: BTreeMap<ActorName, Verdict>,
    /// The last commit recorded for it.
    pub commit: Option<CommitId>,
    /// The label of the worktree that it is bound to.
    pub worktree: Option<Text>,
    /// How many comments there are.
    pub comments: u32,
    /// How it ended.
    pub end: Option<End>,
    /// Who added it.
    pub created_by: ActorName,
    /// When it was added.
    pub created: Timestamp,
    /// When something last happened to it.
    pub updated: Timestamp,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The event and item that created it.
    pub origin: Origin,
    /// What is to be done.
    pub text: Text,
    /// Whether it is.
    pub done: bool,
}

/// Who holds a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The event that made it: what work under it names.
    pub origin: Origin,
    /// The place of its entry in the order, for people.
    pub number: u64,
    /// Who.
    pub actor: ActorName,
    /// Since when.
    pub since: Timestamp,
    /// How long it lasts without any work.
    pub lease: Span,
    /// When it was last renewed, by whatever was done under it.
    pub renewed: Timestamp,
    /// The label of the worktree.
    pub worktree: Option<Text>,
    /// Whether it was made although another claim holds some of its paths.
    pub shared: bool,
}

impl Claim {
    /// When it runs out.
    pub fn until(&self) -> Timestamp {
        self.renewed.after(self.lease)
    }
    /// Whether it has run out, seen from an effective time.
    pub fn expired(&self, effective: Timestamp) -> bool {
        self.until() < effective
    }
}

/// What a refusal says of a claim.
impl From<&Claim> for HeldClaim {
    fn from(claim: &Claim) -> Self {
        Self {
            actor: claim.actor.clone(),
            since: claim.since,
            until: claim.until(),
        }
    }
}

/// Something in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// The event that reported it.
    pub origin: Origin,
    /// Its number among the task's blockers, past ones included, from 1.
    pub number: u16,
    /// What it is.
    pub reason: Text,
    /// The task that is in the way.
    pub on: Option<TaskIndex>,
    /// Who reported it.
    pub actor: ActorName,
    /// When.
    pub at: Timestamp,
    /// Whether it is gone.
    pub cleared: bool,
}

/// A request for review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Who asked.
    pub actor: ActorName,
    /// When.
    pub at: Timestamp,
    /// What is to be reviewed.
    pub commit: Option<CommitId>,
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it was approval.
    pub approved: bool,
    /// When.
    pub at: Timestamp,
    /// What was looked at.
    pub commit: Option<CommitId>,
    /// What was said.
    pub note: Option<Attached>,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whether it is done; else it was given up.
    pub done: bool,
    /// Who said so.
    pub actor: ActorName,
    /// When.
    pub at: Timestamp,
    /// The commit that holds the work.
    pub commit: Option<CommitId>,
    /// Why it was given up, or why its gates did not count.
    pub reason: Option<Text>,
}

impl Task {
    /// How much of it is done, from 0 to 100: all if it is done, else what was last reported, by
    /// percentage or by steps.
    pub fn percent(&self) -> u8 {
        if self.end.as_ref().is_some_and(|end| end.done) {
            return 100;
        }
        self.reported_percent
            .unwrap_or_else(|| match self.steps.len() {
                0 => 0,
                // At most 100, since no more steps are done than there are.
                total => (self.steps_done() * 100 / total) as u8,
            })
    }
    /// How many steps are done.
    pub fn steps_done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
    /// What is in the way now.
    pub fn open_blockers(&self) -> impl Iterator<Item = &Blocker> {
        self.blockers.iter().filter(|blocker| !blocker.cleared)
    }
    /// Whether this actor is an owner of the task.
    pub fn is_owned_by(&self, actor: &ActorName) -> bool {
        self.fields.owners.contains(actor)
    }
    /// Whether this actor holds the task.
    pub fn is_held_by(&self, actor: &ActorName) -> bool {
        self.claim
            .as_ref()
            .is_some_and(|claim| claim.actor == *actor)
    }
    /// Whether the task is this actor's own work: it owns or holds it, or asked for its review.
    pub fn is_work_of(&self, actor: &ActorName) -> bool {
        let asked = self.submission.as_ref();
        self.is_owned_by(actor)
            || self.is_held_by(actor)
            || asked.is_some_and(|submission| submission.actor == *actor)
    }
    /// Whether a verdict approves the commit that was last recorded, one of an earlier commit being stale, and is not
    /// on its author's own work.
    pub fn counts(&self, actor: &ActorName, verdict: &Verdict) -> bool {
        let current = self.commit.is_none() || verdict.commit == self.commit;
        verdict.approved && current && !self.is_work_of(actor)
    }
    /// Who has looked at an item of the checklist.
    pub fn who_ticked(&self, item: &Text) -> impl Iterator<Item = &ActorName> {
        let ticks = self.ticks.iter();
        ticks.filter_map(move |(ticked, actor)| (ticked == item).then_some(actor))
    }
    /// The items of the checklist that nobody has ticked except those who did the work, with their numbers from 1.
    pub fn unticked(&self) -> impl Iterator<Item = (u16, &Text)> {
        let ticked = |item| self.who_ticked(item).any(|actor| !self.is_work_of(actor));
        // At most a thousand items: the rules refuse more.
        let items = (1..).zip(&self.fields.checks);
        items.filter(move |(_, item)| !ticked(item))
    }
    /// Another ended the claim, and who held it need not know.
    pub(in crate::core) fn lose_claim(&mut self) {
        self.outrun.extend(self.claim.take().map(|lost| lost.actor));
    }
    /// Begins a claim, in place of what there was.
    pub(in crate::core) fn begin_claim(&mut self, claim: Claim) {
        self.lose_claim();
        self.outrun.remove(&claim.actor);
        self.claim = Some(claim);
    }
    /// Ends it, and with it what claims there were.
    pub(in crate::core) fn end(&mut self, end: End) {
        self.end = Some(end);
        self.claim = None;
        self.outrun.clear();
    }
    /// Begins a review anew, or leaves the task without one.
    pub(in crate::core) fn begin_review(&mut self, asked: Option<Submission>) {
        self.submission = asked;
        self.verdicts.clear();
        self.ticks.clear();
    }
    /// Whether a review was asked for and no verdict rejected the work since.
    pub fn in_review(&self) -> bool {
        self.submission.is_some() && self.verdicts.values().all(|verdict| verdict.approved)
    }
}
