//! Building the index and bringing it up to date.
//!
//! Not here: reading it (`open`), and what the parts are (`parts`).

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use super::{
    commit::IndexedCommit,
    parts::{
        BLOCK, Chain, Head, INTERVAL, LIST, StoredState, chain, commits_of, damaged, list_key,
        path, places_about, places_in, prefix, read_head, write_head,
    },
    store::{Change, Kind, Store},
};
use crate::{
    core::{
        entry::codec::v1,
        history::{judge::Judgement, log},
        plan::{
            reduce::Accepted,
            state::{RULES, STATE, State},
        },
        values::id::EntryId,
    },
    git::repository::{ObjectId, Repository},
    ledger::{
        Error,
        history::{History, Placed, Resumed},
        verified::Verified,
    },
};

/// How often the index is brought up to date before it is built anew, because others keep changing it.
const ATTEMPTS: u32 = 4;

/// The number of blocks in which the tip is looked for before the commits on top of the index are read.
const NEAR: u64 = 4;

/// From how many of the last stored states the commits of another line are looked for.
const STATES_TRIED: usize = 3;

/// The rows from a place on, and what the index is an index of afterwards.
struct News {
    from: u64,
    rows: Vec<IndexedCommit>,
    /// Some states at places among them, in order. The first is whole.
    states: Vec<StoredState>,
    tasks: u64,
    tip: ObjectId,
    id: EntryId,
    at_tip: State,
}

/// The index up to the tip of `current`, with the number of places there.
///
/// # Errors
/// The ledger cannot be read.
pub(super) fn up_to_date(
    repository: &Repository,
    current: &Verified,
) -> Result<(Store, Head, u64), Error> {
    let store = Store::open(&path(repository));
    let found = store
        .as_ref()
        .and_then(|store| continued(store, repository, current));
    if let (Some(store), Some((head, end))) = (store, found) {
        return Ok((store, head, end));
    }
    let (store, head) = again(repository, current.tip)?;
    let end = head.count;
    Ok((store, head, end))
}

/// The head of the index after it was brought up to date, with the number of places up to the tip of `current`; none if it
/// is damaged or of another line, or cannot be written.
fn continued(store: &Store, repository: &Repository, current: &Verified) -> Option<(Head, u64)> {
    for _ in 0..ATTEMPTS {
        let head = read_head(store, current.state.ledger)?;
        let near = head.count.div_ceil(BLOCK).saturating_sub(NEAR);
        if let Some(end) = end_at(store, &head, current.tip, near) {
            return Some((head, end));
        }
        let news = beyond(repository, &head, current);
        if news.is_none()
            && let Some(end) = end_at(store, &head, current.tip, 0)
        {
            return Some((head, end));
        }
        let news = news.or_else(|| beside(store, repository, &head, current))?;
        let written = store.change(|change| {
            (read_head(change.store, current.state.ledger)? == head).then_some(())?;
            write(change, Some(head.clone()), &news)
        });
        if let Some(head) = written {
            let end = head.count;
            return Some((head, end));
        }
        // Another process may have been faster.
    }
    None
}

/// Notes a history that was read for its state, so that nobody reads it again, and gives the state at its tip.
pub(in crate::ledger) fn note(repository: &Repository, history: History) -> Option<State> {
    let news = whole(history)?;
    if let Some(store) = Store::open(&path(repository)) {
        // A failure is ignored: the index is built by whoever needs it.
        store.change(|change| write(change, None, &news));
    }
    Some(news.at_tip)
}

fn everything(repository: &Repository, tip: ObjectId) -> Result<News, Error> {
    whole(History::read(repository, tip)?).ok_or(Error::NoLedger)
}

/// An empty database in memory.
///
/// # Errors
/// There is no memory for it.
pub(super) fn temporary(repository: &Repository) -> Result<Store, Error> {
    Store::in_memory().ok_or_else(|| damaged(repository))
}

/// The index up to this tip, built anew: in its database, in a new one, or in memory.
///
/// # Errors
/// The ledger cannot be read.
pub(super) fn again(repository: &Repository, tip: ObjectId) -> Result<(Store, Head), Error> {
    let news = everything(repository, tip)?;
    let path = path(repository);
    let in_file = || Store::open(&path).and_then(|store| fill(store, &news));
    let anew = || {
        remove(&path);
        in_file()
    };
    match in_file().or_else(anew) {
        Some(found) => Ok(found),
        None => fill(temporary(repository)?, &news).ok_or_else(|| damaged(repository)),
    }
}

/// Removes the database. A process that has it open goes on with what it has.
fn remove(path: &Path) {
    for ending in ["-wal", "-shm", ""] {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        let _ = fs::remove_file(file);
    }
}

fn fill(store: Store, news: &News) -> Option<(Store, Head)> {
    let head = store.change(|change| write(change, None, news))?;
    Some((store, head))
}

