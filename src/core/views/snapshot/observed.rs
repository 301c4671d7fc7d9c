//! Guardrails, pull requests and worktrees in the documents.
//!
//! Not here: tasks (`task`), and observing these things (`forge`, `cli`).

use serde::Serialize;

use crate::core::{
    entry::event::{
        CommitId,
        guardrail::Outcome,
        observation::{CheckCounts, Checks, PullRequestState, ReviewDecision, Source},
    },
    plan::{
        refusal::Lack,
        state::{
            State,
            guardrails::{Guardrail, GuardrailRecord, GuardrailStatus, Subject},
            records::{Attached, SeenPullRequest},
        },
    },
    values::{
        id::{ActorName, GuardId},
        json::{as_shown, as_shown_or_null},
        text::Text,
        time::{Span, Timestamp},
    },
};

/// A guardrail and its last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardrailDocument {
    /// Its name.
    pub id: GuardId,
    /// Its purpose, in one line.
    pub title: Text,
    /// The shell command that checks it.
    pub command: Option<Text>,
    /// Whether tasks are done only after it has passed, as the policy says.
    pub required: bool,
    /// Its status, in one word.
    pub status: GuardrailStatus,
    /// The commit that it last checked.
    #[serde(serialize_with = "as_shown_or_null")]
    pub commit: Option<CommitId>,
    /// The attachment that holds its output: entry, name and digest.
    pub evidence: Option<Attached>,
    /// The time of its last run.
    #[serde(serialize_with = "as_shown_or_null")]
    pub at: Option<Timestamp>,
    /// The actor that ran it last.
    pub actor: Option<ActorName>,
    /// Whether somebody recorded the last result by hand.
    pub by_hand: bool,
    /// Whether the worktree differed from the commit when it last ran.
    pub dirty: bool,
}

/// A guardrail with its definition in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardrailDetails {
    /// The short document.
    #[serde(flatten)]
    pub guardrail: GuardrailDocument,
    /// The expected part of its output.
    pub expect: Option<Text>,
    /// The tasks that have to be finished first.
    pub depends_on: Vec<String>,
    /// The unfinished ones of these.
    pub waits_for: Vec<String>,
    /// The time limit of its command; none if it has no limit of its own.
    #[serde(serialize_with = "as_shown_or_null")]
    pub time_limit: Option<Span>,
    /// The author of the command.
    pub defined_by: ActorName,
    /// The names of more environment variables that its command sees.
    pub environment: Vec<Text>,
    /// The exit status of the command's last run.
    pub exit: Option<i32>,
}

/// How a guardrail stands at the commit that is checked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardrailAtHand {
    /// The guardrail.
    pub id: GuardId,
    /// Its status there.
    pub status: GuardrailStatus,
    /// Why its last result does not say whether it passes there.
    pub why: Option<Lack>,
    /// The result that decides, or else the last one.
    pub result: Option<GuardrailResultDocument>,
    /// The last result, if another one decides.
    pub last: Option<GuardrailResultDocument>,
}

/// A result of a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardrailResultDocument {
    /// The outcome.
    pub outcome: Outcome,
    /// The commit that it checked.
    #[serde(serialize_with = "as_shown_or_null")]
    pub commit: Option<CommitId>,
    /// The first files in which the worktree differed from that commit.
    pub changed: Vec<Text>,
    /// Whether somebody recorded it by hand.
    pub by_hand: bool,
    /// The exit status of the command.
    pub exit: Option<i32>,
    /// The attachment that holds its output.
    pub evidence: Option<Attached>,
    /// The time of the record.
    #[serde(serialize_with = "as_shown")]
    pub at: Timestamp,
    /// The actor that recorded it.
    pub actor: ActorName,
}

impl From<&GuardrailRecord> for GuardrailResultDocument {
    fn from(record: &GuardrailRecord) -> Self {
        Self {
            outcome: record.outcome,
            commit: record.commit.clone(),
            changed: record.changed.clone(),
            by_hand: record.by_hand,
            exit: record.exit,
            evidence: record.evidence.clone(),
            at: record.at,
            actor: record.actor.clone(),
        }
    }
}

