//! May this actor do this now? `Ok`, or a [`Refusal`].
//!
//! Commands ask before they append, the reducer asks when it applies: one rule, refused early by
//! the writer, flagged late by the reader. Not here: what an event then does (`reduce`).

mod paths;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod properties;
mod review;
mod task;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod work;

use super::{
    refusal::{Code, Refusal},
    state::{State, TaskIndex, task::Claim},
};
use crate::core::{
    entry::event::{
        Entry, Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, Origin, TaskRef,
    },
    values::{
        id::{ActorName, EntryId},
        key::PublicKey,
        task::Role,
        text::Text,
        time::Timestamp,
    },
};

/// The most tasks in a ledger.
pub const TASKS_MAX: usize = 1_000_000;
/// The most of one kind of thing (steps, owners, blockers, …) in one task.
pub const PER_TASK_MAX: usize = 1000;

/// Where an event stands: everything that the rules may know beside the state.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The entry's id.
    pub id: EntryId,
    /// The entry.
    pub entry: &'a Entry,
    /// The key that signed it.
    pub signer: &'a PublicKey,
    /// Its effective time.
    pub effective: Timestamp,
    /// The index of the event.
    pub index: u16,
}

impl<'a> Place<'a> {
    /// Who wrote it.
    pub fn actor(&self) -> &'a ActorName {
        &self.entry.actor
    }
    /// What this event creates.
    pub fn origin(&self, item: u16) -> Origin {
        Origin {
            entry: self.id,
            event: self.index,
            item,
        }
    }
}

/// Whether the event may take effect at this place.
///
/// # Errors
/// The refusal, if it may not.
pub fn check(state: &State, place: &Place<'_>, event: &Event) -> Result<(), Refusal> {
    match event {
        Event::Roster(_) | Event::Ledger(LedgerEvent::Upgraded(_)) => {
            state.roster.check(place.entry, place.signer, event)
        }
        Event::Ledger(event) => check_ledger(state, place, event),
        Event::Task(event) => task::check(state, place, event),
        Event::Work(event) => work::check(state, place, event),
        Event::Review(event) => review::check(state, place, event),
        Event::Guardrail(event) => check_guardrail(state, place, event),
        Event::Observation(event) => check_observation(state, place, event),
    }
}

fn check_ledger(state: &State, place: &Place<'_>, event: &LedgerEvent) -> Result<(), Refusal> {
    match event {
        LedgerEvent::Created(_) => Err(Refusal::new(Code::Misplaced, "a genesis")),
        // The roster holds the versions and judges this.
        LedgerEvent::Upgraded(_) => Ok(()),
        LedgerEvent::Configured(_) => require(state, place, &[], "configure the ledger"),
        LedgerEvent::Acknowledged { .. } => require(state, place, &[], "acknowledge an entry"),
        LedgerEvent::Repaired if place.entry.parents.len() != 2 || place.entry.events.len() > 1 => {
            Err(Refusal::new(Code::Misplaced, "a repair that is no join"))
        }
        LedgerEvent::Repaired => require(state, place, &[], "repair the ledger"),
    }
}

fn check_guardrail(
    state: &State,
    place: &Place<'_>,
    event: &GuardrailEvent,
) -> Result<(), Refusal> {
    match event {
        GuardrailEvent::Added(definition) => {
            require(state, place, &[Role::Coordinator], "define a guardrail")?;
            definition
                .depends
                .iter()
                .try_for_each(|task| known(state, place, task).map(drop))
        }
        GuardrailEvent::Removed { id } => {
            require(state, place, &[Role::Coordinator], "remove a guardrail")?;
            if state.guardrails.contains_key(id) {
                Ok(())
            } else {
                Err(Refusal::new(Code::UnknownGuardrail, id))
            }
        }
        GuardrailEvent::Recorded(result) => {
            let reporters = &[Role::Coordinator, Role::Worker, Role::Reviewer];
            require(state, place, reporters, "record a guardrail")?;
            if !state.guardrails.contains_key(&result.id) {
                return Err(Refusal::new(Code::UnknownGuardrail, &result.id));
            }
            attached(place, result.evidence.as_ref())
        }
        GuardrailEvent::TargetSet { .. } => {
            require(state, place, &[Role::Coordinator], "set a target")
        }
    }
}

