//! The merge of a commit that is ready, under a ref, until the task is done. After a crash, the next call goes on with it.
//!
//! Not here: making it (`merge`).

use crate::git::{
    Error, refs,
    repository::{ObjectId, Repository},
};

/// The ref of the merge of this commit. It is outside of `refs/coord`, which a mirror's refspec would rewind.
fn name(work: ObjectId) -> String {
    format!("refs/coord-integrate/{work}")
}

pub(super) fn read(repository: &Repository, work: ObjectId) -> Result<Option<ObjectId>, Error> {
    refs::read(repository, &name(work))
}

pub(super) fn write(
    repository: &Repository,
    work: ObjectId,
    merged: ObjectId,
) -> Result<(), Error> {
    let arguments = ["update-ref", &name(work), &merged.to_string()];
    repository.run_git(arguments).map(drop)
}

/// Forgets the merge, if there is one.
pub(super) fn forget(repository: &Repository, work: ObjectId) -> Result<(), Error> {
    if read(repository, work)?.is_some() {
        repository.run_git(["update-ref", "-d", &name(work)])?;
    }
    Ok(())
}
