//! Confirmed appends: the entry is on home's mainline, or nothing was done.
//!
//! The new entry is pushed by its object id, and the local ref follows. Not here: local appends (`append`).

use super::{
    backoff::RoundBackoff,
    reconcile::Reconciliation,
    session::{Sync, TRIES_MAX},
};
use crate::{
    core::plan::state::State,
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::{ObjectId, Pushed},
    },
    ledger::{
        Appended, Author, EntryDraft, LEDGER_REF, anchor, append::PendingChain, cache,
        ledger::verified_by_ref, verified::Verified,
    },
    sync::{CallerError, Error},
};

/// The reconciled line to which the entry is appended.
struct Ground {
    /// Home's ref, and its tip.
    name: String,
    home: Option<ObjectId>,
    local: Option<ObjectId>,
    base: Verified,
    /// None if both sides and the anchor were at one tip.
    reconciliation: Option<Reconciliation>,
}

impl Sync<'_> {
    /// Appends as [`Ledger::append_one`](crate::ledger::Ledger::append_one) does, but on top of home's tip, and returns only
    /// when home has the entry too. Local unpublished entries are published with it.
    ///
    /// # Errors
    /// The errors of `build` and the refusals of the rules at home's tip; then home's entries were taken over, and nothing
    /// was appended. If home cannot be reached, nothing is left behind.
    pub fn append_at_home<E: CallerError>(
        &mut self,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
        mut build: impl FnMut(&State) -> Result<EntryDraft, E>,
    ) -> Result<Appended, E> {
        let _lock = self.lock()?;
        let mut backoff = RoundBackoff::begin(self.remote, self.transfer.limit);
        for _ in 0..TRIES_MAX {
            let ground = self.ground(author)?;
            let who = author(&ground.base.state)?;
            let mut chain = PendingChain::after(self.ledger, &who, self.now, ground.base.clone())?;
            if let Err(refused) = chain.add(&mut build) {
                self.take(&ground)?;
                return Err(refused);
            }
            chain.flush()?;
            match self.offer(&ground, chain.tip())? {
                Pushed::Moved => backoff.lose(ground.home)?,
                Pushed::Declined(declined) => {
                    return Err(self.declined(&ground.name, declined).into());
                }
                Pushed::Done => {
                    self.follow(&ground, chain.tip(), author)?;
                    return Ok(chain.finish());
                }
            };
        }
        Err(self.outrun().into())
    }

    fn ground<E: CallerError>(
        &mut self,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Ground, E> {
        let tips = self.fetch()?;
        let (name, home, local) = (tips.name.clone(), tips.home, tips.local);
        if tips.agree() {
            let base = self.ledger.current()?;
            return Ok(Ground {
                name,
                home,
                local,
                base,
                reconciliation: None,
            });
        }
        let mut reconciliation = self.reconcile(tips)?;
        if let Some(ahead) = reconciliation.ahead() {
            return Err(Error::HomeAhead(Box::new(ahead.clone())).into());
        }
        reconciliation.bring_together(self, Some(author))?;
        let base = reconciliation.verified()?;
        Ok(Ground {
            name,
            home,
            local,
            base,
            reconciliation: Some(reconciliation),
        })
    }

    /// Takes over the reconciled line, without a new entry on top.
    fn take(&self, ground: &Ground) -> Result<(), Error> {
        if let Some(reconciliation) = &ground.reconciliation
            && self.settle(reconciliation, ground.base.tip)?
        {
            cache::write(self.repository(), &ground.base);
        }
        Ok(())
    }

    /// Pushes the new entry. If no answer arrives, home is asked whether it has the entry.
    fn offer(&mut self, ground: &Ground, candidate: ObjectId) -> Result<Pushed, Error> {
        let name = ground.name.as_str();
        let lost = match self.push(name, candidate, ground.home) {
            Ok(pushed) => return Ok(pushed),
            Err(lost) => lost.into(),
        };
        let shadow = self.remote.shadow(self.repository());
        let fetched = self.fetch_ref(name, &shadow);
        let repository = self.repository();
        let found = match fetched {
            Ok(true) => refs::read(repository, &shadow)?,
            Ok(false) => None,
            Err(_) => return Err(lost),
        };
        match found {
            Some(found) if repository.leads_to(found, candidate)? => Ok(Pushed::Done),
            _ => Err(lost),
        }
    }

    /// Moves the local ref and the anchor to the tip that home has accepted.
    fn follow<E: CallerError>(
        &mut self,
        ground: &Ground,
        tip: ObjectId,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<(), E> {
        let repository = self.ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("sync: confirmed by home");
        let expected = Expected::from_read(ground.local);
        let swapped =
            refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog);
        if swapped? == Outcome::Done {
            anchor::advance(repository, &queue, tip, &reflog)?;
            return Ok(());
        }
        // A local entry was appended meanwhile: it is joined to home's tip.
        drop(queue);
        self.run_locked(author).map(drop)
    }
}

impl Reconciliation {
    /// The state of the reconciled line.
    fn verified(&self) -> Result<Verified, Error> {
        Ok(verified_by_ref(self.history())?)
    }
}
