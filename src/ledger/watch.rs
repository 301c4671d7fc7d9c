//! Sleeping until the ledger's ref may have moved.
//!
//! The system reports changes in the folders that hold refs. Where it cannot (a network file system), the ref is read now
//! and then. Not here: reading the ref (`refs`).

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::git::repository::Repository;

/// The longest sleep, for file systems that report no changes.
pub const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Watches the folders in which a ref is moved.
pub struct Watch {
    wake: Sender<()>,
    told: Receiver<()>,
    // It stops watching when it is dropped.
    _watching: Watching,
}

/// Tells of changes in the folders in which a ref is moved, until it is dropped.
pub struct Watching {
    _watcher: Option<RecommendedWatcher>,
}

impl Watching {
    /// Begins to watch, and calls `tell` on another thread when something may have moved. A system that reports no changes
    /// tells of none, so the ref is also read every [`LOOK_AGAIN`].
    pub fn new(repository: &Repository, tell: impl Fn() + Send + 'static) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // The ref is read next, and reading is not a change.
            let is_reading = event.is_ok_and(|event| event.kind.is_access());
            if !is_reading {
                tell();
            }
        });
        let watcher = watcher.ok().map(|mut watcher| {
            for folder in folders(repository) {
                // A folder that cannot be watched is read now and then.
                let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
            }
            watcher
        });
        Self { _watcher: watcher }
    }
}

impl Watch {
    /// Begins to watch. A read of the ref after this misses no change.
    pub fn new(repository: &Repository) -> Self {
        let (wake, told) = channel();
        let tell = wake.clone();
        let watching = Watching::new(repository, move || {
            // Nobody listens any more: the wait is over.
            let _ = tell.send(());
        });
        Self {
            wake,
            told,
            _watching: watching,
        }
    }

    /// Ends a sleep from another thread.
    pub fn waker(&self) -> impl Fn() + Send + 'static {
        let wake = self.wake.clone();
        move || {
            let _ = wake.send(());
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
