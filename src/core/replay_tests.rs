//! The properties of every history: any graph of good and bad entries, judged, ordered and replayed.
//! The author of an entry knows the state at the first parent, but not the concurrent entries.
//!
//! Not here: the order of bare graphs (`order`), and histories of real commits (the integration tests).

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index};

use crate::core::{
    entry::{
        codec,
        event::{
            Attachment, Entry, Event, LedgerEvent, Mark, RosterEvent, TaskEvent, TaskRef,
            WorkEvent,
            ledger::{Founding, Versions},
            roster::{ActorFact, NewActor, PolicyRule},
            task::TaskFact,
        },
        message,
    },
    history::{
        accept::{JoinPlan, Lines, Standing},
        judge::{Candidate, Flaw, Judge, Judgement, Node, Signed},
        order::Done,
    },
    plan::{
        reduce::{self, Accepted, Replay},
        roster::Roster,
        state::State,
    },
    sample::{actor, email, promises, teamwork, text},
    values::{
        id::{ActorName, Digest, EntryId},
        key::PublicKey,
        task::{ActorKind, Approver, Role},
        time::{Span, Timestamp},
    },
};

const DAWN: u64 = 1_760_518_800;

/// The `number`th key of an actor.
fn key_of(name: &str, number: u8) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(Digest::of(&[name.as_bytes(), &[number]].concat()).as_bytes());
    PublicKey::from_blob(&blob).unwrap()
}

fn address(name: &str) -> String {
    format!("{name}@example.org")
}

/// A growing history. Commits are numbered, and a commit knows only commits with lower numbers.
#[derive(Debug, Default)]
struct History {
    judge: Judge,
    /// The parents and the content of each commit, by number.
    commits: Vec<(Vec<u32>, Candidate)>,
    tasks: Vec<TaskRef>,
}

impl History {
    /// A history with the admins `ana` and `bob`, the reviewer `bob`, and the worker `codex`.
    fn new() -> Self {
        let mut history = Self::default();
        let founding = Founding {
            key: key_of("ana", 0),
            kind: ActorKind::Human,
            email: email(&address("ana")),
            recovery: None,
            facts: Vec::new(),
            nonce: 1,
        };
        let founded = Event::Ledger(LedgerEvent::Created(Box::new(founding)));
        history.entry("ana", 0, &[], 0, vec![founded]);
        let bob = vec![Role::Admin, Role::Reviewer];
        for (name, roles) in [("bob", bob), ("codex", vec![Role::Worker])] {
            let new = NewActor {
                name: actor(name),
                kind: ActorKind::Agent,
                email: email(&address(name)),
                roles,
                key: Some(key_of(name, 0)),
            };
            let added = Event::Roster(RosterEvent::ActorAdded(Box::new(new)));
            let last = history.last();
            history.entry("ana", 0, &[last], 0, vec![added]);
        }
        history
    }

    fn last(&self) -> u32 {
        self.judge.last().unwrap()
    }
    fn node(&self, number: u32) -> &Node {
        &self.judge.nodes()[number as usize]
    }

    fn signed(&self, who: &str, key: u8, parents: &[u32], at: u64, events: Vec<Event>) -> Signed {
        let ids = parents.iter().map(|parent| self.node(*parent).id);
        let note = Attachment {
            name: text("note"),
            digest: Digest::of(b"note"),
            size: 4,
        };
        let first = self.judge.nodes().first();
        let entry = Entry {
            format: 1,
            ledger: first.map(|genesis| genesis.id),
            parents: ids.collect(),
            actor: actor(who),
            time: Timestamp::from_seconds(DAWN + at),
            events,
            attachments: vec![note],
            idempotency_key: None,
        };
        let payload = codec::encode(&entry).unwrap();
        let id = EntryId::of_payload(&payload);
        Signed::new(id, entry, key_of(who, key), &address(who))
    }

    fn push(&mut self, parents: &[u32], content: Result<Signed, Flaw>) -> u32 {
        // Each commit has an id of its own, even if it has the same content as another.
        let raw = (self.commits.len() as u64).to_be_bytes();
        let foreign = EntryId::of_foreign_commit(&raw);
        let candidate = Candidate { foreign, content };
        self.commits.push((parents.to_vec(), candidate.clone()));
        self.judge.push(parents, candidate)
    }

