//! The conditions that several rules share, as LEDGER_FORMAT.md names them: REQUIRE, KNOWN, OPEN, FENCED and others.
//!
//! Not here: the conditions of each event (`task`, `work`, `review`, …), and the path check (`paths`).

use super::{paths, place::Place};
use crate::core::{
    entry::event::{Mark, TaskRef},
    plan::{
        refusal::{Action, Ending, Limited, Refusal, Taken, listed},
        state::{State, TaskIndex, task::Claim},
    },
    values::{
        id::{ActorName, TaskName},
        task::Role,
        text::Text,
    },
};

/// The maximum number of tasks in a ledger.
pub const TASKS_MAX: usize = 1_000_000;
/// The maximum number of things of one kind (steps, owners, blockers, …) in one task.
pub const PER_TASK_MAX: usize = 1000;

/// The maximum number of ancestors of a task: parents, their parents, and so on.
pub const ANCESTORS_MAX: usize = 32;

/// The role that may change the tasks of other actors.
pub const COORDINATORS: &[Role] = &[Role::Coordinator];
/// The roles that work on tasks.
pub(super) const WORKERS: &[Role] = &[Role::Coordinator, Role::Worker];

/// Checks that the actor has one of these roles or is an admin.
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

/// The same check for an action on a task, which the refusal then names.
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

/// The task, if it exists and has this name. The name in a message has to be the name of the referenced task.
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

/// The task, if it exists and is neither done nor cancelled.
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

/// Checks that the entry has the attachment that an event names.
pub(super) fn attached(place: &Place<'_>, name: Option<&Text>) -> Result<(), Refusal> {
    match name {
        Some(name) if place.entry.attachment(name).is_none() => {
            Err(Refusal::UnknownAttachment { name: name.clone() })
        }
        _ => Ok(()),
    }
}

/// Checks that a list with `count` items has room for one more.
pub(super) fn room(task: &TaskName, what: Limited, count: usize) -> Result<(), Refusal> {
    if count < PER_TASK_MAX {
        Ok(())
    } else {
        Err(Refusal::TooMany {
            task: Some(task.clone()),
            what,
            most: PER_TASK_MAX as u32,
        })
    }
}

/// The claim check: work on a task names its current claim. Without a claim, coordinators may work on it, and any
/// worker if the policy allows work on unclaimed tasks.
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
        // An actor that resumes lost work first learns that another actor took the task over.
        (None, _) if task.outrun.contains(place.actor()) => Err(lease_lost(state, place, index)),
        (None, _) if state.roster.may(place.actor(), &[Role::Coordinator]) => Ok(()),
        (None, Some(held)) if held.actor == *place.actor() => Err(lease_lost(state, place, index)),
        (None, _) => unclaimed(state, place, index),
    }
}

/// Checks work without a claim: nobody holds the task, and the policy allows work on unclaimed tasks.
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
    eligible(state, index, place.actor())
}

/// Checks that the actor is an owner if the policy reserves tasks for their owners.
pub(super) fn eligible(state: &State, index: TaskIndex, actor: &ActorName) -> Result<(), Refusal> {
    let task = state.task(index);
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

/// The refusal that names the holder of a task, and the start and end of the lease.
pub fn claim_held(state: &State, index: TaskIndex, held: &Claim) -> Refusal {
    Refusal::ClaimHeld {
        task: state.name_of(index),
        claim: held.into(),
    }
}

/// The refusal of work under a lost claim, with the claim that replaced it, if any.
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

/// The refusal of work under a lost claim: it names the present holder of the task, or else of its files.
pub(super) fn lease_lost(state: &State, place: &Place<'_>, index: TaskIndex) -> Refusal {
    let claim = state.task(index).claim.as_ref();
    let conflict = match claim {
        Some(_) => None,
        None => state.taken_by(index, place.actor(), place.effective, place.steps),
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
