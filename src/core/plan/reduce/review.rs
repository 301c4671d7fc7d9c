//! The effect of the events of family 4: review requests, verdicts and their withdrawal.
//!
//! Not here: their permission (`rules::review`).

use super::{
    task::{attached, change},
    work::work,
};
use crate::core::{
    entry::event::{CommitId, ReviewEvent, TaskRef},
    plan::{
        rules::Place,
        state::{
            State,
            task::{Submission, Verdict},
        },
    },
    values::text::Text,
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &ReviewEvent) {
    match event {
        ReviewEvent::Submitted {
            task, commit, pr, ..
        } => {
            let submission = Submission {
                actor: place.actor().clone(),
                at: place.effective,
                commit: commit.clone(),
            };
            work(state, place, task, |task| {
                task.contributors.insert(place.actor().clone());
                task.begin_review(Some(submission));
                task.fields.pull_request = pr.or(task.fields.pull_request);
                task.commit = commit.clone().or(task.commit.take());
            });
        }
        ReviewEvent::Approved { task, commit, note } => {
            verdict(state, place, task, true, commit.as_ref(), note.as_ref());
        }
        ReviewEvent::Rejected { task, commit, note } => {
            verdict(state, place, task, false, commit.as_ref(), Some(note));
        }
        ReviewEvent::Withdrawn { task } => {
            change(state, place, task, |task| {
                task.set_verdict(place.actor(), None)
            });
        }
        ReviewEvent::CheckTicked { task, item, ticked } => change(state, place, task, |task| {
            let tick = (item.clone(), place.actor().clone());
            if *ticked {
                task.ticks.insert(tick);
            } else {
                task.ticks.remove(&tick);
            }
        }),
    }
}

fn verdict(
    state: &mut State,
    place: &Place<'_>,
    task: &TaskRef,
    approved: bool,
    commit: Option<&CommitId>,
    note: Option<&Text>,
) {
    let note = note.and_then(|name| attached(place, name));
    change(state, place, task, |task| {
        let submitted = task.submission.as_ref();
        let submitted = submitted.and_then(|submission| submission.commit.clone());
        let verdict = Verdict {
            approved,
            at: place.effective,
            // A verdict without a commit is about the submitted commit.
            commit: commit.cloned().or(submitted).or(task.commit.clone()),
            note,
        };
        task.set_verdict(place.actor(), Some(verdict));
    });
}
