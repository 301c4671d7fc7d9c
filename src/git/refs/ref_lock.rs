//! git's lock on a ref, taken so that a lock left behind by a killed writer of ours can be distinguished from others.
//!
//! Not here: the work under the lock (`files`).

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::{
    errno::Errno,
    sys::signal::{SigSet, SigmaskHow, Signal},
};

use super::super::lock::{Backoff, QueueLock};
use crate::git::{
    Error,
    repository::{ObjectId, Repository},
};

/// How long to wait for another program's lock. git holds its locks for milliseconds.
const FOREIGN_WAIT: Duration = Duration::from_secs(4);

/// How often to create a folder again after `git pack-refs` removed it because it was empty.
const FOLDER_TRIES: u32 = 100;

/// The lock on one ref. Its file already holds the ref's new content.
///
/// The content is written to a file of our own, the *intent*. Then the intent is hard-linked to `<ref>.lock`, which is as
/// atomic and exclusive as creating the lock. A writer that dies leaves both, and they are the same file. The lock of
/// another program is never the same file as an intent. The next writer has the queue's lock, so it knows that the former
/// writer is dead, and removes both.
///
/// This thread blocks TERM, INT and HUP while it holds the lock. If the process has other threads, these signals can still
/// end it through them. The intent covers that case, as it covers KILL.
pub(super) struct RefLock<'a> {
    repository: &'a Repository,
    path: PathBuf,
    intent: PathBuf,
    held: bool,
    _signals: SignalsHeldBack,
}

impl<'a> RefLock<'a> {
    /// Locks the ref `name`, after [`end_dead_move`]. It waits for a lock of another program.
    ///
    /// # Errors
    /// [`Error::LockHeld`] with the path of a lock that is not ours; those of [`Error::write`].
    pub(super) fn acquire(
        repository: &'a Repository,
        _queue: &QueueLock,
        name: &str,
        content: &str,
    ) -> Result<Self, Error> {
        let path = repository.common_dir().join(format!("{name}.lock"));
        let intent = intent_path(repository, name);
        write_intent(&intent, content).map_err(|e| repository.write_error("write", &intent, e))?;
        let mut backoff = Backoff::up_to(FOREIGN_WAIT);
        let mut folder_tries = 0;
        loop {
            let signals = SignalsHeldBack::new();
            let error = match link(&intent, &path, content) {
                Ok(()) => {
                    return Ok(Self {
                        repository,
                        path,
                        intent,
                        held: true,
                        _signals: signals,
                    });
                }
                Err(error) => error,
            };
            drop(signals);
            match error.kind() {
                io::ErrorKind::AlreadyExists if backoff.pause() => {}
                io::ErrorKind::NotFound if folder_tries < FOLDER_TRIES => {
                    folder_tries += 1;
                    let folder = path.parent().unwrap_or(&path);
                    fs::create_dir_all(folder)
                        .or_else(|e| ignore(e, io::ErrorKind::NotFound))
                        .map_err(|e| repository.write_error("create", folder, e))?;
                }
                kind => {
                    fs::remove_file(&intent).ok();
                    return Err(match kind {
                        io::ErrorKind::AlreadyExists => Error::LockHeld { path },
                        _ => repository.write_error("lock", &path, error),
                    });
                }
            }
        }
    }

    /// Replaces the ref at `target` by the content, durably, which releases the lock.
    pub(super) fn commit(&mut self, target: &Path) -> Result<(), Error> {
        fs::rename(&self.path, target)
            .map_err(|e| self.repository.write_error("rename lock to", target, e))?;
        self.held = false;
        let mut folder = target.parent();
        // A folder that was made for this ref has a name that must be durable too.
        for _ in 0..2 {
            if let Some(path) = folder {
                self.repository.flush_folder(path)?;
            }
            folder = folder.and_then(Path::parent);
        }
        Ok(())
    }
}

impl Drop for RefLock<'_> {
    fn drop(&mut self) {
        // The lock first: an intent without a lock means nothing, but a lock without its intent looks like another program's.
        if self.held {
            fs::remove_file(&self.path).ok();
        }
        fs::remove_file(&self.intent).ok();
    }
}

