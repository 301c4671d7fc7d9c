//! What the events of family 6 do: what was seen is remembered, snapshots are listed.
//!
//! Not here: whether they may (`rules`).

use std::collections::BTreeSet;

use crate::core::{
    event::{ObservationEvent, observation::PullRequest},
    rules::Place,
    state::{
        State,
        records::{SeenPullRequest, SeenWorktrees, Snapshot},
    },
    text::Text,
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &ObservationEvent) {
    match event {
        ObservationEvent::PullRequests {
            source,
            seen,
            complete,
        } => {
            see_pull_requests(state, place, source, seen, *complete);
        }
        ObservationEvent::Worktrees { host, seen } => {
            let seen = SeenWorktrees {
                at: place.effective,
                seen: seen.clone(),
            };
            state.worktrees.insert(host.clone(), seen);
        }
        ObservationEvent::SnapshotTaken {
            label,
            state: digest,
            versions,
        } => {
            state.snapshots.push(Snapshot {
                entry: place.id,
                label: label.clone(),
                at: place.effective,
                actor: place.actor().clone(),
                state: *digest,
                versions: *versions,
            });
        }
    }
}

fn see_pull_requests(
    state: &mut State,
    place: &Place<'_>,
    source: &Text,
    seen: &[PullRequest],
    complete: bool,
) {
    if complete {
        let numbers: BTreeSet<u64> = seen.iter().map(|request| request.number).collect();
        state
            .pull_requests
            .retain(|number, old| old.source != *source || numbers.contains(number));
    }
    for request in seen {
        let seen = SeenPullRequest {
            source: source.clone(),
            at: place.effective,
            seen: request.clone(),
        };
        state.pull_requests.insert(request.number, seen);
    }
}
