//! Refs as files: git's classic storage, a file per ref and the table `packed-refs`.
//!
//! Not here: the lock (`ref_lock`) and the log (`reflog`). Source of the rules: git's `gitrepository-layout` and the
//! behaviour of `git update-ref`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use nix::{errno::Errno, fcntl::OFlag};

use super::{
    super::lock::QueueLock,
    Expected, Outcome, Reflog,
    folders::remove_empty_folders,
    ref_lock::{self, RefLock},
    reflog,
};
use crate::git::{
    Error,
    repository::{ObjectId, PackedRefs, Repository},
};

/// The content of a ref's file. Reading stops at this length.
const LOOSE_BYTES_MAX: u64 = 4096;

/// Reads the file first, then the table, then the file again, because a ref can be created between the first two steps.
///
/// The table is opened again each time: after a missing file, only a table that is read later counts.
pub(super) fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    if let Some(id) = read_loose(repository, name)? {
        return Ok(Some(id));
    }
    match read_packed(repository, name)? {
        Some(id) => Ok(Some(id)),
        None => read_loose(repository, name),
    }
}

/// See [`super::is_pruned`].
pub(super) fn is_pruned(repository: &Repository, name: &str, at: ObjectId) -> Result<bool, Error> {
    let locked = repository.common_dir().join("packed-refs.lock").exists();
    Ok(!locked && read_packed(repository, name)? == Some(at))
}

/// Moves the ref under git's lock; see [`super::compare_and_swap`].
pub(super) fn swap(
    repository: &Repository,
    queue: &QueueLock,
    name: &str,
    expected: Expected,
    new: ObjectId,
    reflog: &Reflog<'_>,
) -> Result<Outcome, Error> {
    if expected == Expected::Absent {
        refuse_conflict(repository, name)?;
    }
    ref_lock::end_dead_move(repository, queue, name, |dead| {
        withdraw_unless_moved(repository, name, dead)
    })?;
    let mut lock = RefLock::acquire(repository, queue, name, &format!("{new}\n"))?;
    let found = match read(repository, name) {
        Err(Error::BrokenRef { name: broken, .. })
            if expected == Expected::Broken && broken == name =>
        {
            None
        }
        found => {
            let found = found?;
            if expected == Expected::Broken || found != expected.to_option() {
                return Ok(Outcome::Moved(found));
            }
            found
        }
    };
    let target = repository.common_dir().join(name);
    if found.is_none() {
        refuse_conflict(repository, name)?;
        remove_empty_folders(&target).map_err(|e| repository.write_error("remove", &target, e))?;
    }
    let moved = reflog
        .append(repository, name, found, new)
        .and_then(|()| lock.commit(&target));
    match moved {
        Ok(()) => Ok(Outcome::Done),
        Err(error) => {
            // The first error says more than one of withdrawing.
            withdraw_unless_moved(repository, name, Some(new)).ok();
            Err(error)
        }
    }
}

/// The ids in the log, the newest first, without that of a move which a killed writer of ours only announced: the log is
/// written before the ref.
pub(super) fn logged(repository: &Repository, name: &str) -> Result<Vec<ObjectId>, Error> {
    let mut ids = reflog::read(repository, name)?;
    let announced = ref_lock::announced(repository, name);
    if announced.is_some() && ids.first() == announced.as_ref() {
        let moved = read(repository, name).is_ok_and(|held| held == announced);
        ids.drain(..usize::from(!moved));
    }
    Ok(ids)
}

/// Takes a move to `new` out of the log if the ref is elsewhere. The caller holds the lock on the ref.
fn withdraw_unless_moved(
    repository: &Repository,
    name: &str,
    new: Option<ObjectId>,
) -> Result<(), Error> {
    match read(repository, name) {
        Ok(held) if held == new => Ok(()),
        _ => reflog::withdraw(repository, name, new),
    }
}

fn read_loose(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    let path = repository.common_dir().join(name);
    let mut content = Vec::new();
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
        .open(&path);
    let read = opened.and_then(|file| file.take(LOOSE_BYTES_MAX).read_to_end(&mut content));
    let symbolic = || Error::SymbolicRef {
        name: name.to_owned(),
    };
    match read {
        Ok(_) if content.starts_with(b"ref:") => Err(symbolic()),
        Ok(_) => parse(&content, repository)
            .map(Some)
            .ok_or_else(|| Error::BrokenRef {
                name: name.to_owned(),
                why: format!("'{}' does not hold an object id", path.display()),
            }),
        // The oldest kind of symbolic ref is a symbolic link.
        Err(error) if error.raw_os_error() == Some(Errno::ELOOP as i32) => Err(symbolic()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => Ok(None),
            _ => Err(Error::read("read", &path, error)),
        },
    }
}

/// The id at the start of `content`. Git allows any text after it that begins with white space.
fn parse(content: &[u8], repository: &Repository) -> Option<ObjectId> {
    let (hex, rest) = content.split_at_checked(repository.hash().len_in_hex())?;
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    ends.then(|| ObjectId::from_hex(hex)).flatten()
}

fn read_packed(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    match PackedRefs::open(repository)? {
        Some(table) => table.find(name),
        None => Ok(None),
    }
}

