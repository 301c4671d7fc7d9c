//! Files of the git directory: permissions, stale locks, the cache, leftovers of killed writers.
//!
//! Not here: objects and their copies (`copies`).

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use nix::unistd::{AccessFlags, access};

use super::diagnosis::{Diagnosis, Remedy};
use crate::{
    git::{
        self, refs,
        repository::{Repository, Stamp},
    },
    ledger::{History, LEDGER_REF, Ledger, cache},
};

/// The time between two looks at a lock. git holds a lock for milliseconds.
const SECOND_LOOK: Duration = Duration::from_millis(500);

pub(super) fn examine(ledger: &Ledger, history: Option<&History>) -> Vec<Diagnosis> {
    let repository = ledger.repository();
    let mut findings = vec![writable(repository)];
    findings.extend(locks(repository));
    findings.push(cached(ledger, history));
    findings.push(leftovers(repository));
    findings
}

fn writable(repository: &Repository) -> Diagnosis {
    let common = repository.common_dir();
    match access(common, AccessFlags::W_OK | AccessFlags::X_OK) {
        Ok(()) => Diagnosis::good("folder", format!("'{}' can be written", common.display())),
        Err(_) => {
            let path = common.to_owned();
            Diagnosis::of_error("folder", git::Error::ReadOnly { path })
        }
    }
}

/// The locks that are still the same files when they are read again.
pub(super) fn held(paths: &[PathBuf]) -> Vec<PathBuf> {
    let look = || -> Vec<(PathBuf, Stamp)> {
        let file = |path: &PathBuf| Some((path.clone(), Stamp::of(path)?));
        paths.iter().filter_map(file).collect()
    };
    let mut held = look();
    if !held.is_empty() {
        thread::sleep(SECOND_LOOK);
        let again = look();
        held.retain(|lock| again.contains(lock));
    }
    held.into_iter().map(|(path, _)| path).collect()
}

fn locks(repository: &Repository) -> Vec<Diagnosis> {
    let mut paths = refs::locks(repository, LEDGER_REF);
    paths.push(repository.common_dir().join("config.lock"));
    let held = held(&paths);
    if held.is_empty() {
        return vec![Diagnosis::good("locks", "none is held")];
    }
    held.into_iter()
        .map(|path| {
            let ours = refs::is_of_a_dead_writer(repository, LEDGER_REF)
                && path.ends_with(format!("{LEDGER_REF}.lock"));
            let name = path.display();
            if ours {
                Diagnosis::remark(
                    "locks",
                    format!("'{name}' was left by a killed writer; the next writer removes it"),
                )
            } else {
                let held = git::Error::LockHeld { path: path.clone() };
                Diagnosis::wrong("locks", held.to_string()).mended_by(Remedy::RemoveLock(path))
            }
        })
        .collect()
}

fn cached(ledger: &Ledger, history: Option<&History>) -> Diagnosis {
    let repository = ledger.repository();
    let good = |what: &str| Diagnosis::good("cache", what);
    let Some(claimed) = cache::claimed_tip(repository) else {
        return good("no cache is in use");
    };
    let Some(cached) = cache::read(repository) else {
        return good("there is a cache, but it is not used");
    };
    let Some(history) = history else {
        return good("not compared: the ledger cannot be read");
    };
    match history.state_at(claimed) {
        None => good("the cache belongs to another line and is not used"),
        Some(state) if state.digest() == cached.state.digest() => {
            good("the cache agrees with the entries")
        }
        Some(_) => {
            let folder = repository.common_dir().join("coord/cache");
            Diagnosis::wrong("cache", "the cache does not agree with the entries")
                .mended_by(Remedy::RemoveCache(folder))
        }
    }
}

/// The maximum number of leftovers that are named.
const NAMED_MAX: usize = 10;

/// Files that a killed writer was about to rename. `git gc` never removes those of the first kind.
fn leftovers(repository: &Repository) -> Diagnosis {
    let objects = repository.object_directory();
    let temporary = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        name.starts_with(b".tmp") || name.starts_with(b"tmp_")
    };
    let mut found: Vec<PathBuf> = below(objects).into_iter().filter(temporary).collect();
    for folder in below(objects).iter().filter(|path| path.is_dir()) {
        found.extend(below(folder).into_iter().filter(temporary));
    }
    let of_cache = below(&repository.common_dir().join("coord/cache"));
    // A file before its rename has the writer's number after a dot.
    found.extend(
        of_cache
            .into_iter()
            .filter(|path| path.extension().is_some()),
    );
    if found.is_empty() {
        return Diagnosis::good("leftovers", "none");
    }
    let what = format!(
        "{} files of writers that were killed or still run",
        found.len()
    );
    found.truncate(NAMED_MAX);
    Diagnosis::remark("leftovers", what).mended_by(Remedy::RemoveLeftovers(found))
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