/// The number of places up to a tip of the first-parent line, which is looked for from the end to the block `first`.
fn end_at(store: &Store, head: &Head, tip: ObjectId, first: u64) -> Option<u64> {
    if head.tip() == Some(tip) {
        return Some(head.count);
    }
    for number in (first..head.count.div_ceil(BLOCK)).rev() {
        let rows = commits_of(store, number)?;
        let is_tip = |row: &IndexedCommit| row.is_on_mainline && row.object() == Some(tip);
        if let Some(found) = rows.iter().position(is_tip) {
            return Some(number * BLOCK + found as u64 + 1);
        }
    }
    None
}

/// What is new if the tip is on top of that of the index.
fn beyond(repository: &Repository, head: &Head, current: &Verified) -> Option<News> {
    let base = Resumed {
        tip: head.tip()?,
        id: head.id,
        ledger: head.ledger,
        effective: head.effective,
        roster: head.roster.clone().into(),
        state: None,
    };
    // The full read reports errors.
    let history = History::read_after(repository, base, &[current.tip]).ok()??;
    Some(later(&history, head.count, current))
}

/// What is new if the tip is on top of a stored state, on another line than the index.
fn beside(store: &Store, repository: &Repository, head: &Head, current: &Verified) -> Option<News> {
    for last in (1..=head.states.len()).rev().take(STATES_TRIED) {
        let state = State::from_changes(&chain(store, &head.states[..last])?)?;
        let place = head.states[last - 1].place;
        let rows = commits_of(store, place / BLOCK)?;
        let row = rows.get((place % BLOCK) as usize)?;
        let base = Resumed {
            tip: row.object()?,
            id: row.id,
            ledger: head.ledger,
            effective: state.effective,
            roster: state.roster.clone(),
            state: None,
        };
        if let Some(history) = History::read_after(repository, base, &[current.tip]).ok()? {
            return Some(later(&history, place + 1, current));
        }
    }
    None
}

/// The commits of a history that was read on top of the place before `from`.
fn later(history: &History, from: u64, current: &Verified) -> News {
    let mut rows = Rows::of(history);
    for placed in history.placed() {
        let accepted = match &placed.node.verdict {
            Judgement::Accepted(accepted) => Some(&**accepted),
            Judgement::Cached | Judgement::Quarantined { .. } => None,
        };
        rows.push(placed, accepted, &current.state);
    }
    News {
        from,
        rows: rows.rows,
        states: Vec::new(),
        tasks: current.state.tasks().len() as u64,
        tip: current.tip,
        id: current.id,
        at_tip: current.state.clone(),
    }
}

/// Everything; none if there is no genesis.
fn whole(history: History) -> Option<News> {
    let (tip, id) = (history.tip().object, history.tip().node.id);
    let mut rows = Rows::of(&history);
    let mut chain = Chain::of(Vec::new(), None);
    let mut states: Vec<StoredState> = Vec::new();
    let replayed = history.into_states(|placed, accepted, state| {
        rows.push(placed, accepted, state);
        let count = rows.rows.len() as u64;
        let before = states.last().map_or(0, |it| it.stored.place + 1);
        let is_due = count - before >= INTERVAL;
        if is_due
            && rows
                .rows
                .last()
                .is_some_and(IndexedCommit::is_accepted_on_mainline)
        {
            states.extend(chain.add(count - 1, state));
        }
    });
    let at_tip = replayed?;
    let tasks = at_tip.tasks().len() as u64;
    Some(News {
        from: 0,
        rows: rows.rows,
        states,
        tasks,
        tip,
        id,
        at_tip,
    })
}

/// The rows of a history, in its order.
struct Rows {
    mainline: HashSet<ObjectId>,
    seen: HashSet<EntryId>,
    rows: Vec<IndexedCommit>,
}

impl Rows {
    fn of(history: &History) -> Self {
        Self {
            mainline: history.mainline().map(|placed| placed.object).collect(),
            seen: HashSet::new(),
            rows: Vec::new(),
        }
    }

    /// Adds the next commit. `state` has all tasks that it is about.
    fn push(&mut self, placed: Placed<'_>, accepted: Option<&Accepted>, state: &State) {
        let (mut is_repeated, mut tasks) = (false, Vec::new());
        if let Some(accepted) = accepted {
            is_repeated = !self.seen.insert(accepted.id);
            tasks = log::tasks_of(state, accepted);
        }
        let is_on_mainline = self.mainline.contains(&placed.object);
        let row = IndexedCommit::new(
            placed.object,
            placed.node,
            accepted,
            is_on_mainline,
            is_repeated,
            tasks,
        );
        // A commit without a row is the one on which the history was read.
        self.rows.extend(row);
    }
}

