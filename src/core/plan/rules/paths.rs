//! The path check: no two running claims hold globs that can match the same file, unless one of them shares.
//!
//! Not here: the holders of files (`state::paths`), and the permission to claim (`rules::work`).

use super::place::Place;
use crate::core::{
    entry::event::task::TaskFact,
    plan::{
        refusal::{Overlap, Refusal},
        state::{
            State, TaskIndex,
            paths::{Holder, PathConflict},
        },
    },
    values::glob::Glob,
};

/// Checks that the holder of a new claim may hold all paths of a task.
pub(super) fn free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    holder: Holder<'_>,
) -> Result<(), Refusal> {
    no_other_holds(state, place, index, holder, &state.task(index).fields.paths)
}

/// Checks that the claim of a task, if it runs and does not share, may hold one more path.
pub(super) fn still_free(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    path: &Glob,
) -> Result<(), Refusal> {
    match &state.task(index).claim {
        Some(claim) if !claim.shared && !claim.expired(place.effective) => {
            no_other_holds(state, place, index, claim.into(), [path])
        }
        _ => Ok(()),
    }
}

/// Counts the steps of settling the paths of a task after an event that adds some.
pub(super) fn count_settling(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    facts: &[TaskFact],
) {
    let task = state.task(index);
    let added: Vec<&Glob> = facts.iter().filter_map(TaskFact::path_more).collect();
    if !added.is_empty() && task.claim.as_ref().is_some_and(|claim| !claim.shared) {
        let paths = task.fields.paths.iter().chain(added);
        state.near_paths(index, paths, place.steps);
    }
}

fn no_other_holds<'a>(
    state: &'a State,
    place: &Place<'_>,
    index: TaskIndex,
    holder: Holder<'_>,
    paths: impl IntoIterator<Item = &'a Glob>,
) -> Result<(), Refusal> {
    let Some(conflict) = state.path_conflict(index, paths, holder, place.effective, place.steps)
    else {
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
