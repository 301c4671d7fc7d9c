//! Any sequence of entries, each an event of the worked ledger with other values in some of its fields.
//!
//! The bytes of an input are choices: who writes, which event, which of its fields change, and to what. So most events
//! have the right form, and the search is among their effects. Globs are as long as the format allows.
#![no_main]

use std::{sync::LazyLock, time::Duration};

use git_coord::{
    core::{
        entry::{codec, event::Event},
        plan::{
            reduce::{self, Accepted},
            state::State,
        },
        values::{
            id::{ActorName, EntryId},
            key::PublicKey,
            time::Timestamp,
        },
        views::{diff, snapshot, undo},
    },
    exchange::{self, Format},
};
use libfuzzer_sys::fuzz_target;
use nix::time::{ClockId, clock_gettime};
use serde_cbor::Value;

/// What one entry may take of a processor. This build counts what it covers and checks overflows; a release needs far less.
const ENTRY_MAX: Duration = Duration::from_millis(100);

static SAMPLE: LazyLock<Sample> = LazyLock::new(Sample::read);

struct Sample {
    genesis: Accepted,
    /// The entries that add the actors, after which any actor may write.
    roster: Vec<Accepted>,
    authors: Vec<(ActorName, PublicKey)>,
    events: Vec<Value>,
}

impl Sample {
    fn read() -> Self {
        let entries = git_coord_fuzz::entries();
        let mut authors: Vec<(ActorName, PublicKey)> = Vec::new();
        for entry in &entries {
            let author = (entry.entry.actor.clone(), entry.signer.clone());
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        let events = entries.iter().flat_map(|entry| &entry.entry.events);
        let is_roster = |event: &Event| matches!(event, Event::Roster(_));
        let added = entries[1..].iter().take_while(|entry| {
            let events = &entry.entry.events;
            !events.is_empty() && events.iter().all(is_roster)
        });
        Self {
            roster: added.cloned().collect(),
            genesis: entries[0].clone(),
            events: events.map(|event| value_of(event)).collect(),
            authors,
        }
    }
}

fn value_of(event: &Event) -> Value {
    let bytes = codec::v1::to_canonical(event);
    serde_cbor::from_slice(&bytes).expect("the bytes of an event are CBOR")
}

/// The choices that are left.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first)
    }

    fn text(&mut self, from: &[&str]) -> String {
        let length = self.next() % 48;
        (0..length)
            .map(|_| from[self.next() % from.len()])
            .collect()
    }
}

fuzz_target!(|data: &[u8]| {
    let entries = entries(Choices(data));
    let state = replayed(&entries);
    let again = git_coord_fuzz::replay(&entries);
    assert_eq!(state.digest(), again.state().digest());
    if let [earlier @ .., last] = &entries[..]
        && earlier.len() > SAMPLE.roster.len()
    {
        takes_effect_once(earlier, last);
    }
    shown(&state, &entries);
});

/// An entry that comes again changes nothing but the number of entries.
fn takes_effect_once(earlier: &[Accepted], last: &Accepted) {
    let mut replay = git_coord_fuzz::replay(earlier);
    replay.push(last);
    let mut expected = replay.state().clone();
    expected.entries += 1;
    replay.push(last);
    let mut state = replay.into_state();
    assert!(state.anomalies.pop().is_some());
    assert!(state == expected);
}

fn entries(mut choices: Choices<'_>) -> Vec<Accepted> {
    let mut entries = vec![SAMPLE.genesis.clone()];
    entries.extend(SAMPLE.roster.iter().cloned());
    let mut time = entries.last().map_or(0, |last| last.effective.seconds());
    while !choices.0.is_empty() && entries.len() < 80 {
        let (actor, signer) = &SAMPLE.authors[choices.next() % SAMPLE.authors.len()];
        let count = [1, 1, 1, 2, 3][choices.next() % 5];
        let events = (0..count).filter_map(|_| event(&mut choices, &entries));
        let events: Vec<Event> = events.collect();
        time += 60 * choices.next() as u64;
        let effective = Timestamp::from_seconds(time);
        let mut entry = SAMPLE.genesis.entry.clone();
        entry.ledger = Some(SAMPLE.genesis.id);
        entry.parents = vec![entries[entries.len() - 1].id];
        entry.actor = actor.clone();
        entry.time = effective;
        entry.events = events;
        entries.push(Accepted {
            id: id(entries.len()),
            entry,
            signer: signer.clone(),
            effective,
            ..SAMPLE.genesis.clone()
        });
    }
    entries
}

