//! What the core takes: the codec, the order, the replay and the state's encodings. No repository, no git.
//!
//! Not here: objects, signatures and appending (`store`), and whole processes (`against_git`).
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

mod ledgers;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use git_coord::{
    core::{
        entry::{codec, message},
        history::{
            judge::Verdict,
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

/// How many entries the ledger has whose entries are taken for everything.
const ENTRIES: usize = 10_000;

fn accepted(history: &History) -> Vec<Accepted> {
    let accepted = |verdict: &Verdict| match verdict {
        Verdict::Accepted(accepted) => Some(Accepted::clone(accepted)),
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

fn entries(c: &mut Criterion, entries: &[Accepted]) {
    let mut group = c.benchmark_group("entry");
    // A claim and what was done under it are the most frequent kinds.
    let entry = &entries[entries.len() / 2].entry;
    let payload = codec::encode(entry).unwrap();
    let text = message::render(entry, &payload);
    group.bench_function("encode", |b| {
        b.iter(|| codec::encode(black_box(entry)).unwrap())
    });
    group.bench_function("decode", |b| {
        b.iter(|| codec::decode(black_box(&payload)).unwrap())
    });
    group.bench_function("render its message", |b| {
        b.iter(|| message::render(black_box(entry), &payload));
    });
    group.bench_function("check its message", |b| {
        b.iter(|| assert!(message::is_true(black_box(&text), entry)));
    });
    group.finish();
}

fn orders(c: &mut Criterion) {
    let mut group = c.benchmark_group("order");
    let line = 100_000;
    group.throughput(Throughput::Elements(line));
    let mut graph = Graph::default();
    graph.push(&[]);
    for parent in 0..line as u32 {
        // Every tenth is a join with an entry shortly before.
        match parent % 10 {
            9 => graph.push(&[parent, parent - 5]),
            _ => graph.push(&[parent]),
        };
    }
    group.bench_function("of 100,000 entries", |b| {
        b.iter(|| {
            order::extend(&graph, line as u32, &mut Done::none(graph.len()), |_, _| {
                true
            })
        });
    });
    group.finish();
}

fn states(c: &mut Criterion, entries: &[Accepted]) {
    let mut group = c.benchmark_group("state of 10,000 entries over 500 tasks");
    let state = replay(entries);
    let (canonical, kept) = (state.to_bytes(), keep(&state));
    group.throughput(Throughput::Elements(entries.len() as u64));
    group.bench_function("replay", |b| b.iter(|| replay(black_box(entries))));
    group.bench_function("digest", |b| b.iter(|| black_box(&state).digest()));
    group.bench_function("decode", |b| {
        b.iter(|| State::from_bytes(black_box(&canonical)).unwrap());
    });
    group.bench_function("keep", |b| b.iter(|| keep(black_box(&state))));
    group.bench_function("read back", |b| {
        b.iter(|| State::read_back(black_box(kept.clone()), 0).unwrap());
    });
    group.finish();
}

fn all(c: &mut Criterion) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let made = Made::take_or_make(folder.path(), ENTRIES);
    let history = made.ledger().history().unwrap();
    let accepted = accepted(&history);
    entries(c, &accepted);
    orders(c);
    states(c, &accepted);
}

criterion_group!(benches, all);
criterion_main!(benches);
