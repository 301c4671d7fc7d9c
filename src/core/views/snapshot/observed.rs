//! Guardrails, pull requests and worktrees in the documents.
//!
//! Not here: tasks (`task`), and observing these things (`forge`, `cli`).

use serde::Serialize;

use crate::core::{
    entry::event::{
        CommitId,
        observation::{Checks, PullRequestState},
    },
    plan::state::{
        State,
        records::{Attached, Guardrail},
        standing::GuardrailStatus,
    },
    values::{
        id::{ActorName, GuardId},
        json::as_shown_or_null,
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
    /// Whether a run of all guardrails fails if it does not pass.
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
    /// The exit status of the command's last run.
    pub exit: Option<i32>,
    /// Whether the worktree differed from the commit when it last ran.
    pub dirty: bool,
}

impl GuardrailDetails {
    /// The document of this guardrail; none if the state does not have it.
    pub fn of(state: &State, id: &GuardId) -> Option<Self> {
        let guardrail = state.guardrails.get(id)?;
        let result = guardrail.result.as_ref();
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
            exit: result.and_then(|result| result.exit),
            dirty: result.is_some_and(|result| result.dirty),
        })
    }
}

/// A pull request as last observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequestDocument {
    /// Its number.
    pub number: u64,
    /// Its title, as its author wrote it.
    pub title: Text,
    /// Its state.
    pub state: PullRequestState,
    /// Its source branch.
    pub branch: Text,
    /// The result of its checks.
    pub checks: Checks,
    /// The forge's repository.
    pub source: Text,
    /// The time of the observation; left out of a snapshot's files, which hold it once per source.
    #[serde(
        serialize_with = "as_shown_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Timestamp>,
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
pub(super) fn guardrails(state: &State) -> Vec<GuardrailDocument> {
    let all = state.guardrails.iter();
    all.map(|(id, guardrail)| document(state, id, guardrail))
        .collect()
}

fn document(state: &State, id: &GuardId, guardrail: &Guardrail) -> GuardrailDocument {
    let result = guardrail.result.as_ref();
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
    }
}

/// The pull requests, by source, then number.
pub(super) fn pull_requests(state: &State) -> Vec<PullRequestDocument> {
    let documents = state
        .pull_requests
        .iter()
        .map(|(source, request)| PullRequestDocument {
            number: request.seen.number,
            title: request.seen.title.clone(),
            state: request.seen.state,
            branch: request.seen.branch.clone(),
            checks: request.seen.checks,
            source: source.clone(),
            seen: Some(request.at),
        });
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
