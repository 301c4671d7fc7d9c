//! The merge of a commit that is ready, under a ref, until the task is done. After a crash, the next call goes on with it.
//!
//! Not here: making it (`merge`).

use std::collections::BTreeSet;

use crate::{
    core::plan::state::State,
    git::{
        Error, refs,
        repository::{ObjectId, Repository},
    },
};

/// The ref of the merge of this commit. It is outside of `refs/coord`, which a mirror's refspec would rewind.
fn name(work: ObjectId) -> String {
    format!("{FOLDER}{work}")
}

const FOLDER: &str = "refs/coord-integrate/";

pub(super) fn read(repository: &Repository, work: ObjectId) -> Result<Option<ObjectId>, Error> {
    refs::read(repository, &name(work))
}

pub(super) fn write(
    repository: &Repository,
    work: ObjectId,
    merged: ObjectId,
) -> Result<(), Error> {
    let arguments = ["update-ref", &name(work), &merged.to_string()];
    repository.run_git_apart(None, &arguments).map(drop)
}

/// Forgets the merge, if there is one. What stays, as after a lock that a killed git left, does no harm: a later call tries
/// again.
pub(super) fn forget(repository: &Repository, work: ObjectId) {
    if matches!(read(repository, work), Ok(Some(_))) {
        let _ = repository.run_git_apart(None, &["update-ref", "-d", &name(work)]);
    }
}

/// Forgets the merges of tasks that have ended, as far as it can: a call that was killed after its entry left one.
pub(super) fn forget_ended(repository: &Repository, state: &State) {
    let told = repository.run_git(["for-each-ref", "--format=%(refname)", FOLDER]);
    let told = told.unwrap_or_default();
    let told = String::from_utf8_lossy(&told);
    let left: Vec<&str> = told
        .lines()
        .filter_map(|name| name.strip_prefix(FOLDER))
        .collect();
    if left.is_empty() {
        return;
    }
    let ends = state.tasks().filter_map(|(_, task)| {
        let end = task.end.as_ref()?;
        end.commit.as_ref().or(task.commit.as_ref())
    });
    let ended: BTreeSet<String> = ends.map(ToString::to_string).collect();
    for work in left.into_iter().filter(|work| ended.contains(*work)) {
        let name = format!("{FOLDER}{work}");
        let _ = repository.run_git_apart(None, &["update-ref", "-d", &name]);
    }
}
