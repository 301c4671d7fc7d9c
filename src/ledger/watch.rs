//! Sleeping until the ledger's ref may have moved.
//!
//! The system reports changes in the folders that hold refs. Where it cannot (a network file system), the ref is read now
//! and then. Not here: reading the ref (`refs`).

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::git::repository::Repository;

/// The longest sleep, for file systems that report no changes.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Watches the folders in which a ref is moved.
pub struct Watch {
    told: Receiver<()>,
    // It stops watching when it is dropped.
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Begins to watch. A read of the ref after this misses no change.
    pub fn new(repository: &Repository) -> Self {
        let (tell, told) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // The sleeper reads the ref next, and reading is not a change.
            let is_reading = event.is_ok_and(|event| event.kind.is_access());
            if !is_reading {
                // Nobody listens any more: the wait is over.
                let _ = tell.send(());
            }
        });
        let watcher = watcher.ok().map(|mut watcher| {
            for folder in folders(repository) {
                // A folder that cannot be watched is read now and then.
                let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
            }
            watcher
        });
        Self {
            told,
            _watcher: watcher,
        }
    }

    /// Sleeps until something may have moved, at most for `longest`.
    pub fn sleep(&self, longest: Duration) {
        // The ref is read again after every sleep, because the reason for the end of the sleep does not matter.
        let _ = self.told.recv_timeout(longest.min(LOOK_AGAIN));
        while self.told.try_recv().is_ok() {}
    }
}

/// The folders of a loose ref, of the packed refs and of reftables.
fn folders(repository: &Repository) -> Vec<PathBuf> {
    let common = repository.common_dir();
    let places = ["refs/coord", "refs", "reftable", "."];
    let places = places.map(|place| common.join(place));
    places.into_iter().filter(|path| path.is_dir()).collect()
}
