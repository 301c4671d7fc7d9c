//! Sleeping until the ledger's ref may have moved.
//!
//! The system tells of changes in the folders that hold refs; where it cannot (a network's file system), a look now and
//! then has to do. Not here: what the ref says (`refs`).

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::git::repository::Repository;

/// How long to sleep at the most, for file systems that tell of nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Watches the folders in which a ref is moved.
pub struct Watch {
    told: Receiver<()>,
    // It stops watching when it is dropped.
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Begins to watch. Whoever reads the ref after this misses nothing.
    pub fn new(repository: &Repository) -> Self {
        let (tell, told) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Reading the ref, which is what the sleeper does next, is no change of it.
            let is_reading = event.is_ok_and(|event| event.kind.is_access());
            if !is_reading {
                // Nobody listens any more: the wait is over.
                let _ = tell.send(());
            }
        });
        let watcher = watcher.ok().map(|mut watcher| {
            for folder in folders(repository) {
                // A folder that cannot be watched is looked at now and then.
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
        // Whatever ends it, the ref is read again.
        let _ = self.told.recv_timeout(longest.min(LOOK_AGAIN));
        while self.told.try_recv().is_ok() {}
    }
}

/// Where a loose ref, the packed ones and the tables of refs lie.
fn folders(repository: &Repository) -> Vec<PathBuf> {
    let common = repository.common_dir();
    let places = ["refs/coord", "refs", "reftable", "."];
    let places = places.map(|place| common.join(place));
    places.into_iter().filter(|path| path.is_dir()).collect()
}
