//! What home holds: found under one of its names, fetched, and not yet believed.
//!
//! Not here: what is made of it (`reconcile`).

use super::session::Sync;
use crate::{
    git::{
        self,
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::ObjectId,
    },
    ledger::{BRANCH_REF, History, anchor, walk},
    sync::Error,
};

/// The tips of all sides, before anything is read of them.
pub(super) struct Tips {
    /// Home's ref.
    pub name: String,
    /// What it held: the lease of the push to come.
    pub home: Option<ObjectId>,
    /// What the local ref held.
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

/// A ref of home's, and what it holds.
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

    /// Fetches home's tip; only the ref moves that holds what was fetched.
    pub(super) fn fetch(&mut self) -> Result<Tips, Error> {
        let repository = self.ledger.repository();
        let (local, anchor) = (self.ledger.tip()?, anchor::read(repository)?);
        let known = match (local, anchor) {
            (Some(_), _) => Some(self.ledger.current()?.state),
            // Taking home's tip would begin a new log, and hide what was here and is not published.
            (None, Some(_)) => return Err(self.ledger.absent().into()),
            (None, None) => None,
        };
        let names = self.remote.refs(repository, known.as_ref())?;
        let home = match known {
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
            // Refs that are believed may come to point to it.
            self.repository().flush_names()?;
        }
        Ok(Tips {
            name,
            home,
            local,
            anchor,
        })
    }

    /// The first of these refs that there is.
    fn first_of(&mut self, names: &[String]) -> Result<Option<Held>, Error> {
        for (place, name) in names.iter().enumerate() {
            if let Some(held) = self.held(name, place > 0)? {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// The same for who knows nothing of the ledger yet: nobody can lay a second one beside it for newcomers to find.
    fn only_of(&mut self, names: &[String]) -> Result<Option<Held>, Error> {
        let mut found: Option<Held> = None;
        // The likeliest last, so that it is the one which stays fetched.
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

    /// A ref of home's, fetched; none if there is none, or if it was only `guessed` and holds something else: a branch
    /// of that name may be anything.
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

    /// Nobody believes what the shadow ref holds; one that cannot be read would keep git from fetching.
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

    /// Whether both lines begin with one genesis; what cannot be read is another's to tell.
    fn is_same_ledger(&self, tip: ObjectId, other: ObjectId) -> bool {
        let genesis = |tip| History::read(self.repository(), tip).map(|read| read.genesis());
        match (genesis(tip), genesis(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => true,
        }
    }
}
