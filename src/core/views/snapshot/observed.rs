//! Guardrails, pull requests and worktrees as the documents show them.
//!
//! Not here: tasks (`task`), and how these are found out (`forge`, `cli`).

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
    /// What it shows.
    pub title: Text,
    /// The shell command that checks it.
    pub command: Option<Text>,
    /// Whether everything has to wait for it.
    pub required: bool,
    /// What is known of it, in one word.
    pub status: GuardrailStatus,
    /// The commit that it last looked at.
    #[serde(serialize_with = "as_shown_or_null")]
    pub commit: Option<CommitId>,
    /// Where what it printed is kept: entry, name and digest of an attachment.
    pub evidence: Option<Attached>,
    /// When it last ran.
    #[serde(serialize_with = "as_shown_or_null")]
    pub at: Option<Timestamp>,
    /// Who ran it.
    pub actor: Option<ActorName>,
}

/// A guardrail with its definition in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardrailDetails {
    /// What every document says of it.
    #[serde(flatten)]
    pub guardrail: GuardrailDocument,
    /// What has to be part of its output.
    pub expect: Option<Text>,
    /// The tasks that have to be finished first.
    pub depends_on: Vec<String>,
    /// Those of them that are not.
    pub waits_for: Vec<String>,
    /// How long its command may run; none where that is not said.
    #[serde(serialize_with = "as_shown_or_null")]
    pub time_limit: Option<Span>,
    /// Who wrote the command.
    pub defined_by: ActorName,
    /// The exit status with which the command last ended.
    pub exit: Option<i32>,
    /// Whether the worktree differed from the commit when it last ran.
    pub dirty: bool,
}

impl GuardrailDetails {
    /// A guardrail of the state; none if there is none of this name.
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

/// A pull request as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequestDocument {
    /// Its number.
    pub number: u64,
    /// Its title, by whoever opened it.
    pub title: Text,
    /// What became of it.
    pub state: PullRequestState,
    /// The branch that it would merge.
    pub branch: Text,
    /// What its checks say.
    pub checks: Checks,
    /// Where it was seen.
    pub source: Text,
    /// When it was seen; left out of a snapshot's files, which say it once for each source.
    #[serde(
        serialize_with = "as_shown_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Timestamp>,
}

/// A worktree as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorktreeDocument {
    /// The clone that it belongs to, by a label.
    pub host: Text,
    /// Its label.
    pub label: Text,
    /// The branch that it is on.
    pub branch: Option<Text>,
    /// The commit that it is at.
    #[serde(serialize_with = "as_shown_or_null")]
    pub head: Option<CommitId>,
    /// Commits that its upstream lacks.
    pub ahead: u32,
    /// Commits that it lacks.
    pub behind: u32,
    /// Changed files.
    pub dirty: u32,
    /// The task that it is bound to.
    pub task: Option<String>,
    /// When something last happened in it.
    #[serde(serialize_with = "as_shown_or_null")]
    pub active: Option<Timestamp>,
    /// When it was seen; left out of a snapshot's files, which say it once for each clone.
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
        .map(|((source, _), request)| PullRequestDocument {
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

/// The worktrees, by clone, then in the order in which they were seen.
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
