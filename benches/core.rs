//! The speed of the core: the codec, the order, the replay and the encodings of the state. No repository, no git.
//!
//! Not here: objects, signatures and appending (`store`), and whole processes (`against_git`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

mod ledgers;
mod stopwatch;

use std::hint::black_box;

use git_coord::{
    core::{
        entry::{codec, message},
        history::{
            judge::Judgement,
            order::{self, Done, Graph},
        },
        plan::{
            reduce::{Accepted, Replay},
            state::State,
        },
    },
    ledger::History,
};
use ledgers::Made;
use stopwatch::{time, time_of_entries};

/// The number of entries in the ledger that all measurements use.
const ENTRIES: usize = 10_000;

fn accepted(history: &History) -> Vec<Accepted> {
    let accepted = |verdict: &Judgement| match verdict {
        Judgement::Accepted(accepted) => Some(Accepted::clone(accepted)),
        _ => None,
    };
    let placed = history.placed();
    placed
        .filter_map(|placed| accepted(&placed.node.verdict))
        .collect()
}

fn replay(entries: &[Accepted]) -> State {
    let (genesis, later) = entries.split_first().unwrap();
    let mut replay = Replay::begin(genesis).unwrap();
    later.iter().for_each(|entry| replay.push(entry));
    replay.into_state()
}

fn keep(state: &State) -> Vec<u8> {
    let mut kept = Vec::new();
    state.keep(&mut kept);
    kept
}

fn entries(entries: &[Accepted]) {
    // A claim and the work under it are the most frequent kinds.
    let entry = &entries[entries.len() / 2].entry;
    let payload = codec::encode(entry).unwrap();
    let text = message::render(entry, &payload);
    time("entry: encode", || codec::encode(black_box(entry)).unwrap());
    time("entry: decode", || {
        codec::decode(black_box(&payload)).unwrap()
    });
    time("entry: render its message", || {
        message::render(black_box(entry), &payload)
    });
    time("entry: check its message", || {
        assert!(message::is_true(black_box(&text), entry));
    });
}

fn orders() {
    let line = 100_000;
    let mut graph = Graph::default();
    graph.push(&[]);
    for parent in 0..line {
        // Every tenth entry is a join with a recent entry.
        match parent % 10 {
            9 => graph.push(&[parent, parent - 5]),
            _ => graph.push(&[parent]),
        };
    }
    time_of_entries("order of 100,000 entries", line as usize, || {
        let mut done = Done::none(graph.count());
        order::extend(&graph, line, &mut done, |_, _| true)
    });
}

fn states(entries: &[Accepted]) {
    let state = replay(entries);
    let (canonical, kept) = (state.to_bytes(), keep(&state));
    let time = |name: &str, run: &mut dyn FnMut()| {
        let name = format!("state of 10,000 entries over 500 tasks: {name}");
        time_of_entries(&name, entries.len(), run);
    };
    time("replay", &mut || _ = black_box(replay(black_box(entries))));
    time("digest", &mut || _ = black_box(black_box(&state).digest()));
    time("decode", &mut || {
        black_box(State::from_bytes(black_box(&canonical)).unwrap());
    });
    time("keep", &mut || _ = black_box(keep(black_box(&state))));
    time("read back", &mut || {
        black_box(State::read_back(Box::new(black_box(kept.clone()))).unwrap());
    });
}

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let made = Made::take_or_make(folder.path(), ENTRIES);
    let history = made.ledger().history().unwrap();
    let accepted = accepted(&history);
    entries(&accepted);
    orders();
    states(&accepted);
}
