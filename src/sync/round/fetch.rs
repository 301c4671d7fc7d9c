//! Home's tip: found under one of its refs and fetched, but not accepted yet.
//!
//! Not here: judging it (`reconcile`).

use super::session::Sync;
use crate::{
    core::plan::state::State,
    git::{
        self,
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::ObjectId,
    },
    ledger::{self, BRANCH_REF, History, anchor, ledger::state_of, walk},
    sync::Error,
};

/// The tips of all sides, before their commits are read.
#[derive(Clone)]
pub(super) struct Tips {
    /// Home's ref.
    pub name: String,
    /// The object in it: the lease of the next push.
    pub lease: Option<ObjectId>,
    /// Its tip; none also if it is about to be overwritten because it holds no ledger.
    pub home: Option<ObjectId>,
    /// The local tip.
    pub local: Option<ObjectId>,
    /// The anchor.
    pub anchor: Option<ObjectId>,
}

impl Tips {
    /// Whether there is nothing to do.
    pub(super) fn agree(&self) -> bool {
        self.local.is_some() && self.local == self.home && self.local == self.anchor
    }
}

/// A ref of home, and its tip.
type Held = (String, Option<ObjectId>);

impl Sync<'_> {
    /// Whether home holds a ledger.
    ///
    /// # Errors
    /// Home cannot be reached.
    pub fn holds_ledger(&mut self) -> Result<bool, Error> {
        match self.fetch() {
            Ok(tips) => Ok(tips.home.is_some()),
            Err(Error::NoLedgerThere { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The state at the tip of home, a courier or an offer, computed from its first entry. Only fetched objects stay, and the
    /// shadow ref moves.
    ///
    /// # Errors
    /// The remote cannot be reached; it holds no ledger, another one, or one of newer versions.
    pub fn state_there(&mut self) -> Result<State, Error> {
        let _lock = self.lock()?;
        let offer = self.open_offer()?;
        let view = offer.as_ref().map_or(self.ledger, |offer| &offer.view);
        let Some(there) = self.tips(offer.as_ref())?.home else {
            let remote = self.remote.name().to_owned();
            return Err(Error::NoLedgerThere { remote });
        };
        // Not from a cache: a comparison has to find out if one is wrong.
        let history = History::read(view.repository(), there)?;
        self.ledger.check_pin(history.genesis())?;
        Ok(state_of(&history, there)?)
    }

    /// Fetches home's tip. Only the shadow ref moves.
    pub(super) fn fetch(&mut self) -> Result<Tips, Error> {
        let repository = self.ledger.repository();
        let (local, anchor) = (self.ledger.tip()?, anchor::read(repository)?);
        let known = match (local, anchor) {
            (Some(_), _) => match self.ledger.current() {
                // A repair can leave the upgrade behind.
                Err(ledger::Error::Unsupported(_)) => None,
                current => Some(current?.state),
            },
            // Taking home's tip would begin a new log, and hide local unpublished entries.
            (None, Some(_)) => return Err(self.ledger.absent().into()),
            (None, None) => None,
        };
        let names = self.remote.refs(repository, known.as_ref())?;
        let home = match local {
            Some(_) => self.first_of(&names)?,
            None => self.only_of(&names)?,
        };
        let (name, home) = match (home, names.into_iter().next()) {
            (Some((name, home)), _) => (name, home),
            (None, Some(name)) if local.is_some() => (name, None),
            _ => {
                let remote = self.remote.name().to_owned();
                return Err(Error::NoLedgerThere { remote });
            }
        };
        // Read again, since fetching may take a while.
        let local = self.ledger.tip()?;
        if home.is_some() && home != local && home != anchor {
            // The local ref and the anchor may point to it soon.
            self.repository().flush_names()?;
        }
        Ok(Tips {
            name,
            lease: home,
            home,
            local,
            anchor,
        })
    }

    /// The first of these refs that exists.
    fn first_of(&mut self, names: &[String]) -> Result<Option<Held>, Error> {
        for (place, name) in names.iter().enumerate() {
            if let Some(held) = self.held(name, place > 0)? {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// The same for a clone that does not know the ledger yet. A second ledger at home is an error, so that nobody can plant
    /// one for new clones.
    fn only_of(&mut self, names: &[String]) -> Result<Option<Held>, Error> {
        let mut found: Option<Held> = None;
        // The likeliest last, so that the shadow ref ends at its tip.
        for (place, name) in names.iter().enumerate().rev() {
            let Some(held) = self.held(name, place > 0)? else {
                continue;
            };
            if let (Some((_, Some(other))), Some(tip)) = (found, held.1)
                && !self.is_same_ledger(tip, other)
            {
                let remote = self.remote.name().to_owned();
                return Err(Error::TwoLedgersThere { remote });
            }
            found = Some(held);
        }
        Ok(found)
    }

    /// A ref of home, fetched; none if it does not exist, or if it was only `guessed` and does not hold a ledger: a branch of
    /// that name may be anything.
    fn held(&mut self, name: &str, guessed: bool) -> Result<Option<Held>, Error> {
        let shadow = self.remote.shadow(self.repository());
        self.make_readable(&shadow)?;
        if !self.fetch_ref(name, &shadow)? {
            return Ok(None);
        }
        let repository = self.ledger.repository();
        let tip = refs::read(repository, &shadow)?;
        let is_ledger = |tip| walk::is_entry(repository, tip);
        if guessed && name == BRANCH_REF && !tip.is_some_and(is_ledger) {
            Ok(None)
        } else {
            Ok(Some((name.to_owned(), tip)))
        }
    }

    /// Removes an unreadable shadow ref, which would keep git from fetching. Nothing depends on it.
    fn make_readable(&self, shadow: &str) -> Result<(), Error> {
        let repository = self.repository();
        let (broken, tip) = match (refs::read(repository, shadow), self.ledger.tip()?) {
            (Err(broken @ git::Error::BrokenRef { .. }), tip) => (broken, tip),
            (read, _) => return Ok(read.map(drop)?),
        };
        let tip = tip.ok_or(broken)?;
        let queue = QueueLock::acquire(repository)?;
        let (expected, reflog) = (Expected::Broken, self.reflog("sync: could not be read"));
        match refs::compare_and_swap(repository, &queue, shadow, expected, tip, &reflog)? {
            Outcome::Done | Outcome::Moved(_) => Ok(()),
        }
    }

    /// Whether both lines begin with the same genesis. Unreadable commits are reported elsewhere.
    fn is_same_ledger(&self, tip: ObjectId, other: ObjectId) -> bool {
        let genesis = |tip| History::read(self.repository(), tip).map(|read| read.genesis());
        match (genesis(tip), genesis(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => true,
        }
    }
}