/// The path of the intent for a ref. Each ref has its own, so that a stale lock on one ref is still known to be ours after
/// another ref was moved.
fn intent_path(repository: &Repository, name: &str) -> PathBuf {
    let file = name.replace('%', "%25").replace('/', "%2F");
    repository.common_dir().join("coord/intents").join(file)
}

/// Whether the lock on a ref is the intent of a writer of ours. Such a writer is alive only while it holds the queue.
pub(super) fn is_of_a_dead_writer(repository: &Repository, name: &str) -> bool {
    let lock = repository.common_dir().join(format!("{name}.lock"));
    let file = |path: &Path| {
        let found = fs::symlink_metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    let ours = file(&intent_path(repository, name));
    ours.is_some() && file(&lock) == ours
}

/// Ends what a dead writer of ours began: under its lock, `withdraw` gets the id that the ref was to have, then the dead
/// writer's files are removed. An intent that became the ref is the same file as the ref, so it is removed and never
/// overwritten.
///
/// # Errors
/// Those of `withdraw`, and of [`Error::write`].
pub(super) fn end_dead_move(
    repository: &Repository,
    _queue: &QueueLock,
    name: &str,
    withdraw: impl FnOnce(Option<ObjectId>) -> Result<(), Error>,
) -> Result<(), Error> {
    let intent = intent_path(repository, name);
    let failed = |error| repository.write_error("remove", &intent, error);
    if let Err(error) = fs::symlink_metadata(&intent) {
        return ignore(error, io::ErrorKind::NotFound).map_err(failed);
    }
    let lock = repository.common_dir().join(format!("{name}.lock"));
    let _signals = SignalsHeldBack::new();
    // Somebody may have removed the lock by hand. If another program has its lock there, that one's log stays as it is.
    fs::hard_link(&intent, &lock).ok();
    if is_of_a_dead_writer(repository, name) {
        withdraw(announced(repository, name))?;
        fs::remove_file(&lock).map_err(failed)?;
    }
    fs::remove_file(&intent).map_err(failed)
}

/// The id that the ref gets if the writer that left its intent was not killed.
pub(super) fn announced(repository: &Repository, name: &str) -> Option<ObjectId> {
    let intent = fs::read(intent_path(repository, name)).ok()?;
    ObjectId::from_hex(intent.trim_ascii_end())
}

/// Writes the intent durably: the lock's file becomes the ref, so its content must survive a crash.
fn write_intent(intent: &Path, content: &str) -> io::Result<()> {
    match create(intent, content) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            intent.parent().map_or(Ok(()), fs::create_dir_all)?;
            create(intent, content)
        }
        created => created,
    }
}

fn create(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

/// Takes the lock. On a file system without hard links, it creates the lock as git does. If the process then dies, nobody
/// can prove that the lock is ours, so it is reported and not broken.
fn link(intent: &Path, lock: &Path, content: &str) -> io::Result<()> {
    let Err(error) = fs::hard_link(intent, lock) else {
        return Ok(());
    };
    let without = [Errno::EPERM, Errno::EOPNOTSUPP, Errno::EXDEV, Errno::EMLINK];
    let code = error.raw_os_error().map(Errno::from_raw);
    if !code.is_some_and(|code| without.contains(&code)) {
        return Err(error);
    }
    create(lock, content).inspect_err(|error| {
        // The file was created but not written (a full disk). It is ours and must not stay.
        if error.kind() != io::ErrorKind::AlreadyExists {
            fs::remove_file(lock).ok();
        }
    })
}

fn ignore(error: io::Error, kind: io::ErrorKind) -> io::Result<()> {
    (error.kind() == kind).then_some(()).ok_or(error)
}

/// Blocks TERM, INT and HUP in this thread until it is dropped.
struct SignalsHeldBack {
    before: Option<SigSet>,
}

impl SignalsHeldBack {
    fn new() -> Self {
        let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP]
            .into_iter()
            .collect();
        Self {
            before: signals.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok(),
        }
    }
}