    fn entry(&mut self, who: &str, key: u8, parents: &[u32], at: u64, events: Vec<Event>) -> u32 {
        let signed = self.signed(who, key, parents, at, events);
        self.push(parents, Ok(signed))
    }

    fn add(&mut self, who: &str, parents: &[u32], at: u64, id: &str) -> u32 {
        let added = Event::Task(TaskEvent::Added {
            id: id.parse().unwrap(),
            title: text("Task"),
            facts: Vec::new(),
        });
        let number = self.entry(who, 0, parents, at, vec![added]);
        let mark = Mark {
            entry: Some(self.node(number).id),
            event: 0,
            item: 0,
        };
        let id = id.parse().unwrap();
        self.tasks.push(TaskRef { id, mark });
        number
    }

    fn order(&self, tip: u32) -> Vec<u32> {
        self.judge.order(tip, &mut Done::none(self.commits.len()))
    }
    fn replay(&self, order: &[u32]) -> Replay {
        let mut entries = order.iter().filter_map(|number| self.accepted(*number));
        let mut replay = Replay::begin(entries.next().unwrap()).unwrap();
        entries.for_each(|entry| replay.push(entry));
        replay
    }
    fn state(&self, tip: u32) -> State {
        self.replay(&self.order(tip)).into_state()
    }
    fn accepted(&self, number: u32) -> Option<&Accepted> {
        match &self.node(number).verdict {
            Judgement::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }
    fn flaw(&self, number: u32) -> Option<&Flaw> {
        flaw(self.node(number))
    }
    /// Whether a commit is not an entry in any position.
    fn is_foreign(&self, number: u32) -> bool {
        let verdict = &self.node(number).verdict;
        matches!(verdict, Judgement::Quarantined { foreign: true, .. })
    }
}

fn flaw(node: &Node) -> Option<&Flaw> {
    match &node.verdict {
        Judgement::Quarantined { flaw, .. } => Some(flaw),
        _ => None,
    }
}

/// The `number`th key is added to an actor.
fn added(name: &str, number: u8) -> Event {
    Event::Roster(RosterEvent::KeyAdded {
        actor: actor(name),
        key: key_of(name, number),
    })
}

fn revoked(name: &str) -> Event {
    Event::Roster(RosterEvent::KeyRevoked {
        actor: actor(name),
        key: key_of(name, 0),
        since: None,
    })
}

/// The actor, whether it uses its spare key, the parents, the time, the kind of act, and its object.
type Act = (usize, bool, Index, Option<Index>, u64, usize, Index);

fn any_act(what: impl Strategy<Value = usize>) -> impl Strategy<Value = Act> {
    (
        0..3_usize,
        prop::bool::weighted(0.1),
        any::<Index>(),
        prop::option::weighted(0.4, any::<Index>()),
        0..1000_u64,
        what,
        any::<Index>(),
    )
}

fn any_history() -> impl Strategy<Value = History> {
    prop::collection::vec(any_act(0..ACTS + teamwork::EVENTS), 1..40).prop_map(|acts| {
        let mut history = History::new();
        acts.iter().for_each(|act| perform(&mut history, act));
        history
    })
}

/// Lines that part and join while actors work on three tasks, of which two share files.
fn any_teamwork() -> impl Strategy<Value = History> {
    let what = prop_oneof![1 => 0..ACTS, 9 => ACTS..ACTS + teamwork::EVENTS];
    prop::collection::vec(any_act(what), 20..80).prop_map(|acts| {
        let mut history = History::new();
        for id in ["A", "B", "C"] {
            let last = history.last();
            history.add("ana", &[last], 0, id);
        }
        for (task, glob) in [(0, "lib/**"), (1, "lib/a")] {
            let facts = vec![
                TaskFact::PathAdded(glob.parse().unwrap()),
                TaskFact::GateAdded(Approver::Role(Role::Reviewer)),
            ];
            let task = history.tasks[task].clone();
            let edited = Event::Task(TaskEvent::Edited { task, facts });
            let last = history.last();
            history.entry("ana", 0, &[last], 0, vec![edited]);
        }
        acts.iter().for_each(|act| perform(&mut history, act));
        history
    })
}

/// The number of kinds of acts, without those of [`teamwork`].
const ACTS: usize = 20;

fn perform(history: &mut History, act: &Act) {
    let (who, spare, first, second, at, what, about) = act;
    let who = ["ana", "bob", "codex"][*who];
    let other = ["ana", "bob", "codex"][about.index(3)];
    let count = history.commits.len();
    // Most parents are near the end; otherwise there would be many lines but no long ones.
    let near = |index: &Index| (count - 1 - index.index(count.min(6))) as u32;
    let mut parents = vec![near(first)];
    parents.extend(
        second
            .as_ref()
            .map(near)
            .filter(|second| *second != parents[0]),
    );
    let whose = || actor(other);
    let key = key_of(other, 0);
    let task = (!history.tasks.is_empty()).then(|| about.get(&history.tasks).clone());
    let task = task.unwrap_or_else(|| TaskRef {
        id: "none".parse().unwrap(),
        mark: Mark::default(),
    });
    let roster = |event| vec![Event::Roster(event)];
    let events = match what {
        0..=3 => {
            let id = ["A", "B", "C"][about.index(3)];
            history.add(who, &parents, *at, id);
            return;
        }
        4 | 5 => vec![Event::Work(WorkEvent::claim(task, Span::from_minutes(10)))],
        6 => vec![revoked(other)],
        7 => roster(RosterEvent::KeyRetired {
            actor: whose(),
            key,
        }),
        8 => vec![added(other, 1)],
        9 => facts(other, ActorFact::RoleRemoved(Role::Admin)),
        10 => facts(other, ActorFact::RoleAdded(Role::Admin)),
        11 => facts(other, ActorFact::Email(email(&address("elsewhere")))),
        // The rules refuse the second event, and therefore the first too.
        12 => vec![
            revoked(other),
            Event::Task(cancelled(task)),
            Event::Task(cancelled(missing())),
        ],
        13 => vec![upgraded(1 + about.index(9).is_multiple_of(9) as u16)],
        14 => roster(RosterEvent::PolicySet(PolicyRule::UnclaimedWork(false))),
        15 => {
            history.push(&parents, Err(Flaw::Message));
            return;
        }
        16 => {
            let mut signed = history.signed(who, 0, &parents, *at, vec![revoked(other)]);
            signed.accepted.entry.parents.reverse();
            signed.accepted.entry.parents.push(signed.accepted.id);
            history.push(&parents, Ok(signed));
            return;
        }
        17 | 18 => {
            // Not the genesis: a second genesis would be another ledger.
            let (parents, candidate) = about.get(&history.commits[1..]).clone();
            history.push(&parents, candidate.content);
            return;
        }
        ACTS.. => {
            let known = history.state(parents[0]);
            let number = (at % 101) as u8;
            vec![teamwork::event(&known, &task, what - ACTS, number)]
        }
        _ if parents.len() > 1 => Vec::new(),
        _ => vec![Event::Task(cancelled(task))],
    };
    history.entry(who, u8::from(*spare), &parents, *at, events);
}

fn facts(name: &str, fact: ActorFact) -> Vec<Event> {
    let facts = vec![fact];
    vec![Event::Roster(RosterEvent::ActorEdited {
        actor: actor(name),
        facts,
    })]
}
fn cancelled(task: TaskRef) -> TaskEvent {
    TaskEvent::Cancelled { task, reason: None }
}
fn missing() -> TaskRef {
    TaskRef {
        id: "missing".parse().unwrap(),
        mark: Mark::default(),
    }
}
fn upgraded(rules: u16) -> Event {
    Event::Ledger(LedgerEvent::Upgraded(Versions {
        rules: Some(rules),
        ..Versions::default()
    }))
}

/// The recursive rule of the order, with its exceptions for ignored (quarantined) commits and for commits
/// that are not entries.
fn by_definition(history: &History, tip: u32, order: &mut Vec<u32>) {
    if order.contains(&tip) {
        return;
    }
    for (place, parent) in history.commits[tip as usize].0.iter().enumerate() {
        if place == 0 || (history.flaw(tip).is_none() && !history.is_foreign(*parent)) {
            by_definition(history, *parent, order);
        }
    }
    order.push(tip);
}

fn same<T: std::fmt::Debug + PartialEq>(one: T, other: T) -> Result<(), TestCaseError> {
    prop_assert_eq!(one, other);
    Ok(())
}

proptest! {
    #[test]
    fn the_order_of_any_history_is_the_recursive_rule(history in any_history()) {
        for tip in 0..=history.last() {
            let mut expected = Vec::new();
            by_definition(&history, tip, &mut expected);
            prop_assert_eq!(history.order(tip), expected);
        }
    }

    #[test]
    fn published_entries_keep_their_positions_and_the_next_replay_continues_from_their_state(history in any_history()) {
        for tip in 1..=history.last() {
            let (parents, _) = &history.commits[tip as usize];
            let (Some(first), order) = (parents.first(), history.order(tip)) else { continue };
            let published = history.order(*first);
            prop_assert!(order.starts_with(&published));
            let mut replay = history.replay(&published);
            let rest = order[published.len()..].iter();
            rest.filter_map(|number| history.accepted(*number)).for_each(|entry| replay.push(entry));
            same(replay.into_state(), history.state(tip))?;
        }
    }

    #[test]
    fn the_roster_kept_with_a_commit_equals_the_roster_of_the_replay(history in any_history()) {
        for tip in 0..=history.last() {
            if history.accepted(tip).is_some() {
                same(history.node(tip).roster(), &*history.state(tip).roster)?;
            }
        }
    }

    /// The cache relies on this: a plain line can be judged and applied from the state at its start alone.
    #[test]
    fn judging_a_line_from_a_known_state_equals_judging_it_from_the_genesis(history in any_history()) {
        for tip in 1..=history.last() {
            let (parents, candidate) = history.commits[tip as usize].clone();
            let [parent] = parents[..] else { continue };
            let mut state = history.state(parent);
            let known = history.node(parent).id;
            let roster = std::sync::Arc::clone(&state.roster);
            let mut judge = Judge::resume(state.ledger, known, state.effective, roster);
            let last = judge.last().unwrap();
            let number = judge.push(&[last], candidate);
            let node = &judge.nodes()[number as usize];
            same((flaw(node), node.id), (history.flaw(tip), history.node(tip).id))?;
            same(judge.unsupported(number), history.judge.unsupported(tip))?;
            if let Judgement::Accepted(accepted) = &node.verdict {
                reduce::apply(&mut state, accepted);
            }
            same(state, history.state(tip))?;
        }
    }

    #[test]
    fn two_clones_that_join_in_either_order_keep_their_entries_and_agree(
        mut history in any_history(),
        one in any::<Index>(),
        two in any::<Index>(),
    ) {
        let pick = |index: &Index| index.index(history.commits.len()) as u32;
        let (one, two) = (pick(&one), pick(&two));
        // A later parent that is not an entry is not walked.
        if [one, two].iter().any(|tip| history.is_foreign(*tip)) {
            return Ok(());
        }
        let joins = [[one, two], [two, one]].map(|parents| {
            (parents, history.entry("ana", 0, &parents, 2000, Vec::new()))
        });
        let mut sets = Vec::new();
        for (parents, join) in joins {
            let order = history.order(join);
            let published = history.order(parents[0]);
            prop_assert!(order.starts_with(&published));
            if history.accepted(join).is_none() {
                return Ok(());
            }
            let brought: BTreeSet<u32> = order.into_iter().filter(|number| *number != join).collect();
            sets.push(brought);
        }
        prop_assert_eq!(&sets[0], &sets[1]);
    }

    #[test]
    fn every_state_on_every_line_keeps_the_promises_of_the_rules(history in any_teamwork(), other in any::<Index>()) {
        let other = other.index(history.commits.len()) as u32;
        for tip in [history.last(), other] {
            let order = history.order(tip);
            let mut entries = order.iter().filter_map(|number| history.accepted(*number));
            let mut replay = Replay::begin(entries.next().unwrap()).unwrap();
            for entry in entries {
                let before = replay.state().clone();
                replay.push(entry);
                prop_assert_eq!(promises::broken(&before, replay.state(), entry), None, "{:?}", entry);
            }
        }
    }

    #[test]
    fn a_state_reads_back_as_it_is_written(history in any_history()) {
        let state = history.state(history.last());
        let read = State::from_bytes(&state.to_bytes()).unwrap();
        prop_assert_eq!(read.digest(), state.digest());
        prop_assert_eq!(read, state);
    }

    #[test]
    fn a_randomly_altered_payload_is_rejected_or_has_exactly_one_encoding(
        history in any_history(),
        of in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let entries = history.commits.iter().filter_map(|(_, commit)| commit.content.as_ref().ok());
        let entries: Vec<&Signed> = entries.collect();
        let mut payload = codec::encode(&of.get(&entries).accepted.entry).unwrap();
        for (at, byte, how) in changes {
            let at = at.index(payload.len());
            match how {
                0 => payload[at] = byte,
                1 => payload[at] ^= 1 << (byte % 8),
                2 => payload.insert(at, byte),
                _ => _ = payload.remove(at),
            }
        }
        if let Ok((id, entry)) = codec::decode(&payload) {
            prop_assert_eq!(codec::encode(&entry).unwrap(), payload.clone());
            let message = message::render(&entry, &payload);
            prop_assert!(message::is_true(&message, &entry));
            prop_assert_eq!(message::payload(&message), Some(payload));
            let effective = entry.time;
            let signer = key_of("ana", 0);
            let mut state = history.state(history.last());
            // Any such entry is applied or refused; neither may panic.
            reduce::apply(&mut state, &Accepted { id, entry, signer, effective, refused: None });
            let read = State::from_bytes(&state.to_bytes());
            prop_assert_eq!(read, Some(state));
        }
    }
}

#[test]
fn an_entry_dated_before_what_was_published_does_not_come_before_it() {
    let mut history = History::new();
    let genesis = history.last();
    let published = history.add("ana", &[genesis], 10, "A");
    let late = history.add("bob", &[genesis], 5, "A");
    let join = history.entry("bob", 0, &[published, late], 12, Vec::new());
    assert!(history.order(join).ends_with(&[published, late, join]));
    let effective = |number: u32| history.node(number).effective.seconds() - DAWN;
    // The first-parent line has no time between the genesis and 10, so nothing exists as of 7.
    assert_eq!([genesis, published, join].map(effective), [0, 10, 12]);
    let names: Vec<String> = history
        .state(join)
        .tasks()
        .map(|(_, task)| task.id.to_string())
        .collect();
    assert_eq!(names, ["A", "A"]);
    let first = history
        .state(join)
        .tasks()
        .next()
        .unwrap()
        .1
        .created_by
        .clone();
    assert_eq!(first, actor("ana"));
}

#[test]
fn a_quarantined_entry_neither_raises_nor_lowers_the_time_of_its_descendants() {
    for dated in [5, 500] {
        let mut history = History::new();
        let genesis = history.last();
        let parent = history.add("ana", &[genesis], 10, "A");
        let bad = history.push(&[parent], Err(Flaw::Message));
        let unknown_key = history.entry("ana", 7, &[bad], dated, vec![revoked("bob")]);
        assert!(history.flaw(unknown_key).is_some());
        let next = history.add("ana", &[unknown_key], 6, "B");
        assert!(history.accepted(next).is_some());
        assert_eq!(history.node(next).effective.seconds() - DAWN, 10);
    }
}

#[test]
fn offline_work_signed_before_its_author_knew_of_the_revocation_is_refused_but_not_quarantined() {
    let mut history = History::new();
    let fork = history.last();
    let revocation = history.entry("ana", 0, &[fork], 1, vec![revoked("codex")]);
    let offline = history.add("codex", &[fork], 2, "B");
    let join = history.entry("ana", 0, &[revocation, offline], 3, Vec::new());
    assert!(
        [offline, join]
            .iter()
            .all(|number| history.flaw(*number).is_none())
    );
    let state = history.state(join);
    let codes: Vec<&str> = state
        .anomalies
        .iter()
        .map(|it| it.refusal.code().as_str())
        .collect();
    assert_eq!(codes, ["key_revoked"]);
    assert_eq!(state.tasks().len(), 0);
    // A commit is ignored (quarantined) if its actor has seen the revocation and still uses the key.
    let after = history.add("codex", &[join], 4, "C");
    assert!(matches!(history.flaw(after), Some(Flaw::EndedKey { .. })));
}

#[test]
fn a_repair_counts_by_itself_and_by_a_current_admin_of_the_readers_own_roster() {
    let mut history = History::new();
    let fork = history.last();
    let anchor = history.add("bob", &[fork], 1, "A");
    let own = history.state(anchor).roster;
    let retired = vec![Event::Roster(RosterEvent::KeyRetired {
        actor: actor("bob"),
        key: key_of("bob", 0),
    })];
    let home = history.entry("ana", 0, &[fork], 2, vec![added("bob", 1)]);
    let both = [home, anchor];
    let repaired = || Event::Ledger(LedgerEvent::Repaired);
    let standing = |history: &History, tip: u32, own: Option<&Roster>| {
        Lines::of(&history.judge, own).standing(tip, Some(anchor))
    };
    for (author, key, parents, events, mends) in [
        ("ana", 0, &both[..], vec![repaired()], true),
        ("bob", 0, &both, vec![repaired()], true),
        // codex is not an admin, and the reader does not know the second key.
        ("codex", 0, &both, vec![repaired()], false),
        ("bob", 1, &both, vec![repaired()], false),
        ("ana", 0, &both, vec![revoked("codex")], false),
        ("ana", 0, &both, vec![repaired(), revoked("codex")], false),
        ("ana", 0, &[home, anchor, fork], vec![repaired()], false),
    ] {
        let repair = history.entry(author, key, parents, 3, events);
        let expected = if mends {
            Standing::Mended(repair)
        } else {
            Standing::Apart
        };
        assert_eq!(standing(&history, repair, Some(&own)), expected, "{author}");
        assert_eq!(standing(&history, repair, None), Standing::Apart);
    }
    let ended = history.entry("ana", 0, &[anchor], 3, retired);
    let own = history.state(ended).roster;
    let repair = history.entry("bob", 0, &both, 4, vec![repaired()]);
    assert_eq!(standing(&history, repair, Some(&own)), Standing::Apart);
}

#[test]
fn home_is_taken_over_a_join_without_events_but_not_over_an_entry() {
    let mut history = History::new();
    let fork = history.last();
    let (one, two) = (
        history.add("ana", &[fork], 1, "A"),
        history.add("bob", &[fork], 2, "B"),
    );
    let home = history.entry("ana", 0, &[one, two], 3, Vec::new());
    let join = history.entry("bob", 0, &[two, one], 3, Vec::new());
    let entry = history.entry("bob", 0, &[two, one], 3, vec![revoked("codex")]);
    let plan = |local| Lines::of(&history.judge, None).plan(local, home);
    assert_eq!(plan(join), JoinPlan::Take);
    assert_eq!(plan(entry), JoinPlan::Join(entry));
}

#[test]
fn a_revoked_admin_cannot_lock_anybody_out_with_a_side_line() {
    let mut history = History::new();
    let fork = history.last();
    let revocation = history.entry("ana", 0, &[fork], 1, vec![revoked("bob")]);
    let revenge = history.entry("bob", 0, &[fork], 2, vec![revoked("codex")]);
    let upgrade = history.entry("bob", 0, &[revenge], 3, vec![upgraded(9)]);
    let join = history.entry("ana", 0, &[revocation, upgrade], 4, Vec::new());
    let work = history.add("codex", &[join], 5, "B");
    assert_eq!(history.judge.unsupported(work), None);
    assert_eq!(history.flaw(work), None);
    let state = history.state(work);
    let refused: Vec<&ActorName> = state.anomalies.iter().map(|it| &it.actor).collect();
    assert_eq!(refused, [&actor("bob"), &actor("bob")]);
    assert_eq!(state.tasks().len(), 1);
}
