//! Refs: reading one, and moving one from a known value to a new one.
//!
//! Not here: the refs of the ledger and their meaning (`ledger`), and the queue of our own writers (`lock`).
//!
//! This does not use gix's transactions. While `git pack-refs` runs, they can read an old value as the current one, and
//! they cannot make a ref durable. Instead, this follows git's own rules for its files backend.

mod files;
mod folders;
mod head;
mod outcome;
mod ref_lock;
mod reflog;
mod reftable;

use std::path::PathBuf;

use super::{
    lock::QueueLock,
    repository::{self, ObjectId, RefStorage, Repository},
};
use crate::git::Error;
pub use head::{branch, head};
pub use outcome::{Expected, Outcome};
pub use reflog::Reflog;

/// Reads the ref `name`, such as `refs/coord/ledger`; `None` if it does not exist.
///
/// The answer was true at some time between call and return, even if `git pack-refs` runs.
///
/// # Errors
/// [`Error::InvalidRefName`], [`Error::BrokenRef`], [`Error::SymbolicRef`], [`Error::Io`].
pub fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    check_name(name)?;
    match repository.ref_storage() {
        RefStorage::Files => files::read(repository, name),
        RefStorage::Reftable => reftable::read(repository, name),
    }
}

/// Whether git removes only the ref's file and not the ref: `git pack-refs` has already written the ref into the table. A
/// process that deletes the ref holds the table's lock.
///
/// # Errors
/// The errors of [`read`].
pub fn is_pruned(repository: &Repository, name: &str, at: ObjectId) -> Result<bool, Error> {
    match repository.ref_storage() {
        RefStorage::Files => files::is_pruned(repository, name, at),
        RefStorage::Reftable => Ok(false),
    }
}

