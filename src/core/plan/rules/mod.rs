//! The rules: may this actor do this now? The answer is `Ok` or a [`Refusal`].
//!
//! Commands ask before they append, and the reducer asks when it applies. So one rule refuses early for the writer and
//! flags late for the reader. Not here: the effect of an event (`reduce`).

mod conditions;
mod cost;
mod guardrail;
mod ledger;
mod observation;
mod paths;
mod place;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod properties;
mod review;
mod task;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod work;

pub use self::{
    conditions::{ANCESTORS_MAX, COORDINATORS, PER_TASK_MAX, TASKS_MAX, claim_held, taken_over},
    place::Place,
};
use super::{
    refusal::{Limited, Refusal},
    state::{State, policy::REVIEWED_BYTES_MAX},
};
use crate::core::entry::event::{Event, LedgerEvent, RosterEvent};

/// Checks whether the event may take effect at this place.
///
/// # Errors
/// The refusal. It is [`Refusal::TooCostly`], whatever else the rules would say, if they take more steps for the entry
/// than they may.
pub fn check(state: &State, place: &Place<'_>, event: &Event) -> Result<(), Refusal> {
    cost::of_event(state, place, event);
    if !place.steps.are_too_many() {
        let answer = ask(state, place, event);
        if !place.steps.are_too_many() {
            return answer;
        }
    }
    Err(Refusal::TooCostly {
        task: cost::named(state, place, event).map(|index| state.name_of(index)),
        most: place.steps.most(),
    })
}

fn ask(state: &State, place: &Place<'_>, event: &Event) -> Result<(), Refusal> {
    match event {
        Event::Roster(_) | Event::Ledger(LedgerEvent::Upgraded(_)) => {
            state.roster.check(place.entry, place.signer, event)?;
            match event {
                Event::Roster(RosterEvent::PolicySet(rule)) if !state.policy.has_room_for(rule) => {
                    Err(Refusal::TooMany {
                        task: None,
                        what: Limited::ReviewedBytes,
                        most: REVIEWED_BYTES_MAX as u32,
                    })
                }
                _ => Ok(()),
            }
        }
        Event::Ledger(event) => ledger::check(state, place, event),
        Event::Task(event) => task::check(state, place, event),
        Event::Work(event) => work::check(state, place, event),
        Event::Review(event) => review::check(state, place, event),
        Event::Guardrail(event) => guardrail::check(state, place, event),
        Event::Observation(event) => observation::check(state, place, event),
    }
}
