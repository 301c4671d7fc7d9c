//! Which commits are entries that count: each is judged by its own past, parents first (LEDGER_FORMAT.md, 11).
//!
//! A bad commit cannot be cut out of a chain, so it is quarantined where it stands: it has no effect
//! and its descendants go on. Not here: reading and verifying commits (`store`), and what the rules
//! refuse at a place in the order (`reduce`).

mod changes;

use std::sync::Arc;

use self::changes::{Change, Changes, List};
use crate::core::{
    codec::FORMAT,
    event::{Entry, Event, LedgerEvent, ledger::Versions},
    id::EntryId,
    key::PublicKey,
    order::{self, Done, Graph},
    reduce::Accepted,
    roster::{KeyStanding, Roster},
    state::{RULES, STATE},
    task::Role,
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
    /// What it becomes if it is accepted, its effective time so far being its own. It is laid down here once and
    /// passed on from hand to hand, since a ledger may have a hundred thousand.
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
        };
        Self {
            accepted: Box::new(accepted),
            email: email.into(),
        }
    }
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

impl Flaw {
    /// The stable words for all flaws, in the order of the variants.
    pub const CODES: &[&str] = &[
        "frame",
        "payload",
        "format_not_announced",
        "message",
        "author",
        "time",
        "tree",
        "signature",
        "unknown_actor",
        "unknown_key",
        "ended_key",
        "email",
        "other_ledger",
        "parents",
        "second_genesis",
        "no_genesis",
    ];
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        let place = match self {
            Self::Frame(_) => 0,
            Self::Payload(_) => 1,
            Self::UnannouncedFormat(_) => 2,
            Self::Message => 3,
            Self::Author { .. } => 4,
            Self::Time { .. } => 5,
            Self::Tree => 6,
            Self::Signature(_) => 7,
            Self::UnknownActor(_) => 8,
            Self::UnknownKey(_) => 9,
            Self::EndedKey { .. } => 10,
            Self::Email(_) => 11,
            Self::OtherLedger => 12,
            Self::Parents => 13,
            Self::SecondGenesis => 14,
            Self::NoGenesis => 15,
        };
        Self::CODES[place]
    }
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
    /// The changes that made the roster what it is.
    changes: List,
}

#[cfg(test)]
impl Node {
    /// The roster after it.
    pub(in crate::core) fn roster(&self) -> &Roster {
        &self.roster
    }
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
            changes: List::default(),
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
        /// Why. Boxed, since nearly every verdict is another.
        flaw: Box<Flaw>,
        /// Whether its bytes alone decide that.
        foreign: bool,
    },
}

/// Judges commits, parents first.
#[derive(Debug, Default)]
pub struct Judge {
    graph: Graph,
    nodes: Vec<Node>,
    changes: Changes,
    /// The roster of who was given up.
    nobody: Arc<Roster>,
}

/// The roster in a commit's own past, and the changes that made it what it is.
struct Past {
    roster: Arc<Roster>,
    changes: List,
}

