//! The permission to claim a task, and to report on it.
//!
//! Not here: the conditions for ending a task (`rules::task`).

use super::{
    conditions::{
        WORKERS, attached, claim_held, eligible, fenced, known, lease_lost, open, require_on, room,
        unclaimed,
    },
    paths,
    place::Place,
};
use crate::core::{
    entry::event::{Mark, TaskRef, WorkEvent},
    plan::{
        refusal::{Action, Limited, Refusal},
        state::{State, TaskIndex, paths::Holder, task::Claim},
    },
    values::{id::ActorName, task::Role, text::Text},
};

/// The roles that report and clear blockers.
const REPORTERS: &[Role] = &[Role::Coordinator, Role::Worker, Role::Reviewer];

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
        WorkEvent::HandedOn {
            task,
            claim,
            to,
            note,
            ..
        } => {
            let index = open(state, place, task)?;
            may_hand_on(state, place, index, *claim, to)?;
            attached(place, note.as_ref())
        }
        WorkEvent::Released { task, claim } => may_release(state, place, task, *claim),
        WorkEvent::Progressed { task, claim, .. } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)
        }
        WorkEvent::StepSet {
            task,
            step,
            number,
            claim,
            ..
        } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)?;
            let origin = step.origin(place.id);
            let mut steps = state.task(index).steps.iter();
            if steps.any(|step| step.origin == origin) {
                Ok(())
            } else {
                Err(Refusal::UnknownStep {
                    task: state.name_of(index),
                    number: Some(*number),
                })
            }
        }
        WorkEvent::Blocked { task, on, .. } => {
            let index = open(state, place, task)?;
            require_on(state, place, index, REPORTERS, Action::BlockTask)?;
            let blockers = state.task(index).blockers.len();
            room(&state.name_of(index), Limited::Blockers, blockers)?;
            on.as_ref()
                .map_or(Ok(()), |on| known(state, place, on).map(drop))
        }
        WorkEvent::Unblocked {
            task,
            blocker,
            number,
        } => {
            let index = known(state, place, task)?;
            require_on(state, place, index, REPORTERS, Action::UnblockTask)?;
            let origin = blocker.origin(place.id);
            let mut blockers = state.task(index).open_blockers();
            if blockers.any(|blocker| blocker.origin == origin) {
                Ok(())
            } else {
                Err(Refusal::UnknownBlocker {
                    task: state.name_of(index),
                    number: Some(*number),
                })
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
            let index = known(state, place, task)?;
            require_on(state, place, index, WORKERS, Action::WorkOnTask)
        }
    }
}

/// Checks that the actor may record a rewritten commit, which can make an approval stale or valid again: the holder,
/// and every actor that may work without a claim.
fn may_rewrite(state: &State, place: &Place<'_>, index: TaskIndex) -> Result<(), Refusal> {
    require_on(state, place, index, WORKERS, Action::WorkOnTask)?;
    let is_coordinator = state.roster.may(place.actor(), &[Role::Coordinator]);
    if is_coordinator || state.task(index).is_held_by(place.actor()) {
        Ok(())
    } else {
        unclaimed(state, place, index)
    }
}

/// The options of a claim.
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
    require_on(state, place, index, WORKERS, Action::ClaimTask)?;
    let task = state.task(index);
    eligible(state, index, place.actor())?;
    let running = task.claim.as_ref();
    if let Some(held) = running.filter(|held| !held.expired(place.effective)) {
        may_replace(state, place, index, held, wish)?;
    }
    if wish.share {
        Ok(())
    } else {
        let holder = Holder {
            actor: place.actor(),
            worktree: wish.worktree,
        };
        paths::free(state, place, index, holder)
    }
}

/// Checks that a running claim may be replaced: by its own holder, or by a role that may take it.
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
            Err(Refusal::AlreadyYours {
                task: state.name_of(index),
                claim: held.into(),
            })
        };
    }
    if wish.steal {
        let thieves: Vec<Role> = state.policy.steal_roles.iter().copied().collect();
        return require_on(state, place, index, &thieves, Action::StealClaim);
    }
    Err(claim_held(state, index, held))
}

/// Checks a release: a holder may release its own claim, a coordinator any claim.
fn may_release(
    state: &State,
    place: &Place<'_>,
    task: &TaskRef,
    claim: Mark,
) -> Result<(), Refusal> {
    let index = known(state, place, task)?;
    match state.claim_of(index, claim, place.id) {
        Some(held) if held.actor == *place.actor() => Ok(()),
        Some(_) => require_on(
            state,
            place,
            index,
            &[Role::Coordinator],
            Action::ReleaseClaim,
        ),
        None => Err(lease_lost(state, place, index)),
    }
}

/// Checks that a claim may pass to another actor: its holder hands it on, or a coordinator, to an actor that may claim the
/// task and whose own claims and those of others leave its files free.
fn may_hand_on(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    claim: Mark,
    to: &ActorName,
) -> Result<(), Refusal> {
    let held = state.claim_of(index, claim, place.id);
    let held = held.ok_or_else(|| lease_lost(state, place, index))?;
    let roles = if held.actor == *place.actor() {
        WORKERS
    } else {
        &[Role::Coordinator]
    };
    require_on(state, place, index, roles, Action::HandOnClaim)?;
    let task = || state.name_of(index);
    let actor = || to.clone();
    let known = state.roster.actor(to);
    let known = known.ok_or_else(|| Refusal::UnknownActor { actor: actor() })?;
    if !known.can_sign() {
        return Err(Refusal::InactiveActor { actor: actor() });
    }
    if !state.roster.may(to, WORKERS) {
        let action = Action::ClaimTask;
        return Err(Refusal::not_permitted(to, action, Some(task()), WORKERS));
    }
    eligible(state, index, to)?;
    if held.actor == *to {
        return Err(Refusal::AlreadyYours {
            task: task(),
            claim: held.into(),
        });
    }
    if held.shared {
        return Ok(());
    }
    let holder = Holder {
        actor: to,
        worktree: None,
    };
    paths::free(state, place, index, holder)
}