impl GuardrailAtHand {
    /// How each guardrail stands at a commit; without one, by its last result.
    pub fn all(state: &State, subject: Option<Subject<'_>>) -> Vec<Self> {
        let all = state.guardrails.iter();
        let at_hand = all.map(|(id, guardrail)| {
            let (status, why, result) = state.guardrail_at(guardrail, subject);
            let last = guardrail.results.last();
            let last = last.filter(|last| result.is_some_and(|result| result != *last));
            Self {
                id: id.clone(),
                status,
                why,
                result: result.map(GuardrailResultDocument::from),
                last: last.map(GuardrailResultDocument::from),
            }
        });
        at_hand.collect()
    }
    /// Those with a stale result.
    pub fn stale(at_hand: &[Self]) -> Vec<GuardId> {
        let stale = at_hand
            .iter()
            .filter(|it| it.status == GuardrailStatus::Stale);
        stale.map(|it| it.id.clone()).collect()
    }
}

impl GuardrailDetails {
    /// The document of this guardrail; none if the state does not have it.
    pub fn of(state: &State, id: &GuardId) -> Option<Self> {
        let guardrail = state.guardrails.get(id)?;
        let result = guardrail.results.last().filter(|it| !it.outdated);
        Some(Self {
            guardrail: document(state, id, guardrail),
            expect: guardrail.expect.clone(),
            depends_on: guardrail
                .depends
                .iter()
                .map(|it| state.shown(*it))
                .collect(),
            waits_for: state
                .guardrail_waits_for(guardrail)
                .map(|it| state.shown(it))
                .collect(),
            time_limit: guardrail.time_limit,
            defined_by: guardrail.defined_by.clone(),
            environment: guardrail.environment.clone(),
            exit: result.and_then(|result| result.exit),
        })
    }
}

/// A pull request as last observed. What was not observed is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequestDocument {
    /// Its number.
    pub number: u64,
    /// Its title, as its author wrote it.
    pub title: Option<Text>,
    /// Its state.
    pub state: Option<PullRequestState>,
    /// Whether it is a draft.
    pub draft: Option<bool>,
    /// Its source branch.
    pub branch: Option<Text>,
    /// The tip of its source branch.
    #[serde(serialize_with = "as_shown_or_null")]
    pub commit: Option<CommitId>,
    /// The branch into which it is to be merged.
    pub base: Option<Text>,
    /// Its author, by the name on the forge.
    pub author: Option<Text>,
    /// The results of its checks.
    pub checks: Option<ChecksDocument>,
    /// What its reviewers have decided.
    pub review: Option<ReviewDecision>,
    /// Whether it can be merged without conflicts.
    pub mergeable: Option<bool>,
    /// Its labels.
    pub labels: Option<Vec<Text>>,
    /// The time of its last change on the forge.
    #[serde(serialize_with = "as_shown_or_null")]
    pub updated: Option<Timestamp>,
    /// The commit with which it was merged.
    #[serde(serialize_with = "as_shown_or_null")]
    pub merge_commit: Option<CommitId>,
    /// The forge's repository.
    #[serde(flatten)]
    pub source: Source,
    /// The time of the observation that found it new or changed.
    #[serde(serialize_with = "as_shown")]
    pub seen: Timestamp,
    /// The names of its tasks. Not in the JSON: a clone can know more of them than the state does.
    #[serde(skip)]
    pub tasks: Vec<String>,
}

/// The results of the checks of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChecksDocument {
    /// The combined result.
    pub result: Checks,
    /// The number of each.
    #[serde(flatten)]
    pub counts: CheckCounts,
}

/// A worktree as last observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorktreeDocument {
    /// Its clone, by a label.
    pub host: Text,
    /// Its label.
    pub label: Text,
    /// Its branch.
    pub branch: Option<Text>,
    /// Its checked-out commit.
    #[serde(serialize_with = "as_shown_or_null")]
    pub head: Option<CommitId>,
    /// The number of its commits that the upstream does not have.
    pub ahead: u32,
    /// The number of the upstream's commits that it does not have.
    pub behind: u32,
    /// The number of changed files.
    pub dirty: u32,
    /// Its bound task.
    pub task: Option<String>,
    /// The time of the last activity in it.
    #[serde(serialize_with = "as_shown_or_null")]
    pub active: Option<Timestamp>,
    /// The time of the observation; left out of a snapshot's files, which hold it once per clone.
    #[serde(
        serialize_with = "as_shown_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Timestamp>,
}

