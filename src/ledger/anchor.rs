//! The anchor: the last tip of home that this clone accepted. Only a verified sync or append moves it, never a reader.
//!
//! It is valid only beside the pin in git's config, since a mirror clone copies refs but not the config.
//! Not here: which tip is accepted (`core::history::accept`).

use crate::git::{
    Error,
    lock::QueueLock,
    refs::{self, Expected, Outcome, Reflog},
    repository::{ObjectId, Repository},
};

/// The ref that holds the anchor.
pub const ANCHOR_REF: &str = "refs/coord-anchor/ledger";

/// The anchor, if there is a valid one.
///
/// # Errors
/// The ref cannot be read.
pub fn read(repository: &Repository) -> Result<Option<ObjectId>, Error> {
    match repository.config().string("coord.ledger") {
        Some(_) => refs::read(repository, ANCHOR_REF),
        None => Ok(None),
    }
}

/// Moves the anchor, after the local ref: so it is always on the line of the local tip.
///
/// # Errors
/// The ref cannot be written.
pub(crate) fn advance(
    repository: &Repository,
    queue: &QueueLock,
    to: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<(), Error> {
    loop {
        let found = refs::read(repository, ANCHOR_REF)?;
        if found == Some(to) {
            return Ok(());
        }
        let expected = Expected::from_read(found);
        let swapped = refs::compare_and_swap(repository, queue, ANCHOR_REF, expected, to, reflog)?;
        if swapped == Outcome::Done {
            return Ok(());
        }
    }
}
