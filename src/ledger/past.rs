//! Questions about the past of the ledger: its entries in order, and the state after each.
//!
//! An entry is found in the index and read from its commit; what was verified before is not verified again. Not here: how
//! the index is kept (`index`), and verifying (`verify`).

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    Error, Ledger, entry,
    history::History,
    index::{Index, IndexedCommit, IndexedVerdict},
    verified::Verified,
    walk,
};
use crate::{
    core::{
        history::{
            judge::Judgement,
            log::{Log, Logged},
        },
        plan::{
            reduce::{Accepted, Replay},
            state::{State, TaskIndex, records::Attached},
        },
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self,
        repository::{ObjectId, Reader, Repository},
    },
};

/// The past of a ledger up to a tip.
#[derive(Clone)]
pub struct Past<'a> {
    repository: &'a Repository,
    index: Rc<Index>,
}

/// An entry, or an ignored (quarantined) commit, in its place.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Its place in the order of the tip, from 0.
    pub place: u64,
    /// Its object id.
    pub object: ObjectId,
    row: IndexedCommit,
}

impl Spot {
    /// The id of the entry.
    pub fn id(&self) -> EntryId {
        self.row.id
    }
    /// The tasks that it adds or changes.
    pub fn tasks(&self) -> &[TaskIndex] {
        &self.row.tasks
    }
    /// Its effective time; an ignored (quarantined) commit passes on its first parent's.
    pub fn effective(&self) -> Timestamp {
        self.row.effective
    }
    /// Whether it is an entry of the tip's first-parent line.
    pub fn is_accepted_on_mainline(&self) -> bool {
        self.row.is_accepted_on_mainline()
    }
}

impl Ledger {
    /// The past up to the tip of `current`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn past(&self, current: &Verified) -> Result<Past<'_>, Error> {
        let index = Index::open(self.repository(), current)?;
        Ok(self.past_of(Rc::new(index)))
    }

    /// The past of an index that is open.
    pub fn past_of(&self, index: Rc<Index>) -> Past<'_> {
        Past {
            repository: self.repository(),
            index,
        }
    }
}

