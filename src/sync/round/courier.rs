//! Couriers: repositories other than home that bring and receive entries. Each keeps a line of its own.
//!
//! A courier gets a join made for it, which does not enter the local ref. Not here: home (`home`).

use super::{
    backoff::RoundBackoff,
    reconcile::Joiner,
    report::{SyncReport, Synced},
    session::{Sync, TRIES_MAX},
};
use crate::{
    core::{
        history::{
            accept::{Exchange, Lines},
            judge::Judgement,
        },
        plan::state::State,
    },
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::{ObjectId, Pushed},
    },
    ledger::{
        self, Author, History, LEDGER_REF, Ledger, anchor,
        append::AHEAD_MAX,
        cache,
        ledger::{state_of, verified, verified_by_ref},
        verify::{HashedBlobs, faults_of_attachments},
    },
    sync::{CallerError, Error, join::Join},
};

impl Sync<'_> {
    /// Takes in a courier's entries, and pushes the entries that it lacks, unless it is an offer. A courier cannot move
    /// published entries.
    ///
    /// # Errors
    /// The errors of `author`; the courier cannot be reached, or offers commits that would be quarantined.
    pub fn exchange<E: CallerError>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Synced, E> {
        let _lock = self.lock()?;
        let offer = self.open_offer()?;
        let view = offer.as_ref().map_or(self.ledger, |offer| &offer.view);
        let mut backoff = RoundBackoff::begin(self.remote, self.transfer.limit);
        for races in 0..TRIES_MAX {
            let tips = self.tips(offer.as_ref())?;
            let (name, local, there) = (tips.name.clone(), tips.local, tips.home);
            let mut history = self.read(view.repository(), &tips, None)?;
            for tip in local.into_iter().chain(there) {
                history.check_supported(tip)?;
            }
            let mut report = SyncReport::default();
            if let Some(there) = there
                && self.check_entries(view, &history, local, there)?
                && offer.is_some()
            {
                let known: Vec<ObjectId> = local.into_iter().collect();
                let (repository, view) = (self.repository(), view.repository());
                repository
                    .take_objects(view, there, &known)
                    .map_err(Error::from)?;
            }
            let tip = self.import(&mut history, local, there, &mut author)?;
            report.compare(&history, local, there, offer.is_some())?;
            if !self.move_local(local, tip)? {
                continue;
            }
            if local.is_none() {
                self.pin_new(&history)?;
                self.remote.follow(self.repository())?;
            }
            let current = verified_by_ref(&history)?;
            cache::write(self.repository(), &current);
            if offer.is_none() {
                match self.export(&mut history, tip, there, &name, &mut author)? {
                    Pushed::Moved => {
                        backoff.lose(there)?;
                        continue;
                    }
                    Pushed::Declined(declined) => report.declined = Some(declined.why),
                    Pushed::Done => report.publish(),
                }
            }
            return Ok(Synced::new(current, report, name, races));
        }
        Err(self.outrun().into())
    }

    /// Computes the report of an [`exchange`](Self::exchange) and changes nothing. Only the objects that it fetches stay.
    ///
    /// # Errors
    /// As for [`exchange`](Self::exchange).
    pub fn rehearse_exchange(&mut self) -> Result<Synced, Error> {
        let _lock = self.lock()?;
        let offer = self.open_offer()?;
        let view = offer.as_ref().map_or(self.ledger, |offer| &offer.view);
        let tips = self.tips(offer.as_ref())?;
        let (local, there) = (tips.local, tips.home);
        let mut history = self.read(view.repository(), &tips, None)?;
        for tip in local.into_iter().chain(there) {
            history.check_supported(tip)?;
        }
        if let Some(there) = there {
            self.check_entries(view, &history, local, there)?;
        }
        if let (Some(local), Some(there)) = (local, there) {
            history.seen_from_both(local, there);
        }
        let mut report = SyncReport::default();
        report.compare(&history, local, there, offer.is_some())?;
        let current = verified(history)?;
        Ok(Synced::new(current, report, tips.name, 0))
    }

    /// Pins the ledger that the courier brought as the first. An anchor that came with a copied repository is removed, since
    /// the pin would make it valid.
    fn pin_new(&self, history: &History) -> Result<(), Error> {
        match refs::read(self.repository(), anchor::ANCHOR_REF)? {
            Some(_) => Ok(()),
            None => self.pin(history.genesis()),
        }
    }

    /// Whether the courier has news. Refuses commits that would be ignored (quarantined) and broken entries, because they would
    /// make everybody's `verify` fail. Also refuses future entries, because they would block every later push to a server with
    /// the hook.
    fn check_entries(
        &self,
        view: &Ledger,
        history: &History,
        local: Option<ObjectId>,
        there: ObjectId,
    ) -> Result<bool, Error> {
        let lines = Lines::of(history.judged(), None);
        let known = local.and_then(|local| history.number(local));
        let news = lines.beyond(history.number(there), known);
        let mut blobs = HashedBlobs::default();
        let wrong = news.iter().find_map(|number| {
            let placed = history.at(*number);
            let object = placed.object;
            match &placed.node.verdict {
                Judgement::Quarantined { flaw, .. } => Some(format!(
                    "commit {object} would be ignored (quarantined): {flaw}"
                )),
                Judgement::Accepted(accepted) => {
                    let time = accepted.entry.time;
                    if time > self.clock.after(AHEAD_MAX) {
                        let time = time.seen_from(self.clock);
                        return Some(format!(
                            "commit {object} is dated {time}, ahead of this machine's clock"
                        ));
                    }
                    let faults = faults_of_attachments(
                        view,
                        object,
                        &accepted.entry.attachments,
                        &mut blobs,
                    );
                    let fault = faults.into_iter().next();
                    fault.map(|fault| format!("commit {object} is broken: {fault}"))
                }
                Judgement::Cached => None,
            }
        });
        let bad = |why| Error::BadHistory {
            remote: self.remote.name().to_owned(),
            why,
        };
        wrong.map_or(Ok(!news.is_empty()), |why| Err(bad(why)))
    }

    /// The new local tip.
    fn import<E: CallerError>(
        &self,
        history: &mut History,
        local: Option<ObjectId>,
        there: Option<ObjectId>,
        author: Joiner<'_, E>,
    ) -> Result<ObjectId, E> {
        match (local, there) {
            (Some(local), Some(there)) => self.one_way(history, local, there, author),
            (only, other) => Ok(only.or(other).ok_or(ledger::Error::NoLedger)?),
        }
    }

    /// The tip of `line` after it takes in `other`, with `line` as first parent.
    fn one_way<E: CallerError>(
        &self,
        history: &mut History,
        line: ObjectId,
        other: ObjectId,
        author: Joiner<'_, E>,
    ) -> Result<ObjectId, E> {
        let lines = Lines::of(history.judged(), None);
        let (Some(number), Some(others)) = (history.number(line), history.number(other)) else {
            return Ok(line);
        };
        let tip = match lines.exchange(number, others) {
            Exchange::Nothing => line,
            Exchange::Take => other,
            Exchange::Join => {
                let state = state_of(history, line)?;
                let join = Join {
                    first: line,
                    later: other,
                    author: &author(&state)?,
                    state: &state,
                    events: Vec::new(),
                    now: self.now,
                };
                join.write(self.repository(), history)?
            }
        };
        history.seen_from(tip);
        Ok(tip)
    }

    fn move_local(&self, local: Option<ObjectId>, tip: ObjectId) -> Result<bool, Error> {
        if local == Some(tip) {
            return Ok(true);
        }
        let repository = self.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("sync: take in from a courier");
        let expected = Expected::from_read(local);
        let swapped =
            refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog)?;
        Ok(swapped == Outcome::Done)
    }

    /// Pushes the entries that the courier lacks.
    fn export<E: CallerError>(
        &mut self,
        history: &mut History,
        tip: ObjectId,
        there: Option<ObjectId>,
        name: &str,
        author: Joiner<'_, E>,
    ) -> Result<Pushed, E> {
        let line = match there {
            Some(there) => self.one_way(history, there, tip, author)?,
            None => tip,
        };
        if Some(line) == there {
            return Ok(Pushed::Done);
        }
        Ok(self.push(name, line, there)?)
    }
}