/// The guardrails, by name.
pub fn guardrails(state: &State) -> Vec<GuardrailDocument> {
    let all = state.guardrails.iter();
    all.map(|(id, guardrail)| document(state, id, guardrail))
        .collect()
}

fn document(state: &State, id: &GuardId, guardrail: &Guardrail) -> GuardrailDocument {
    let result = guardrail.results.last().filter(|it| !it.outdated);
    GuardrailDocument {
        id: id.clone(),
        title: guardrail.title.clone(),
        command: guardrail.command.clone(),
        required: guardrail.required,
        status: state.guardrail_status(guardrail),
        commit: result.and_then(|result| result.commit.clone()),
        evidence: result.and_then(|result| result.evidence.clone()),
        at: result.map(|result| result.at),
        actor: result.map(|result| result.actor.clone()),
        by_hand: result.is_some_and(|result| result.by_hand),
        dirty: result.is_some_and(|result| !result.changed.is_empty()),
    }
}

impl PullRequestDocument {
    /// The document of a pull request of this repository.
    pub fn of(source: &Source, SeenPullRequest { at, seen }: &SeenPullRequest) -> Self {
        Self {
            number: seen.number,
            title: seen.title.clone(),
            state: seen.state,
            draft: seen.draft,
            branch: seen.branch.clone(),
            commit: seen.commit.clone(),
            base: seen.base.clone(),
            author: seen.author.clone(),
            checks: seen.checks.map(|counts| ChecksDocument {
                result: counts.result(),
                counts,
            }),
            review: seen.review,
            mergeable: seen.mergeable,
            labels: seen.labels.clone(),
            updated: seen.updated,
            merge_commit: seen.merge_commit.clone(),
            source: source.clone(),
            seen: *at,
            tasks: Vec::new(),
        }
    }
    /// Whether it can still be merged, as far as is known.
    pub fn is_open(&self) -> bool {
        matches!(self.state, None | Some(PullRequestState::Open))
    }
    /// Whether it is open and a check fails.
    pub fn is_red(&self) -> bool {
        let result = self.checks.map(|checks| checks.result);
        self.is_open() && result == Some(Checks::Failing)
    }
    /// Whether it is open and nothing but a review holds it back: it is no draft, no check fails or runs, it has no conflicts, and
    /// no reviewer wants changes or has approved it already.
    pub fn awaits_review(&self) -> bool {
        let result = self.checks.map(|checks| checks.result);
        self.state == Some(PullRequestState::Open)
            && self.draft != Some(true)
            && matches!(result, None | Some(Checks::None | Checks::Passing))
            && self.mergeable != Some(false)
            && matches!(
                self.review,
                None | Some(ReviewDecision::None | ReviewDecision::Required)
            )
    }
}

/// The pull requests, by source, then number.
pub fn pull_requests(state: &State) -> Vec<PullRequestDocument> {
    let requests = state.pull_requests.iter();
    let documents = requests.map(|(source, seen)| PullRequestDocument::of(source, seen));
    documents.collect()
}

/// The worktrees, by clone, then in the order of the observation.
pub fn worktrees(state: &State) -> Vec<WorktreeDocument> {
    let mut documents = Vec::new();
    for (host, worktrees) in &state.worktrees {
        for worktree in &worktrees.seen {
            let task = worktree.task.as_ref().map(|task| {
                let entry = task.mark.entry;
                let index = entry.and_then(|entry| state.created_by(task.mark.origin(entry)));
                index.map_or_else(|| task.id.to_string(), |index| state.shown(index))
            });
            documents.push(WorktreeDocument {
                host: host.clone(),
                label: worktree.label.clone(),
                branch: worktree.branch.clone(),
                head: worktree.head.clone(),
                ahead: worktree.ahead,
                behind: worktree.behind,
                dirty: worktree.dirty,
                task,
                active: worktree.active,
                seen: Some(worktrees.at),
            });
        }
    }
    documents
}
