//! Finding a commit of the repository by any name that git knows.
//!
//! Not here: entries of the ledger (`revision`).

use crate::{
    cli::{CommandError, Context, failure::code},
    core::entry::event::CommitId,
    git::repository::Repository,
};

/// The commit that `given` names, as `git rev-parse` understands it.
///
/// # Errors
/// `unknown_commit` if git knows no such commit.
pub fn commit(context: &mut Context, given: &str) -> Result<CommitId, CommandError> {
    commit_of(&context.repository()?, given)
}

/// As [`commit`], in this repository.
///
/// # Errors
/// As for [`commit`].
pub fn commit_of(repository: &Repository, given: &str) -> Result<CommitId, CommandError> {
    let id = find(repository, given);
    id.ok_or_else(|| {
        CommandError::fatal(code::UNKNOWN_COMMIT, format!("'{given}' is not a commit"))
    })
}

/// The commit that `given` names, if git knows it.
pub fn find(repository: &Repository, given: &str) -> Option<CommitId> {
    let peeled = format!("{given}^{{commit}}");
    let found = repository.run_git([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &peeled,
    ]);
    let id = String::from_utf8(found.ok()?).ok()?;
    id.trim().parse().ok()
}
