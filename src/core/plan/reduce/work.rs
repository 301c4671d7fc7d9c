//! The effect of the events of family 3: claims begin, continue and end; actors report work.
//!
//! Not here: their permission (`rules::work`).

use super::task::{attached, change};
use crate::core::{
    entry::event::{TaskRef, WorkEvent},
    plan::{
        rules::Place,
        state::{
            State,
            task::{Blocker, Claim, Handed, Task},
        },
    },
    values::time::Span,
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &WorkEvent) {
    match event {
        WorkEvent::Claimed {
            task,
            lease,
            worktree,
            share,
            ..
        } => {
            let claim = Claim {
                origin: place.origin(0),
                number: state.entries,
                actor: place.actor().clone(),
                since: place.effective,
                lease: state.policy.lease(Some(*lease)),
                renewed: place.effective,
                worktree: worktree.clone(),
                shared: *share,
                handed: None,
            };
            change(state, place, task, |task| task.begin_claim(claim));
            settle_paths(state, place, task);
        }
        WorkEvent::HandedOn {
            task,
            to,
            lease,
            note,
            ..
        } => {
            let note = note.as_ref().and_then(|name| attached(place, name));
            let by = place.actor().clone();
            let mut claim = Claim {
                origin: place.origin(0),
                number: state.entries,
                actor: to.clone(),
                since: place.effective,
                lease: state.policy.lease(Some(*lease)),
                renewed: place.effective,
                worktree: None,
                shared: false,
                handed: Some(Handed { by, note }),
            };
            change(state, place, task, |task| {
                claim.shared = task.claim.as_ref().is_some_and(|held| held.shared);
                // Who hands on its own claim does not lose it.
                if task.is_held_by(place.actor()) {
                    task.claim = None;
                }
                task.begin_claim(claim);
            });
            settle_paths(state, place, task);
        }
        WorkEvent::Renewed { task, lease, .. } => {
            let lease = lease.map(|lease| state.policy.lease(Some(lease)));
            work(state, place, task, |task| renew(task, lease))
        }
        WorkEvent::Released { task, .. } => change(state, place, task, |task| {
            if task.is_held_by(place.actor()) {
                task.claim = None;
            } else {
                task.lose_claim();
            }
        }),
        WorkEvent::Progressed { task, percent, .. } => {
            work(state, place, task, |task| {
                task.reported_percent = Some((*percent).into())
            });
        }
        WorkEvent::StepSet {
            task, step, done, ..
        } => {
            let origin = step.origin(place.id);
            work(state, place, task, |task| {
                task.reported_percent = None;
                for step in task.steps.iter_mut().filter(|step| step.origin == origin) {
                    step.done = *done;
                }
            });
        }
        WorkEvent::Blocked { task, reason, on } => {
            let on = on.as_ref().and_then(|on| state.find(on, place.id));
            work(state, place, task, |task| {
                // The rules limit a task to 1000 blockers.
                let number = task.blockers.len() as u16 + 1;
                task.blockers.push(Blocker {
                    origin: place.origin(0),
                    number,
                    reason: reason.clone(),
                    on,
                    actor: place.actor().clone(),
                    at: place.effective,
                    cleared: false,
                });
            });
        }
        WorkEvent::Unblocked { task, blocker, .. } => {
            let origin = blocker.origin(place.id);
            work(state, place, task, |task| {
                for blocker in task
                    .blockers
                    .iter_mut()
                    .filter(|blocker| blocker.origin == origin)
                {
                    blocker.cleared = true;
                }
            });
        }
        WorkEvent::CommitRecorded {
            task,
            commit,
            branch,
            ..
        } => work(state, place, task, |task| {
            task.contributors.insert(place.actor().clone());
            task.commit = Some(commit.clone());
            if task.fields.branch.is_none() {
                task.fields.branch.clone_from(branch);
            }
        }),
        WorkEvent::CommitRewritten { task, old, new } => change(state, place, task, |task| {
            if task.commit.as_ref() == Some(old) {
                task.contributors.insert(place.actor().clone());
                task.commit = Some(new.clone());
            }
        }),
        WorkEvent::WorktreeBound { task, worktree } => {
            change(state, place, task, |task| {
                task.worktree.clone_from(worktree)
            });
        }
    }
}

/// Changes a task, and renews the claim if the author holds it.
pub(super) fn work(
    state: &mut State,
    place: &Place<'_>,
    task: &TaskRef,
    work: impl FnOnce(&mut Task),
) {
    change(state, place, task, |task| {
        if let Some(claim) = task
            .claim
            .as_mut()
            .filter(|claim| claim.actor == *place.actor())
        {
            // A line that is joined late can contain work from before the last renewal.
            claim.renewed = claim.renewed.max(place.effective);
        }
        work(task);
    });
}

/// Ends the expired claims whose files another claim holds now.
fn settle_paths(state: &mut State, place: &Place<'_>, task: &TaskRef) {
    if let Some(index) = state.find(task, place.id) {
        state.settle_paths(index, place.effective);
    }
}

fn renew(task: &mut Task, lease: Option<Span>) {
    if let (Some(claim), Some(lease)) = (&mut task.claim, lease) {
        claim.lease = lease;
    }
}
