//! The history of a ledger: its commits judged, in order, ready to replay.
//!
//! Not here: reading the commits (`walk`), and the kept state (`cache`).

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{
    Error,
    verified::Verified,
    walk::{self, Walked, WalkedLine},
};
use crate::{
    core::{
        entry::event::{Event, ObservationEvent},
        history::{
            judge::{Candidate, Flaw, Judge, Judgement, Node},
            order::{self, Done, Graph},
        },
        plan::{
            reduce::{Accepted, Replay},
            refusal::Code,
            roster::Roster,
            state::{State, records::Anomaly},
        },
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self,
        repository::{ObjectId, Repository},
    },
};

/// Every commit that a tip leads to, judged and in order.
#[derive(Debug)]
pub struct History {
    judge: Judge,
    /// The object ids, by the judge's numbers.
    ids: Vec<ObjectId>,
    /// The judge's numbers in the one order, ignored (quarantined) commits included.
    order: Vec<u32>,
    tip: u32,
    /// The parents of snapshots.
    before_snapshots: HashSet<ObjectId>,
    /// The state at which reading began, if not at the genesis.
    base: Option<State>,
}

/// The maximum number of commits that are read on top of a known state. With more, everything is read.
pub(crate) const AFTER_MAX: usize = 4096;

/// A verified commit on top of which reading goes on.
pub(crate) struct Resumed {
    /// Its object id.
    pub(crate) tip: ObjectId,
    /// Its id.
    pub(crate) id: EntryId,
    /// The id of the ledger.
    pub(crate) ledger: EntryId,
    /// Its effective time.
    pub(crate) effective: Timestamp,
    /// The roster after it.
    pub(crate) roster: Arc<Roster>,
    /// The state after it, for a replay.
    pub(crate) state: Option<State>,
}

impl From<Verified> for Resumed {
    fn from(verified: Verified) -> Self {
        Self {
            tip: verified.tip,
            id: verified.id,
            ledger: verified.state.ledger,
            effective: verified.state.effective,
            roster: Arc::clone(&verified.state.roster),
            state: Some(verified.state),
        }
    }
}

/// A commit in its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Its object id.
    pub object: ObjectId,
    /// Its verdict and effective time.
    pub node: &'a Node,
}

impl History {
    /// Reads and judges everything that `tip` leads to.
    ///
    /// # Errors
    /// A commit is missing or corrupt; the line does not begin with a genesis; the ledger was
    /// upgraded to something unknown.
    pub fn read(repository: &Repository, tip: ObjectId) -> Result<Self, Error> {
        let history = Self::read_beside(repository, tip, &[])?;
        history.check_supported(tip)?;
        Ok(history)
    }

