//! The hook `post-merge`: records a merge on the task of the branch.
//!
//! Not here: merges with conflicts, which end as ordinary commits (`post_commit`).

use super::{HookInput, Response, UnrecordedWork, Work, binding::task_of_branch};
use crate::{core::entry::event::CommitId, git::refs, ledger::Error};

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    let squashed = input.argument(0) == "1";
    let Some(branch) = refs::branch(repository)?.filter(|_| !squashed) else {
        return Ok(Response::default());
    };
    if !input.glance()?.knows_branch(&branch) {
        return Ok(Response::default());
    }
    let (state, actor) = (input.state()?, input.actor()?);
    let task = task_of_branch(state, &branch, actor.as_ref());
    // A merge into a branch of another holder is recorded by that holder.
    let held = task.filter(|index| {
        let task = state.task(*index);
        actor.is_some_and(|actor| task.is_held_by(&actor))
    });
    let Some(index) = held else {
        return Ok(Response::default());
    };
    let told = repository.run_git(["rev-list", "--max-count=1", "--parents", "HEAD"])?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let ids: Vec<&str> = told.split_whitespace().collect();
    let merge: Option<CommitId> = match ids.as_slice() {
        [merge, _, _, ..] => merge.parse().ok(),
        // A fast-forward brings commits that were recorded where they were made.
        _ => None,
    };
    let new = merge.filter(|commit| state.task(index).commit.as_ref() != Some(commit));
    let unrecorded = new.map(|commit| {
        let branch = branch.parse().ok();
        vec![UnrecordedWork {
            task: state.reference(index),
            work: Work::Committed { commit, branch },
        }]
    });
    Ok(Response {
        unrecorded: unrecorded.into_iter().collect(),
        ..Response::default()
    })
}
