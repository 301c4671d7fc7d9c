//! Repairing a home that was rewritten: a person names the good tip, and an admin's join brings the other line back in. Or
//! one that was overwritten with something else than a ledger: the ledger is put back.
//!
//! This never happens automatically: members who repair on their own would undo each other's repairs for ever.
//! Not here: whose repair is accepted (`core::history::accept`).

use super::{
    ahead,
    backoff::RoundBackoff,
    fetch::Tips,
    reconcile::Reconciliation,
    report::{SyncReport, Synced},
    session::{Sync, TRIES_MAX},
};
use crate::{
    core::{
        entry::event::{Event, LedgerEvent},
        history::accept::Standing,
        plan::{
            refusal::{Action, Refusal},
            state::State,
        },
        values::task::Role,
    },
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::{ObjectId, Pushed},
    },
    ledger::{
        self, Author, LEDGER_REF, anchor,
        ledger::{state_of, verified},
    },
    sync::{CallerError, Error, join::Join},
};

/// Which line is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// The line that this clone accepted before. Only an admin may choose it.
    Ours,
    /// Home's tip, which must be this one.
    Theirs(ObjectId),
}

/// What a repair puts right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Home was rewritten.
    Rewritten,
    /// Entries of home are ahead of the clock, or announce an unknown version, and stay outside.
    Ahead,
    /// This clone has taken such entries, so its own time is ahead.
    Time,
}

