//! One sync: with whom, when, and how long it may take; and what each kind of sync needs beside that.
//!
//! Not here: the kinds of syncs (`home`, `courier`, `repair`, `confirm`, `aside`).

use std::time::Duration;

use crate::{
    core::values::{id::EntryId, time::Timestamp},
    git::{
        self,
        lock::SyncLock,
        refs::Reflog,
        repository::{Declined, Fetch, ObjectId, Push, Pushed, Repository, Scope, Transfer},
    },
    ledger::{
        Ledger,
        cache::{self, Verified},
    },
    sync::{Error, receive::STAYS, remote::Remote},
};

/// How often home may move under us before we give up; each time somebody else published something.
pub(super) const TRIES_MAX: u32 = 100;

/// How long another sync of this repository is waited for, where no limit is given.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// One sync: with whom, when, and how long it may take.
pub struct Sync<'a> {
    /// The ledger here; it need not be there yet.
    pub ledger: &'a Ledger,
    /// The other repository.
    pub remote: &'a Remote,
    /// When.
    pub now: Timestamp,
    /// What the machine's clock shows, whatever time that is.
    pub clock: Timestamp,
    /// How git is watched.
    pub transfer: Transfer<'a>,
}

impl Sync<'_> {
    pub(super) fn lock(&self) -> Result<SyncLock, Error> {
        if self.ledger.outbox().is_some() {
            return Err(Error::OutboxSet);
        }
        let limit = self.transfer.limit.unwrap_or(WAIT_MAX);
        Ok(SyncLock::acquire_within(self.repository(), limit)?)
    }

    /// The local tip is the anchor now; both states are kept, since the local one goes on.
    pub(super) fn remember(&self, current: &Verified) {
        cache::write(self.repository(), current);
        cache::write_anchored(self.repository(), current);
    }

    /// The anchor counts only beside the pin, which comes after it: one that came with a copied repository never counts.
    pub(super) fn pin(&self, ledger: EntryId) -> Result<(), Error> {
        let repository = self.ledger.repository();
        if repository.config().string("coord.ledger").is_none() {
            repository.set_config(Scope::Local, "coord.ledger", &ledger.to_string())?;
        }
        Ok(())
    }

    pub(super) fn declined(&self, name: &str, Declined { why, hint }: Declined) -> Error {
        let (remote, name) = (self.remote.name().to_owned(), name.to_owned());
        // Our own hook looks at what is pushed, not at where to.
        if why.contains(STAYS) {
            Error::Refused {
                remote,
                name,
                why,
                hint,
            }
        } else {
            Error::Declined {
                remote,
                name,
                why,
                hint,
            }
        }
    }

    /// Sets the remote's ref `name` to `object` if it holds `lease`.
    pub(super) fn push(
        &mut self,
        name: &str,
        object: ObjectId,
        lease: Option<ObjectId>,
    ) -> Result<Pushed, git::Error> {
        let push = Push {
            remote: self.remote.name(),
            name,
            object,
            lease,
        };
        self.ledger
            .repository()
            .push_object(&mut self.transfer, push)
    }

    /// Fetches the remote's ref `name` into its [`shadow`](Remote::shadow); false if there is no such ref there.
    pub(super) fn fetch_ref(&mut self, name: &str, shadow: &str) -> Result<bool, git::Error> {
        let fetch = Fetch {
            remote: self.remote.name(),
            source: name,
            target: shadow,
        };
        self.ledger
            .repository()
            .fetch_ref(&mut self.transfer, fetch)
    }

    /// Home moved each time.
    pub(super) fn outrun(&self) -> Error {
        let remote = self.remote.name().to_owned();
        Error::TooManyPushes { remote }
    }

    pub(super) fn reflog<'a>(&self, message: &'a str) -> Reflog<'a> {
        Reflog {
            name: "git-coord",
            email: "git-coord@git-coord.invalid",
            // Before the year 10000.
            time: self.now.seconds() as i64,
            message,
        }
    }

    pub(super) fn repository(&self) -> &Repository {
        self.ledger.repository()
    }
}
