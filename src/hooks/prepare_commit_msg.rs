//! The hook `prepare-commit-msg`: adds the trailer that names the task.
//!
//! Not here: finding the task (`binding`), and writing the trailer (`trailers`).

use super::{HookInput, Response, binding::task_here, trailers};
use crate::ledger::Error;

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    // The commits of a merge or squash may be of other tasks; the same is true for replayed commits.
    let foreign = ["merge", "squash"].contains(&input.argument(1));
    if foreign || repository.replay().is_some() {
        return Ok(Response::default());
    }
    let here = input.here()?;
    if !input.glance()?.knows_place(&here) {
        return Ok(Response::default());
    }
    let (state, actor) = (input.state()?, input.actor()?);
    let task = task_here(state, &here, actor.as_ref(), input.effective()?);
    if let Some(index) = task {
        trailers::add_task(repository, &input.file(0), &state.shown(index))?;
    }
    Ok(Response::default())
}
