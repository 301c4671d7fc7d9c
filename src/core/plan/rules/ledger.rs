//! The permission to configure the ledger, acknowledge entries and repair it.
//!
//! Not here: upgrades, about which the roster decides since it holds the versions (`roster`).

use super::{conditions::require, place::Place};
use crate::core::{
    entry::event::LedgerEvent,
    plan::{
        refusal::{Action, Refusal, Restricted},
        state::State,
    },
};

pub(super) fn check(state: &State, place: &Place<'_>, event: &LedgerEvent) -> Result<(), Refusal> {
    let misplaced = |event| Err(Refusal::Misplaced { event });
    match event {
        LedgerEvent::Created(_) => misplaced(Restricted::Genesis),
        LedgerEvent::Upgraded(_) => Ok(()),
        LedgerEvent::Configured(_) => require(state, place, &[], Action::ConfigureLedger),
        LedgerEvent::Acknowledged { .. } => require(state, place, &[], Action::AcknowledgeEntry),
        LedgerEvent::Repaired if place.entry.parents.len() != 2 || place.entry.events.len() > 1 => {
            misplaced(Restricted::Repair)
        }
        LedgerEvent::Repaired => require(state, place, &[], Action::RepairLedger),
    }
}