impl Drop for SignalsHeldBack {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            before.thread_set_mask().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        git::refs::read,
        ledger::fixture::{Fixture, LEDGER, append},
    };

    fn lock_path(fixture: &Fixture) -> PathBuf {
        fixture.path("main/.git").join(format!("{LEDGER}.lock"))
    }

    /// The files that a writer leaves when it is killed under the lock.
    fn die_holding_the_lock(fixture: &Fixture, name: &str) {
        let repository = fixture.open();
        let queue = QueueLock::acquire(&repository).unwrap();
        let lock = RefLock::acquire(&repository, &queue, name, "half written").unwrap();
        let before = lock._signals.before;
        std::mem::forget(lock);
        before.unwrap().thread_set_mask().unwrap();
    }

    #[test]
    fn a_lock_of_ours_whose_owner_is_dead_is_broken_at_once() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let one = append(&repository, "one");
        die_holding_the_lock(&fixture, LEDGER);
        assert!(lock_path(&fixture).exists());
        // Another ref is moved meanwhile: that must not lose the proof that the lock is ours.
        die_holding_the_lock(&fixture, "refs/coord-anchor/ledger");
        let start = std::time::Instant::now();
        let two = append(&repository, "two");
        assert!(start.elapsed() < Duration::from_secs(2));
        assert!(!lock_path(&fixture).exists());
        assert_eq!(fixture.git(&["rev-list", LEDGER]), format!("{two}\n{one}"));
    }

    #[test]
    fn a_lock_that_is_not_ours_is_waited_for_and_then_reported_by_its_path() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let one = append(&repository, "one");
        // The same bytes as ours would have, and an intent beside it: still another file.
        die_holding_the_lock(&fixture, LEDGER);
        fs::remove_file(lock_path(&fixture)).unwrap();
        fs::write(lock_path(&fixture), "half written").unwrap();
        let queue = QueueLock::acquire(&repository).unwrap();
        end_dead_move(&repository, &queue, LEDGER, |_| panic!("it is not ours")).unwrap();
        let start = std::time::Instant::now();
        let error = RefLock::acquire(&repository, &queue, LEDGER, "x")
            .err()
            .unwrap();
        assert!(start.elapsed() >= Duration::from_secs(3));
        assert_eq!(error.code(), "lock_held");
        assert!(
            error
                .to_string()
                .contains(lock_path(&fixture).to_str().unwrap())
        );
        assert!(lock_path(&fixture).exists());
        assert_eq!(read(&repository, LEDGER).unwrap(), Some(one));
        drop(queue);
        fs::remove_file(lock_path(&fixture)).unwrap();
        append(&repository, "two");
    }

    #[test]
    fn a_foreign_lock_that_goes_away_in_time_does_no_harm() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        append(&repository, "one");
        fs::write(lock_path(&fixture), "").unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(200));
                fs::remove_file(lock_path(&fixture)).unwrap();
            });
            append(&repository, "two");
        });
    }

    #[test]
    fn an_intent_that_became_the_ref_is_never_written_to_again() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let one = append(&repository, "one");
        // Killed between the rename and the removal of the intent.
        let target = fixture.path("main/.git").join(LEDGER);
        fs::hard_link(&target, intent_path(&repository, LEDGER)).unwrap();
        let two = append(&repository, "two");
        assert_eq!(fixture.git(&["rev-list", LEDGER]), format!("{two}\n{one}"));
        assert!(!intent_path(&repository, LEDGER).exists());
    }

    #[test]
    fn signals_are_held_back_while_the_lock_is_held_and_no_longer() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let queue = QueueLock::acquire(&repository).unwrap();
        let held_back = || SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM);
        let lock = RefLock::acquire(&repository, &queue, LEDGER, "x").unwrap();
        assert!(held_back());
        drop(lock);
        assert!(!held_back());
        assert!(!lock_path(&fixture).exists());
    }

    #[test]
    fn a_lock_without_hard_links_is_still_exclusive() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("x.lock");
        create(&lock, "x").unwrap();
        let again = create(&lock, "y").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
    }
}
