//! A task: its fields, its work, its review, and the values that follow from them.
//!
//! Not here: answers that depend on other tasks (`state`), and the permission to change a task (`rules`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{records::Attached, task_index::TaskIndex};
use crate::core::{
    entry::event::{CommitId, Origin, task::Integration},
    plan::{fields::Fields, refusal::HeldClaim},
    values::{
        id::{ActorName, TaskId},
        pairs,
        task::{Approver, LinkKind},
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
    /// The fields that people set.
    pub fields: Fields,
    /// Its dependencies.
    pub depends: BTreeSet<TaskIndex>,
    /// The steps of the work.
    pub steps: Vec<Step>,
    /// Its specification.
    pub body: Option<Attached>,
    /// The ticked items of the review checklist, each with the actor that ticked it.
    pub ticks: BTreeSet<(Text, ActorName)>,
    /// The last reported percentage, unless steps were set later.
    pub reported_percent: Option<u8>,
    /// The claim, running or expired.
    pub claim: Option<Claim>,
    /// The actors whose claims another actor ended, until they claim the task again or it ends. They may not know it
    /// yet.
    pub outrun: BTreeSet<ActorName>,
    /// The actors that claimed it, asked for its review or recorded a commit of it. They cannot judge it, even after the
    /// claim has ended.
    pub contributors: BTreeSet<ActorName>,
    /// The gates whose actor added them without the right to decide on reviews. Such a gate does not make this actor a
    /// reviewer.
    #[serde(with = "pairs")]
    pub gates_by: BTreeMap<Approver, ActorName>,
    /// Its blockers, including past ones.
    pub blockers: Vec<Blocker>,
    /// The last review request.
    pub submission: Option<Submission>,
    /// The last verdict of each reviewer in this review.
    #[serde(with = "pairs")]
    pub verdicts: BTreeMap<ActorName, Verdict>,
    /// The verdicts that no longer stand, in the order in which they ended: another verdict of the same reviewer or a
    /// new review replaced them, or they were withdrawn.
    pub past_verdicts: Vec<PastVerdict>,
    /// The last commit recorded for it.
    pub commit: Option<CommitId>,
    /// The label of its bound worktree.
    pub worktree: Option<Text>,
    /// The number of comments.
    pub comments: u32,
    /// Its end.
    pub end: Option<End>,
    /// The actor that added it.
    pub created_by: ActorName,
    /// The time of its addition.
    pub created: Timestamp,
    /// The time of its last change.
    pub updated: Timestamp,
    /// The task of which it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskIndex>,
    /// The tasks of which it is the parent.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub children: BTreeSet<TaskIndex>,
    /// Its links to other tasks.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<(LinkKind, TaskIndex)>,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The event and item that created it.
    pub origin: Origin,
    /// The work of this step.
    pub text: Text,
    /// Whether it is done.
    pub done: bool,
}

/// The claim of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The event that made it. Work under the claim names this event.
    pub origin: Origin,
    /// The position of its entry in the order, for people.
    pub number: u64,
    /// The holder.
    pub actor: ActorName,
    /// The time of the claim.
    pub since: Timestamp,
    /// The time until it expires without any work.
    pub lease: Span,
    /// The time of its last renewal, by any work under it.
    pub renewed: Timestamp,
    /// The label of the worktree.
    pub worktree: Option<Text>,
    /// Whether it was made although another claim holds some of its paths.
    pub shared: bool,
    /// How its holder came to it, if another actor handed it on.
    pub handed: Option<Handed>,
}

/// The handing on of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The actor that did it.
    pub by: ActorName,
    /// What it wrote for the new holder.
    pub note: Option<Attached>,
}

impl Claim {
    /// The end of the lease.
    pub fn until(&self) -> Timestamp {
        self.renewed.after(self.lease)
    }
    /// Whether it has expired at an effective time.
    pub fn expired(&self, effective: Timestamp) -> bool {
        self.until() < effective
    }
}

/// The claim as an argument of a refusal.
impl From<&Claim> for HeldClaim {
    fn from(claim: &Claim) -> Self {
        Self {
            actor: claim.actor.clone(),
            since: claim.since,
            until: claim.until(),
        }
    }
}

/// A blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// The event that reported it.
    pub origin: Origin,
    /// Its number among the task's blockers, including past ones, from 1.
    pub number: u16,
    /// Its reason.
    pub reason: Text,
    /// The task that causes it.
    pub on: Option<TaskIndex>,
    /// The actor that reported it.
    pub actor: ActorName,
    /// The time of the report.
    pub at: Timestamp,
    /// Whether it was removed.
    pub cleared: bool,
}

/// A review request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The actor that asked.
    pub actor: ActorName,
    /// The time of the request.
    pub at: Timestamp,
    /// The commit to review.
    pub commit: Option<CommitId>,
}

/// The verdict of a reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the reviewer approved.
    pub approved: bool,
    /// The time of the verdict.
    pub at: Timestamp,
    /// The reviewed commit.
    pub commit: Option<CommitId>,
    /// The reviewer's note.
    pub note: Option<Attached>,
}

/// A verdict that no longer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastVerdict {
    /// The reviewer.
    pub by: ActorName,
    /// The verdict.
    pub verdict: Verdict,
}

