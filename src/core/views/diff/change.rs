//! The kinds of change between two states, each with its values before and after.
//!
//! Not here: finding the changes (`diff`, `task`), and the words for them (`render::changes`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::{
    entry::event::{
        CommitId,
        observation::{Checks, PullRequestState, ReviewDecision, Source},
        task::Integration,
    },
    plan::{
        fields::AttributeChange,
        roster::KeyStanding,
        state::{guardrails::GuardrailStatus, records::Attached},
    },
    values::{
        id::{ActorName, Digest, GuardId, TargetName},
        task::{Judgement, LinkKind, Role, Status, words},
        text::Text,
        time::Timestamp,
    },
    views::snapshot::AnomalyDocument,
};

/// The changes between two states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The changed figures of the summary, in their order.
    pub summary: Vec<FigureChange>,
    /// The added, changed and removed tasks, in the order of addition.
    pub tasks: Vec<TaskChange>,
    /// The guardrails that were added or removed, or whose status changed, by name.
    pub guardrails: Vec<GuardrailChange>,
    /// The targets that were set, removed, met or missed, by figure.
    pub targets: Vec<TargetChange>,
    /// The pull requests that were added, removed or changed, by source and number.
    pub pull_requests: Vec<PullRequestChange>,
    /// The actors that were added, or whose roles or keys changed, by name.
    pub actors: Vec<ActorChange>,
    /// The settings of the policy that changed, by name.
    pub policy: Vec<SettingChange>,
    /// The anomalies that only the later state has.
    pub anomalies: Vec<AnomalyDocument>,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        let Self {
            summary,
            tasks,
            guardrails,
            targets,
            pull_requests,
            actors,
            policy,
            anomalies,
        } = self;
        summary.is_empty()
            && tasks.is_empty()
            && guardrails.is_empty()
            && targets.is_empty()
            && pull_requests.is_empty()
            && actors.is_empty()
            && policy.is_empty()
            && anomalies.is_empty()
    }
}

/// A figure that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureChange {
    /// Its name, as targets use it.
    pub name: &'static str,
    /// The earlier value.
    pub before: u64,
    /// The later value.
    pub after: u64,
}

words!(
    /// Which of two states contain something.
    Existence, "existence", "added, changed, removed" {
        /// Only the later state.
        Added = "added",
        /// Both states.
        Changed = "changed",
        /// Only the earlier state.
        Removed = "removed",
    }
);

/// A task that was added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskChange {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Which states contain it.
    pub kind: Existence,
    /// Its status in the later of the states that contain it.
    pub status: Status,
    /// The changes, in a stable order; of a task that was added the verdicts on it, of one that was removed none.
    pub changes: Vec<Change>,
}

/// One change of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its status, and the actor that ended it or asked for its review.
    Status(Pair<Status>, Option<ActorName>),
    /// Why the review, or what else was open, was waived when it was done.
    Waiver(Text),
    /// A verdict of a reviewer.
    Verdict(VerdictGiven),
    /// The holder. The earlier value is none if the same actor claimed the task again.
    Claim(Pair<Option<ActorName>>),
    /// An attribute from the list in `plan::fields`, and the actor that set the later value, if known.
    Attribute(AttributeChange, Option<ActorName>),
    /// The progress, from 0 to 100.
    Percent(Pair<u8>),
    /// The number of finished steps; none for a task without steps.
    Steps(Pair<Option<Steps>>),
    /// A dependency, by the task's name in that state.
    Dependency(Member<String>),
    /// The parent, by its name in that state.
    Parent(Pair<Option<String>>),
    /// A link to another task, by its name in that state.
    Link(LinkKind, Member<String>),
    /// An open blocker, by its reason, and the actor that reported it; no actor if the blocker was removed.
    Blocker(Member<Text>, Option<ActorName>),
    /// The digest of the specification.
    Body(Pair<Option<Digest>>),
    /// The last commit.
    Commit(Pair<Option<CommitId>>),
    /// Where the work of the finished task is integrated.
    Integrated(Integration),
    /// The label of the worktree.
    Worktree(Pair<Option<Text>>),
    /// The number of comments.
    Comments(Pair<u32>),
}

/// Reads a text from the tree of its entry; none if it is not there.
pub type Read<'a> = &'a dyn Fn(&Attached) -> Option<String>;

/// A verdict that a reviewer gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictGiven {
    /// The decision.
    pub judgement: Judgement,
    /// The reviewer.
    pub by: ActorName,
    /// The time of the verdict.
    pub at: Timestamp,
    /// The reviewed commit.
    pub commit: Option<CommitId>,
    /// The reviewer's note, if it can be read.
    pub note: Option<String>,
}

/// A changed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<T> {
    /// The earlier value.
    pub before: T,
    /// The later value.
    pub after: T,
}

impl<T: PartialEq> Pair<T> {
    /// The two values; none if they are the same.
    pub(super) fn of(before: T, after: T) -> Option<Self> {
        (before != after).then_some(Self { before, after })
    }
}

/// A member that was added to a set or removed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member<T> {
    /// Only the later state has it.
    Added(T),
    /// Only the earlier state has it.
    Removed(T),
}

/// The progress of a task in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// The number of finished steps.
    pub done: usize,
    /// The number of steps, at least one.
    pub total: usize,
}

/// A change of something other than a task: its key, and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange<K, V> {
    /// Its key.
    pub id: K,
    /// The earlier value; none if it is new.
    pub before: Option<V>,
    /// The later value; none if it was removed.
    pub after: Option<V>,
    /// The actor of the change, if known.
    pub by: Option<ActorName>,
    /// The commit that was looked at, if known.
    pub commit: Option<CommitId>,
}

/// A guardrail: its status, and the actor and the commit of its last result.
pub type GuardrailChange = ItemChange<GuardId, GuardrailStanding>;
/// A target: its expression, and whether it is met.
pub type TargetChange = ItemChange<TargetName, TargetResult>;
/// A pull request: its state, and the result of its checks.
pub type PullRequestChange = ItemChange<OnForge, PullRequestResult>;
/// A setting of the policy: its value.
pub type SettingChange = ItemChange<String, String>;
/// An actor: its roles and keys.
pub type ActorChange = ItemChange<ActorName, ActorStanding>;

/// The status of a guardrail, and what its last result was of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardrailStanding {
    /// Its status.
    pub status: GuardrailStatus,
    /// Whether somebody recorded the result by hand.
    pub by_hand: bool,
    /// Whether the worktree differed from the commit.
    pub dirty: bool,
}

/// The facts about an actor that say what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorStanding {
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// The fingerprints of its keys that are not active, and what they are instead.
    pub ended_keys: BTreeMap<String, KeyStanding>,
}

/// A target and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetResult {
    /// The expected value.
    pub expression: Text,
    /// Whether the figure has that value; none if that is unknown.
    pub met: Option<bool>,
}

/// A pull request, by its forge and its number there. Two forges use the same numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OnForge {
    /// The forge's repository.
    pub source: Source,
    /// Its number.
    pub number: u64,
}

/// The known facts about a pull request that decide what happens to it next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestResult {
    /// Its state.
    pub state: Option<PullRequestState>,
    /// Whether it is a draft.
    pub draft: Option<bool>,
    /// The combined result of its checks.
    pub checks: Option<Checks>,
    /// What its reviewers have decided.
    pub review: Option<ReviewDecision>,
    /// Whether it can be merged without conflicts.
    pub mergeable: Option<bool>,
}
