//! A message is begun: the trailer that names the task is put in.
//!
//! Not here: which task that is (`binding`), and how a trailer is written (`trailers`).

use super::{Occasion, Verdict, binding::task_here, trailers};
use crate::ledger::Error;

pub(super) fn verdict(occasion: &Occasion<'_>) -> Result<Verdict, Error> {
    let repository = occasion.repository();
    // A merge and a squash bring what was committed for other tasks; so does what is made again.
    let foreign = ["merge", "squash"].contains(&occasion.argument(1));
    if foreign || repository.replay().is_some() {
        return Ok(Verdict::default());
    }
    let here = occasion.here()?;
    if !occasion.glance()?.knows_place(&here) {
        return Ok(Verdict::default());
    }
    let (state, actor) = (occasion.state()?, occasion.actor()?);
    let task = task_here(state, &here, actor.as_ref(), occasion.effective()?);
    if let Some(index) = task {
        trailers::add_task(repository, &occasion.file(0), &state.shown(index))?;
    }
    Ok(Verdict::default())
}