/// The end of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whether it is done; otherwise it is cancelled.
    pub done: bool,
    /// The actor that ended it.
    pub actor: ActorName,
    /// The time of the end.
    pub at: Timestamp,
    /// The commit that holds the work.
    pub commit: Option<CommitId>,
    /// The reason for the cancellation, or for waiving the gates.
    pub reason: Option<Text>,
    /// Where the work is integrated, as the actor found it.
    pub integrated: Option<Integration>,
}

impl End {
    /// Whether the task is done, and this integration is not the one that is known.
    pub fn lacks(&self, integrated: Option<&Integration>) -> bool {
        let place = |it: &Integration| (it.commit.clone(), it.into.clone());
        self.done
            && integrated.is_some()
            && self.integrated.as_ref().map(place) != integrated.map(place)
    }
}

impl Task {
    /// The tasks after which it comes, ended or not: its dependencies and its children.
    pub fn after(&self) -> impl Iterator<Item = TaskIndex> {
        self.depends.union(&self.children).copied()
    }
    /// Whether it comes directly after another task.
    pub fn is_after(&self, other: TaskIndex) -> bool {
        self.depends.contains(&other) || self.children.contains(&other)
    }
    /// The progress, from 0 to 100: 100 if it is done, otherwise the last report, by percentage or by steps.
    pub fn percent(&self) -> u8 {
        if self.end.as_ref().is_some_and(|end| end.done) {
            return 100;
        }
        self.reported_percent
            .unwrap_or_else(|| match self.steps.len() {
                0 => 0,
                // Done steps are never more than all steps, so this is at most 100.
                total => (self.steps_done() * 100 / total) as u8,
            })
    }
    /// The number of finished steps.
    pub fn steps_done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
    /// The open blockers.
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
    /// The commit that has the work of a done task: where it is integrated, else its own.
    pub fn work_done(&self) -> Option<&CommitId> {
        let end = self.end.as_ref().filter(|end| end.done)?;
        let integrated = end.integrated.as_ref().map(|it| &it.commit);
        integrated.or(end.commit.as_ref()).or(self.commit.as_ref())
    }
    /// Whether the task is this actor's own work: it owns the task or has contributed to it.
    pub fn is_work_of(&self, actor: &ActorName) -> bool {
        self.is_owned_by(actor) || self.contributors.contains(actor)
    }
    /// Whether a verdict counts as an approval: it approves the last recorded commit, and the task is not its author's
    /// own work.
    pub fn counts(&self, actor: &ActorName, verdict: &Verdict) -> bool {
        let current = self.commit.is_none() || verdict.commit == self.commit;
        verdict.approved && current && !self.is_work_of(actor)
    }
    /// The actors that ticked an item of the checklist.
    pub fn who_ticked(&self, item: &Text) -> impl Iterator<Item = &ActorName> {
        let ticks = self.ticks.iter();
        ticks.filter_map(move |(ticked, actor)| (ticked == item).then_some(actor))
    }
    /// The items of the checklist without a tick by an actor other than those who did the work, with their numbers from
    /// 1.
    pub fn unticked(&self) -> impl Iterator<Item = (u16, &Text)> {
        let ticked = |item| self.who_ticked(item).any(|actor| !self.is_work_of(actor));
        // At most a thousand items: the rules refuse more.
        let items = (1..).zip(&self.fields.checks);
        items.filter(move |(_, item)| !ticked(item))
    }
    /// Ends the claim because of another actor. Its holder may not know of it.
    pub(in crate::core) fn lose_claim(&mut self) {
        self.outrun.extend(self.claim.take().map(|lost| lost.actor));
    }
    /// Begins a claim, which replaces an earlier one.
    pub(in crate::core) fn begin_claim(&mut self, claim: Claim) {
        self.lose_claim();
        self.outrun.remove(&claim.actor);
        self.contributors.insert(claim.actor.clone());
        self.claim = Some(claim);
    }
    /// Ends the task, and with it all its claims.
    pub(in crate::core) fn end(&mut self, end: End) {
        self.end = Some(end);
        self.claim = None;
        self.outrun.clear();
    }
    /// All verdicts on the task, oldest first, those included that no longer stand.
    pub fn all_verdicts(&self) -> Vec<(&ActorName, &Verdict)> {
        let past = self
            .past_verdicts
            .iter()
            .map(|past| (&past.by, &past.verdict));
        let mut all: Vec<_> = past.chain(&self.verdicts).collect();
        all.sort_by_key(|(_, verdict)| verdict.at);
        all
    }
    /// Replaces the verdict of a reviewer, or takes it away.
    pub(in crate::core) fn set_verdict(&mut self, by: &ActorName, verdict: Option<Verdict>) {
        let replaced = match verdict {
            Some(verdict) => self.verdicts.insert(by.clone(), verdict),
            None => self.verdicts.remove(by),
        };
        let by = by.clone();
        self.past_verdicts
            .extend(replaced.map(|verdict| PastVerdict { by, verdict }));
    }
    /// Starts a new review, or leaves the task without one.
    pub(in crate::core) fn begin_review(&mut self, asked: Option<Submission>) {
        self.submission = asked;
        let ended = std::mem::take(&mut self.verdicts).into_iter();
        self.past_verdicts
            .extend(ended.map(|(by, verdict)| PastVerdict { by, verdict }));
        self.ticks.clear();
    }
    /// Whether a review was requested and no verdict has rejected the work since.
    pub fn in_review(&self) -> bool {
        self.submission.is_some() && self.verdicts.values().all(|verdict| verdict.approved)
    }
}