/// Replaces the places from `news.from` on, and gives what the index is an index of then.
fn write(change: &Change<'_>, head: Option<Head>, news: &News) -> Option<Head> {
    let mut head = match head {
        Some(head) if news.from > 0 => cut(change, head, news.from)?,
        _ => {
            change.clear()?;
            empty(news)
        }
    };
    let mut lists: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for task in head.tasks..news.tasks {
        lists.insert(task, Vec::new());
    }
    let mut ids = Vec::with_capacity(news.rows.len());
    for (place, row) in (news.from..).zip(&news.rows) {
        for task in &row.tasks {
            lists.entry(task.number().into()).or_default().push(place);
        }
        if !row.is_repeated {
            ids.push((prefix(row.id), place));
        }
    }
    // In their own order they are written to one page after the other.
    ids.sort_unstable();
    for (prefix, place) in ids {
        change.note(prefix, place)?;
    }
    write_blocks(change, &mut head, &news.rows)?;
    for (task, places) in lists {
        extend_lists(change, task, task < head.tasks, places)?;
    }
    for state in &news.states {
        store_state(change, &mut head, state)?;
    }
    head.tip = news.tip.as_bytes().to_vec();
    head.id = news.id;
    head.effective = news.at_tip.effective;
    head.roster = (*news.at_tip.roster).clone();
    head.tasks = head.tasks.max(news.tasks);
    write_head(change, &head)?;
    Some(head)
}

fn empty(news: &News) -> Head {
    Head {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        versions: (RULES, STATE),
        ledger: news.at_tip.ledger,
        tip: Vec::new(),
        id: news.id,
        effective: news.at_tip.effective,
        roster: (*news.at_tip.roster).clone(),
        count: 0,
        tasks: 0,
        earliest: Vec::new(),
        states: Vec::new(),
    }
}

/// Removes the places from `from` on.
fn cut(change: &Change<'_>, mut head: Head, from: u64) -> Option<Head> {
    if from == head.count {
        return Some(head);
    }
    let mut tasks = HashSet::new();
    for number in from / BLOCK..head.count.div_ceil(BLOCK) {
        let mut rows = commits_of(change.store, number)?;
        let kept = from.saturating_sub(number * BLOCK) as usize;
        for (place, row) in (number * BLOCK..).zip(&rows).skip(kept) {
            tasks.extend(row.tasks.iter().map(|task| u64::from(task.number())));
            change.forget(prefix(row.id), place)?;
        }
        rows.truncate(kept);
        if rows.is_empty() {
            change.remove(Kind::Block, number, number)?;
        } else {
            change.set(Kind::Block, number, &v1::to_canonical(&rows))?;
        }
    }
    for task in tasks {
        let places = places_about(change.store, task)?;
        let kept = places.partition_point(|place| *place < from);
        if kept < places.len() {
            change.remove(Kind::Places, list_key(task, 0), list_key(task + 1, 0) - 1)?;
            change.set(Kind::Places, list_key(task, 0), &no_places())?;
            extend_lists(change, task, true, places[..kept].to_vec())?;
        }
    }
    for stored in head.states.iter().filter(|stored| stored.place >= from) {
        change.remove(Kind::State, stored.place, stored.place)?;
    }
    head.states.retain(|stored| stored.place < from);
    head.count = head.count.min(from);
    head.earliest.truncate(from.div_ceil(BLOCK) as usize);
    Some(head)
}

/// Adds rows after the last place.
fn write_blocks(change: &Change<'_>, head: &mut Head, mut rows: &[IndexedCommit]) -> Option<()> {
    while !rows.is_empty() {
        let number = head.count / BLOCK;
        let mut block = match head.count % BLOCK {
            0 => Vec::new(),
            has => commits_of(change.store, number).filter(|block| block.len() as u64 == has)?,
        };
        let room = BLOCK as usize - block.len();
        let (now, later) = rows.split_at(room.min(rows.len()));
        block.extend_from_slice(now);
        change.set(Kind::Block, number, &v1::to_canonical(&block))?;
        let times = block.iter().filter(|row| row.is_accepted_on_mainline());
        head.earliest.truncate(number as usize);
        head.earliest.push(times.map(|row| row.effective).min());
        head.count += now.len() as u64;
        rows = later;
    }
    Some(())
}

/// Adds places to the end of a task's lists. `is_known` says whether it must have some.
fn extend_lists(change: &Change<'_>, task: u64, is_known: bool, places: Vec<u64>) -> Option<()> {
    let mut number = 0;
    let mut list = match places_in(change.store, task, 0) {
        None if is_known => return None,
        list => list.unwrap_or_default(),
    };
    while list.len() == LIST {
        number += 1;
        list = places_in(change.store, task, number)?;
    }
    let mut places = places.into_iter();
    loop {
        list.extend(places.by_ref().take(LIST - list.len()));
        change.set(
            Kind::Places,
            list_key(task, number),
            &v1::to_canonical(&list),
        )?;
        if list.len() < LIST {
            return Some(());
        }
        number += 1;
        list.clear();
    }
}

fn no_places() -> Vec<u8> {
    v1::to_canonical(&Vec::<u64>::new())
}

/// Stores a state after the last stored one.
pub(super) fn store_state(change: &Change<'_>, head: &mut Head, state: &StoredState) -> Option<()> {
    change.set(Kind::State, state.stored.place, &state.content)?;
    head.states.push(state.stored.clone());
    Some(())
}
