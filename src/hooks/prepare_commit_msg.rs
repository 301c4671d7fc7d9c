//! The hook `prepare-commit-msg`: adds the trailer that names the task, or leaves that to `commit-msg`.
//!
//! Not here: finding the task (`binding`), and writing the trailer (`trailers`).

use super::{
    HookInput, Response,
    binding::task_here,
    cleanup::Cleanup,
    prepared::{Prepared, Start},
    trailers,
};
use crate::ledger::Error;

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    Prepared::forget(repository)?;
    let source = input.argument(1);
    // The commits of a merge or squash may be of other tasks; the same is true for replayed commits.
    let foreign = ["merge", "squash"].contains(&source);
    if foreign || repository.replay().is_some() {
        return Ok(Response::default());
    }
    let here = input.here()?;
    if !input.glance()?.knows_place(&here) {
        return Ok(Response::default());
    }
    let (state, actor) = (input.state()?, input.actor()?);
    if let Some(index) = task_here(state, &here, actor.as_ref(), input.effective()?) {
        prepare(input, source, state.full_name(index))?;
    }
    Ok(Response::default())
}

fn prepare(input: &HookInput<'_>, source: &str, task: String) -> Result<(), Error> {
    let (repository, file) = (input.repository(), input.file(0));
    let message = trailers::message(&file)?;
    let cleanup = Cleanup::of(repository, &message)?;
    let start = match source {
        "template" => Start::Template,
        // Without a source there may still be comments, which the user may have told git to keep.
        "message" | "commit" if cleanup.keeps(&message) => Start::Text,
        _ => Start::Nothing,
    };
    let is_added = start == Start::Text && trailers::add_task(repository, &file, &task, &cleanup)?;
    if start != Start::Text || is_added && cleanup.is_edited() {
        let prepared = Prepared {
            task,
            start,
            message,
        };
        prepared.leave(repository)?;
    }
    Ok(())
}
