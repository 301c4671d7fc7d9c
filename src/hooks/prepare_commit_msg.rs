//! A message is begun: the trailer that names the task is put in.
//!
//! Not here: which task that is (`binding`), and how a trailer is written (`trailers`).

use super::{HookInput, Response, binding::task_here, trailers};
use crate::ledger::Error;

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    // A merge and a squash bring what was committed for other tasks; so does what is made again.
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
