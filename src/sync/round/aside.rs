//! Setting a ledger aside other than home's, so that home's can replace it.
//!
//! Not here: importing its tasks (`cli`).

use super::{ahead, session::Sync};
use crate::{
    core::plan::state::State,
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::ObjectId,
    },
    ledger::{
        self, Author, History, LEDGER_REF, anchor, append, cache, ledger::verified,
        verified::Verified,
    },
    sync::{CallerError, Error, aside},
};

impl Sync<'_> {
    /// Sets the local ledger aside under the returned ref and replaces it by home's, unless `consider` refuses home's state.
    ///
    /// # Errors
    /// The errors of `author`, who must be able to sign there, and of `consider`; home holds the same ledger, or none.
    pub fn lay_aside<E: CallerError>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
        consider: impl FnOnce(&Verified, &Author) -> Result<(), E>,
    ) -> Result<String, E> {
        let _lock = self.lock()?;
        let own = self.ledger.current()?;
        let tips = self.fetch()?;
        let remote = || self.remote.name().to_owned();
        let home = tips
            .home
            .ok_or_else(|| Error::NoLedgerThere { remote: remote() })?;
        let repository = self.repository();
        let history = History::read(repository, home)?;
        let tip = history.number(home).unwrap_or_default();
        if ahead::is_ahead(&history, tip, self.clock)
            && let Some(ahead) = ahead::first(&history, (0..=tip).collect(), self.clock)
        {
            return Err(Error::HomeAhead(Box::new(ahead)).into());
        }
        let there = verified(history)?;
        if there.state.ledger == own.state.ledger {
            return Err(ledger::Error::LedgerExists {
                id: own.state.ledger,
            }
            .into());
        }
        let who = author(&there.state)?;
        append::author_email(&there.state, &who.actor, who.signer.public_key())?;
        consider(&there, &who)?;
        let aside = aside::name(&own.state.ledger.to_string());
        self.exchange_refs(own.tip, home, &aside)?;
        repository.set_config("coord.ledger", &there.state.ledger.to_string())?;
        cache::write(repository, &there);
        cache::write_anchored(repository, &there);
        Ok(aside)
    }

    /// Keeps what home holds instead of a ledger, before it is overwritten there.
    pub(super) fn keep_aside(&self, held: ObjectId) -> Result<(), Error> {
        let queue = QueueLock::acquire(self.repository())?;
        let reflog = self.reflog("repair: set aside");
        Ok(aside::keep(self.repository(), &queue, held, &reflog)?)
    }

    /// The local ledger stays reachable at all times.
    fn exchange_refs(&self, own: ObjectId, home: ObjectId, aside: &str) -> Result<(), Error> {
        let repository = self.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("sync: set aside");
        let kept = refs::read(repository, aside)?;
        let expected = Expected::from_read(kept);
        for (name, expected, to) in [
            (aside, expected, own),
            (LEDGER_REF, Expected::At(own), home),
        ] {
            let swapped = refs::compare_and_swap(repository, &queue, name, expected, to, &reflog)?;
            if let Outcome::Moved(_) = swapped {
                return Err(ledger::Error::TooManyRaces.into());
            }
        }
        Ok(anchor::advance(repository, &queue, home, &reflog)?)
    }
}
