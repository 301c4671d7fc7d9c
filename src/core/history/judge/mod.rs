//! Which commits are accepted as entries: each is judged by its own past, parents first (LEDGER_FORMAT.md, 11).
//!
//! A bad commit cannot be cut out of a chain. So it is ignored (quarantined): it has no effect, and its descendants go on.
//! Not here: reading and verifying commits (`ledger`), and entries that the rules refuse (`reduce`).

mod changes;
pub mod flaw;

use std::sync::Arc;

use serde::Serialize;

use self::changes::{Change, Changes, List};
pub use self::flaw::Flaw;
use super::order::{self, Done, Graph};
use crate::core::{
    entry::{
        codec::{DecodeError, FORMAT},
        event::{Entry, Event, LedgerEvent, ledger::Versions},
        message::MESSAGE,
    },
    plan::{
        reduce::Accepted,
        roster::{KeyStanding, Roster},
        state::{RULES, STATE},
    },
    values::{id::EntryId, key::PublicKey, task::Role, time::Timestamp},
    views::snapshot::FILES,
};

/// The newest version of each part that this program knows.
pub const KNOWN: Versions = Versions {
    format: Some(FORMAT),
    rules: Some(RULES),
    state: Some(STATE),
    message: Some(MESSAGE),
    files: Some(FILES),
};

/// A commit that was read, before it is judged by its past.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id if it is not an entry.
    pub foreign: EntryId,
    /// Its content, or the flaw by which its bytes alone are not an entry.
    pub content: Result<Signed, Flaw>,
}

/// An entry with valid bytes and a good signature. The owner of the key is not known yet.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The entry as it will be accepted; its effective time is still its own. Boxed, so that it is moved without a
    /// copy: a ledger may have a hundred thousand entries.
    pub accepted: Box<Accepted>,
    /// The address in its author line.
    pub email: Box<str>,
}

impl Signed {
    /// An entry with its id, the key that signed it, and the address in its author line.
    pub fn new(id: EntryId, entry: Entry, signer: PublicKey, email: &str) -> Self {
        let accepted = Accepted {
            id,
            effective: entry.time,
            entry,
            signer,
            refused: None,
        };
        Self {
            accepted: Box::new(accepted),
            email: email.into(),
        }
    }
}

/// An upgrade announced a version that this program does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("the ledger uses {part} {version}, which this version of git-coord does not know")]
pub struct Unsupported {
    /// The part that was upgraded: `format`, `rules`, …
    pub part: &'static str,
    /// To which version.
    pub version: u16,
}

/// A judged commit.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id, which its descendants name.
    pub id: EntryId,
    /// Its effective time; an ignored (quarantined) commit passes on its first parent's.
    pub effective: Timestamp,
    /// Whether it is accepted.
    pub verdict: Judgement,
    /// Whether it is a repair that leaves its later parent behind, with everything that only that one brings.
    leaves: bool,
    /// A version in force that this program does not know.
    unsupported: Option<Unsupported>,
    roster: Arc<Roster>,
    /// The changes that led to the roster.
    changes: List,
}

impl Node {
    /// Whether it is a repair that leaves its later parent behind.
    pub fn leaves(&self) -> bool {
        self.leaves
    }
}

#[cfg(test)]
impl Node {
    /// The roster after it.
    pub(in crate::core) fn roster(&self) -> &Roster {
        &self.roster
    }
    /// A judged commit for tests that look only at the verdict.
    pub(in crate::core) fn with_verdict(
        id: EntryId,
        effective: Timestamp,
        verdict: Judgement,
    ) -> Self {
        Self {
            id,
            effective,
            verdict,
            leaves: false,
            unsupported: None,
            roster: Arc::default(),
            changes: List::default(),
        }
    }
}

/// Whether a commit is accepted as an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// It is accepted.
    Accepted(Box<Accepted>),
    /// It is accepted, and already part of a state that was read from the cache.
    Cached,
    /// It is ignored (quarantined): it has no effect.
    Quarantined {
        /// The reason. Boxed, since it is rare and would make every verdict larger.
        flaw: Box<Flaw>,
        /// Whether its bytes alone are not an entry.
        foreign: bool,
    },
}

