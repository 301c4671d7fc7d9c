//! Bringing a ledger together with its home: fetch, verify, join, push under an exact lease, and again if home moved.
//!
//! The local ref moves first, then the anchor, so that a stop in between heals itself with the next sync. Nothing
//! is believed before it was verified, and nothing that was published is ever moved.
//! Not here: what is accepted (`core::history::accept`), and how git talks to another repository (`git`).

mod aside;
mod backoff;
mod confirm;
mod courier;
mod fetch;
mod reconcile;
mod repair;
mod report;

use std::time::Duration;

use super::remote::Remote;
use crate::{
    core::{
        plan::state::State,
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        lock::{QueueLock, SyncLock},
        refs::{self, Expected, Reflog, Swap},
        repository::{Declined, ObjectId, Pushed, Repository, Scope, Transfer},
    },
    ledger::{
        Author, Error, LEDGER_REF, anchor, base,
        cache::{self, Verified},
        ledger::{self, Ledger},
    },
};
use backoff::Contest;
use reconcile::Meeting;
pub use repair::Good;
pub use report::{Changed, Report};
pub(super) use report::{documents, refused};

/// How often home may move under us before we give up; each time somebody else published something.
const TRIES_MAX: u32 = 100;

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

/// What a sync came to.
#[derive(Debug)]
pub struct Synced {
    /// The ledger here, as it is now.
    pub current: Verified,
    /// What came and what went.
    pub report: Report,
    /// Home's ref.
    pub name: String,
    /// How often home had moved.
    pub races: u32,
}

impl Sync<'_> {
    /// Brings both together. `author` is asked for who signs, if a join is needed.
    ///
    /// # Errors
    /// What `author` returns; home is not accepted, cannot be reached or does not take the ref. What is not published
    /// then stays here.
    pub fn run<E: From<Error>>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Synced, E> {
        let _lock = self.lock()?;
        self.run_locked(&mut author)
    }

    fn run_locked<E: From<Error>>(
        &mut self,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Synced, E> {
        let mut contest = Contest::begin(self.remote, self.transfer.limit);
        let mut report = Report::default();
        for races in 0..TRIES_MAX {
            let tips = self.fetch()?;
            if tips.agree() {
                let current = self.ledger.current()?;
                return Ok(synced(current, report, tips.name, races));
            }
            let mut meeting = self.meet(tips)?;
            let tip = meeting.bring_together(self, Some(author))?;
            if !self.settle(&meeting, tip)? {
                continue;
            }
            report.add(&meeting)?;
            if meeting.is_news_for_home() && !self.publish(&meeting, tip, &mut report)? {
                contest.lose(meeting.tips.home)?;
                continue;
            }
            let name = meeting.tips.name.clone();
            if meeting.tips.anchor.is_none() {
                // Who founded the ledger meets home here for the first time.
                self.remote.follow(self.repository())?;
            }
            base::keep(self.repository(), meeting.history())?;
            let current = ledger::verified(meeting.into_history())?;
            self.remember(&current);
            return Ok(synced(current, report, name, races));
        }
        Err(self.outrun().into())
    }

    /// What [`run`](Self::run) would do; only what is fetched is kept.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn rehearse(&mut self) -> Result<Synced, Error> {
        let _lock = self.lock()?;
        let mut report = Report::default();
        let tips = self.fetch()?;
        let mut meeting = self.meet(tips)?;
        meeting.bring_together::<Error>(self, None)?;
        report.add(&meeting)?;
        let name = meeting.tips.name.clone();
        let current = ledger::verified(meeting.into_history())?;
        Ok(synced(current, report, name, 0))
    }

    fn lock(&self) -> Result<SyncLock, Error> {
        if self.ledger.outbox().is_some() {
            return Err(Error::UnsupportedEnvironment {
                variable: "GIT_COORD_OUTBOX",
                why: "what is in an outbox is published by who ingests it",
            });
        }
        let limit = self.transfer.limit.unwrap_or(WAIT_MAX);
        SyncLock::acquire_within(self.repository(), limit)
    }

    /// Moves the local ref to what was brought together, then the anchor; false if the local ref has moved meanwhile.
    fn settle(&self, meeting: &Meeting, tip: ObjectId) -> Result<bool, Error> {
        let repository = self.ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        if meeting.tips.local != Some(tip) {
            let expected = Expected::from_read(meeting.tips.local);
            let reflog = self.reflog("sync: take what home has");
            let swapped =
                refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog)?;
            if let Swap::Moved(_) = swapped {
                return Ok(false);
            }
        }
        if let Some(anchor) = meeting.to_be_anchor() {
            anchor::advance(repository, &queue, anchor, &self.reflog("sync: accepted"))?;
            self.pin(meeting.ledger_id())?;
        }
        Ok(true)
    }

    /// The local tip is the anchor now; both states are kept, since the local one goes on.
    fn remember(&self, current: &Verified) {
        cache::write(self.repository(), current);
        cache::write_anchored(self.repository(), current);
    }

    /// The anchor counts only beside the pin, which comes after it: one that came with a copied repository never counts.
    fn pin(&self, ledger: EntryId) -> Result<(), Error> {
        let repository = self.ledger.repository();
        if repository.config().string("coord.ledger").is_none() {
            repository.set_config(Scope::Local, "coord.ledger", &ledger.to_string())?;
        }
        Ok(())
    }

    /// Pushes the tip under the lease; false if home has moved.
    fn publish(
        &mut self,
        meeting: &Meeting,
        tip: ObjectId,
        report: &mut Report,
    ) -> Result<bool, Error> {
        let repository = self.ledger.repository();
        let (remote, tips) = (self.remote.name(), &meeting.tips);
        match repository.push_object(&mut self.transfer, remote, &tips.name, tip, tips.home)? {
            Pushed::Moved => Ok(false),
            Pushed::Declined(declined) => Err(self.declined(&tips.name, declined)),
            Pushed::Done => {
                let queue = QueueLock::acquire(repository)?;
                anchor::advance(repository, &queue, tip, &self.reflog("sync: published"))?;
                self.pin(meeting.ledger_id())?;
                report.publish();
                Ok(true)
            }
        }
    }

    fn declined(&self, name: &str, Declined { why, hint }: Declined) -> Error {
        Error::Declined {
            remote: self.remote.name().to_owned(),
            name: name.to_owned(),
            why,
            hint,
        }
    }

    /// Home moved each time.
    fn outrun(&self) -> Error {
        let remote = self.remote.name().to_owned();
        Error::TooManyPushes { remote }
    }

    fn reflog<'a>(&self, message: &'a str) -> Reflog<'a> {
        Reflog {
            name: "git-coord",
            email: "git-coord@git-coord.invalid",
            // Before the year 10000.
            time: self.now.seconds() as i64,
            message,
        }
    }

    fn repository(&self) -> &Repository {
        self.ledger.repository()
    }
}

#[cfg(test)]
mod tests;

fn synced(current: Verified, report: Report, name: String, races: u32) -> Synced {
    Synced {
        current,
        report,
        name,
        races,
    }
}