/// Moves the ref `name` to `new` if it is as `expected`, and writes a line to the ref's log.
///
/// Our writers must hold the queue's lock. Git's own lock on the ref keeps out all other writers, such as git. The object
/// must already be flushed. On [`Outcome::Done`] the ref is durable too, and so are the objects, even if `git prune` took
/// them until the ref led to them.
/// This runs no `reference-transaction` hook, and does not write the log of a `HEAD` that points to the ref.
///
/// # Errors
/// The errors of [`read`]; [`Error::LockHeld`], [`Error::RefConflict`], [`Error::UnsupportedEnvironment`] within the
/// quarantine of a push, [`Error::ReadOnly`], [`Error::NoSpace`].
pub fn compare_and_swap(
    repository: &Repository,
    queue: &QueueLock,
    name: &str,
    expected: Expected,
    new: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<Outcome, Error> {
    check_name(name)?;
    if repository
        .environment()
        .get("GIT_QUARANTINE_PATH")
        .is_some()
    {
        return Err(Error::UnsupportedEnvironment {
            variable: "GIT_QUARANTINE_PATH",
            why: "refs cannot be updated while a push is being checked",
        });
    }
    let outcome = match repository.ref_storage() {
        RefStorage::Files => files::swap(repository, queue, name, expected, new, reflog),
        RefStorage::Reftable => reftable::swap(repository, name, expected, new, reflog),
    }?;
    if outcome == Outcome::Done {
        repository.settle()?;
    }
    Ok(outcome)
}

/// All ids in the reflog of the ref `name`, the newest first. The list is empty if there is no reflog.
///
/// # Errors
/// [`Error::InvalidRefName`], [`Error::Io`].
pub fn logged(repository: &Repository, name: &str) -> Result<Vec<ObjectId>, Error> {
    check_name(name)?;
    match repository.ref_storage() {
        RefStorage::Files => files::logged(repository, name),
        RefStorage::Reftable => Ok(reftable::logged(repository, name)),
    }
}

/// The lock files that keep other writers from the ref `name` while they exist.
pub fn locks(repository: &Repository, name: &str) -> Vec<PathBuf> {
    let common = repository.common_dir();
    match repository.ref_storage() {
        RefStorage::Files => vec![
            common.join(format!("{name}.lock")),
            common.join("packed-refs.lock"),
        ],
        RefStorage::Reftable => vec![reftable::lock_path(repository)],
    }
}

/// Whether the lock on the ref `name` was left by a writer of ours that died; the next writer of ours removes it.
pub fn is_of_a_dead_writer(repository: &Repository, name: &str) -> bool {
    ref_lock::is_of_a_dead_writer(repository, name)
}

/// Accepts full names of refs that all worktrees share.
fn check_name(name: &str) -> Result<(), Error> {
    let invalid = |why: String| Error::InvalidRefName {
        name: name.to_owned(),
        why,
    };
    repository::check_ref_format(name).map_err(invalid)?;
    if !name.starts_with("refs/") {
        return Err(invalid("it does not begin with 'refs/'".to_owned()));
    }
    let own = ["refs/bisect/", "refs/rewritten/", "refs/worktree/"];
    if own.iter().any(|prefix| name.starts_with(prefix)) {
        return Err(invalid("it belongs to one worktree".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{repository::ObjectKind, *};
    use crate::ledger::fixture::{Fixture, LEDGER, REFLOG, append, commit, swap};

    fn check_round(fixture: &Fixture) {
        let repository = fixture.open();
        assert_eq!(read(&repository, LEDGER).unwrap(), None);
        let one = append(&repository, "one");
        assert_eq!(read(&repository, LEDGER).unwrap(), Some(one));
        let two = commit(&repository, Some(one), "two");
        assert_eq!(
            swap(&repository, Expected::Absent, two),
            Outcome::Moved(Some(one))
        );
        assert_eq!(
            swap(&repository, Expected::At(two), two),
            Outcome::Moved(Some(one))
        );
        assert_eq!(swap(&repository, Expected::At(one), two), Outcome::Done);
        fixture.git(&["pack-refs", "--all"]);
        assert_eq!(read(&repository, LEDGER).unwrap(), Some(two));
        let three = append(&repository, "three");
        assert_eq!(fixture.git(&["rev-parse", LEDGER]), three.to_string());
        let log = fixture.git(&["reflog", "show", "--format=%H %gs %gn %ge", LEDGER]);
        let line = |id| format!("{id} claim B codex codex@x");
        assert_eq!(log, [line(three), line(two), line(one)].join("\n"));
        fixture.git(&["fsck", "--strict"]);
        fixture.git(&["update-ref", "-d", LEDGER]);
        assert_eq!(read(&repository, LEDGER).unwrap(), None);
        assert_eq!(
            swap(&repository, Expected::At(three), two),
            Outcome::Moved(None)
        );
        assert_eq!(swap(&repository, Expected::Absent, one), Outcome::Done);
    }

    #[test]
    fn a_ref_moves_only_from_what_it_was_expected_to_be() {
        check_round(&Fixture::new());
    }

    #[test]
    fn tables_of_refs_behave_like_files_of_refs() {
        check_round(&Fixture::with_options(&["--ref-format=reftable"]));
    }

    #[test]
    fn names_that_git_refuses_and_refs_of_one_worktree_are_refused() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        for name in [
            "",
            "ledger",
            "HEAD",
            "refs/../x",
            "refs/a..b",
            "refs/coord/x.lock",
            "refs/worktree/x",
            "refs/coord/",
        ] {
            let error = read(&repository, name).unwrap_err();
            assert_eq!(error.code(), "invalid_ref_name", "{name}");
        }
    }

    #[test]
    fn what_a_prune_took_before_the_ref_moved_is_there_afterwards() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let first = append(&repository, "first");
        for round in 0..3 {
            let name = format!("round {round}");
            let text = repository.write(ObjectKind::Blob, name.as_bytes()).unwrap();
            let tree = repository.write_tree(&[("text", text)]).unwrap();
            let who = "t <t@x> 1700000000 +0000";
            let parent = read(&repository, LEDGER).unwrap().unwrap();
            let raw =
                format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{name}\n");
            let new = repository.write(ObjectKind::Commit, raw.as_bytes());
            let new = new.unwrap();
            let prune = ["prune", "--expire=now"];
            if round != 1 {
                repository.flush().unwrap();
            }
            if round != 2 {
                fixture.git(&prune);
                assert!(!repository.contains(new) && !repository.contains(text));
            }
            if round == 1 {
                repository.flush().unwrap();
            }
            assert_eq!(swap(&repository, Expected::At(parent), new), Outcome::Done);
            fixture.git(&prune);
            fixture.git(&["fsck", "--strict"]);
            assert!(repository.contains(text));
        }
        assert!(repository.contains(first));
    }

    #[test]
    fn within_the_quarantine_of_a_push_no_ref_moves() {
        let fixture = Fixture::new();
        let environment =
            crate::git::repository::Environment::isolated().with("GIT_QUARANTINE_PATH", "x");
        let repository = Repository::discover(&fixture.path("main"), environment).unwrap();
        let queue = QueueLock::acquire(&repository).unwrap();
        let id = commit(&repository, None, "x");
        let result = compare_and_swap(&repository, &queue, LEDGER, Expected::Absent, id, &REFLOG);
        assert_eq!(result.unwrap_err().code(), "unsupported_environment");
    }
}