/// Judges commits, parents first.
#[derive(Debug, Default)]
pub struct Judge {
    graph: Graph,
    nodes: Vec<Node>,
    changes: Changes,
    /// The empty roster, for commits whose own roster is not needed any more.
    nobody: Arc<Roster>,
}

/// The roster in a commit's own past, and the changes that led to it.
struct Past {
    roster: Arc<Roster>,
    changes: List,
}

impl Past {
    /// The past with one change more, after which the roster is another one.
    fn with(mut self, changes: &mut Changes, change: Change, roster: Option<Roster>) -> Self {
        if let Some(roster) = roster {
            self.roster = Arc::new(roster);
        }
        self.changes = changes.with(self.changes, change);
        self
    }
}

impl Judge {
    /// Begins at a tip that was judged before; nothing of its past will be asked for.
    pub fn resume(
        ledger: EntryId,
        tip: EntryId,
        effective: Timestamp,
        roster: Arc<Roster>,
    ) -> Self {
        let mut judge = Self::default();
        let cached = |id, effective, roster| Node {
            id,
            effective,
            verdict: Judgement::Cached,
            leaves: false,
            unsupported: None,
            roster,
            // No join is judged on top of a cached tip.
            changes: List::default(),
        };
        judge.graph.push(&[]);
        judge
            .nodes
            .push(cached(ledger, effective, Arc::clone(&roster)));
        if tip != ledger {
            judge.graph.push(&[0]);
            judge.nodes.push(cached(tip, effective, roster));
        }
        judge
    }
    /// The number of the last commit.
    pub fn last(&self) -> Option<u32> {
        self.nodes.len().checked_sub(1).map(|last| last as u32)
    }
    /// The judged commits, by number.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
    /// The parents of a commit, by number.
    pub fn parents(&self, commit: u32) -> &[u32] {
        self.graph.parents(commit)
    }
    /// Takes out an accepted entry, so that its memory goes as it is applied.
    pub fn take(&mut self, commit: u32) -> Option<Box<Accepted>> {
        match std::mem::replace(&mut self.nodes[commit as usize].verdict, Judgement::Cached) {
            Judgement::Accepted(accepted) => Some(accepted),
            other => {
                self.nodes[commit as usize].verdict = other;
                None
            }
        }
    }
    /// Gives up the roster of a commit all of whose children were judged: a ledger may have as many rosters as entries.
    pub fn settle(&mut self, commit: u32) {
        self.nodes[commit as usize].roster = Arc::clone(&self.nobody);
    }
    /// A version that this program does not know, if an effective upgrade in the past of `tip` announced one.
    pub fn unsupported(&self, tip: u32) -> Option<Unsupported> {
        self.nodes[tip as usize].unsupported
    }
    /// The commits that a tip adds to `done`, in order, quarantined commits included.
    pub fn order(&self, tip: u32, done: &mut Done) -> Vec<u32> {
        order::extend(&self.graph, tip, done, |commit, place| {
            self.follows(commit, place)
        })
    }

    /// The parents of a commit that it brings in or leaves behind: who knows it knows them too.
    pub fn known(&self, commit: u32) -> impl Iterator<Item = u32> {
        let parents = self.graph.parents(commit).iter().enumerate();
        let known = parents.filter(move |(place, _)| self.knows(commit, *place));
        known.map(|(_, parent)| *parent)
    }

    /// Whether what a parent brings is in the order. A repair can leave its later parent behind.
    fn follows(&self, commit: u32, place: usize) -> bool {
        place == 0 || (!self.nodes[commit as usize].leaves && self.knows(commit, place))
    }

    /// Of an ignored (quarantined) commit only the first parent is followed. A later parent that is not an entry is not
    /// followed.
    fn knows(&self, commit: u32, place: usize) -> bool {
        if place == 0 {
            return true;
        }
        let parent = self.graph.parents(commit)[place];
        let quarantined = matches!(
            self.nodes[commit as usize].verdict,
            Judgement::Quarantined { .. }
        );
        !quarantined && !self.is_foreign(parent)
    }
    fn is_foreign(&self, commit: u32) -> bool {
        matches!(
            self.nodes[commit as usize].verdict,
            Judgement::Quarantined { foreign: true, .. }
        )
    }

