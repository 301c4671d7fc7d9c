//! Which commits are entries that count: each is judged by its own past, parents first (ORDER, R10).
//!
//! A bad commit cannot be cut out of a chain, so it is quarantined where it stands: it has no effect
//! and its descendants go on. Not here: reading and verifying commits (`store`), and what the rules
//! refuse at a place in the order (`reduce`).

use std::sync::Arc;

use crate::core::{
    codec::FORMAT,
    event::{Entry, Event, LedgerEvent, ledger::Versions},
    id::EntryId,
    key::PublicKey,
    order::{self, Done, Graph},
    reduce::Accepted,
    roster::{KeyStanding, Roster},
    state::{RULES, STATE},
    time::Timestamp,
};

/// A commit as it was read, before its past is looked at.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id if it turns out to be no entry.
    pub foreign: EntryId,
    /// What it holds, or why by its bytes alone it is no entry.
    pub content: Result<Signed, Flaw>,
}

/// An entry whose bytes are in order and whose signature is good; whose key it is, is not known yet.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Its id.
    pub id: EntryId,
    /// What it says.
    pub entry: Entry,
    /// The address in its author line.
    pub email: Arc<str>,
    /// The key that signed it.
    pub signer: PublicKey,
}

/// Why a commit is quarantined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The commit object is not of the form that entries have.
    #[error("{0}")]
    Frame(String),
    /// The payload is not of the form that entries have.
    #[error("{0}")]
    Payload(String),
    /// The payload is of a format that no upgrade announced.
    #[error("it is of format {0}, which no upgrade announced")]
    UnannouncedFormat(u64),
    /// The message is not what the payload renders to.
    #[error("its message is not the one that its payload renders to")]
    Message,
    /// The author is not the actor that the payload names.
    #[error("its author is '{author}', but its payload says {actor}")]
    Author {
        /// By the commit.
        author: String,
        /// By the payload.
        actor: String,
    },
    /// The commit's time is not that of the payload.
    #[error("its time is {commit}, but its payload says {payload}")]
    Time {
        /// By the commit.
        commit: u64,
        /// By the payload.
        payload: u64,
    },
    /// The tree is empty although there are attachments, or the other way round.
    #[error("its tree does not fit its attachments")]
    Tree,
    /// The signature is missing, or does not cover these bytes.
    #[error("its signature is bad: {0}")]
    Signature(String),
    /// The actor was not in the ledger.
    #[error("actor {0} is not in the ledger in its own past")]
    UnknownActor(String),
    /// The key was not the actor's.
    #[error("it is signed with a key that is not {0}'s in its own past")]
    UnknownKey(String),
    /// The key was retired or revoked.
    #[error("it is signed with a key of {actor} that was {standing} in its own past")]
    EndedKey {
        /// Whose key.
        actor: String,
        /// What became of it.
        standing: KeyStanding,
    },
    /// The address is not the one that the actor is registered with.
    #[error("its author's address is '{0}', not the one in the ledger")]
    Email(String),
    /// It belongs to another ledger.
    #[error("it is of another ledger")]
    OtherLedger,
    /// The parents that its payload names are not its parents.
    #[error("its parents are not those that its payload names")]
    Parents,
    /// It founds a ledger although there is one.
    #[error("it founds a ledger that exists already")]
    SecondGenesis,
    /// It does not found the ledger although it has no parent.
    #[error("it has no parent and is no genesis")]
    NoGenesis,
}

/// An upgrade announced a version that this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger uses {part} {version}, which this version of git-coord does not know")]
pub struct Unsupported {
    /// What was upgraded: `format`, `rules`, …
    pub part: &'static str,
    /// To which version.
    pub version: u16,
}

/// A judged commit.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id, which its descendants name.
    pub id: EntryId,
    /// Its effective time; a quarantined commit passes on its first parent's.
    pub effective: Timestamp,
    /// Whether it counts.
    pub verdict: Verdict,
    roster: Arc<Roster>,
}