/// Two refs cannot exist together if the name of one is a folder in the name of the other.
fn refuse_conflict(repository: &Repository, name: &str) -> Result<(), Error> {
    let conflict = |other: String| Error::RefConflict {
        name: name.to_owned(),
        other,
    };
    let table = PackedRefs::open(repository)?;
    let folders = name.match_indices('/').map(|(end, _)| &name[..end]);
    for folder in folders.filter(|folder| *folder != "refs") {
        let loose = repository.common_dir().join(folder).is_file();
        let packed = table.as_ref().map(|table| table.find(folder));
        if loose || packed.transpose()?.flatten().is_some() {
            return Err(conflict(folder.to_owned()));
        }
    }
    if let Some(below) = first_file(&repository.common_dir().join(name)) {
        return Err(conflict(format!("{name}/{below}")));
    }
    let below = table.map(|table| table.first_below(name)).transpose()?;
    below.flatten().map_or(Ok(()), |below| Err(conflict(below)))
}

/// The path of any file below `folder`, relative to `folder`.
fn first_file(folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?;
    entries.flatten().find_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            first_file(&entry.path()).map(|below| format!("{name}/{below}"))
        } else {
            Some(name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::{Fixture, LEDGER, REFLOG, append, commit};

    fn swap_error(repository: &Repository, name: &str) -> Error {
        let queue = QueueLock::acquire(repository).unwrap();
        let id = commit(repository, None, "x");
        swap(repository, &queue, name, Expected::Absent, id, &REFLOG).unwrap_err()
    }

    #[test]
    fn folders_that_deleted_refs_left_behind_do_not_block_a_new_ref() {
        let fixture = Fixture::new();
        for folder in ["refs", "logs/refs"] {
            let path = fixture
                .path("main/.git")
                .join(folder)
                .join("coord/ledger/a/b");
            fs::create_dir_all(path).unwrap();
        }
        let tip = append(&fixture.open(), "one");
        assert_eq!(fixture.git(&["rev-parse", LEDGER]), tip.to_string());
    }

    /// The files of a writer that was killed before the rename.
    fn die_before_the_rename(repository: &Repository, old: ObjectId, new: ObjectId) {
        REFLOG.append(repository, LEDGER, Some(old), new).unwrap();
        let git_dir = repository.common_dir();
        let intent = git_dir.join("coord/intents/refs%2Fcoord%2Fledger");
        fs::write(&intent, format!("{new}\n")).unwrap();
        fs::hard_link(&intent, git_dir.join(format!("{LEDGER}.lock"))).unwrap();
    }

    fn log_of(fixture: &Fixture) -> String {
        fs::read_to_string(fixture.path("main/.git/logs").join(LEDGER)).unwrap()
    }

    #[test]
    fn a_move_that_never_happened_is_not_in_the_log() {
        for lock_removed in [false, true] {
            let fixture = Fixture::new();
            let repository = fixture.open();
            let one = append(&repository, "one");
            let log = log_of(&fixture);
            let lost = commit(&repository, Some(one), "lost");
            die_before_the_rename(&repository, one, lost);
            if lock_removed {
                fs::remove_file(fixture.path("main/.git").join(format!("{LEDGER}.lock"))).unwrap();
            }
            assert_eq!(logged(&repository, LEDGER).unwrap(), [one]);
            let two = append(&repository, "two");
            assert_eq!(logged(&repository, LEDGER).unwrap(), [two, one]);
            assert!(log_of(&fixture).starts_with(&log));
        }
    }

    #[test]
    fn a_move_that_happened_stays_in_the_log_of_a_killed_writer() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let one = append(&repository, "one");
        let two = commit(&repository, Some(one), "two");
        die_before_the_rename(&repository, one, two);
        let git_dir = fixture.path("main/.git");
        fs::rename(git_dir.join(format!("{LEDGER}.lock")), git_dir.join(LEDGER)).unwrap();
        assert_eq!(logged(&repository, LEDGER).unwrap(), [two, one]);
        let three = append(&repository, "three");
        assert_eq!(logged(&repository, LEDGER).unwrap(), [three, two, one]);
    }

    #[test]
    fn half_a_line_of_a_killed_writer_does_not_spoil_the_next_one() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let one = append(&repository, "one");
        let lost = commit(&repository, Some(one), "lost");
        die_before_the_rename(&repository, one, lost);
        let log = log_of(&fixture);
        fs::write(
            fixture.path("main/.git/logs").join(LEDGER),
            &log[..log.len() - 20],
        )
        .unwrap();
        let two = append(&repository, "two");
        let listed = fixture.git(&["reflog", "show", "--format=%H", LEDGER]);
        assert_eq!(listed, format!("{two}\n{one}"));
    }

    #[test]
    fn a_move_that_fails_is_not_in_the_log() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let id = commit(&repository, None, "x");
        let name = "refs/heads/there";
        append(&repository, "one");
        // A folder with a file that no ref has is in the way of the rename.
        let target = fixture.path("main/.git").join(name);
        fs::create_dir_all(target.join("deep")).unwrap();
        fs::write(target.join("deep/junk.lock"), "").unwrap();
        swap_error(&repository, name);
        assert_eq!(logged(&repository, name).unwrap(), []);
        let _ = id;
    }

    #[test]
    fn a_ref_that_is_a_symbolic_link_is_not_followed() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        append(&repository, "one");
        let link = fixture.path("main/.git/refs/coord/link");
        std::os::unix::fs::symlink("ledger", link).unwrap();
        assert_eq!(
            read(&repository, "refs/coord/link").unwrap_err().code(),
            "symbolic_ref"
        );
    }
}
