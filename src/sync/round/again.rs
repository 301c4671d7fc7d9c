//! Unpublished entries of this clone that are dated far ahead, because its clock was wrong: they are appended again.
//!
//! Not here: entries that were refused for their key (`sync::resign`).

use super::session::Sync;
use crate::{
    core::{history::judge::Judgement, plan::state::State},
    git::{
        self,
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::ObjectId,
    },
    ledger::{
        self, Author, LEDGER_REF, anchor,
        append::PendingChain,
        ledger::state_of,
        verified::{Lag, Verified},
    },
    sync::{CallerError, Error, resign::Resigned},
};

impl Sync<'_> {
    /// Appends the unpublished entries of this clone again, after home's, if they are dated far ahead of the clock: the clock
    /// was wrong when they were written.
    ///
    /// # Errors
    /// The errors of `author`; home cannot be reached; another actor signed one of the entries.
    pub fn resign_ahead<E: CallerError>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Resigned, E> {
        let _lock = self.lock()?;
        let tips = self.fetch()?;
        let reconciliation = self.reconcile(tips)?;
        let (Some(published), Some(local)) =
            (reconciliation.published(), reconciliation.tips.local)
        else {
            return Ok(Resigned::default());
        };
        let Err(ahead) = reconciliation.check_own(published, local, self.clock) else {
            return Ok(Resigned::default());
        };
        let history = reconciliation.history();
        let state = state_of(history, published)?;
        let who = author(&state)?;
        let unpublished = reconciliation.beyond(Some(local), Some(published));
        let placed = history.placed_at(local).into_iter().flatten();
        let entries = placed.filter_map(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) if !accepted.entry.is_join() => {
                let is_unpublished = unpublished.contains(&history.number(placed.object)?);
                is_unpublished.then_some((placed.object, &accepted.entry, accepted.id))
            }
            _ => None,
        });
        let entries: Vec<_> = entries.collect();
        if entries.iter().any(|(_, entry, _)| entry.actor != who.actor) {
            return Err(ahead.into());
        }
        let number = history.number(published);
        let number = number.ok_or(git::Error::MissingObject { id: published })?;
        let before = Verified {
            tip: published,
            id: history.at(number).node.id,
            lag: Lag::Replayed,
            state,
        };
        let mut chain = PendingChain::after(self.ledger, &who, self.now, before)?;
        let again = entries.into_iter();
        let push = |draft| chain.push(draft).map(Some);
        let resigned = self.ledger.again(again, Vec::new(), push)?;
        chain.flush()?;
        self.replace(local, chain.tip(), published)?;
        chain.finish();
        Ok(resigned)
    }

    /// Moves the local ref to a tip that continues `published` and has the unpublished entries again. It is one step, so
    /// that they are never out of the ledger.
    fn replace(&self, local: ObjectId, tip: ObjectId, published: ObjectId) -> Result<(), Error> {
        let repository = self.ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("sync: append again");
        let expected = Expected::At(local);
        match refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog)? {
            Outcome::Done => Ok(anchor::advance(repository, &queue, published, &reflog)?),
            Outcome::Moved(_) => Err(ledger::Error::TooManyRaces.into()),
        }
    }
}
