//! The kinds of change between two states, each with its values before and after.
//!
//! Not here: how changes are found (`diff`, `task`), and the words for them (`render::changes`).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::core::{
    entry::event::{
        CommitId,
        observation::{Checks, PullRequestState},
    },
    plan::state::standing::GuardrailStatus,
    values::{
        id::{ActorName, Digest, GuardId, TargetName},
        task::{Approver, Estimate, Priority, Risk, Role, Status, words},
        text::Text,
    },
    views::snapshot::AnomalyDocument,
};

/// What changed between two states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The figures of the summary that changed, in their order.
    pub summary: Vec<FigureChange>,
    /// The tasks that came, changed, or are only in the earlier state, in the order of addition.
    pub tasks: Vec<TaskChange>,
    /// The guardrails that came, went, or have another status, by name.
    pub guardrails: Vec<GuardrailChange>,
    /// The targets that were set, removed, met or missed, by figure.
    pub targets: Vec<TargetChange>,
    /// The pull requests that came, went, or changed, by source and number.
    pub pull_requests: Vec<PullRequestChange>,
    /// The actors that came, or whose roles changed, by name.
    pub actors: Vec<ActorChange>,
    /// The anomalies that are only in the later state.
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
            anomalies,
        } = self;
        summary.is_empty()
            && tasks.is_empty()
            && guardrails.is_empty()
            && targets.is_empty()
            && pull_requests.is_empty()
            && actors.is_empty()
            && anomalies.is_empty()
    }
}

/// A figure that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureChange {
    /// Its name, as targets are set on it.
    pub name: &'static str,
    /// What it was.
    pub before: u64,
    /// What it is.
    pub after: u64,
}

words!(
    /// In which of two states something is.
    Existence, "existence", "added, changed, removed" {
        /// Only in the later one.
        Added = "added",
        /// In both.
        Changed = "changed",
        /// Only in the earlier one.
        Removed = "removed",
    }
);

words!(
    /// What a reviewer decided.
    Judgement, "judgement", "approved, rejected" {
        /// The work is good.
        Approved = "approved",
        /// The work is not good yet.
        Rejected = "rejected",
    }
);

impl Judgement {
    /// The judgement that `state::task::Verdict` holds as a flag.
    pub(in crate::core) fn of(approved: bool) -> Self {
        if approved {
            Self::Approved
        } else {
            Self::Rejected
        }
    }
}

/// A task that came, changed, or is only in the earlier state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskChange {
    /// What it is called.
    pub id: String,
    /// What it is, in a line.
    pub title: Text,
    /// In which of the states it is.
    pub kind: Existence,
    /// Its status in the later state that has it.
    pub status: Status,
    /// What changed, in a stable order; empty if it is in one state only.
    pub changes: Vec<Change>,
}

/// One thing that changed about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its status, and the actor who ended it or asked for its review.
    Status(Pair<Status>, Option<ActorName>),
    /// A verdict of a reviewer. Nothing before it if the reviewer had given none, or the same in an earlier round.
    Verdict(Pair<Option<Judgement>, Judgement>, ActorName),
    /// The holder. Nobody before it if the same actor claimed the task again.
    Claim(Pair<Option<ActorName>>),
    /// The title.
    Title(Pair<Text>),
    /// The group.
    Group(Pair<Option<Text>>),
    /// The owners, in the order in which they were named.
    Owners(Pair<Vec<ActorName>>),
    /// The priority.
    Priority(Pair<Option<Priority>>),
    /// The risk.
    Risk(Pair<Option<Risk>>),
    /// The estimate.
    Estimate(Pair<Option<Estimate>>),
    /// How much is done, from 0 to 100.
    Percent(Pair<u8>),
    /// How many steps are done; nothing for a task without steps.
    Steps(Pair<Option<Steps>>),
    /// The number of the wave.
    Wave(Pair<Option<u32>>),
    /// The branch.
    Branch(Pair<Option<Text>>),
    /// The number of the pull request.
    PullRequest(Pair<Option<u64>>),
    /// A dependency, by the name that its state shows.
    Dependency(Member<String>),
    /// A gate of its own; those of the policy are not told.
    Gate(Member<Approver>),
    /// A label.
    Label(Member<Text>),
    /// A glob of files.
    Path(Member<Text>),
    /// A criterion of acceptance.
    Criterion(Member<Text>),
    /// An open blocker, by its reason, and the actor who reported it; nobody if it is gone.
    Blocker(Member<Text>, Option<ActorName>),
    /// The digest of the specification.
    Body(Pair<Option<Digest>>),
    /// The last commit.
    Commit(Pair<Option<CommitId>>),
    /// The label of the worktree.
    Worktree(Pair<Option<Text>>),
    /// How many comments there are.
    Comments(Pair<u32>),
}

/// A value that is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<T, U = T> {
    /// What it was.
    pub before: T,
    /// What it is.
    pub after: U,
}

impl<T: PartialEq> Pair<T> {
    /// The two values; none if they are the same.
    pub(super) fn of(before: T, after: T) -> Option<Self> {
        (before != after).then_some(Self { before, after })
    }
}

/// A member that came into a set or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member<T> {
    /// It is only in the later state.
    Added(T),
    /// It is only in the earlier state.
    Removed(T),
}

/// How many steps of a task are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// Those that are done.
    pub done: usize,
    /// All of them, at least one.
    pub total: usize,
}

/// Something beside the tasks that changed: what identifies it, and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange<K, V> {
    /// What identifies it.
    pub id: K,
    /// How it was; none if it is new.
    pub before: Option<V>,
    /// How it is; none if it is gone.
    pub after: Option<V>,
    /// Who did it, where that is known.
    pub by: Option<ActorName>,
}

/// A guardrail: its status, and the actor who ran it last.
pub type GuardrailChange = ItemChange<GuardId, GuardrailStatus>;
/// A target: what it should be, and whether it is met.
pub type TargetChange = ItemChange<TargetName, TargetResult>;
/// A pull request: its state, and what its checks say.
pub type PullRequestChange = ItemChange<OnForge, PullRequestResult>;
/// An actor: its roles.
pub type ActorChange = ItemChange<ActorName, BTreeSet<Role>>;

/// A target and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetResult {
    /// What the figure should be.
    pub expression: Text,
    /// Whether it is; none where that cannot be known.
    pub met: Option<bool>,
}

/// A pull request by its forge and its number there; two forges use the same numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OnForge {
    /// Where it was seen.
    pub source: Text,
    /// Its number.
    pub number: u64,
}

/// What is known of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestResult {
    /// Its state.
    pub state: PullRequestState,
    /// What its checks say.
    pub checks: Checks,
}
