//! Taking back what was done under a claim, and the claim itself.
//!
//! Not here: the end of a task (`undo::task`).

use super::{Scene, Subject, Undoing};
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
        WorkEvent::Claimed { .. } => match &subject.task.claim {
            Some(held) if held.origin == origin => {
                undoing.push(Event::Work(WorkEvent::Released {
                    task,
                    claim: held.origin.mark(),
                }));
                let earlier = subject.before.and_then(|task| task.claim.as_ref());
                undoing.stays.extend(earlier.map(|earlier| {
                    format!(
                        "the claim of {} before it, who has to make it again",
                        earlier.actor
                    )
                }));
            }
            _ => undoing.stays(format!("the claim of {} has ended already", subject.shown)),
        },
        WorkEvent::Released { .. } => {
            let held = subject.before.and_then(|task| task.claim.as_ref());
            match held.filter(|held| held.actor == *scene.actor) {
                Some(held) => undoing.push(Event::Work(claimed(&subject, held))),
                None => undoing.stays(format!(
                    "{} is free; only who held it claims it again",
                    subject.shown
                )),
            }
        }
        WorkEvent::Progressed { percent, .. } => {
            if subject.task.reported_percent != Some((*percent).into()) {
                return undoing.stays(format!(
                    "the progress of {} that was reported since",
                    subject.shown
                ));
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
                return undoing.stays(format!("step {number} of {} as it is now", subject.shown));
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
                None => undoing.stays(format!(
                    "the blocker of {} is cleared already",
                    subject.shown
                )),
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
                return undoing.stays(format!(
                    "the worktree of {} that was bound since",
                    subject.shown
                ));
            }
            let worktree = subject.before.and_then(|task| task.worktree.clone());
            undoing.push(Event::Work(WorkEvent::WorktreeBound { task, worktree }));
        }
        WorkEvent::Renewed { .. } => undoing.stays(format!("the lease of {}", subject.shown)),
        WorkEvent::CommitRecorded { .. } | WorkEvent::CommitRewritten { .. } => {
            undoing.stays(format!(
                "the commit that was recorded for {}",
                subject.shown
            ));
        }
    }
}

/// The claim that whoever takes something back holds now, which work has to name.
fn own_claim(scene: &Scene<'_>, subject: &Subject<'_>) -> Option<Mark> {
    let claim = subject.task.claim.as_ref();
    claim
        .filter(|claim| claim.actor == *scene.actor)
        .map(|claim| claim.origin.mark())
}

/// A claim like one that there was.
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