impl Past<'_> {
    /// Its index.
    pub fn index(&self) -> &Rc<Index> {
        &self.index
    }

    /// The genesis.
    ///
    /// # Errors
    /// The index is damaged, and the ledger cannot be read.
    pub fn genesis(&self) -> Result<Spot, Error> {
        self.spot(0)
    }

    /// The entry with this id, the first if it stands several times.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn find(&self, id: EntryId) -> Result<Option<Spot>, Error> {
        let place = self.index.place_of(self.repository, id)?;
        place.map(|place| self.spot(place)).transpose()
    }

    /// The object id of the entry with this id.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn object_of(&self, id: EntryId) -> Result<Option<ObjectId>, Error> {
        Ok(self.find(id)?.map(|spot| spot.object))
    }

    /// The commits whose object id or entry id begins with these digits, in order.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn matching(&self, hex: &str) -> Result<Vec<Spot>, Error> {
        let (mut place, mut found) = (0, Vec::new());
        self.index.first(self.repository, |row| {
            found.extend(row.begins_with(hex).then_some(place));
            place += 1;
            false
        })?;
        found.into_iter().map(|place| self.spot(place)).collect()
    }

    /// The last entry of the first-parent line whose effective time is at most `at` (LEDGER_FORMAT.md, 12); none before the
    /// genesis. Later work shows on the day on which it was joined, so days that are over stay.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn as_of(&self, at: Timestamp) -> Result<Option<Spot>, Error> {
        let place = self.index.as_of(self.repository, at)?;
        place.map(|place| self.spot(place)).transpose()
    }

    /// The first parent of a commit; none for the genesis.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn first_parent(&self, spot: &Spot) -> Result<Option<Spot>, Error> {
        let mut raw = Vec::new();
        self.repository.commit(spot.object, &mut raw)?;
        let links = git::commit::links(&raw, walk::hash_kind(self.repository));
        let first = links.ok().and_then(|links| {
            let first = links.parents.first()?;
            ObjectId::from_hex(first.as_bytes())
        });
        let is_first = |row: &IndexedCommit| row.object() == first;
        let place = self
            .index
            .last_before(self.repository, spot.place, is_first)?;
        place.map(|place| self.spot(place)).transpose()
    }

    /// All commits, or those of the entries that add or change a task, newest first.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn newest_first(
        &self,
        task: Option<TaskIndex>,
    ) -> Result<impl Iterator<Item = Result<Spot, Error>>, Error> {
        let about = task.map(|task| self.index.about(self.repository, task));
        let about = about.transpose()?;
        let count = about
            .as_ref()
            .map_or(self.index.end(), |it| it.len() as u64);
        Ok((0..count).rev().map(move |number| {
            let place = about
                .as_ref()
                .map_or(number, |about| about[number as usize]);
            self.spot(place)
        }))
    }

    /// The commits from a place on, in order.
    pub fn from(&self, place: u64) -> impl Iterator<Item = Result<Spot, Error>> {
        (place..self.index.end()).map(|place| self.spot(place))
    }

    /// What a reader whose last entry was `seen` has not read: the commits that are not in the history of that commit, in
    /// order. It may be none of the ledger any more. None if its own history cannot be read either.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn unread_after(&self, seen: ObjectId) -> Result<Option<Vec<Spot>>, Error> {
        let is_it = |row: &IndexedCommit| row.is_on_mainline && row.object() == Some(seen);
        let end = self.index.end();
        if let Some(place) = self.index.last_before(self.repository, end, is_it)? {
            return self.from(place + 1).collect::<Result<_, _>>().map(Some);
        }
        // The order up to a commit of the first-parent line is the beginning of the order of the tip.
        let mut on_line = HashMap::new();
        let spots: Vec<Spot> = self.from(0).collect::<Result<_, _>>()?;
        for spot in spots.iter().filter(|spot| spot.row.is_on_mainline) {
            on_line.insert(spot.object, spot.place);
        }
        let (mut read, mut read_to) = (HashSet::from([seen]), None);
        let (mut waiting, mut raw) = (vec![seen], Vec::new());
        while let Some(object) = waiting.pop() {
            if let Some(place) = on_line.get(&object) {
                read_to = read_to.max(Some(*place));
                continue;
            }
            if self.repository.commit(object, &mut raw).is_err() {
                return Ok(None);
            }
            let links = git::commit::links(&raw, walk::hash_kind(self.repository));
            let parents = links.into_iter().flat_map(|links| links.parents);
            let parents = parents.filter_map(|hex| ObjectId::from_hex(hex.as_bytes()));
            waiting.extend(parents.filter(|parent| read.insert(*parent)));
        }
        let unread = spots.into_iter().filter(|spot| {
            read_to.is_none_or(|place| spot.place > place) && !read.contains(&spot.object)
        });
        Ok(Some(unread.collect()))
    }

    /// Whether a commit is in the ledger.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis).
    pub fn contains(&self, object: ObjectId) -> Result<bool, Error> {
        let is_it = |row: &IndexedCommit| row.object() == Some(object);
        let end = self.index.end();
        let place = self.index.last_before(self.repository, end, is_it)?;
        Ok(place.is_some())
    }

    /// A commit with its content.
    ///
    /// # Errors
    /// It cannot be read any more.
    pub fn logged(&self, spot: &Spot) -> Result<Logged, Error> {
        self.read(&self.repository.reader(), spot)
    }

    /// The comments on a task of the state at `until`, oldest first.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis), or an entry cannot be read any more.
    pub fn comments(
        &self,
        task: TaskIndex,
        until: ObjectId,
        state: &State,
    ) -> Result<Vec<Attached>, Error> {
        let is_until = |row: &IndexedCommit| row.is_on_mainline && row.object() == Some(until);
        let end = self.index.end();
        let entries = match self.index.last_before(self.repository, end, is_until)? {
            Some(last) => {
                let places = self.index.about(self.repository, task)?.into_iter();
                let places = places.take_while(|place| *place <= last);
                let read = places.map(|place| self.logged(&self.spot(place)?));
                read.collect::<Result<Vec<_>, Error>>()?
            }
            // Its own order is not the beginning of the order of the tip.
            None => {
                let history = History::read(self.repository, until)?;
                let placed = history.placed();
                Logged::all(placed.map(|it| (it.object.to_string(), it.node))).collect()
            }
        };
        let all = Log::new(state).comments(entries.iter()).into_iter();
        let of_task = all.filter(|(about, ..)| *about == task);
        Ok(of_task.map(|(.., text)| text).collect())
    }

    /// The entries that took effect after the commit `from` and up to another, in order; without `from`, from the beginning.
    /// None if one of the two is not on the tip's first-parent line: then its order is not the beginning of the tip's.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis), or an entry cannot be read any more.
    pub fn applied_between(
        &self,
        from: Option<ObjectId>,
        (until, state): (ObjectId, &State),
    ) -> Result<Vec<Accepted>, Error> {
        let place_of = |object: ObjectId| {
            let is_it = |row: &IndexedCommit| row.is_on_mainline && row.object() == Some(object);
            let end = self.index.end();
            self.index.last_before(self.repository, end, is_it)
        };
        let Some(last) = place_of(until)? else {
            return Ok(Vec::new());
        };
        let first = match from.map(place_of).transpose()? {
            None => 0,
            Some(Some(place)) => place + 1,
            Some(None) => return Ok(Vec::new()),
        };
        let (log, reader) = (Log::new(state), self.repository.reader().of_many());
        let mut applied = Vec::new();
        for place in first..=last {
            let logged = self.read(&reader, &self.spot(place)?)?;
            if log.has_effect(&logged)
                && let Judgement::Accepted(accepted) = logged.verdict
            {
                applied.push(*accepted);
            }
        }
        Ok(applied)
    }

    /// The state after an entry, in its own order.
    ///
    /// # Errors
    /// As for [`genesis`](Self::genesis), or an entry cannot be read any more.
    pub fn state_at(&self, spot: &Spot) -> Result<State, Error> {
        if spot.row.is_on_mainline {
            return self.state_through(spot.place);
        }
        // Its own order is not the beginning of the order of the tip.
        let history = History::read(self.repository, spot.object)?;
        history.into_state().ok_or(Error::NoLedger)
    }

    /// The state before an entry, in the order of the tip; none for the genesis.
    ///
    /// # Errors
    /// As for [`state_at`](Self::state_at).
    pub fn state_before(&self, spot: &Spot) -> Result<Option<State>, Error> {
        let before = spot.place.checked_sub(1);
        before.map(|place| self.state_through(place)).transpose()
    }

    fn state_through(&self, place: u64) -> Result<State, Error> {
        let mut last = None;
        self.replay(place, place, |spot, state| {
            if spot.place == place {
                last = Some(state.clone());
            }
        })?;
        last.ok_or(Error::NoLedger)
    }

    /// Shows `look` each commit from `first` to `last`, both included, with the state after it in the order of the tip.
    ///
    /// # Errors
    /// As for [`state_at`](Self::state_at).
    pub fn replay(
        &self,
        first: u64,
        last: u64,
        mut look: impl FnMut(&Spot, &State),
    ) -> Result<(), Error> {
        let stored = self.index.stored_state(self.repository, first)?;
        let mut kept_at = stored.as_ref().map(|(place, _)| *place);
        let begun = stored.as_ref().map(|(_, state)| state.clone());
        if let Some((place, state)) = &stored
            && *place == first
        {
            look(&self.spot(first)?, state);
        }
        let mut replay = begun.map(Replay::resume);
        let reader = self.repository.reader().of_many();
        let mut to_keep: Vec<(u64, State)> = Vec::new();
        for place in kept_at.map_or(0, |place| place + 1)..=last {
            let spot = self.spot(place)?;
            if let Some(accepted) = self.read(&reader, &spot)?.accepted() {
                push(&mut replay, accepted, spot.row.is_repeated);
            }
            let Some(state) = replay.as_ref().map(Replay::state) else {
                continue;
            };
            if place >= first {
                look(&spot, state);
            }
            if spot.is_accepted_on_mainline() && self.index.wants_state(kept_at, place) {
                to_keep.push((place, state.clone()));
                kept_at = Some(place);
            }
        }
        if !to_keep.is_empty() {
            let before = stored.map(|(_, state)| state);
            self.index.store_states(&to_keep, before);
        }
        Ok(())
    }

    /// As [`replay`](Self::replay), from the state just before `first`.
    ///
    /// # Errors
    /// An entry cannot be read any more.
    pub fn replay_from(
        &self,
        before: State,
        first: u64,
        last: u64,
        mut look: impl FnMut(&Spot, &State),
    ) -> Result<(), Error> {
        let mut replay = Some(Replay::resume(before));
        let reader = self.repository.reader();
        for place in first..=last {
            let spot = self.spot(place)?;
            if let Some(accepted) = self.read(&reader, &spot)?.accepted() {
                push(&mut replay, accepted, spot.row.is_repeated);
            }
            if let Some(replay) = &replay {
                look(&spot, replay.state());
            }
        }
        Ok(())
    }

    fn spot(&self, place: u64) -> Result<Spot, Error> {
        let row = self.index.row(self.repository, place)?;
        let object = row.object().ok_or(Error::NoLedger)?;
        Ok(Spot { place, object, row })
    }

    fn read(&self, reader: &Reader, spot: &Spot) -> Result<Logged, Error> {
        let Spot { object, row, .. } = spot;
        let verdict = match &row.verdict {
            IndexedVerdict::Quarantined(flaw, foreign) => Judgement::Quarantined {
                flaw: flaw.clone(),
                foreign: *foreign,
            },
            IndexedVerdict::Accepted => Judgement::Accepted(self.accepted(reader, spot)?),
            IndexedVerdict::Refused(event, why) => {
                let mut accepted = self.accepted(reader, spot)?;
                accepted.refused = Some(Box::new((*event, (**why).clone())));
                Judgement::Accepted(accepted)
            }
        };
        Ok(Logged {
            object: object.to_string(),
            id: row.id,
            effective: row.effective,
            verdict,
            is_repeated: row.is_repeated,
        })
    }

    fn accepted(&self, reader: &Reader, spot: &Spot) -> Result<Box<Accepted>, Error> {
        let mut raw = Vec::new();
        reader.commit(spot.object, &mut raw)?;
        let corrupt = |why: &str| git::Error::CorruptObject {
            id: spot.object,
            why: why.to_owned(),
        };
        if !spot.object.is_of_commit(&raw) {
            return Err(corrupt("its bytes are not those that its id names").into());
        }
        let read = entry::verified_before(&raw, walk::hash_kind(self.repository));
        let mut accepted = read.ok_or_else(|| corrupt("it is not an entry"))?.accepted;
        accepted.effective = spot.row.effective;
        Ok(accepted)
    }
}

fn push(replay: &mut Option<Replay>, accepted: &Accepted, is_repeated: bool) {
    match replay {
        Some(replay) if is_repeated => replay.push_again(accepted),
        Some(replay) => replay.push(accepted),
        None => *replay = Replay::begin(accepted),
    }
}