    /// Judges a commit whose parents, by number, were judged before; gives its number.
    pub fn push(&mut self, parents: &[u32], candidate: Candidate) -> u32 {
        let content = candidate.content.as_ref();
        let leaves = content.is_ok_and(|signed| self.leaves(parents, &signed.accepted.entry));
        let followed = if leaves { &parents[..1] } else { parents };
        let past = self.past(followed, candidate.content.is_ok());
        let inherited = self.inherited(followed);
        let foreign = candidate.content.is_err();
        let judged = candidate.content.and_then(|signed| {
            let roster = past.as_ref().map(|past| &*past.roster);
            self.check(parents, roster, &signed).map(|()| signed)
        });
        let node = match judged {
            Ok(signed) => Node {
                leaves,
                ..self.accepted(past, inherited, signed)
            },
            Err(flaw) => self.quarantined(parents, candidate.foreign, flaw, foreign),
        };
        self.nodes.push(Node {
            unsupported: unknown_version(node.roster.versions()),
            ..node
        });
        self.graph.push(parents)
    }

    fn accepted(&mut self, past: Option<Past>, inherited: Timestamp, signed: Signed) -> Node {
        let mut accepted = signed.accepted;
        let entry = &accepted.entry;
        let repairs = past
            .as_ref()
            .is_some_and(|past| is_repair(&past.roster, entry));
        accepted.effective = if repairs {
            entry.time
        } else {
            entry.time.max(inherited)
        };
        let past = match past {
            Some(past) => self.changed(past, &mut accepted),
            None => Past {
                roster: founded(entry),
                changes: List::default(),
            },
        };
        Node {
            id: accepted.id,
            effective: accepted.effective,
            leaves: false,
            unsupported: None,
            roster: past.roster,
            changes: past.changes,
            verdict: Judgement::Accepted(accepted),
        }
    }

    /// The past of the commits on top of an entry. A change that the roster of its own past refuses changes nothing there
    /// and in no join.
    fn changed(&mut self, past: Past, accepted: &mut Accepted) -> Past {
        match past.roster.after(&accepted.entry, &accepted.signer) {
            Ok(None) => past,
            Ok(Some(roster)) => {
                let (commit, id) = (self.nodes.len() as u32, accepted.id);
                past.with(&mut self.changes, Change { commit, id }, Some(roster))
            }
            Err(refused) => {
                accepted.refused = Some(Box::new(refused));
                past
            }
        }
    }

    fn quarantined(&self, parents: &[u32], id: EntryId, flaw: Flaw, foreign: bool) -> Node {
        let first = parents.first().map(|parent| &self.nodes[*parent as usize]);
        Node {
            id,
            effective: first.map(|node| node.effective).unwrap_or_default(),
            verdict: Judgement::Quarantined {
                flaw: Box::new(flaw),
                foreign,
            },
            leaves: false,
            unsupported: None,
            roster: first
                .map(|node| Arc::clone(&node.roster))
                .unwrap_or_default(),
            changes: first.map(|node| node.changes).unwrap_or_default(),
        }
    }

    /// Whether an entry is a repair that leaves its later parent behind: one whose effective time is later than the repair,
    /// or one that brings an upgrade. Nobody could give the former a time at which they count, and perhaps nobody has a
    /// program for the latter.
    fn leaves(&self, parents: &[u32], entry: &Entry) -> bool {
        let [first, later] = parents else {
            return false;
        };
        let (first, later) = (&self.nodes[*first as usize], &self.nodes[*later as usize]);
        let upgrades = later.roster.versions().exceed(first.roster.versions());
        is_repair(&first.roster, entry) && (later.effective > entry.time || upgrades)
    }

    /// The latest effective time among the first parent and those other parents that are entries.
    fn inherited(&self, parents: &[u32]) -> Timestamp {
        let counts = |(place, parent): (usize, &u32)| {
            (place == 0 || !self.is_foreign(*parent))
                .then(|| self.nodes[*parent as usize].effective)
        };
        parents
            .iter()
            .enumerate()
            .filter_map(counts)
            .max()
            .unwrap_or_default()
    }

