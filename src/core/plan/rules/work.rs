//! Who may claim a task, and who may report on it.
//!
//! Not here: when a task may end (`rules::task`).

use super::{
    PER_TASK_MAX, Place, claim_held, fenced, known, open, owned_or_free, paths, require, unclaimed,
};
use crate::core::{
    entry::event::{Mark, TaskRef, WorkEvent},
    plan::{
        refusal::{Code, Refusal},
        state::{State, TaskIndex, task::Claim},
    },
    values::{task::Role, text::Text},
};

pub(super) fn check(state: &State, place: &Place<'_>, event: &WorkEvent) -> Result<(), Refusal> {
    match event {
        WorkEvent::Claimed {
            task,
            worktree,
            steal,
            share,
            resume,
            ..
        } => {
            let index = open(state, place, task)?;
            let wish = Wish {
                worktree: worktree.as_ref(),
                steal: *steal,
                share: *share,
                resume: *resume,
            };
            may_claim(state, place, index, &wish)
        }
        WorkEvent::Renewed { task, claim, .. } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, Some(*claim))
        }
        WorkEvent::Released { task, claim } => may_release(state, place, task, *claim),
        WorkEvent::Progressed { task, claim, .. } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)
        }
        WorkEvent::StepSet {
            task, step, claim, ..
        } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)?;
            let origin = step.origin(place.id);
            if state
                .task(index)
                .steps
                .iter()
                .any(|step| step.origin == origin)
            {
                Ok(())
            } else {
                Err(Refusal::new(Code::UnknownStep, state.shown(index)))
            }
        }
        WorkEvent::Blocked { task, on, .. } => {
            let index = open(state, place, task)?;
            require(
                state,
                place,
                &[Role::Coordinator, Role::Worker, Role::Reviewer],
                "block tasks",
            )?;
            if state.task(index).blockers.len() >= PER_TASK_MAX {
                return Err(Refusal::new(Code::TooMany, state.shown(index)).with("blockers"));
            }
            on.as_ref()
                .map_or(Ok(()), |on| known(state, place, on).map(drop))
        }
        WorkEvent::Unblocked { task, blocker, .. } => {
            let index = known(state, place, task)?;
            require(
                state,
                place,
                &[Role::Coordinator, Role::Worker, Role::Reviewer],
                "unblock tasks",
            )?;
            let origin = blocker.origin(place.id);
            if state
                .task(index)
                .open_blockers()
                .any(|blocker| blocker.origin == origin)
            {
                Ok(())
            } else {
                Err(Refusal::new(Code::UnknownBlocker, state.shown(index)))
            }
        }
        WorkEvent::CommitRecorded { task, claim, .. } => {
            let index = known(state, place, task)?;
            fenced(state, place, index, *claim)
        }
        WorkEvent::CommitRewritten { task, .. } => {
            let index = known(state, place, task)?;
            may_rewrite(state, place, index)
        }
        WorkEvent::WorktreeBound { task, .. } => {
            known(state, place, task)?;
            require(
                state,
                place,
                &[Role::Coordinator, Role::Worker],
                "work on tasks",
            )
        }
    }
}

/// Who may say that a commit is another one now, which can make an approval stale or count again: the holder, and who
/// may work without a claim.
fn may_rewrite(state: &State, place: &Place<'_>, index: TaskIndex) -> Result<(), Refusal> {
    require(
        state,
        place,
        &[Role::Coordinator, Role::Worker],
        "work on tasks",
    )?;
    let is_coordinator = state.roster.may(place.actor(), &[Role::Coordinator]);
    if is_coordinator || state.task(index).is_held_by(place.actor()) {
        Ok(())
    } else {
        unclaimed(state, place, index)
    }
}

/// What a claim asks for beside the task.
struct Wish<'a> {
    worktree: Option<&'a Text>,
    steal: bool,
    share: bool,
    resume: bool,
}

fn may_claim(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    wish: &Wish<'_>,
) -> Result<(), Refusal> {
    require(
        state,
        place,
        &[Role::Coordinator, Role::Worker],
        "claim tasks",
    )?;
    let task = state.task(index);
    owned_or_free(state, place, index, "claim a task of other owners")?;
    let running = task.claim.as_ref();
    if let Some(held) = running.filter(|held| !held.expired(place.effective)) {
        may_replace(state, place, index, held, wish)?;
    }
    if wish.share {
        Ok(())
    } else {
        paths::free(state, place, index, wish.worktree)
    }
}

/// A running claim is replaced by its own holder who goes on with it, or by a role that may take it.
fn may_replace(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    held: &Claim,
    wish: &Wish<'_>,
) -> Result<(), Refusal> {
    if held.actor == *place.actor() {
        return if wish.resume {
            Ok(())
        } else {
            Err(Refusal::new(Code::AlreadyYours, state.shown(index))
                .by(&held.actor)
                .at(held.until()))
        };
    }
    if wish.steal {
        let thieves: Vec<Role> = state.policy.steal_roles.iter().copied().collect();
        return require(state, place, &thieves, "take a running claim");
    }
    Err(claim_held(state, index, held))
}

/// A holder releases its own claim; a coordinator releases anybody's.
fn may_release(
    state: &State,
    place: &Place<'_>,
    task: &TaskRef,
    claim: Mark,
) -> Result<(), Refusal> {
    let index = known(state, place, task)?;
    match state.claim_of(index, claim, place.id) {
        Some(held) if held.actor == *place.actor() => Ok(()),
        Some(_) => require(
            state,
            place,
            &[Role::Coordinator],
            "release another's claim",
        ),
        None => Err(super::lease_lost(state, place, index)),
    }
}
