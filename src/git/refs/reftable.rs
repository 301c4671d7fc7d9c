//! Refs in tables (`extensions.refStorage = reftable`), left to the git program, since gix does not read them.
//!
//! Not here: refs as files (`files`).

use std::{path::PathBuf, time::Duration};

use super::{super::lock::Backoff, Expected, Outcome, Reflog};
use crate::git::{
    Error,
    repository::{ObjectId, Repository, run},
};

/// How long to wait for a table that another writer has locked. git itself waits a tenth of a second.
const LOCK_WAIT: Duration = Duration::from_secs(4);

pub(super) fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    let format = "--format=%(refname) %(objectname) %(symref)";
    let listed = repository.run_git(["for-each-ref", format, name])?;
    let listed = String::from_utf8_lossy(&listed);
    // The pattern also matches refs below the name.
    let line = listed.lines().find_map(|line| {
        let (found, rest) = line.split_once(' ')?;
        (found == name).then_some(rest)
    });
    let symbolic = || Error::SymbolicRef {
        name: name.to_owned(),
    };
    match line.and_then(|rest| rest.split_once(' ')) {
        Some((id, "")) => Ok(Some(id.parse()?)),
        Some(_) => Err(symbolic()),
        // git does not list a symbolic ref to a missing ref.
        None => match repository.run_git(["symbolic-ref", "--quiet", name]) {
            Ok(_) => Err(symbolic()),
            Err(_) => Ok(None),
        },
    }
}

/// git deletes the log together with the ref, so a missing ref has no log.
pub(super) fn logged(repository: &Repository, name: &str) -> Vec<ObjectId> {
    let told = repository.run_git(["reflog", "show", "--format=%H", name, "--"]);
    let told = told.unwrap_or_default();
    told.split(|byte| *byte == b'\n')
        .filter_map(ObjectId::from_hex)
        .collect()
}

/// git compares and moves in one transaction and flushes it; on failure the ref is read again to learn why.
pub(super) fn swap(
    repository: &Repository,
    name: &str,
    expected: Expected,
    new: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<Outcome, Error> {
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
        let failed = match run(git) {
            Ok(_) => return Ok(Outcome::Done),
            Err(failed @ Error::Failed { .. }) => failed,
            Err(other) => return Err(other),
        };
        let found = read(repository, name)?;
        if found != expected.to_option() {
            return Ok(Outcome::Moved(found));
        }
        let locked = failed.complains_of("lock");
        if !(locked && backoff.pause()) {
            return Err(match conflict(repository, name)? {
                Some(conflict) => conflict,
                None if locked => Error::LockHeld {
                    path: lock_path(repository),
                },
                None => repository.write_failure(failed),
            });
        }
    }
}

/// The lock of all refs at once.
pub(super) fn lock_path(repository: &Repository) -> PathBuf {
    repository.common_dir().join("reftable/tables.list.lock")
}

/// The ref that is in the way of this one, because the name of one is a folder of the other's.
fn conflict(repository: &Repository, name: &str) -> Result<Option<Error>, Error> {
    let listed = repository.run_git(["for-each-ref", "--format=%(refname)"])?;
    let listed = String::from_utf8_lossy(&listed);
    let is_folder = |folder: &str, of: &str| {
        of.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let other = listed
        .lines()
        .find(|other| is_folder(other, name) || is_folder(name, other));
    Ok(other.map(|other| Error::RefConflict {
        name: name.to_owned(),
        other: other.to_owned(),
    }))
}
