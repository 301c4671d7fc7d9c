//! Commits were made anew, by `commit --amend` or `rebase`: the tasks on which they are recorded follow.
//!
//! Not here: new commits (`post_commit`).

use std::collections::BTreeMap;

use super::{Deed, Occasion, Verdict, Work};
use crate::{
    core::{entry::event::CommitId, plan::state::State},
    ledger::Error,
};

pub(super) fn verdict(occasion: &Occasion<'_>) -> Result<Verdict, Error> {
    let pairs = occasion.lines().filter_map(|words| match words.as_slice() {
        [old, new, ..] => Some((old.parse().ok()?, new.parse().ok()?)),
        _ => None,
    });
    let rewritten: BTreeMap<CommitId, CommitId> = pairs.filter(|(old, new)| old != new).collect();
    if rewritten.is_empty() {
        return Ok(Verdict::default());
    }
    let deeds = deeds(occasion.state()?, &rewritten);
    Ok(Verdict {
        deeds: Vec::from_iter((!deeds.is_empty()).then_some(deeds)),
        ..Verdict::default()
    })
}

fn deeds(state: &State, rewritten: &BTreeMap<CommitId, CommitId>) -> Vec<Deed> {
    let followed = state.tasks().filter_map(|(index, task)| {
        let old = task.commit.as_ref()?;
        let new = rewritten.get(old)?;
        let work = Work::Rewritten {
            old: old.clone(),
            new: new.clone(),
        };
        Some(Deed {
            task: state.reference(index),
            work,
        })
    });
    followed.collect()
}