impl Past {
    /// What it becomes by an entry.
    fn after(self, changes: &mut Changes, commit: u32, accepted: &Accepted) -> Self {
        let Accepted {
            id, entry, signer, ..
        } = accepted;
        if !entry.events.iter().any(Roster::concerns) {
            return self;
        }
        let after = self.roster.after(entry, signer);
        Self {
            roster: after.map_or(self.roster, Arc::new),
            changes: changes.with(self.changes, Change { commit, id: *id }),
        }
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
            verdict: Verdict::Cached,
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
        match std::mem::replace(&mut self.nodes[commit as usize].verdict, Verdict::Cached) {
            Verdict::Accepted(accepted) => Some(accepted),
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
        unknown_version(self.nodes[tip as usize].roster.versions())
    }
    /// What a tip adds to what is done, in order, quarantined commits included.
    pub fn order(&self, tip: u32, done: &mut Done) -> Vec<u32> {
        order::extend(&self.graph, tip, done, |commit, place| {
            self.follows(commit, place)
        })
    }

    /// The parents of a commit that are followed: its past.
    pub fn followed(&self, commit: u32) -> impl Iterator<Item = u32> {
        let parents = self.graph.parents(commit).iter().enumerate();
        let followed = parents.filter(move |(place, _)| self.follows(commit, *place));
        followed.map(|(_, parent)| *parent)
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
        let past = self.past(parents, candidate.content.is_ok());
        let inherited = self.inherited(parents);
        let foreign = candidate.content.is_err();
        let judged = candidate.content.and_then(|signed| {
            let roster = past.as_ref().map(|past| &*past.roster);
            self.check(parents, roster, &signed).map(|()| signed)
        });
        let node = match judged {
            Ok(signed) => self.accepted(past, inherited, signed),
            Err(flaw) => self.quarantined(parents, candidate.foreign, flaw, foreign),
        };
        self.nodes.push(node);
        self.graph.push(parents)
    }

    fn accepted(&mut self, past: Option<Past>, inherited: Timestamp, signed: Signed) -> Node {
        let mut accepted = signed.accepted;
        let entry = &accepted.entry;
        let repairs = past
            .as_ref()
            .is_some_and(|past| is_repair(&past.roster, entry));
        accepted.effective = match repairs {
            true => entry.time,
            false => entry.time.max(inherited),
        };
        let past = match past {
            Some(past) => past.after(&mut self.changes, self.nodes.len() as u32, &accepted),
            None => Past {
                roster: founded(entry),
                changes: List::default(),
            },
        };
        Node {
            id: accepted.id,
            effective: accepted.effective,
            roster: past.roster,
            changes: past.changes,
            verdict: Verdict::Accepted(accepted),
        }
    }

    fn quarantined(&self, parents: &[u32], id: EntryId, flaw: Flaw, foreign: bool) -> Node {
        let first = parents.first().map(|parent| &self.nodes[*parent as usize]);
        Node {
            id,
            effective: first.map(|node| node.effective).unwrap_or_default(),
            verdict: Verdict::Quarantined {
                flaw: Box::new(flaw),
                foreign,
            },
            roster: first
                .map(|node| Arc::clone(&node.roster))
                .unwrap_or_default(),
            changes: first.map(|node| node.changes).unwrap_or_default(),
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
    fn past(&mut self, parents: &[u32], is_entry: bool) -> Option<Past> {
        let (first, later) = parents.split_first()?;
        let first = &self.nodes[*first as usize];
        let mut past = Past {
            roster: Arc::clone(&first.roster),
            changes: first.changes,
        };
        for parent in later {
            // The past of what is no entry is nobody's question.
            if !is_entry || self.is_foreign(*parent) {
                continue;
            }
            let brought = self.nodes[*parent as usize].changes;
            for Change { commit, .. } in self.changes.beyond(past.changes, brought) {
                if let Verdict::Accepted(change) = &self.nodes[commit as usize].verdict {
                    past = past.after(&mut self.changes, commit, change);
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
        return Err(Flaw::Payload(
            "a genesis has no parents and one event".to_owned(),
        ));
    }
    if founding.key != signed.accepted.signer {
        return Err(Flaw::UnknownKey(entry.actor.to_string()));
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
        .ok_or_else(|| Flaw::UnknownActor(name.to_string()))?;
    match roster.standing(name, &signed.accepted.signer) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        event::{RosterEvent, TaskEvent, roster::ActorFact, roster::NewActor},
        sample::{actor, email, key_of, text},
        task::{ActorKind, Role},
    };

    /// A ledger of the admins `ana` and `bob`; every entry has a number for an id, which is also its time.
    struct World {
        judge: Judge,
        commits: u8,
    }

    fn id(number: u8) -> EntryId {
        EntryId::from_bytes([number; 32])
    }

    fn add(name: &str, roles: Vec<Role>) -> Event {
        Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
            name: actor(name),
            kind: ActorKind::Agent,
            email: email("x@example.org"),
            roles,
            key: Some(key_of(name)),
        })))
    }

    fn edit(facts: Vec<ActorFact>) -> Event {
        Event::Roster(RosterEvent::ActorEdited {
            actor: actor("bob"),
            facts,
        })
    }

    impl World {
        fn new() -> Self {
            let founding = crate::core::event::ledger::Founding {
                key: key_of("ana"),
                kind: ActorKind::Human,
                email: email("x@example.org"),
                recovery: None,
                facts: Vec::new(),
                nonce: 0,
            };
            let mut world = Self {
                judge: Judge::default(),
                commits: 0,
            };
            world.push(
                "ana",
                &[],
                vec![Event::Ledger(LedgerEvent::Created(Box::new(founding)))],
            );
            world.push("ana", &[0], vec![add("bob", vec![Role::Admin])]);
            world
        }
        fn push(&mut self, who: &str, parents: &[u32], events: Vec<Event>) -> u32 {
            let number = self.commits;
            self.push_as(number, who, parents, events)
        }
        /// An entry with the id of another: a copy of it, for all that the judge knows.
        fn push_as(&mut self, number: u8, who: &str, parents: &[u32], events: Vec<Event>) -> u32 {
            let ids = parents
                .iter()
                .map(|parent| self.judge.nodes()[*parent as usize].id);
            let entry = Entry {
                format: 1,
                ledger: (!parents.is_empty()).then_some(id(0)),
                parents: ids.collect(),
                actor: actor(who),
                time: Timestamp::from_seconds(self.commits.into()),
                events,
                attachments: Vec::new(),
            };
            let signed = Signed::new(id(number), entry, key_of(who), "x@example.org");
            self.commits += 1;
            let foreign = id(100 + self.commits);
            let content = Ok(signed);
            self.judge.push(parents, Candidate { foreign, content })
        }
        fn flaw(&self, commit: u32) -> Option<&Flaw> {
            match &self.judge.nodes()[commit as usize].verdict {
                Verdict::Quarantined { flaw, .. } => Some(flaw),
                Verdict::Accepted(_) | Verdict::Cached => None,
            }
        }
        /// The roster that the reducer has at a commit.
        fn replayed(&self, tip: u32) -> Roster {
            let mut done = Done::none(self.judge.nodes().len());
            let mut replay: Option<crate::core::reduce::Replay> = None;
            for commit in self.judge.order(tip, &mut done) {
                if let Verdict::Accepted(accepted) = &self.judge.nodes()[commit as usize].verdict {
                    match &mut replay {
                        Some(replay) => replay.push(accepted),
                        None => replay = crate::core::reduce::Replay::begin(accepted),
                    }
                }
            }
            Roster::clone(&replay.unwrap().state().roster)
        }
        fn agrees(&self, tip: u32) {
            assert_eq!(*self.judge.nodes()[tip as usize].roster, self.replayed(tip));
        }
    }

    #[test]
    fn what_a_revoked_admin_brings_later_changes_no_roster() {
        let mut world = World::new();
        let revoke = Event::Roster(RosterEvent::KeyRevoked {
            actor: actor("bob"),
            key: key_of("bob"),
            since: None,
        });
        let mainline = world.push("ana", &[1], vec![revoke]);
        let unknown = Versions {
            rules: Some(9),
            ..Versions::default()
        };
        let late = world.push(
            "bob",
            &[1],
            vec![Event::Ledger(LedgerEvent::Upgraded(unknown))],
        );
        let join = world.push("ana", &[mainline, late], Vec::new());
        assert!(world.flaw(late).is_none() && world.flaw(join).is_none());
        assert!(world.judge.unsupported(late).is_some());
        assert_eq!(world.judge.unsupported(join), None);
        world.agrees(join);
    }

    #[test]
    fn a_change_of_the_roster_beside_something_else_is_none() {
        let mut world = World::new();
        let task = Event::Task(TaskEvent::Added {
            id: "A".parse().unwrap(),
            title: text("A"),
            facts: Vec::new(),
        });
        let mixed = world.push("ana", &[1], vec![task, add("eve", vec![Role::Worker])]);
        let eve = world.push("eve", &[mixed], Vec::new());
        assert_eq!(world.flaw(eve), Some(&Flaw::UnknownActor("eve".to_owned())));
        world.agrees(mixed);
    }

    #[test]
    fn a_copy_of_a_change_of_the_roster_does_not_bring_it_back() {
        let mut world = World::new();
        let grant = || edit(vec![ActorFact::RoleAdded(Role::Reviewer)]);
        let original = world.push("ana", &[1], vec![grant()]);
        let take = edit(vec![ActorFact::RoleRemoved(Role::Reviewer)]);
        let taken = world.push("ana", &[original], vec![take]);
        let copy = world.push_as(original as u8, "ana", &[1], vec![grant()]);
        let join = world.push("ana", &[taken, copy], Vec::new());
        assert!(
            !world.judge.nodes()[join as usize]
                .roster
                .has_role(&actor("bob"), Role::Reviewer)
        );
        world.agrees(join);
    }

    #[test]
    fn only_an_admin_turns_the_effective_time_back() {
        let mut world = World::new();
        let worker = vec![add("eve", vec![Role::Worker])];
        let mainline = world.push("ana", &[1], worker);
        world.commits = 90;
        let late = world.push("ana", &[mainline], Vec::new());
        let side = world.push("ana", &[mainline], Vec::new());
        let repair = || vec![Event::Ledger(LedgerEvent::Repaired)];
        world.commits = 50;
        let effective = |world: &World, commit: u32| {
            assert!(world.flaw(commit).is_none());
            world.judge.nodes()[commit as usize].effective.seconds()
        };
        let by_worker = world.push("eve", &[late, side], repair());
        assert_eq!(effective(&world, by_worker), 91);
        let no_join = world.push("ana", &[late], repair());
        assert_eq!(effective(&world, no_join), 90);
        let by_admin = world.push("ana", &[late, side], repair());
        assert_eq!(effective(&world, by_admin), 52);
    }
}
