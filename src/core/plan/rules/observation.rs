//! The permission to record observations and take snapshots.
//!
//! Not here: comparing a snapshot with the state that it records (`ledger::verify`).

use super::{conditions::require, place::Place};
use crate::core::{
    entry::event::ObservationEvent,
    plan::{
        refusal::{Action, Refusal, Restricted},
        state::State,
    },
    values::task::Role,
};

pub(super) fn check(
    state: &State,
    place: &Place<'_>,
    event: &ObservationEvent,
) -> Result<(), Refusal> {
    match event {
        ObservationEvent::PullRequests { .. } | ObservationEvent::Worktrees { .. } => {
            require(state, place, Role::ALL, Action::RecordObservation)
        }
        ObservationEvent::SnapshotTaken { .. }
            if place.entry.events.len() > 1 || place.entry.parents.len() != 1 =>
        {
            Err(Refusal::Misplaced {
                event: Restricted::Snapshot,
            })
        }
        ObservationEvent::SnapshotTaken { .. } => {
            require(state, place, Role::ALL, Action::TakeSnapshot)
        }
    }
}
