//! The queue of the writers of one repository, and the pauses of waiting writers.
//!
//! Not here: the lock on a ref, which git's own writers take too (`refs`).

use std::{
    ffi::OsStr,
    fs::{File, OpenOptions, TryLockError},
    hash::{BuildHasher as _, Hasher as _},
    io,
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::repository::Repository;
use crate::git::Error;

/// How long a writer waits in the queue before it gives up.
const QUEUE_WAIT: Duration = Duration::from_secs(60);

/// How long to wait while another process integrates, or publishes a claim.
const INTEGRATION_WAIT: Duration = Duration::from_secs(600);

/// The right to do what only one process of a repository does at a time.
#[derive(Debug)]
pub struct Turn {
    file: File,
}

impl Turn {
    /// Waits up to `limit` to sync this repository, or to create its ledger: a second process would do the same again.
    ///
    /// # Errors
    /// As for [`QueueLock::acquire`].
    pub fn to_sync(repository: &Repository, limit: Duration) -> Result<Self, Error> {
        let file = hold(repository, "sync.lock", limit)?;
        Ok(Self { file })
    }

    /// Waits up to ten minutes to integrate work: a merge is made for where the main branch is, and checked there.
    ///
    /// # Errors
    /// As for [`QueueLock::acquire`].
    pub fn to_integrate(repository: &Repository) -> Result<Self, Error> {
        let file = hold(repository, "integrate.lock", INTEGRATION_WAIT)?;
        Ok(Self { file })
    }

    /// Waits up to a minute to add a worktree: while git adds one, other git processes fail that read its unfinished
    /// folder.
    ///
    /// # Errors
    /// As for [`QueueLock::acquire`].
    pub fn to_add_a_worktree(repository: &Repository) -> Result<Self, Error> {
        let file = hold(repository, "worktrees.lock", QUEUE_WAIT)?;
        Ok(Self { file })
    }

    /// Waits up to ten minutes to claim a task together with a worktree. So whoever finds such a claim without its worktree
    /// knows that the process which made it has ended.
    ///
    /// # Errors
    /// As for [`QueueLock::acquire`].
    pub fn to_claim_with_a_worktree(repository: &Repository) -> Result<Self, Error> {
        let file = hold(repository, "claims.lock", INTEGRATION_WAIT)?;
        Ok(Self { file })
    }

    /// Runs git, which keeps the turn until it ends: if this process is killed, its git goes on, and nobody else may begin.
    ///
    /// # Errors
    /// As for [`Repository::run_git`].
    pub fn run_git<A: AsRef<OsStr>>(
        &self,
        repository: &Repository,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let held = self.file.try_clone();
        let held = held.map_err(|source| Error::NotRun {
            command: "git".to_owned(),
            source,
        })?;
        repository.run_git_with(held, arguments)
    }
}

/// The right to write our refs. One thread of one process holds it at a time.
///
/// The system releases it when its holder dies. So its holder knows that no other writer of ours is alive.
/// The lock file is never removed: if a process deletes a file for which others wait, two of them get the lock.
#[derive(Debug)]
pub struct QueueLock {
    _file: File,
}

impl QueueLock {
    /// Waits for its turn, up to a minute.
    ///
    /// # Errors
    /// [`Error::QueueTimeout`], [`Error::ReadOnly`], [`Error::Io`].
    pub fn acquire(repository: &Repository) -> Result<Self, Error> {
        Self::acquire_within(repository, QUEUE_WAIT)
    }

    /// Waits for its turn, up to `limit`.
    ///
    /// # Errors
    /// As for [`acquire`](Self::acquire).
    pub fn acquire_within(repository: &Repository, limit: Duration) -> Result<Self, Error> {
        let _file = hold(repository, "queue.lock", limit)?;
        Ok(Self { _file })
    }
}

/// Locks a file of ours in the common git directory.
fn hold(repository: &Repository, name: &str, limit: Duration) -> Result<File, Error> {
    let folder = repository.common_dir().join("coord");
    let path = folder.join(name);
    let failed = |source| repository.write_error("lock", &path, source);
    let file = open(&path)
        .or_else(|_| {
            std::fs::create_dir_all(&folder)?;
            open(&path)
        })
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => match lock_within(file, limit) {
            Some(locked) => locked.map_err(failed),
            None => Err(Error::QueueTimeout {
                path: path.clone(),
                seconds: limit.as_secs(),
            }),
        },
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Waits until the system wakes us, instead of asking again and again. `None` if the time is up. The thread that still
/// waits then releases the lock when it gets it.
fn lock_within(file: File, limit: Duration) -> Option<io::Result<File>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let locked = file.lock().map(|()| file);
        sender.send(locked).ok();
    });
    receiver.recv_timeout(limit).ok()
}

/// Pauses that grow from a millisecond to a twentieth of a second. Their length is random, so that two waiting writers do
/// not wake at the same time.
pub(crate) struct Backoff {
    end: Instant,
    step: Duration,
}

impl Backoff {
    const STEP_MAX: Duration = Duration::from_millis(50);

    pub(crate) fn up_to(limit: Duration) -> Self {
        Self {
            end: Instant::now() + limit,
            step: Duration::from_millis(1),
        }
    }

    /// Waits a little; `false`, at once, when the time is up.
    pub(crate) fn pause(&mut self) -> bool {
        if Instant::now() >= self.end {
            return false;
        }
        thread::sleep(self.step.mul_f64(0.5 + random()));
        self.step = (self.step * 2).min(Self::STEP_MAX);
        true
    }
}

/// A number from 0 to 1 that differs from call to call and from process to process.
pub(crate) fn random() -> f64 {
    // The standard library seeds its hash maps at random; nothing here needs better randomness.
    let random = std::hash::RandomState::new().build_hasher().finish();
    f64::from((random >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn waiting_too_long_is_an_error_that_names_the_lock() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let held = QueueLock::acquire(&repository).unwrap();
        let limit = Duration::from_millis(50);
        let error = QueueLock::acquire_within(&repository, limit).unwrap_err();
        assert_eq!(error.code(), "queue_timeout");
        assert!(error.to_string().contains("coord/queue.lock"), "{error}");
        drop(held);
        // The waiting thread must release the lock that it got too late.
        QueueLock::acquire_within(&repository, Duration::from_secs(5)).unwrap();
    }

    #[test]
    fn a_common_directory_that_is_none_is_an_error_and_no_panic() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        std::fs::write(fixture.path("main/.git/coord"), b"in the way").unwrap();
        assert_eq!(QueueLock::acquire(&repository).unwrap_err().code(), "io");
    }

    #[test]
    fn pauses_end_when_the_time_is_up() {
        let mut backoff = Backoff::up_to(Duration::from_millis(20));
        let start = Instant::now();
        while backoff.pause() {}
        assert!(start.elapsed() < Duration::from_secs(2));
        assert!((0.0..=1.0).contains(&random()));
    }
}
