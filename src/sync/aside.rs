//! The refs of what was set aside, so that nothing which a repair replaces is lost.
//!
//! Not here: when something is set aside (`round::aside`, `round::repair`, `recover`).

use crate::git::{
    Error,
    lock::QueueLock,
    refs::{self, Expected, Reflog},
    repository::{ObjectId, Repository},
};

/// The number of digits of an id in the name of a ref.
const DIGITS: usize = 10;

/// The ref that keeps the object of this id.
pub(super) fn name(id: &str) -> String {
    format!("refs/coord-apart/{id:.DIGITS$}")
}

/// Keeps this object under a ref that is named after it.
///
/// # Errors
/// The ref cannot be written.
pub(super) fn keep(
    repository: &Repository,
    queue: &QueueLock,
    object: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<(), Error> {
    let name = name(&object.to_string());
    let expected = Expected::from_read(refs::read(repository, &name)?);
    refs::compare_and_swap(repository, queue, &name, expected, object, reflog).map(drop)
}