#[cfg(test)]
impl Node {
    /// A judged commit for tests of what only looks at the verdict.
    pub(in crate::core) fn with_verdict(
        id: EntryId,
        effective: Timestamp,
        verdict: Verdict,
    ) -> Self {
        Self {
            id,
            effective,
            verdict,
            roster: Arc::default(),
        }
    }
}

/// Whether a commit counts.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It does.
    Accepted(Box<Accepted>),
    /// It does, and is part of a state that was read from the cache.
    Cached,
    /// It does not. `foreign`: by its bytes alone it is no entry.
    Quarantined {
        /// Why.
        flaw: Flaw,
        /// Whether its bytes alone decide that.
        foreign: bool,
    },
}

/// Judges commits, parents first.
#[derive(Debug, Default)]
pub struct Judge {
    graph: Graph,
    nodes: Vec<Node>,
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
            verdict: Verdict::Cached,
            roster,
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
        match std::mem::replace(&mut self.nodes[commit as usize].verdict, Verdict::Cached) {
            Verdict::Accepted(accepted) => Some(accepted),
            other => {
                self.nodes[commit as usize].verdict = other;
                None
            }
        }
    }
    /// A version that this program does not know, if an effective upgrade in the past of `tip` announced one.
    pub fn unsupported(&self, tip: u32) -> Option<Unsupported> {
        unknown_version(self.nodes[tip as usize].roster.versions())
    }
    /// What a tip adds to what is done, in order, quarantined commits included.
    pub fn order(&self, tip: u32, done: &mut Done) -> Vec<u32> {
        order::extend(&self.graph, tip, done, |commit, place| {
            self.follows(commit, place)
        })
    }

    /// Only a quarantined commit's first parent is followed, and no later parent that is no entry.
    fn follows(&self, commit: u32, place: usize) -> bool {
        if place == 0 {
            return true;
        }
        let parent = self.graph.parents(commit)[place];
        let quarantined = matches!(
            self.nodes[commit as usize].verdict,
            Verdict::Quarantined { .. }
        );
        !quarantined && !self.is_foreign(parent)
    }
    fn is_foreign(&self, commit: u32) -> bool {
        matches!(
            self.nodes[commit as usize].verdict,
            Verdict::Quarantined { foreign: true, .. }
        )
    }

    /// Judges a commit whose parents, by number, were judged before; gives its number.
    pub fn push(&mut self, parents: &[u32], candidate: Candidate) -> u32 {
        let past = self.past_roster(parents, candidate.content.is_ok());
        let inherited = self.inherited(parents);
        let foreign = candidate.content.is_err();
        let judged = candidate.content.and_then(|signed| {
            match self.check(parents, past.as_deref(), &signed) {
                Ok(()) => Ok(signed),
                Err(flaw) => Err(flaw),
            }
        });
        let node = match judged {
            Ok(signed) => self.accepted(past, inherited, signed),
            Err(flaw) => self.quarantined(parents, candidate.foreign, flaw, foreign),
        };
        self.nodes.push(node);
        self.graph.push(parents)
    }

    fn accepted(&self, past: Option<Arc<Roster>>, inherited: Timestamp, signed: Signed) -> Node {
        let Signed {
            id, entry, signer, ..
        } = signed;
        let repair = entry
            .events
            .iter()
            .any(|event| matches!(event, Event::Ledger(LedgerEvent::Repaired)));
        let effective = if repair {
            entry.time
        } else {
            entry.time.max(inherited)
        };
        let roster = roster_after(past, &entry, &signer);
        let accepted = Accepted {
            id,
            entry,
            signer,
            effective,
        };
        Node {
            id,
            effective,
            verdict: Verdict::Accepted(Box::new(accepted)),
            roster,
        }
    }

    fn quarantined(&self, parents: &[u32], id: EntryId, flaw: Flaw, foreign: bool) -> Node {
        let first = parents.first().map(|parent| &self.nodes[*parent as usize]);
        Node {
            id,
            effective: first.map(|node| node.effective).unwrap_or_default(),
            verdict: Verdict::Quarantined { flaw, foreign },
            roster: first
                .map(|node| Arc::clone(&node.roster))
                .unwrap_or_default(),
        }
    }

    /// The latest effective time of the parents that count.
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

    /// The roster in the own past of a commit with these parents; none where there is no past.
    fn past_roster(&self, parents: &[u32], is_entry: bool) -> Option<Arc<Roster>> {
        let (first, later) = parents.split_first()?;
        let mut roster = Arc::clone(&self.nodes[*first as usize].roster);
        let same = |parent: &u32| Arc::ptr_eq(&self.nodes[*parent as usize].roster, &roster);
        if !is_entry
            || later
                .iter()
                .all(|parent| self.is_foreign(*parent) || same(parent))
        {
            return Some(roster);
        }
        let mut done = Done::none(self.graph.len());
        self.order(*first, &mut done);
        for parent in later.iter().filter(|parent| !self.is_foreign(**parent)) {
            for commit in self.order(*parent, &mut done) {
                if let Verdict::Accepted(accepted) = &self.nodes[commit as usize].verdict {
                    roster = roster_after(Some(roster), &accepted.entry, &accepted.signer);
                }
            }
        }
        Some(roster)
    }

    fn check(&self, parents: &[u32], past: Option<&Roster>, signed: &Signed) -> Result<(), Flaw> {
        let entry = &signed.entry;
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
    let entry = &signed.entry;
    let Some(Event::Ledger(LedgerEvent::Created(founding))) = entry.events.first() else {
        return Err(Flaw::NoGenesis);
    };
    if !is_first {
        return Err(Flaw::OtherLedger);
    }
    if !entry.parents.is_empty() || entry.ledger.is_some() || entry.events.len() > 1 {
        return Err(Flaw::Payload(
            "a genesis has no parents and one event".to_owned(),
        ));
    }
    if founding.key != signed.signer {
        return Err(Flaw::UnknownKey(entry.actor.to_string()));
    }
    if founding.email.as_str() != &*signed.email {
        return Err(Flaw::Email(signed.email.to_string()));
    }
    Ok(())
}

