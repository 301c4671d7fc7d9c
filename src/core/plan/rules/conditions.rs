//! The conditions that several rules ask, as LEDGER_FORMAT.md names them: REQUIRE, KNOWN, OPEN, FENCED and their like.
//!
//! Not here: which event asks which condition (`task`, `work`, `review`, …), and whether files are free (`paths`).

use super::{paths, place::Place};
use crate::core::{
    entry::event::{Mark, TaskRef},
    plan::{
        refusal::{Action, Ending, Limited, Refusal, Taken, listed},
        state::{State, TaskIndex, task::Claim},
    },
    values::{id::TaskName, task::Role, text::Text},
};

/// The most tasks in a ledger.
pub const TASKS_MAX: usize = 1_000_000;
/// The most of one kind of thing (steps, owners, blockers, …) in one task.
pub const PER_TASK_MAX: usize = 1000;

/// The roles that work on tasks.
pub(super) const WORKERS: &[Role] = &[Role::Coordinator, Role::Worker];

/// The actor has one of these roles, or is an admin.
pub(super) fn require(
    state: &State,
    place: &Place<'_>,
    roles: &[Role],
    action: Action,
) -> Result<(), Refusal> {
    if state.roster.may(place.actor(), roles) {
        Ok(())
    } else {
        Err(Refusal::not_permitted(place.actor(), action, None, roles))
    }
}

/// The same for an action on a task, which the refusal then names.
pub(super) fn require_on(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    roles: &[Role],
    action: Action,
) -> Result<(), Refusal> {
    let actor = place.actor();
    if state.roster.may(actor, roles) {
        Ok(())
    } else {
        let task = Some(state.name_of(index));
        Err(Refusal::not_permitted(actor, action, task, roles))
    }
}

/// The task exists and is called so: what people read in a message has to be what the reference points at.
pub(super) fn known(
    state: &State,
    place: &Place<'_>,
    task: &TaskRef,
) -> Result<TaskIndex, Refusal> {
    state
        .find(task, place.id)
        .filter(|index| state.task(*index).id == task.id)
        .ok_or_else(|| Refusal::UnknownTask {
            task: task.id.clone(),
        })
}

/// The task exists and is neither done nor cancelled.
pub(super) fn open(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<TaskIndex, Refusal> {
    let index = known(state, place, task)?;
    let Some(end) = &state.task(index).end else {
        return Ok(index);
    };
    let how = if end.done {
        Ending::Done
    } else {
        Ending::Cancelled
    };
    Err(Refusal::TaskEnded {
        task: state.name_of(index),
        how,
        actor: end.actor.clone(),
        at: end.at,
    })
}

/// The entry has the attachment that an event names.
pub(super) fn attached(place: &Place<'_>, name: Option<&Text>) -> Result<(), Refusal> {
    match name {
        Some(name) if place.entry.attachment(name).is_none() => {
            Err(Refusal::UnknownAttachment { name: name.clone() })
        }
        _ => Ok(()),
    }
}

/// There is room for one more where there are `count` already.
pub(super) fn room(task: &TaskName, what: Limited, count: usize) -> Result<(), Refusal> {
    if count < PER_TASK_MAX {
        Ok(())
    } else {
        Err(Refusal::TooMany {
            task: task.clone(),
            what,
            most: PER_TASK_MAX as u32,
        })
    }
}

/// Work on a task names the claim that holds it now; without a claim it is a coordinator's, or
/// anybody's who works where policy allows work that nobody claimed.
pub(super) fn fenced(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    claim: Option<Mark>,
) -> Result<(), Refusal> {
    require_on(state, place, index, WORKERS, Action::WorkOnTask)?;
    let task = state.task(index);
    match (claim, &task.claim) {
        (Some(mark), Some(held))
            if held.origin == mark.origin(place.id) && held.actor == *place.actor() =>
        {
            Ok(())
        }
        (Some(_), _) => Err(lease_lost(state, place, index)),
        (None, Some(held)) if held.actor == *place.actor() && !held.expired(place.effective) => {
            Err(lease_lost(state, place, index))
        }
        // Who takes up again what it was doing learns first that another took it over.
        (None, _) if task.outrun.contains(place.actor()) => Err(lease_lost(state, place, index)),
        (None, _) if state.roster.may(place.actor(), &[Role::Coordinator]) => Ok(()),
        (None, Some(held)) if held.actor == *place.actor() => Err(lease_lost(state, place, index)),
        (None, _) => unclaimed(state, place, index),
    }
}

/// Work on a task that somebody else may hold: nobody does, and policy allows work that nobody claimed.
pub(super) fn unclaimed(state: &State, place: &Place<'_>, index: TaskIndex) -> Result<(), Refusal> {
    let task = state.task(index);
    let held = task.claim.as_ref();
    if let Some(held) = held.filter(|held| !held.expired(place.effective)) {
        return Err(claim_held(state, index, held));
    }
    if !state.policy.unclaimed_work {
        return Err(Refusal::NotClaimed {
            task: state.name_of(index),
        });
    }
    owned_or_free(state, place, index)
}

/// Where policy leaves tasks to their owners, the actor is one.
pub(super) fn owned_or_free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
) -> Result<(), Refusal> {
    let (task, actor) = (state.task(index), place.actor());
    if !state.policy.owners_only || task.fields.owners.is_empty() || task.is_owned_by(actor) {
        return Ok(());
    }
    let (owners, more) = listed(task.fields.owners.iter().cloned());
    Err(Refusal::NotOwner {
        task: state.name_of(index),
        actor: actor.clone(),
        owners,
        more,
    })
}

/// The refusal that names who holds a task, since when and until when.
pub fn claim_held(state: &State, index: TaskIndex, held: &Claim) -> Refusal {
    Refusal::ClaimHeld {
        task: state.name_of(index),
        claim: held.into(),
    }
}

/// The refusal for work under a claim that is gone, with the claim that replaced it, if there is one.
pub fn taken_over(state: &State, index: TaskIndex, by: Option<&Claim>) -> Refusal {
    let taken = by.map(|claim| Taken {
        claim: claim.into(),
        files: None,
    });
    Refusal::LeaseLost {
        task: state.name_of(index),
        taken,
    }
}

/// The refusal for work under a claim that is gone: who holds the task now, or else files of it.
pub(super) fn lease_lost(state: &State, place: &Place<'_>, index: TaskIndex) -> Refusal {
    let claim = state.task(index).claim.as_ref();
    let conflict = match claim {
        Some(_) => None,
        None => state.taken_by(index, place.actor(), place.effective),
    };
    match conflict {
        None => taken_over(state, index, claim),
        Some(conflict) => Refusal::LeaseLost {
            task: state.name_of(index),
            taken: Some(Taken {
                claim: conflict.claim.into(),
                files: Some(paths::overlap(state, &conflict)),
            }),
        },
    }
}
