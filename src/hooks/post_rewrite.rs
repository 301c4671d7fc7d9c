//! The hook `post-rewrite`: after `commit --amend` or `rebase`, records the new commits on the tasks of the old ones.
//!
//! Not here: new commits (`post_commit`).

use std::collections::BTreeMap;

use super::{HookInput, Response, UnrecordedWork, Work};
use crate::{
    core::{entry::event::CommitId, plan::state::State},
    ledger::Error,
};

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let pairs = input.lines().filter_map(|words| match words.as_slice() {
        [old, new, ..] => Some((old.parse().ok()?, new.parse().ok()?)),
        _ => None,
    });
    let rewritten: BTreeMap<CommitId, CommitId> = pairs.filter(|(old, new)| old != new).collect();
    if rewritten.is_empty() {
        return Ok(Response::default());
    }
    let unrecorded = unrecorded_work(input.state()?, &rewritten);
    Ok(Response {
        unrecorded: Vec::from_iter((!unrecorded.is_empty()).then_some(unrecorded)),
        ..Response::default()
    })
}

fn unrecorded_work(state: &State, rewritten: &BTreeMap<CommitId, CommitId>) -> Vec<UnrecordedWork> {
    let followed = state.tasks().filter_map(|(index, task)| {
        let old = task.commit.as_ref()?;
        let new = rewritten.get(old)?;
        let work = Work::Rewritten {
            old: old.clone(),
            new: new.clone(),
        };
        Some(UnrecordedWork {
            task: state.reference(index),
            work,
        })
    });
    followed.collect()
}