fn check_author(roster: &Roster, signed: &Signed) -> Result<(), Flaw> {
    let name = &signed.entry.actor;
    let actor = roster
        .actor(name)
        .ok_or_else(|| Flaw::UnknownActor(name.to_string()))?;
    match roster.standing(name, &signed.signer) {
        Some(KeyStanding::Active) => {}
        Some(standing) => {
            return Err(Flaw::EndedKey {
                actor: name.to_string(),
                standing,
            });
        }
        None => return Err(Flaw::UnknownKey(name.to_string())),
    }
    if actor.email.as_str() != &*signed.email {
        return Err(Flaw::Email(signed.email.to_string()));
    }
    Ok(())
}

/// The roster after an entry: its roster events take effect, all of them or none.
fn roster_after(past: Option<Arc<Roster>>, entry: &Entry, signer: &PublicKey) -> Arc<Roster> {
    let Some(past) = past else {
        let founding = match entry.events.first() {
            Some(Event::Ledger(LedgerEvent::Created(founding))) => {
                Roster::founded(&entry.actor, founding)
            }
            _ => Roster::default(),
        };
        return Arc::new(founding);
    };
    if !entry.events.iter().any(Roster::concerns) {
        return past;
    }
    let mut after = Roster::clone(&past);
    for event in &entry.events {
        if after.check(&entry.actor, signer, event).is_err() {
            return past;
        }
        after.apply(event);
    }
    Arc::new(after)
}

fn unknown_version(versions: Versions) -> Option<Unsupported> {
    let known = [
        ("format", versions.format, FORMAT),
        ("rules", versions.rules, RULES),
        ("state", versions.state, STATE),
        ("message", versions.message, crate::core::message::MESSAGE),
        ("files", versions.files, crate::core::snapshot::FILES),
    ];
    let unknown = known
        .into_iter()
        .find(|(_, announced, known)| announced.is_some_and(|version| version > *known));
    unknown.and_then(|(part, announced, _)| {
        Some(Unsupported {
            part,
            version: announced?,
        })
    })
}
