//! The path check: no two running claims hold globs that can match the same file, unless one of them shares.
//!
//! Not here: the holders of files (`state::paths`), and the permission to claim (`rules::work`).

use super::place::Place;
use crate::core::{
    plan::{
        refusal::{Overlap, Refusal},
        state::{
            State, TaskIndex,
            paths::{Holder, PathConflict},
        },
    },
    values::text::Text,
};

/// Checks that the author of a claim may hold all paths of a task.
pub(super) fn free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    worktree: Option<&Text>,
) -> Result<(), Refusal> {
    let actor = place.actor();
    let holder = Holder { actor, worktree };
    no_other_holds(state, place, index, holder, &state.task(index).fields.paths)
}

/// Checks that the claim of a task, if it runs and does not share, may hold one more path.
pub(super) fn still_free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    path: &Text,
) -> Result<(), Refusal> {
    match &state.task(index).claim {
        Some(claim) if !claim.shared && !claim.expired(place.effective) => {
            no_other_holds(state, place, index, claim.into(), [path])
        }
        _ => Ok(()),
    }
}

fn no_other_holds<'a>(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    holder: Holder<'_>,
    paths: impl IntoIterator<Item = &'a Text>,
) -> Result<(), Refusal> {
    let Some(conflict) = state.path_conflict(index, paths, holder, place.effective) else {
        return Ok(());
    };
    Err(Refusal::PathsHeld {
        task: state.name_of(index),
        files: overlap(state, &conflict),
        claim: conflict.claim.into(),
    })
}

/// The overlap of two globs as an argument of a refusal.
pub(super) fn overlap(state: &State, conflict: &PathConflict<'_>) -> Overlap {
    Overlap {
        path: conflict.path.clone(),
        held: conflict.held.clone(),
        by: state.name_of(conflict.by),
    }
}