fn id(number: usize) -> EntryId {
    let mut bytes = [7; 32];
    bytes[0] = number as u8;
    EntryId::from_bytes(bytes)
}

fn event(choices: &mut Choices<'_>, entries: &[Accepted]) -> Option<Event> {
    let template = choices.next() % SAMPLE.events.len();
    let mut event = SAMPLE.events[template].clone();
    let leaves = leaves(&mut event);
    let count = leaves.len();
    for (number, leaf) in leaves.into_iter().enumerate() {
        // Names of entries are other ones here.
        let is_entry = matches!(leaf, Value::Bytes(bytes) if bytes.len() == 32);
        if is_entry {
            let named = entries[choices.next() % entries.len()].id;
            *leaf = Value::Bytes(named.as_bytes().to_vec());
        } else if count > 0 && (number + choices.next()) % 4 == 0 {
            change(leaf, choices);
        }
    }
    codec::v1::from_canonical(&serde_cbor::to_vec(&event).ok()?).ok()
}

fn change(leaf: &mut Value, choices: &mut Choices<'_>) {
    const NAMES: [&str; 8] = ["A", "B", "C", "ada", "codex", "claude", "G1", "lint"];
    const GLOBS: [&str; 12] = [
        "*", "**", "/", "a", "b", "?", "[a-z]", "\\", "!", "a*", "/**/", "*a*",
    ];
    const TEXTS: [&str; 8] = ["a", " ", "é", "-", "\u{202e}", "0", "🦀", "x/"];
    let changed = match &*leaf {
        Value::Bool(is) => Value::Bool(!is),
        Value::Integer(_) => match choices.next() % 4 {
            0 => Value::Integer(u64::MAX.into()),
            1 => Value::Integer(choices.next() as i128 * 60),
            _ => Value::Integer(choices.next() as i128),
        },
        Value::Text(_) => Value::Text(match choices.next() % 4 {
            0 | 1 => NAMES[choices.next() % NAMES.len()].to_owned(),
            2 => choices.text(&GLOBS).repeat(1 + choices.next() % 16),
            _ => choices.text(&TEXTS),
        }),
        other => other.clone(),
    };
    *leaf = changed;
}

/// The values in a value that hold no others.
fn leaves(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(items) => items.iter_mut().flat_map(leaves).collect(),
        Value::Map(members) => members.values_mut().flat_map(leaves).collect(),
        leaf => vec![leaf],
    }
}

/// Applies the entries one by one. A refused one leaves nothing but its anomaly, and a state that was stored and read
/// goes on as if it had not been.
fn replayed(entries: &[Accepted]) -> State {
    let mut state = git_coord_fuzz::state(&entries[..1]);
    let mut stored = state.clone();
    for (number, entry) in entries[1..].iter().enumerate() {
        let before = state.clone();
        let started = processor_time();
        let applied = reduce::try_apply(&mut state, entry);
        let taken = processor_time() - started;
        assert!(taken < ENTRY_MAX, "{taken:?} for {:?}", entry.entry.events);
        if applied.is_err() {
            let mut expected = before.clone();
            expected.entries += 1;
            expected.effective = entry.effective;
            assert!(state == expected, "{applied:?}: {:?}", entry.entry.events);
            state = before;
            reduce::apply(&mut state, entry);
        }
        reduce::apply(&mut stored, entry);
        if number % 8 == 0 {
            stored = State::from_bytes(&stored.to_bytes()).expect("a state reads back");
            assert!(stored == state, "{:?}", entry.entry.events);
        }
    }
    assert!(stored == state);
    state
}

/// The time that this thread has used of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.expect("the clock of a thread").into()
}

/// Every document is made of every state.
fn shown(state: &State, entries: &[Accepted]) {
    let files = snapshot::files(state);
    assert_eq!(files, snapshot::files(state));
    snapshot::plan(state, state.effective);
    diff::diff(&git_coord_fuzz::state(&entries[..1]), state, &|_| None);
    for format in Format::ALL {
        exchange::draft_of(state, *format, |_| None);
    }
    if let [.., before, last] = entries {
        let until = git_coord_fuzz::state(&entries[..entries.len() - 1]);
        undo::undo(&until, state, last, &before.entry.actor);
    }
}