impl Sync<'_> {
    /// Repairs a home that [`run`](Self::run) refuses; none if nothing needs a repair.
    ///
    /// An admin publishes a repair, which every clone accepts that knows the admin. Any actor may accept home's tip for
    /// this clone alone, and any may put the ledger back where home holds none.
    ///
    /// # Errors
    /// The errors of `author`; the actor is not an admin; home's tip is not the named one.
    pub fn repair<E: CallerError>(
        &mut self,
        good: Good,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Option<Synced>, E> {
        let _lock = self.lock()?;
        let mut backoff = RoundBackoff::begin(self.remote, self.transfer.limit);
        for races in 0..TRIES_MAX {
            let tips = self.fetch()?;
            let mut reconciliation = match self.judge(tips.clone()) {
                Err(Error::Overwritten { tip, .. })
                    if good == Good::Ours && tips.local.is_some() =>
                {
                    self.keep_aside(tip)?;
                    let tips = Tips { home: None, ..tips };
                    let name = tips.name.clone();
                    let own = self.judge(tips)?;
                    let mut report = SyncReport::default();
                    let met = self.meet(own, &mut report, &mut backoff, &mut author)?;
                    let Some(current) = met else { continue };
                    return Ok(Some(Synced::new(current, report, name, races)));
                }
                judged => judged?,
            };
            let left = reconciliation.leave_upgrade();
            let (Some(fault), Some(home), Some(anchor)) = (
                self.fault(&reconciliation, left),
                reconciliation.tips.home,
                reconciliation.tips.anchor,
            ) else {
                return Ok(None);
            };
            let own = state_of(reconciliation.history(), anchor)?;
            let who = author(&own)?;
            let is_admin = own.roster.has_role(&who.actor, Role::Admin);
            let line = reconciliation.tips.local.unwrap_or(anchor);
            let is_ahead = |tip: ObjectId| self.is_ahead(&reconciliation, tip);
            let tip = match (good, fault) {
                (Good::Theirs(named), _) if named != home => {
                    return Err(self.other_tip(named, home).into());
                }
                (Good::Theirs(_), Fault::Rewritten) if !is_admin && !is_ahead(home) => {
                    reconciliation.standing = Some(Standing::Ahead);
                    reconciliation.bring_together(self, Some(&mut author))?
                }
                _ if !is_admin => {
                    let refusal =
                        Refusal::not_permitted(&who.actor, Action::RepairLedger, None, &[]);
                    return Err(match (good, fault) {
                        (Good::Ours, Fault::Rewritten) => {
                            let refusal = Box::new(refusal);
                            Error::OnlyAdmins { refusal, tip: home }.into()
                        }
                        _ => ledger::Error::Refused(refusal).into(),
                    });
                }
                (Good::Ours, Fault::Rewritten) => {
                    self.mend(&mut reconciliation, line, home, &own, &who)?
                }
                (Good::Ours, Fault::Ahead) => {
                    let line = reconciliation.bring_together(self, Some(&mut author))?;
                    let other = if reconciliation.held.is_some() {
                        Some(home)
                    } else {
                        left
                    };
                    self.mend(&mut reconciliation, line, other.unwrap_or(home), &own, &who)?
                }
                (Good::Theirs(_), Fault::Rewritten | Fault::Ahead) => {
                    let theirs = state_of(reconciliation.history(), home)?;
                    self.mend(&mut reconciliation, home, line, &theirs, &who)?
                }
                (_, Fault::Time) => {
                    let line = reconciliation.bring_together(self, Some(&mut author))?;
                    let Some(before) = reconciliation.history().first_parent(line) else {
                        return Ok(None);
                    };
                    self.mend(&mut reconciliation, line, before, &own, &who)?
                }
            };
            let mut report = SyncReport::default();
            report.mend(&reconciliation, &own)?;
            if Some(tip) != reconciliation.tips.home {
                match self.push(&reconciliation.tips.name, tip, reconciliation.tips.lease)? {
                    Pushed::Done => report.publish(),
                    Pushed::Moved => {
                        backoff.lose(reconciliation.tips.home)?;
                        continue;
                    }
                    Pushed::Declined(declined) => {
                        return Err(self.declined(&reconciliation.tips.name, declined).into());
                    }
                }
            }
            if self.adopt(&reconciliation, tip)? {
                let name = reconciliation.tips.name.clone();
                let current = verified(reconciliation.into_history())?;
                self.remember(&current);
                return Ok(Some(Synced::new(current, report, name, races)));
            }
        }
        Err(self.outrun().into())
    }

    /// What is to be repaired; `left` is the local tip if an unknown upgrade is in force there.
    fn fault(&self, reconciliation: &Reconciliation, left: Option<ObjectId>) -> Option<Fault> {
        match reconciliation.standing? {
            Standing::Apart => Some(Fault::Rewritten),
            Standing::Behind => left.map(|_| Fault::Ahead),
            Standing::Ahead | Standing::Mended(_)
                if left.is_some() || reconciliation.held.is_some() =>
            {
                Some(Fault::Ahead)
            }
            Standing::Ahead | Standing::Mended(_) => {
                let published = reconciliation.published()?;
                self.is_ahead(reconciliation, published)
                    .then_some(Fault::Time)
            }
        }
    }

    fn is_ahead(&self, reconciliation: &Reconciliation, tip: ObjectId) -> bool {
        let history = reconciliation.history();
        let number = history.number(tip);
        number.is_some_and(|number| ahead::is_ahead(history, number, self.clock))
    }

    fn mend(
        &self,
        reconciliation: &mut Reconciliation,
        good: ObjectId,
        other: ObjectId,
        state: &State,
        author: &Author,
    ) -> Result<ObjectId, Error> {
        let history = reconciliation.history();
        let other_time = history
            .number(other)
            .map(|number| history.at(number).node.effective);
        // A repair leaves behind what is later than itself: only entries that are dated ahead may be.
        let in_time = other_time.filter(|_| !self.is_ahead(reconciliation, other));
        let join = Join {
            first: good,
            later: other,
            author,
            state,
            events: vec![Event::Ledger(LedgerEvent::Repaired)],
            now: in_time.map_or(self.now, |time| time.max(self.now)),
        };
        Ok(join.write(self.repository(), reconciliation.history_mut())?)
    }

    /// Moves the local ref and the anchor to the repaired tip, which home has.
    fn adopt(&self, reconciliation: &Reconciliation, tip: ObjectId) -> Result<bool, Error> {
        let repository = self.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("repair");
        let expected = Expected::from_read(reconciliation.tips.local);
        let swapped =
            refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, tip, &reflog)?;
        if let Outcome::Moved(_) = swapped {
            return Ok(false);
        }
        anchor::advance(repository, &queue, tip, &reflog)?;
        Ok(true)
    }

    fn other_tip(&self, named: ObjectId, home: ObjectId) -> Error {
        Error::OtherTip {
            remote: self.remote.name().to_owned(),
            named,
            home,
        }
    }
}
