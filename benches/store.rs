//! What the store takes in process: verifying a signature, reading a ledger cold and warm, appending.
//!
//! Not here: what the entries then mean (`core`), and whole processes (`against_git`).
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

mod ledgers;

use std::{fs, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use git_coord::{
    core::{
        entry::event::{Event, WorkEvent, work::Percent},
        values::time::Timestamp,
    },
    git::{
        commit::{self, HashKind},
        sign::Verifier,
    },
    ledger::{Draft, Error, History, Ledger, entry},
};
use ledgers::{ACTORS, Made};

/// How many entries the ledger has.
const ENTRIES: usize = 10_000;

fn signatures(c: &mut Criterion, ledger: &Ledger) {
    let mut group = c.benchmark_group("entry");
    let mut raw = Vec::new();
    let tip = ledger.tip().unwrap().unwrap();
    ledger.repository().commit(tip, &mut raw).unwrap();
    let frame = commit::parse(&raw, HashKind::Sha1).unwrap();
    group.bench_function("parse the frame", |b| {
        b.iter(|| commit::parse(black_box(&raw), HashKind::Sha1).unwrap());
    });
    group.bench_function("verify the first signature of a key", |b| {
        b.iter(|| {
            Verifier::new()
                .verify(black_box(&frame.signature), &frame.signed)
                .unwrap()
        });
    });
    let mut verifier = Verifier::new();
    group.bench_function("verify a signature of a key met often", |b| {
        b.iter(|| {
            verifier
                .verify(black_box(&frame.signature), &frame.signed)
                .unwrap()
        });
    });
    group.bench_function("everything that its bytes decide", |b| {
        b.iter(|| entry::candidate(black_box(&raw), HashKind::Sha1, &mut verifier));
    });
    group.finish();
}

fn reading(c: &mut Criterion, name: &str, ledger: &Ledger, entries: u64) {
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(entries));
    group.sample_size(10);
    let tip = ledger.tip().unwrap().unwrap();
    group.bench_function("cold, every signature verified", |b| {
        b.iter(|| {
            let history = History::read(ledger.repository(), tip).unwrap();
            history.into_state().unwrap()
        });
    });
    group.bench_function("warm, from the cache", |b| {
        b.iter(|| ledger.current().unwrap());
    });
    group.finish();
}

/// An entry that is signed, flushed and published, by a process that holds the state already.
fn appending(c: &mut Criterion, made: &Made, ledger: &Ledger) {
    let author = made.author(ACTORS[0]);
    let mut known = Some(ledger.current().unwrap());
    let mut percent = 0;
    c.bench_function("append one entry", |b| {
        b.iter(|| {
            percent = (percent + 1) % 100;
            let now = Timestamp::from_seconds(1_790_000_000);
            let appended = ledger.append_one(known.take(), &author, now, |state| {
                let task = state.names().resolve(&made.last_open).unwrap();
                let event = WorkEvent::Progressed {
                    task: state.reference(task),
                    claim: None,
                    percent: Percent::try_from(percent).unwrap(),
                };
                Ok::<Draft, Error>(Event::Work(event).into())
            });
            known = Some(appended.unwrap().verified);
        });
    });
}

fn all(c: &mut Criterion) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let made = Made::take_or_make(folder.path(), ENTRIES);
    let ledger = made.ledger();
    signatures(c, &ledger);
    reading(c, "10,000 entries, loose", &ledger, ENTRIES as u64);
    made.git(&["gc", "--quiet"]);
    // Opened anew, since a repository remembers where it found its objects.
    let ledger = made.ledger();
    reading(c, "10,000 entries, packed", &ledger, ENTRIES as u64);
    appending(c, &made, &ledger);
    fs::remove_dir_all(folder).unwrap();
}

criterion_group!(benches, all);
criterion_main!(benches);
