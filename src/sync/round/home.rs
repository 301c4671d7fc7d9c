//! A sync with home: fetch, reconcile, move the local ref, push, and again if home moved.
//!
//! Not here: reconciling the lines (`reconcile`).

use super::{
    backoff::RoundBackoff,
    reconcile::Reconciliation,
    report::{SyncReport, Synced},
    session::{Sync, TRIES_MAX},
};
use crate::{
    core::plan::state::State,
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::{ObjectId, Pushed},
    },
    ledger::{Author, LEDGER_REF, anchor, base, ledger::verified, verified::Verified},
    sync::{CallerError, Error},
};

/// How often objects are fetched again that were gone before a ref led to them: a `git prune` beside a fetch takes them.
const PRUNED_MAX: u32 = 3;

impl Sync<'_> {
    /// Syncs with home. `author` is called for the signer if a join is needed.
    ///
    /// # Errors
    /// The errors of `author`; home is not accepted, cannot be reached or refuses the ref. Unpublished entries then stay
    /// local.
    pub fn run<E: CallerError>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Synced, E> {
        let _lock = self.lock()?;
        self.run_locked(&mut author)
    }

    pub(super) fn run_locked<E: CallerError>(
        &mut self,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Synced, E> {
        let mut backoff = RoundBackoff::begin(self.remote, self.transfer.limit);
        let mut report = SyncReport::default();
        let mut pruned = 0;
        for races in 0..TRIES_MAX {
            let tips = self.fetch()?;
            if tips.agree() {
                let current = self.ledger.current()?;
                return Ok(Synced::new(current, report, tips.name, races));
            }
            let reconciliation = match self.reconcile(tips) {
                Err(error) if error.misses_an_object() && pruned < PRUNED_MAX => {
                    pruned += 1;
                    continue;
                }
                reconciliation => reconciliation?,
            };
            let name = reconciliation.tips.name.clone();
            if let Some(current) = self.meet(reconciliation, &mut report, &mut backoff, author)? {
                return Ok(Synced::new(current, report, name, races));
            }
        }
        Err(self.outrun().into())
    }

    /// Brings both sides together; none if one of them has moved meanwhile.
    pub(super) fn meet<E: CallerError>(
        &mut self,
        mut reconciliation: Reconciliation,
        report: &mut SyncReport,
        backoff: &mut RoundBackoff,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Option<Verified>, E> {
        let tip = reconciliation.bring_together(self, Some(author))?;
        if !self.settle(&reconciliation, tip)? {
            return Ok(None);
        }
        report.add(&reconciliation)?;
        if reconciliation.is_news_for_home() && !self.publish(&reconciliation, tip, report)? {
            backoff.lose(reconciliation.tips.lease)?;
            return Ok(None);
        }
        if reconciliation.tips.anchor.is_none() {
            // For the founder of the ledger this is the first sync with home.
            self.remote.follow(self.repository())?;
        }
        base::keep(self.repository(), reconciliation.history())?;
        let current = verified(reconciliation.into_history())?;
        self.remember(&current);
        Ok(Some(current))
    }

    /// The report of a [`run`](Self::run), without doing it. Only fetched objects are kept.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn rehearse(&mut self) -> Result<Synced, Error> {
        let _lock = self.lock()?;
        let mut report = SyncReport::default();
        let tips = self.fetch()?;
        let mut reconciliation = self.reconcile(tips)?;
        reconciliation.bring_together::<Error>(self, None)?;
        report.add(&reconciliation)?;
        let name = reconciliation.tips.name.clone();
        let current = verified(reconciliation.into_history())?;
        Ok(Synced::new(current, report, name, 0))
    }

    /// Moves the local ref to the reconciled tip, then the anchor; false if the local ref has moved meanwhile.
    pub(super) fn settle(
        &self,
        reconciliation: &Reconciliation,
        tip: ObjectId,
    ) -> Result<bool, Error> {
        let repository = self.ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        if reconciliation.tips.local != Some(tip) {
            let expected = Expected::from_read(reconciliation.tips.local);
            let reflog = self.reflog("sync: take in from home");
            let swapped =
                refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog)?;
            if let Outcome::Moved(_) = swapped {
                return Ok(false);
            }
        }
        if let Some(anchor) = reconciliation.to_be_anchor() {
            anchor::advance(repository, &queue, anchor, &self.reflog("sync: accepted"))?;
            self.pin(reconciliation.ledger_id())?;
        }
        Ok(true)
    }

    /// Pushes the tip under the lease; false if home has moved.
    fn publish(
        &mut self,
        reconciliation: &Reconciliation,
        tip: ObjectId,
        report: &mut SyncReport,
    ) -> Result<bool, Error> {
        let tips = &reconciliation.tips;
        match self.push(&tips.name, tip, tips.lease)? {
            Pushed::Moved => Ok(false),
            Pushed::Declined(declined) => Err(self.declined(&tips.name, declined)),
            Pushed::Done => {
                let repository = self.repository();
                let queue = QueueLock::acquire(repository)?;
                anchor::advance(repository, &queue, tip, &self.reflog("sync: published"))?;
                self.pin(reconciliation.ledger_id())?;
                report.publish();
                Ok(true)
            }
        }
    }
}
