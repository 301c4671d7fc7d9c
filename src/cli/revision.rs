//! A commit of the repository by any name that git knows.
//!
//! Not here: entries of the ledger (`moment`).

use super::{CommandError, Context, code};
use crate::core::event::CommitId;

/// The commit that `given` names, as `git rev-parse` understands it.
///
/// # Errors
/// `unknown_commit` if git knows no such commit.
pub fn commit(context: &mut Context, given: &str) -> Result<CommitId, CommandError> {
    let repository = context.repository()?;
    let peeled = format!("{given}^{{commit}}");
    let found = repository.run_git([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &peeled,
    ]);
    let id = found
        .ok()
        .and_then(|id| String::from_utf8(id).ok())
        .and_then(|id| id.trim().parse().ok());
    id.ok_or_else(|| CommandError::fatal(code::UNKNOWN_COMMIT, format!("'{given}' is no commit")))
}
