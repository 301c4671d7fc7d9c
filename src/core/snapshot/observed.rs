//! Guardrails, pull requests and worktrees as the documents show them.
//!
//! Not here: tasks (`task`), and how these are found out (`forge`, `cli`).

use serde::Serialize;

use super::document::as_shown_option;
use crate::core::{
    event::{
        CommitId,
        observation::{Checks, PullRequestState},
    },
    id::{ActorName, GuardId},
    state::{State, records::Attached, standing::GuardrailStatus},
    text::Text,
    time::Timestamp,
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
    #[serde(serialize_with = "as_shown_option")]
    pub commit: Option<CommitId>,
    /// Where what it printed is kept: entry, name and digest of an attachment.
    pub evidence: Option<Attached>,
    /// When it last ran.
    #[serde(serialize_with = "as_shown_option")]
    pub at: Option<Timestamp>,
    /// Who ran it.
    pub actor: Option<ActorName>,
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
        serialize_with = "as_shown_option",
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
    #[serde(serialize_with = "as_shown_option")]
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
    #[serde(serialize_with = "as_shown_option")]
    pub active: Option<Timestamp>,
    /// When it was seen; left out of a snapshot's files, which say it once for each clone.
    #[serde(
        serialize_with = "as_shown_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Timestamp>,
}

/// The guardrails, by name.
pub(super) fn guardrails(state: &State) -> Vec<GuardrailDocument> {
    let documents = state.guardrails.iter().map(|(id, guardrail)| {
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
    });
    documents.collect()
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
pub(super) fn worktrees(state: &State) -> Vec<WorktreeDocument> {
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