    /// The same, and also judges the commits of other tips. The order is that of `tip`. An unknown upgrade at one of them is
    /// for `check_supported`.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_beside(
        repository: &Repository,
        tip: ObjectId,
        others: &[ObjectId],
    ) -> Result<Self, Error> {
        let tips = [&[tip], others].concat();
        let line = WalkedLine {
            tips: &tips,
            known: None,
        };
        let walked = walk::walk(repository, line).map_err(|error| match error {
            git::Error::MissingObject { .. } if repository.is_shallow() => Error::Shallow {
                path: repository.common_dir().to_owned(),
            },
            other => other.into(),
        })?;
        let history = Self::judge(walked, &tips, None);
        if let Some(Node {
            verdict: Judgement::Quarantined { flaw, .. },
            ..
        }) = history.judge.nodes().first()
        {
            return Err(Error::NoGenesis {
                flaw: Flaw::clone(flaw),
            });
        }
        Ok(history)
    }

    /// As [`read_beside`](Self::read_beside), but begins at a verified state; none if a tip leads past it, or to too many
    /// commits.
    ///
    /// An entry met here cannot repeat one from before that state: it would have to name the same parents.
    ///
    /// # Errors
    /// As for [`read_beside`](Self::read_beside).
    pub(crate) fn read_after(
        repository: &Repository,
        base: impl Into<Resumed>,
        tips: &[ObjectId],
    ) -> Result<Option<Self>, Error> {
        let base = base.into();
        let line = WalkedLine {
            tips,
            known: Some(base.tip),
        };
        // The full read reports unreadable commits.
        if !matches!(walk::bounded(repository, line, AFTER_MAX), Ok(Some(_))) {
            return Ok(None);
        }
        let walked = walk::walk(repository, line)?;
        Ok(Some(Self::judge(walked, tips, Some(base))))
    }

    /// Refuses a commit at which an upgrade to an unknown version is in force.
    ///
    /// # Errors
    /// [`Error::Unsupported`].
    pub(crate) fn check_supported(&self, object: ObjectId) -> Result<(), Error> {
        let number = self.number(object);
        match number.and_then(|number| self.judge.unsupported(number)) {
            Some(unsupported) => Err(unsupported.into()),
            None => Ok(()),
        }
    }

    fn judge(mut walked: Walked, tips: &[ObjectId], base: Option<Resumed>) -> Self {
        let mut judge = Judge::default();
        let mut ids = Vec::with_capacity(walked.ids.len());
        if let Some(base) = &base {
            let roster = Arc::clone(&base.roster);
            judge = Judge::resume(base.ledger, base.id, base.effective, roster);
            // Nobody asks for the genesis by its object id.
            ids = vec![base.tip; judge.nodes().len()];
        }
        let known = judge.last();
        let mut graph = Graph::default();
        // Freed as it is copied: judging entries uses the most memory.
        for parents in std::mem::take(&mut walked.parents) {
            graph.push(&parents);
        }
        let mut done = Done::none(graph.count());
        let places = tips
            .iter()
            .filter_map(|tip| walked.ids.iter().position(|id| id == tip));
        let mut children = children(&graph);
        let mut parents_first = Vec::with_capacity(graph.count());
        for tip in places {
            // A join may come on top of every tip.
            children[tip] += 1;
            parents_first.extend(order::extend(&graph, tip as u32, &mut done, |_, _| true));
        }
        let mut judged = vec![known.unwrap_or_default(); walked.ids.len()];
        for number in parents_first {
            let parents: Vec<u32> = graph
                .parents(number)
                .iter()
                .map(|parent| judged[*parent as usize])
                .collect();
            if let Some(candidate) = walked.candidates[number as usize].take() {
                judged[number as usize] = judge.push(&parents, *candidate);
                ids.push(walked.ids[number as usize]);
            }
            for parent in graph.parents(number) {
                let left = &mut children[*parent as usize];
                *left -= 1;
                if *left == 0 {
                    judge.settle(judged[*parent as usize]);
                }
            }
        }
        let tip = judged.first().copied().unwrap_or_default();
        let mut history = Self {
            judge,
            ids,
            order: Vec::new(),
            tip,
            before_snapshots: HashSet::new(),
            base: base.and_then(|base| base.state),
        };
        history.turn_to(tip);
        history
    }

    /// Makes the order that of this commit.
    fn turn_to(&mut self, tip: u32) {
        let judge = &self.judge;
        self.tip = tip;
        self.order = judge.order(tip, &mut Done::none(judge.nodes().len()));
        let is_snapshot = |number: &&u32| is_snapshot(&judge.nodes()[**number as usize]);
        let snapshots = self.order.iter().filter(is_snapshot);
        let parents = snapshots.filter_map(|number| judge.parents(*number).first());
        self.before_snapshots = parents.map(|parent| self.ids[*parent as usize]).collect();
    }

    /// Adds a commit whose parents are all known, and turns to it.
    pub(crate) fn extend(&mut self, object: ObjectId, parents: &[ObjectId], candidate: Candidate) {
        let parents: Vec<u32> = parents
            .iter()
            .filter_map(|parent| self.number(*parent))
            .collect();
        let number = self.judge.push(&parents, candidate);
        self.ids.push(object);
        self.turn_to(number);
    }

    /// The same commits with the order of another of them.
    pub(crate) fn seen_from(&mut self, object: ObjectId) {
        if let Some(number) = self.number(object) {
            self.turn_to(number);
        }
    }

    /// As if a join of both were the tip.
    pub(crate) fn seen_from_both(&mut self, first: ObjectId, later: ObjectId) {
        if let (Some(first), Some(later)) = (self.number(first), self.number(later)) {
            self.turn_to(later);
            let mut done = Done::none(self.judge.nodes().len());
            self.order = self.judge.order(first, &mut done);
            self.order.extend(self.judge.order(later, &mut done));
        }
    }

    /// The id of the ledger.
    pub(crate) fn genesis(&self) -> EntryId {
        self.at(0).node.id
    }

    /// The judge of the commits, which numbers them.
    pub(crate) fn judged(&self) -> &Judge {
        &self.judge
    }

    /// The commits in order, ignored (quarantined) ones included.
    pub fn placed(&self) -> impl DoubleEndedIterator<Item = Placed<'_>> + ExactSizeIterator {
        self.order.iter().map(|number| self.at(*number))
    }
    /// The tip.
    pub fn tip(&self) -> Placed<'_> {
        self.at(self.tip)
    }
    /// The commit of this number.
    pub(crate) fn at(&self, number: u32) -> Placed<'_> {
        Placed {
            object: self.ids[number as usize],
            node: &self.judge.nodes()[number as usize],
        }
    }
    /// The commits of the first-parent line, the tip first.
    pub fn mainline(&self) -> impl Iterator<Item = Placed<'_>> {
        let next = |number: &u32| self.judge.parents(*number).first().copied();
        std::iter::successors(Some(self.tip), next).map(|number| self.at(number))
    }
    /// The first parent of a commit.
    pub fn first_parent(&self, object: ObjectId) -> Option<ObjectId> {
        let parent = self.judge.parents(self.number(object)?).first()?;
        Some(self.ids[*parent as usize])
    }
    /// The commits whose object id or entry id begins like this, in order.
    pub fn matching(&self, hex: &str) -> Vec<Placed<'_>> {
        let begins = |placed: &Placed<'_>| {
            placed.object.to_string().starts_with(hex)
                || placed.node.id.to_string().starts_with(hex)
        };
        self.placed().filter(begins).collect()
    }
    /// The judge's number of a commit.
    pub(crate) fn number(&self, object: ObjectId) -> Option<u32> {
        self.ids
            .iter()
            .rposition(|id| *id == object)
            .map(|number| number as u32)
    }
    /// Whether a snapshot of the state at this commit follows it.
    pub(super) fn next_is_snapshot(&self, object: ObjectId) -> bool {
        self.before_snapshots.contains(&object)
    }
    /// The object ids of all entries, by id; of an entry that stands several times, that of the first.
    fn objects(&self) -> HashMap<EntryId, ObjectId> {
        let mut objects = HashMap::new();
        for placed in self.placed() {
            objects.entry(placed.node.id).or_insert(placed.object);
        }
        objects
    }
    /// The anomalies of a state of this history, each with the object id of its entry.
    pub fn refused(&self, anomalies: &[Anomaly]) -> Vec<(ObjectId, Anomaly)> {
        let objects = self.objects();
        // The copies of an entry that stands several times are refused in their order.
        let mut copies: HashMap<EntryId, VecDeque<ObjectId>> = HashMap::new();
        for placed in self.placed() {
            let is_copy = objects.get(&placed.node.id) != Some(&placed.object);
            if is_copy && !matches!(placed.node.verdict, Judgement::Quarantined { .. }) {
                let copies = copies.entry(placed.node.id).or_default();
                copies.push_back(placed.object);
            }
        }
        let mut object = |anomaly: &Anomaly| match anomaly.refusal.code() {
            Code::Repeated => copies.get_mut(&anomaly.entry)?.pop_front(),
            _ => objects.get(&anomaly.entry).copied(),
        };
        let found = anomalies.iter();
        found
            .filter_map(|anomaly| Some((object(anomaly)?, anomaly.clone())))
            .collect()
    }
    /// The ignored (quarantined) commits, in order.
    pub fn quarantined(&self) -> impl Iterator<Item = (Placed<'_>, &Flaw)> {
        self.placed()
            .filter_map(|placed| match &placed.node.verdict {
                Judgement::Quarantined { flaw, .. } => Some((placed, &**flaw)),
                Judgement::Accepted(_) | Judgement::Cached => None,
            })
    }

    /// The state at the tip.
    pub fn state(&self) -> Option<State> {
        self.replay(|_, _| true)
    }
    /// The state at one commit, which is not always on the mainline: the entries of its own order.
    pub fn state_at(&self, object: ObjectId) -> Option<State> {
        replay(self.begin(), self.placed_at(object)?, |_, _| true)
    }
    /// The commits that one commit leads to, in its own order, ignored (quarantined) ones included.
    pub fn placed_at(
        &self,
        object: ObjectId,
    ) -> Option<impl DoubleEndedIterator<Item = Placed<'_>>> {
        let number = self.number(object)?;
        let own = self.judge.order(number, &mut Done::none(self.ids.len()));
        Some(own.into_iter().map(|number| self.at(number)))
    }
    /// A replay that begins at the state before the commits that were read.
    fn begin(&self) -> Option<Replay> {
        self.base.clone().map(Replay::resume)
    }
    /// Applies the entries in order; `go_on` sees the state after each and may end the replay.
    pub fn replay(&self, go_on: impl FnMut(Placed<'_>, &State) -> bool) -> Option<State> {
        replay(self.begin(), self.placed(), go_on)
    }
    /// The state at the tip. The entries are freed as they are applied, which saves memory.
    pub fn into_state(self) -> Option<State> {
        self.into_states(|_, _, _| {})
    }
    /// The same; `look` sees each commit, its entry if it is accepted, and the state after it.
    pub(crate) fn into_states(
        mut self,
        mut look: impl FnMut(Placed<'_>, Option<&Accepted>, &State),
    ) -> Option<State> {
        let mut replay = self.base.take().map(Replay::resume);
        for number in std::mem::take(&mut self.order) {
            let accepted = self.judge.take(number);
            if let Some(accepted) = &accepted {
                push(&mut replay, accepted);
            }
            if let Some(replay) = &replay {
                look(self.at(number), accepted.as_deref(), replay.state());
            }
        }
        replay.map(Replay::into_state)
    }
}

/// How many children each commit has. A child that names a parent twice counts twice.
fn children(graph: &Graph) -> Vec<u32> {
    let mut children = vec![0; graph.count()];
    // Fewer than 2^32 commits.
    for parent in (0..graph.count() as u32).flat_map(|commit| graph.parents(commit)) {
        children[*parent as usize] += 1;
    }
    children
}

fn is_snapshot(node: &Node) -> bool {
    let Judgement::Accepted(accepted) = &node.verdict else {
        return false;
    };
    let taken = |event: &Event| {
        matches!(
            event,
            Event::Observation(ObservationEvent::SnapshotTaken { .. })
        )
    };
    accepted.entry.events.iter().any(taken)
}

fn replay<'a>(
    begun: Option<Replay>,
    placed: impl Iterator<Item = Placed<'a>>,
    mut go_on: impl FnMut(Placed<'_>, &State) -> bool,
) -> Option<State> {
    let mut replay = begun;
    for placed in placed {
        if let Judgement::Accepted(accepted) = &placed.node.verdict {
            push(&mut replay, accepted);
        }
        if let Some(replay) = &replay
            && !go_on(placed, replay.state())
        {
            break;
        }
    }
    replay.map(Replay::into_state)
}

fn push(replay: &mut Option<Replay>, accepted: &Accepted) {
    match replay {
        Some(replay) => replay.push(accepted),
        None => *replay = Replay::begin(accepted),
    }
}