fn check_observation(
    state: &State,
    place: &Place<'_>,
    event: &ObservationEvent,
) -> Result<(), Refusal> {
    match event {
        ObservationEvent::PullRequests { .. } | ObservationEvent::Worktrees { .. } => {
            require(state, place, Role::ALL, "record an observation")
        }
        ObservationEvent::SnapshotTaken { .. }
            if place.entry.events.len() > 1 || place.entry.parents.len() != 1 =>
        {
            Err(Refusal::new(
                Code::Misplaced,
                "a snapshot beside something else",
            ))
        }
        ObservationEvent::SnapshotTaken { .. } => {
            require(state, place, Role::ALL, "take a snapshot")
        }
    }
}

/// The actor has one of these roles, or is an admin.
fn require(state: &State, place: &Place<'_>, roles: &[Role], deed: &str) -> Result<(), Refusal> {
    if state.roster.may(place.actor(), roles) {
        Ok(())
    } else {
        Err(Refusal::not_permitted(place.actor(), deed, roles))
    }
}

/// The task exists and is called so: what people read in a message has to be what the reference points at.
fn known(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<TaskIndex, Refusal> {
    state
        .find(task, place.id)
        .filter(|index| state.task(*index).id == task.id)
        .ok_or_else(|| Refusal::new(Code::UnknownTask, &task.id))
}

/// The task exists and is neither done nor cancelled.
fn open(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<TaskIndex, Refusal> {
    let index = known(state, place, task)?;
    match &state.task(index).end {
        None => Ok(index),
        Some(end) => {
            let how = if end.done { "done" } else { "cancelled" };
            Err(Refusal::new(Code::TaskEnded, state.shown(index))
                .by(&end.actor)
                .at(end.at)
                .with(how))
        }
    }
}

/// The entry has the attachment that an event names.
fn attached(place: &Place<'_>, name: Option<&Text>) -> Result<(), Refusal> {
    match name {
        Some(name) if place.entry.attachment(name).is_none() => {
            Err(Refusal::new(Code::UnknownAttachment, name))
        }
        _ => Ok(()),
    }
}

/// Work on a task names the claim that holds it now; without a claim it is a coordinator's, or
/// anybody's who works where policy allows work that nobody claimed.
fn fenced(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    claim: Option<Mark>,
) -> Result<(), Refusal> {
    require(
        state,
        place,
        &[Role::Coordinator, Role::Worker],
        "work on tasks",
    )?;
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
fn unclaimed(state: &State, place: &Place<'_>, index: TaskIndex) -> Result<(), Refusal> {
    let task = state.task(index);
    let held = task.claim.as_ref();
    if let Some(held) = held.filter(|held| !held.expired(place.effective)) {
        return Err(claim_held(state, index, held));
    }
    if !state.policy.unclaimed_work {
        return Err(Refusal::new(Code::NotClaimed, state.shown(index)));
    }
    owned_or_free(state, place, index, "work on a task of other owners")
}

/// Where policy leaves tasks to their owners, the actor is one.
fn owned_or_free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    deed: &str,
) -> Result<(), Refusal> {
    let (task, actor) = (state.task(index), place.actor());
    let others =
        state.policy.owners_only && !task.fields.owners.is_empty() && !task.is_owned_by(actor);
    if others {
        let owners: Vec<&str> = task.fields.owners.iter().map(ActorName::as_str).collect();
        let owners = format!("its owners are {}", owners.join(", "));
        let refusal = Refusal::new(Code::NotPermitted, deed).by(actor);
        Err(refusal.with(owners))
    } else {
        Ok(())
    }
}

/// The refusal that names who holds a task, since when and until when.
pub fn claim_held(state: &State, index: TaskIndex, held: &Claim) -> Refusal {
    held_by(Code::ClaimHeld, state, index, held)
}

/// The same to whom it was taken from.
pub fn taken_over(state: &State, index: TaskIndex, held: &Claim) -> Refusal {
    held_by(Code::LeaseLost, state, index, held)
}

fn held_by(code: Code, state: &State, index: TaskIndex, held: &Claim) -> Refusal {
    Refusal::new(code, state.shown(index))
        .by(&held.actor)
        .at(held.until())
        .with(format_args!("since {}", held.since))
}

/// Who holds the task now, or else files of it.
fn lease_lost(state: &State, place: &Place<'_>, index: TaskIndex) -> Refusal {
    if let Some(held) = &state.task(index).claim {
        return taken_over(state, index, held);
    }
    let refusal = Refusal::new(Code::LeaseLost, state.shown(index));
    match state.taken_by(index, place.actor(), place.effective) {
        Some(conflict) => paths::told(state, refusal, &conflict),
        None => refusal,
    }
}
