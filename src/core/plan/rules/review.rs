//! Who may ask for a review, and who may give a verdict.
//!
//! Not here: what a task needs to be done (`rules::task`).

use super::{Place, attached, fenced, known, open};
use crate::core::{
    entry::event::{CommitId, ReviewEvent, TaskRef},
    plan::{
        refusal::{Code, Refusal},
        state::{State, TaskIndex},
    },
    values::{
        id::ActorName,
        task::{Approver, Role},
        text::brief,
    },
};

pub(super) fn check(state: &State, place: &Place<'_>, event: &ReviewEvent) -> Result<(), Refusal> {
    match event {
        ReviewEvent::Submitted { task, claim, .. } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)
        }
        ReviewEvent::Approved { task, commit, note } => {
            let index = may_judge(state, place, task)?;
            still_current(state, index, commit.as_ref())?;
            attached(place, note.as_ref())
        }
        ReviewEvent::Rejected { task, commit, note } => {
            let index = may_judge(state, place, task)?;
            still_current(state, index, commit.as_ref())?;
            attached(place, Some(note))
        }
        ReviewEvent::CheckTicked { task, item, .. } => {
            let index = may_judge(state, place, task)?;
            if state.task(index).fields.checks.contains(item) {
                Ok(())
            } else {
                let quoted = format_args!("'{}'", brief(item.as_str(), 60));
                Err(Refusal::new(Code::UnknownCheck, state.shown(index)).with(quoted))
            }
        }
        ReviewEvent::Withdrawn { task } => {
            let index = known(state, place, task)?;
            if state.task(index).verdicts.contains_key(place.actor()) {
                Ok(())
            } else {
                Err(Refusal::new(Code::NoVerdict, state.shown(index)).by(place.actor()))
            }
        }
    }
}

/// A reviewer is named by a gate or has the role, and the task is not its own work.
fn may_judge(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<TaskIndex, Refusal> {
    let index = open(state, place, task)?;
    let task = state.task(index);
    let actor = place.actor();
    if task.is_work_of(actor) {
        return Err(Refusal::new(Code::OwnWork, state.shown(index)).by(actor));
    }
    if !is_reviewer(state, index, actor) {
        return Err(Refusal::new(Code::NotReviewer, state.shown(index)).by(actor));
    }
    match task.submission {
        Some(_) => Ok(index),
        None => Err(Refusal::new(Code::NotSubmitted, state.shown(index))),
    }
}

/// What was looked at is what was submitted or recorded last, where that is known: a verdict on a commit that was replaced
/// meanwhile says nothing about the one that replaced it.
fn still_current(
    state: &State,
    index: TaskIndex,
    judged: Option<&CommitId>,
) -> Result<(), Refusal> {
    let task = state.task(index);
    let submission = task.submission.as_ref();
    let submitted = submission.and_then(|submission| submission.commit.as_ref());
    let current = [submitted, task.commit.as_ref()];
    match judged {
        Some(judged) if current != [None, None] && !current.contains(&Some(judged)) => {
            let instead = submitted.map_or_else(String::new, |it| format!(", but at {it:.12}"));
            let detail = format!("{judged:.12}{instead}");
            Err(Refusal::new(Code::NotSubmitted, state.shown(index)).with(detail))
        }
        _ => Ok(()),
    }
}

fn is_reviewer(state: &State, index: TaskIndex, actor: &ActorName) -> bool {
    let named = |gate: &Approver| match gate {
        Approver::Actor(name) => name == actor,
        Approver::Role(role) => state.roster.has_role(actor, *role),
    };
    state.roster.has_role(actor, Role::Reviewer)
        || state.gates_of(state.task(index)).iter().any(named)
}
