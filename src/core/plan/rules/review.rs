//! The permission to ask for a review and to give a verdict.
//!
//! Not here: the conditions for ending a task (`rules::task`).

use super::{
    conditions::{attached, fenced, known, open, room},
    cost,
    place::Place,
};
use crate::core::{
    entry::event::{CommitId, ReviewEvent, TaskRef},
    plan::{
        refusal::{Limited, Refusal},
        state::{State, TaskIndex},
    },
    values::task::Role,
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
            room_for_verdict(state, index)?;
            attached(place, note.as_ref())
        }
        ReviewEvent::Rejected { task, commit, note } => {
            let index = may_judge(state, place, task)?;
            still_current(state, index, commit.as_ref())?;
            room_for_verdict(state, index)?;
            attached(place, Some(note))
        }
        ReviewEvent::CheckTicked { task, item, .. } => {
            let index = may_judge(state, place, task)?;
            if state.task(index).fields.checks.contains(item) {
                Ok(())
            } else {
                Err(Refusal::UnknownCheck {
                    task: state.name_of(index),
                    item: item.clone(),
                })
            }
        }
        ReviewEvent::Withdrawn { task } => {
            let index = known(state, place, task)?;
            if state.task(index).verdicts.contains_key(place.actor()) {
                Ok(())
            } else {
                Err(Refusal::NoVerdict {
                    task: state.name_of(index),
                    actor: place.actor().clone(),
                })
            }
        }
    }
}

/// Checks that the actor is named by a gate or has the reviewer role, and that the task is not its own work.
fn may_judge(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<TaskIndex, Refusal> {
    let index = open(state, place, task)?;
    let (task, actor) = (state.task(index), place.actor());
    if task.is_work_of(actor) {
        return Err(Refusal::OwnWork {
            task: state.name_of(index),
            actor: actor.clone(),
        });
    }
    if !is_reviewer(state, place, index) {
        return Err(Refusal::NotReviewer {
            task: state.name_of(index),
            actor: actor.clone(),
        });
    }
    if task.submission.is_none() {
        return Err(Refusal::NotSubmitted {
            task: state.name_of(index),
        });
    }
    Ok(index)
}

/// Checks that the task can keep another verdict. Each verdict stays on record.
fn room_for_verdict(state: &State, index: TaskIndex) -> Result<(), Refusal> {
    let task = state.task(index);
    let kept = task.verdicts.len() + task.past_verdicts.len();
    room(&state.name_of(index), Limited::Verdicts, kept)
}

/// Checks that the reviewed commit is the one submitted or recorded last, if that is known. A verdict on a replaced
/// commit says nothing about its replacement.
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
            Err(Refusal::OtherCommit {
                task: state.name_of(index),
                commit: judged.clone(),
                submitted: submitted.cloned(),
            })
        }
        _ => Ok(()),
    }
}

fn is_reviewer(state: &State, place: &Place<'_>, index: TaskIndex) -> bool {
    let (task, actor) = (state.task(index), place.actor());
    cost::of_gates(state, place, task);
    if place.steps.are_too_many() {
        return false;
    }
    let gates = state.gates_of(task);
    let mut gates = gates.iter();
    state.roster.has_role(actor, Role::Reviewer)
        || gates.any(|gate| state.entitles(task, gate, actor))
}
