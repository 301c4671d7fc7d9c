//! Undo of work under a claim, and of the claim itself.
//!
//! Not here: the end of a task (`undo::task`).

use super::{
    scene::{Scene, Subject, Undoing},
    stays::Stays,
};
use crate::core::{
    entry::event::{Event, Mark, Origin, WorkEvent},
    plan::state::task::Claim,
};

pub(super) fn undo(scene: &Scene<'_>, origin: Origin, event: &WorkEvent, undoing: &mut Undoing) {
    let Some(subject) = scene.task(event.task()) else {
        return;
    };
    let task = subject.reference.clone();
    let claim = own_claim(scene, &subject);
    match event {
        WorkEvent::Claimed { .. } | WorkEvent::HandedOn { .. } => match &subject.task.claim {
            Some(held) if held.origin == origin => {
                undoing.push(Event::Work(WorkEvent::Released {
                    task,
                    claim: held.origin.mark(),
                }));
                let earlier = subject.before.and_then(|task| task.claim.as_ref());
                let earlier = earlier.map(|earlier| earlier.actor.clone());
                undoing.stays.extend(earlier.map(Stays::EarlierClaim));
            }
            _ => undoing.stays(Stays::EndedClaim(subject.shown.clone())),
        },
        WorkEvent::Released { .. } => {
            let held = subject.before.and_then(|task| task.claim.as_ref());
            match held.filter(|held| held.actor == *scene.actor) {
                Some(held) => undoing.push(Event::Work(claimed(&subject, held))),
                None => undoing.stays(Stays::Free(subject.shown.clone())),
            }
        }
        WorkEvent::Progressed { percent, .. } => {
            if subject.task.reported_percent != Some((*percent).into()) {
                return undoing.stays(Stays::LaterProgress(subject.shown.clone()));
            }
            let percent = subject.before.map_or(0, |task| task.percent());
            // A percentage is at most 100.
            let percent = percent.try_into().unwrap_or_default();
            undoing.push(Event::Work(WorkEvent::Progressed {
                task,
                claim,
                percent,
            }));
        }
        WorkEvent::StepSet {
            step, number, done, ..
        } => {
            let step = step.origin(origin.entry);
            let mut steps = subject.task.steps.iter();
            if !steps.any(|it| it.origin == step && it.done == *done) {
                return undoing.stays(Stays::LaterStep {
                    number: *number,
                    task: subject.shown.clone(),
                });
            }
            undoing.push(Event::Work(WorkEvent::StepSet {
                task,
                step: step.mark(),
                number: *number,
                done: !done,
                claim,
            }));
        }
        WorkEvent::Blocked { .. } => {
            let mut open = subject.task.open_blockers();
            match open.find(|blocker| blocker.origin == origin) {
                Some(blocker) => undoing.push(Event::Work(WorkEvent::Unblocked {
                    task,
                    blocker: blocker.origin.mark(),
                    number: blocker.number,
                })),
                None => undoing.stays(Stays::ClearedBlocker(subject.shown.clone())),
            }
        }
        WorkEvent::Unblocked { blocker, .. } => {
            let origin = blocker.origin(origin.entry);
            let mut blockers = subject.task.blockers.iter();
            if let Some(cleared) = blockers.find(|blocker| blocker.origin == origin) {
                undoing.push(Event::Work(WorkEvent::Blocked {
                    task,
                    reason: cleared.reason.clone(),
                    on: cleared.on.map(|on| scene.now.reference(on)),
                }));
            }
        }
        WorkEvent::WorktreeBound { worktree, .. } => {
            if subject.task.worktree != *worktree {
                return undoing.stays(Stays::LaterWorktree(subject.shown.clone()));
            }
            let worktree = subject.before.and_then(|task| task.worktree.clone());
            undoing.push(Event::Work(WorkEvent::WorktreeBound { task, worktree }));
        }
        WorkEvent::Renewed { .. } => undoing.stays(Stays::Lease(subject.shown.clone())),
        WorkEvent::CommitRecorded { .. } | WorkEvent::CommitRewritten { .. } => {
            undoing.stays(Stays::Commit(subject.shown.clone()));
        }
    }
}

/// The present claim of the actor of the undo, which work has to name.
fn own_claim(scene: &Scene<'_>, subject: &Subject<'_>) -> Option<Mark> {
    let claim = subject.task.claim.as_ref();
    claim
        .filter(|claim| claim.actor == *scene.actor)
        .map(|claim| claim.origin.mark())
}

/// A new claim with the settings of an earlier one.
pub(super) fn claimed(subject: &Subject<'_>, held: &Claim) -> WorkEvent {
    WorkEvent::Claimed {
        task: subject.reference.clone(),
        lease: held.lease,
        worktree: held.worktree.clone(),
        steal: false,
        share: held.shared,
        resume: false,
    }
}