    /// The roster in the past of a commit with these parents; none for a commit without parents.
    fn past(&mut self, parents: &[u32], is_entry: bool) -> Option<Past> {
        let (first, later) = parents.split_first()?;
        let first = &self.nodes[*first as usize];
        let mut past = Past {
            roster: Arc::clone(&first.roster),
            changes: first.changes,
        };
        for parent in later {
            // Only entries need a roster, and a later parent that is not an entry brings no changes.
            if !is_entry || self.is_foreign(*parent) {
                continue;
            }
            let brought = self.nodes[*parent as usize].changes;
            for change in self.changes.beyond(past.changes, brought) {
                let verdict = &self.nodes[change.commit as usize].verdict;
                if let Judgement::Accepted(accepted) = verdict {
                    let roster = past.roster.after(&accepted.entry, &accepted.signer);
                    past = past.with(&mut self.changes, change, roster.unwrap_or_default());
                }
            }
        }
        Some(past)
    }

    fn check(&self, parents: &[u32], past: Option<&Roster>, signed: &Signed) -> Result<(), Flaw> {
        let entry = &signed.accepted.entry;
        let Some(roster) = past else {
            return check_genesis(self.nodes.is_empty(), signed);
        };
        if entry.is_genesis() {
            return Err(Flaw::SecondGenesis);
        }
        if entry.ledger != self.nodes.first().map(|genesis| genesis.id) {
            return Err(Flaw::OtherLedger);
        }
        let ids = parents.iter().map(|parent| self.nodes[*parent as usize].id);
        if !ids.eq(entry.parents.iter().copied()) {
            return Err(Flaw::Parents);
        }
        check_author(roster, signed)
    }
}

fn check_genesis(is_first: bool, signed: &Signed) -> Result<(), Flaw> {
    let entry = &signed.accepted.entry;
    let Some(Event::Ledger(LedgerEvent::Created(founding))) = entry.events.first() else {
        return Err(Flaw::NoGenesis);
    };
    if !is_first {
        return Err(Flaw::OtherLedger);
    }
    if !entry.parents.is_empty() || entry.ledger.is_some() || entry.events.len() > 1 {
        return Err(Flaw::Payload(DecodeError::Genesis));
    }
    if founding.key != signed.accepted.signer {
        return Err(Flaw::UnknownKey(entry.actor.clone()));
    }
    if founding.email.as_str() != &*signed.email {
        return Err(Flaw::Email(signed.email.to_string()));
    }
    Ok(())
}

fn check_author(roster: &Roster, signed: &Signed) -> Result<(), Flaw> {
    let name = &signed.accepted.entry.actor;
    let actor = roster
        .actor(name)
        .ok_or_else(|| Flaw::UnknownActor(name.clone()))?;
    match roster.standing(name, &signed.accepted.signer) {
        Some(KeyStanding::Active) => {}
        Some(standing) => {
            return Err(Flaw::EndedKey {
                actor: name.clone(),
                standing,
            });
        }
        None => return Err(Flaw::UnknownKey(name.clone())),
    }
    if actor.email.as_str() != &*signed.email {
        return Err(Flaw::Email(signed.email.to_string()));
    }
    Ok(())
}

/// Whether an entry is a join by which an admin mends a line; only then its time is its own.
fn is_repair(past: &Roster, entry: &Entry) -> bool {
    entry.parents.len() == 2
        && past.has_role(&entry.actor, Role::Admin)
        && entry.events == [Event::Ledger(LedgerEvent::Repaired)]
}

/// The roster that a genesis founds.
fn founded(entry: &Entry) -> Arc<Roster> {
    let founding = match entry.events.first() {
        Some(Event::Ledger(LedgerEvent::Created(founding))) => {
            Roster::founded(&entry.actor, founding)
        }
        _ => Roster::default(),
    };
    Arc::new(founding)
}

fn unknown_version(versions: Versions) -> Option<Unsupported> {
    let mut parts = versions.parts().into_iter().zip(KNOWN.parts());
    parts.find_map(|((part, announced), (_, known))| {
        let version = announced.filter(|_| announced > known)?;
        Some(Unsupported { part, version })
    })
}

#[cfg(test)]
mod tests;
