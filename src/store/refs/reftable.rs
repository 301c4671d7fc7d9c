//! Refs in tables (`extensions.refStorage = reftable`), left to the git program, since gix does not read them.
//!
//! Not here: refs as files (`files`).

use std::time::Duration;

use super::{
    super::{
        Error,
        git::{ObjectId, Repository, run},
        lock::Backoff,
    },
    Expected, Reflog, Swap,
};

/// How long a table that another writer has locked is waited for. git itself waits a tenth of a second.
const LOCK_WAIT: Duration = Duration::from_secs(4);

pub(super) fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    let format = "--format=%(refname) %(objectname) %(symref)";
    let listed = repository.run_git(["for-each-ref", format, name])?;
    let listed = String::from_utf8_lossy(&listed);
    // The pattern matches what lies below the name as well.
    let line = listed.lines().find_map(|line| {
        let (found, rest) = line.split_once(' ')?;
        (found == name).then_some(rest)
    });
    let Some((id, target)) = line.and_then(|rest| rest.split_once(' ')) else {
        return Ok(None);
    };
    if !target.is_empty() {
        let name = name.to_owned();
        return Err(Error::SymbolicRef { name });
    }
    id.parse().map(Some)
}

/// git compares and moves in one transaction and flushes it; on failure the ref is read again to learn why.
pub(super) fn swap(
    repository: &Repository,
    name: &str,
    expected: Expected,
    new: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<Swap, Error> {
    let old = expected.to_option().unwrap_or(repository.null_id());
    let mut backoff = Backoff::up_to(LOCK_WAIT);
    loop {
        let mut git = repository.git();
        git.env("GIT_COMMITTER_NAME", reflog.name())
            .env("GIT_COMMITTER_EMAIL", reflog.email())
            .env("GIT_COMMITTER_DATE", format!("@{} +0000", reflog.time))
            .args(["update-ref", "--no-deref", "--create-reflog", "-m"])
            .args([&reflog.message(), name])
            .args([new.to_string(), old.to_string()]);
        let stderr = match run(git) {
            Ok(_) => return Ok(Swap::Done),
            Err(Error::Git { stderr, .. }) => stderr,
            Err(other) => return Err(other),
        };
        let found = read(repository, name)?;
        if found != expected.to_option() {
            return Ok(Swap::Moved(found));
        }
        if !(stderr.contains("lock") && backoff.pause()) {
            return Err(repository.git_write_error("update-ref", stderr));
        }
    }
}
