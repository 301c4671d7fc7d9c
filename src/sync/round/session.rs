//! One sync: its remote, its time and its limits, and the steps that all kinds of sync share.
//!
//! Not here: the kinds of syncs (`home`, `courier`, `repair`, `confirm`, `aside`).

use std::time::Duration;

use crate::{
    core::values::{id::EntryId, time::Timestamp},
    git::{
        self,
        lock::Turn,
        refs::Reflog,
        repository::{Declined, Fetch, ObjectId, Push, Pushed, Repository, Transfer},
    },
    ledger::{Ledger, cache, verified::Verified},
    sync::{Error, receive::STAYS, remote::Remote},
};

/// How often home may move before a sync gives up. Each time another clone has published something.
pub(super) const TRIES_MAX: u32 = 100;

/// How long to wait for another sync of this repository, without a given limit.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// One sync: its remote, its time and its limits.
pub struct Sync<'a> {
    /// The local ledger, which may not exist yet.
    pub ledger: &'a Ledger,
    /// The other repository.
    pub remote: &'a Remote,
    /// When.
    pub now: Timestamp,
    /// The time of the machine's clock, whatever time the entries get.
    pub clock: Timestamp,
    /// How git is watched.
    pub transfer: Transfer<'a>,
}

impl Sync<'_> {
    pub(super) fn lock(&self) -> Result<Turn, Error> {
        if self.ledger.outbox().is_some() {
            return Err(Error::OutboxSet);
        }
        let limit = self.transfer.limit.unwrap_or(WAIT_MAX);
        Ok(Turn::to_sync(self.repository(), limit)?)
    }

    /// Makes the local tip the anchor. Both states are cached, since the local one moves on.
    pub(super) fn remember(&self, current: &Verified) {
        cache::write(self.repository(), current);
        cache::write_anchored(self.repository(), current);
    }

    /// The anchor is valid only with the pin, which is written after it. So an anchor that came with a copied repository is
    /// never valid.
    pub(super) fn pin(&self, ledger: EntryId) -> Result<(), Error> {
        let repository = self.ledger.repository();
        if repository.config().string("coord.ledger").is_none() {
            repository.set_config("coord.ledger", &ledger.to_string())?;
        }
        Ok(())
    }

    pub(super) fn declined(&self, name: &str, Declined { why, hint, .. }: Declined) -> Error {
        let (remote, name) = (self.remote.name().to_owned(), name.to_owned());
        // Our own hook judges the pushed commits, not the name of the ref.
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
            // The ledger is checked here.
            verify: false,
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
