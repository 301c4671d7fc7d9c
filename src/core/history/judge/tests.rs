//! A commit is judged by its own past alone; other lines do not matter.
//!
//! Not here: random graphs (`core::replay_tests`), and forged commits (the integration tests).

use std::sync::Arc;

use super::*;
use crate::core::{
    entry::event::{
        RosterEvent, TaskEvent,
        ledger::Founding,
        roster::{ActorFact, NewActor},
    },
    plan::refusal::Refusal,
    sample::{actor, email, key_of, text},
    values::task::{ActorKind, Role},
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

fn founding() -> Event {
    Event::Ledger(LedgerEvent::Created(Box::new(Founding {
        key: key_of("ana"),
        kind: ActorKind::Human,
        email: email("x@example.org"),
        recovery: None,
        facts: Vec::new(),
        nonce: 0,
    })))
}

fn upgraded(rules: u16) -> Event {
    Event::Ledger(LedgerEvent::Upgraded(Versions {
        rules: Some(rules),
        ..Versions::default()
    }))
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            judge: Judge::default(),
            commits: 0,
        };
        world.push("ana", &[], vec![founding()]);
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
            idempotency_key: None,
        };
        let signed = Signed::new(id(number), entry, key_of(who), "x@example.org");
        self.commits += 1;
        let foreign = id(100 + self.commits);
        let content = Ok(signed);
        self.judge.push(parents, Candidate { foreign, content })
    }
    /// A commit that is not an entry.
    fn foreign(&mut self, parents: &[u32]) -> u32 {
        self.commits += 1;
        let foreign = id(100 + self.commits);
        let content = Err(Flaw::Message);
        self.judge.push(parents, Candidate { foreign, content })
    }
    fn flaw(&self, commit: u32) -> Option<&Flaw> {
        match &self.judge.nodes()[commit as usize].verdict {
            Judgement::Quarantined { flaw, .. } => Some(flaw),
            Judgement::Accepted(_) | Judgement::Cached => None,
        }
    }
    /// The roster that the reducer has at a commit.
    fn replayed(&self, tip: u32) -> Roster {
        let mut done = Done::none(self.judge.nodes().len());
        let mut replay: Option<crate::core::plan::reduce::Replay> = None;
        for commit in self.judge.order(tip, &mut done) {
            if let Judgement::Accepted(accepted) = &self.judge.nodes()[commit as usize].verdict {
                match &mut replay {
                    Some(replay) => replay.push(accepted),
                    None => replay = crate::core::plan::reduce::Replay::begin(accepted),
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
fn later_entries_of_a_revoked_admin_do_not_change_the_roster() {
    let mut world = World::new();
    let revoke = Event::Roster(RosterEvent::KeyRevoked {
        actor: actor("bob"),
        key: key_of("bob"),
        since: None,
    });
    let mainline = world.push("ana", &[1], vec![revoke]);
    let late = world.push("bob", &[1], vec![upgraded(9)]);
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
    assert_eq!(
        world.flaw(eve),
        Some(&Flaw::UnknownActor("eve".parse().unwrap()))
    );
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
fn an_entry_is_taken_once_and_its_place_in_the_graph_stays() {
    let mut world = World::new();
    let beside = world.push("ana", &[0], vec![add("eve", vec![Role::Worker])]);
    let join = world.push("bob", &[1, beside], Vec::new());
    let ignored = world.push("mallory", &[join], Vec::new());
    assert_eq!(world.judge.take(join).map(|taken| taken.id), Some(id(3)));
    assert_eq!(world.judge.take(join), None);
    assert_eq!(world.judge.take(ignored), None);
    assert!(world.flaw(join).is_none() && world.flaw(ignored).is_some());
    let parents = [0, join, ignored].map(|commit| world.judge.parents(commit));
    assert_eq!(parents, [&[][..], &[1, beside], &[join]]);
}

#[test]
fn a_genesis_is_alone_and_signed_by_the_key_that_it_names() {
    let entry = Entry {
        format: 1,
        ledger: None,
        parents: Vec::new(),
        actor: actor("ana"),
        time: Timestamp::from_seconds(0),
        events: vec![founding()],
        attachments: Vec::new(),
        idempotency_key: None,
    };
    let good = Signed::new(id(0), entry, key_of("ana"), "x@example.org");
    let changes: [fn(&mut Signed); 6] = [
        |genesis| genesis.accepted.entry.parents.push(id(7)),
        |genesis| genesis.accepted.entry.ledger = Some(id(7)),
        |genesis| genesis.accepted.entry.events.push(upgraded(1)),
        |genesis| genesis.accepted.entry.events = vec![upgraded(1)],
        |genesis| genesis.accepted.signer = key_of("bob"),
        |genesis| genesis.email = "y@example.org".into(),
    ];
    let flawed = changes.iter().map(|change| {
        let mut genesis = good.clone();
        change(&mut genesis);
        genesis
    });
    for (number, genesis) in [good.clone()].into_iter().chain(flawed).enumerate() {
        let mut world = World::new();
        world.judge = Judge::default();
        for _ in 0..2 {
            let content = Ok(genesis.clone());
            let foreign = id(100);
            world.judge.push(&[], Candidate { foreign, content });
        }
        assert_eq!(world.flaw(0).is_some(), number > 0, "{number}");
        // A ledger has one genesis.
        assert!(world.flaw(1).is_some(), "{number}");
    }
}

#[test]
fn a_version_that_this_program_knows_is_supported() {
    let mut world = World::new();
    let known = world.push("ana", &[1], vec![upgraded(RULES)]);
    assert_eq!(world.judge.unsupported(known), None);
    let unknown = world.push("ana", &[known], vec![upgraded(RULES + 1)]);
    let unsupported = world.judge.unsupported(unknown).unwrap();
    assert_eq!(
        (unsupported.part, unsupported.version),
        ("rules", RULES + 1)
    );
}

#[test]
fn a_later_parent_that_is_not_an_entry_gives_neither_time_nor_roster_nor_entries() {
    let mut world = World::new();
    world.commits = 40;
    let beside = world.push("ana", &[1], vec![add("eve", vec![Role::Worker])]);
    let foreign = world.foreign(&[beside]);
    world.commits = 10;
    let join = world.push("ana", &[1, foreign], Vec::new());
    let node = &world.judge.nodes()[join as usize];
    assert_eq!((node.effective.seconds(), world.flaw(join)), (10, None));
    assert!(node.roster.actor(&actor("eve")).is_none());
    assert!(world.judge.known(join).eq([1]));
    // The first parent gives all of them, whatever it is.
    let on_top = world.push("ana", &[foreign, 1], Vec::new());
    let node = &world.judge.nodes()[on_top as usize];
    assert_eq!((node.effective.seconds(), world.flaw(on_top)), (40, None));
    assert!(node.roster.actor(&actor("eve")).is_some());
    assert!(world.judge.known(on_top).eq([foreign, 1]));
    // An ignored (quarantined) commit brings its first parent only.
    let ignored = world.push("mallory", &[1, beside], Vec::new());
    assert!(world.judge.known(ignored).eq([1]));
    world.judge.settle(on_top);
    let settled = &world.judge.nodes()[on_top as usize].roster;
    assert_eq!(**settled, Roster::default());
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
    world.commits = 91;
    let in_time = world.push("ana", &[late, side], repair());
    let leaves = |commit: u32| world.judge.nodes()[commit as usize].leaves();
    assert!(!leaves(in_time) && leaves(by_admin) && !leaves(by_worker) && !leaves(no_join));
    // Who has the repair knows the parent, but its entries are not in the order.
    assert!(world.judge.known(by_admin).eq([late, side]));
    let order = world
        .judge
        .order(by_admin, &mut Done::none(world.judge.nodes().len()));
    assert!(order.ends_with(&[mainline, late, by_admin]));
}

#[test]
fn a_change_that_its_own_past_refuses_changes_nothing_in_a_join() {
    let mut world = World::new();
    // `bob` is no admin in one line, and adds an actor in the other, which does not know that he is one again.
    let worker = world.push(
        "ana",
        &[1],
        vec![edit(vec![ActorFact::RoleRemoved(Role::Admin)])],
    );
    let refused = world.push("bob", &[worker], vec![add("eve", vec![Role::Worker])]);
    let again = world.push(
        "ana",
        &[worker],
        vec![edit(vec![ActorFact::RoleAdded(Role::Admin)])],
    );
    let join = world.push("ana", &[again, refused], Vec::new());
    let roster = world.judge.nodes()[join as usize].roster();
    assert!(roster.has_role(&actor("bob"), Role::Admin));
    assert!(roster.actor(&actor("eve")).is_none());
    // The reducer refuses it too, where `bob` is an admin.
    let Judgement::Accepted(accepted) = &world.judge.nodes()[refused as usize].verdict else {
        panic!("not accepted");
    };
    let refusal = accepted.refused.as_deref();
    assert!(
        matches!(refusal, Some((0, Refusal::NotPermitted { .. }))),
        "{refusal:?}"
    );
}

#[test]
fn a_join_has_the_roster_changes_that_its_later_parents_bring() {
    let mut world = World::new();
    let mainline = world.push("ana", &[1], Vec::new());
    let side = world.push("ana", &[1], vec![add("eve", vec![Role::Worker])]);
    let join = world.push("ana", &[mainline, side], Vec::new());
    world.agrees(join);
    let by_eve = world.push("eve", &[join], Vec::new());
    assert_eq!(world.flaw(by_eve), None);
}

#[test]
fn a_judge_that_resumes_at_a_tip_judges_like_the_one_that_read_everything() {
    for tip in [0, 1] {
        let mut whole = World::new();
        let node = &whole.judge.nodes()[tip as usize];
        let (at, effective, roster) = (node.id, node.effective, Arc::clone(&node.roster));
        let judge = Judge::resume(id(0), at, effective, roster);
        let last = judge.last().unwrap();
        let mut resumed = World {
            judge,
            commits: whole.commits,
        };
        let change = || vec![add("eve", vec![Role::Worker])];
        let (one, other) = (
            whole.push("ana", &[tip], change()),
            resumed.push("ana", &[last], change()),
        );
        assert_eq!((whole.flaw(one), resumed.flaw(other)), (None, None));
        let (one, other) = (
            &whole.judge.nodes()[one as usize],
            &resumed.judge.nodes()[other as usize],
        );
        assert_eq!(
            (one.id, one.effective, &one.roster),
            (other.id, other.effective, &other.roster)
        );
        // A commit of another ledger has no place there either.
        let foreign = resumed.push("ana", &[], vec![founding()]);
        assert!(resumed.flaw(foreign).is_some());
    }
}
