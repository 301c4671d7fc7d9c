//! The index, open at a tip: finding commits and stored states in it.
//!
//! Not here: bringing it up to date (`build`), and the questions that commands ask (`ledger::past`).

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use super::{
    build,
    commit::IndexedCommit,
    parts::{
        BLOCK, Chain, Head, INTERVAL, chain, commits_of, damaged, places_about, prefix, read_head,
        write_head,
    },
    store::Store,
};
use crate::{
    core::{
        plan::state::{State, TaskIndex},
        values::{id::EntryId, time::Timestamp},
    },
    git::repository::{ObjectId, Repository},
    ledger::{Error, verified::Verified},
};

/// The index of a ledger, open at a tip.
#[derive(Debug)]
pub struct Index {
    store: RefCell<Store>,
    head: RefCell<Head>,
    ledger: EntryId,
    tip: ObjectId,
    /// The number of places up to the tip. The index may have more.
    end: Cell<u64>,
    blocks: RefCell<HashMap<u64, Rc<Vec<IndexedCommit>>>>,
}

impl Index {
    /// Opens the index at the tip of `current`, and brings it up to date.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn open(repository: &Repository, current: &Verified) -> Result<Self, Error> {
        let (store, head, end) = build::up_to_date(repository, current)?;
        Ok(Self {
            store: RefCell::new(store),
            head: RefCell::new(head),
            ledger: current.state.ledger,
            tip: current.tip,
            end: Cell::new(end),
            blocks: RefCell::default(),
        })
    }

    /// The number of places up to the tip.
    pub fn end(&self) -> u64 {
        self.end.get()
    }

    /// The commit at a place before [`end`](Self::end).
    ///
    /// # Errors
    /// The index is damaged, and the ledger cannot be read.
    pub fn row(&self, repository: &Repository, place: u64) -> Result<IndexedCommit, Error> {
        let block = self.block(repository, place / BLOCK)?;
        let row = block.get((place % BLOCK) as usize).cloned();
        row.ok_or_else(|| damaged(repository))
    }

    /// The commits of a block, as far as they are before the tip; the last block may be short.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn block(
        &self,
        repository: &Repository,
        number: u64,
    ) -> Result<Rc<Vec<IndexedCommit>>, Error> {
        self.repaired(repository, || self.read_block(number))
    }

    fn read_block(&self, number: u64) -> Option<Rc<Vec<IndexedCommit>>> {
        if let Some(block) = self.blocks.borrow().get(&number) {
            return Some(Rc::clone(block));
        }
        let mut rows = commits_of(&self.store.borrow(), number)?;
        let wanted = self.end.get().saturating_sub(number * BLOCK).min(BLOCK) as usize;
        (rows.len() >= wanted).then_some(())?;
        rows.truncate(wanted);
        let rows = Rc::new(rows);
        self.blocks.borrow_mut().insert(number, Rc::clone(&rows));
        Some(rows)
    }

    /// The place of the entry with this id, its first one if it has several.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn place_of(&self, repository: &Repository, id: EntryId) -> Result<Option<u64>, Error> {
        let noted = self.store.borrow().places_of(prefix(id));
        for place in noted {
            if place < self.end() && self.row(repository, place)?.id == id {
                return Ok(Some(place));
            }
        }
        // An id that was not noted may have been lost. This is for ids that the ledger names, so the search is rare.
        self.first(repository, |row| row.id == id)
    }

    /// The first place whose commit is wanted.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn first(
        &self,
        repository: &Repository,
        mut is_wanted: impl FnMut(&IndexedCommit) -> bool,
    ) -> Result<Option<u64>, Error> {
        for number in 0..self.end().div_ceil(BLOCK) {
            let block = self.block(repository, number)?;
            if let Some(found) = block.iter().position(&mut is_wanted) {
                return Ok(Some(number * BLOCK + found as u64));
            }
        }
        Ok(None)
    }

    /// The last place before `end` whose commit is wanted.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn last_before(
        &self,
        repository: &Repository,
        end: u64,
        is_wanted: impl Fn(&IndexedCommit) -> bool,
    ) -> Result<Option<u64>, Error> {
        for number in (0..end.div_ceil(BLOCK)).rev() {
            let block = self.block(repository, number)?;
            let before = block.len().min((end - number * BLOCK) as usize);
            if let Some(found) = block[..before].iter().rposition(&is_wanted) {
                return Ok(Some(number * BLOCK + found as u64));
            }
        }
        Ok(None)
    }

    /// The last place of an entry of the first-parent line whose effective time is at most `at`.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn as_of(&self, repository: &Repository, at: Timestamp) -> Result<Option<u64>, Error> {
        let blocks = self.end().div_ceil(BLOCK);
        for number in (0..blocks).rev() {
            // The last block may have entries after the tip: then its earliest time is at most too early.
            let earliest = self.head.borrow().earliest.get(number as usize).copied();
            if earliest.flatten().is_none_or(|earliest| earliest > at) {
                continue;
            }
            let block = self.block(repository, number)?;
            let is_wanted =
                |row: &IndexedCommit| row.is_accepted_on_mainline() && row.effective <= at;
            if let Some(found) = block.iter().rposition(is_wanted) {
                return Ok(Some(number * BLOCK + found as u64));
            }
        }
        Ok(None)
    }

    /// The places of the entries that add or change a task, in order.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn about(&self, repository: &Repository, task: TaskIndex) -> Result<Vec<u64>, Error> {
        let mut places = self.repaired(repository, || {
            places_about(&self.store.borrow(), task.number().into())
        })?;
        places.retain(|place| *place < self.end());
        Ok(places)
    }

    /// The last stored state whose place is at most this, with its place; none before the first one.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn stored_state(
        &self,
        repository: &Repository,
        place: u64,
    ) -> Result<Option<(u64, State)>, Error> {
        self.repaired(repository, || {
            let head = self.head.borrow();
            let until = head.states.partition_point(|stored| stored.place <= place);
            let Some(last) = head.states[..until].last() else {
                return Some(None);
            };
            let chain = chain(&self.store.borrow(), &head.states[..until])?;
            Some(Some((last.place, State::from_changes(&chain)?)))
        })
    }

    /// Whether a state at this place should be stored, if the last stored one before it is at `before`.
    pub fn wants_state(&self, before: Option<u64>, place: u64) -> bool {
        let head = self.head.borrow();
        let last = head.states.last().map(|stored| stored.place);
        // Only at the end of the chain.
        before >= last && before.map_or(place + 1, |before| place - before) >= INTERVAL
    }

    /// Stores states that were computed on the way, each with its place, after the stored state `before`. If that fails, they are
    /// computed again another time.
    pub fn store_states(&self, states: &[(u64, State)], before: Option<State>) {
        let mut head = self.head.borrow_mut();
        let store = self.store.borrow();
        let mut longer = head.clone();
        let kept = store.change(|change| {
            (read_head(change.store, self.ledger)? == *head).then_some(())?;
            let mut chain = Chain::of(head.states.clone(), before);
            for (place, state) in states {
                build::store_state(change, &mut longer, &chain.add(*place, state)?)?;
            }
            write_head(change, &longer)
        });
        if kept.is_some() {
            *head = longer;
        }
    }

    /// What `read` finds; if it finds damage, the index is built again first.
    fn repaired<T>(
        &self,
        repository: &Repository,
        read: impl Fn() -> Option<T>,
    ) -> Result<T, Error> {
        if let Some(found) = read() {
            return Ok(found);
        }
        self.blocks.borrow_mut().clear();
        // The damaged database is closed before another one takes its place.
        self.store.replace(build::temporary(repository)?);
        let (store, head) = build::again(repository, self.tip)?;
        self.end.set(head.count);
        self.store.replace(store);
        self.head.replace(head);
        read().ok_or_else(|| damaged(repository))
    }
}
