//! The speed of the store inside one process: verifying a signature, reading a ledger cold and warm, appending.
//!
//! Not here: the meaning of the entries (`core`), and whole processes (`against_git`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

mod ledgers;
mod stopwatch;

use std::{fs, hint::black_box};

use git_coord::{
    core::{
        entry::event::{Event, WorkEvent, work::Percent},
        values::time::Timestamp,
    },
    git::{
        commit::{self, HashKind},
        sign::Verifier,
    },
    ledger::{EntryDraft, Error, History, Ledger, entry},
};
use ledgers::{ACTORS, Made};
use stopwatch::{time, time_of_entries};

/// The number of entries in the ledger.
const ENTRIES: usize = 10_000;

fn signatures(ledger: &Ledger) {
    let mut raw = Vec::new();
    let tip = ledger.tip().unwrap().unwrap();
    ledger.repository().commit(tip, &mut raw).unwrap();
    let frame = commit::parse(&raw, HashKind::Sha1).unwrap();
    time("entry: parse the frame", || {
        commit::parse(black_box(&raw), HashKind::Sha1).unwrap()
    });
    time("entry: verify the first signature of a key", || {
        Verifier::new()
            .verify(black_box(&frame.signature), &frame.signed)
            .unwrap()
    });
    let mut verifier = Verifier::new();
    time("entry: verify a signature of a key met often", || {
        verifier
            .verify(black_box(&frame.signature), &frame.signed)
            .unwrap()
    });
    time("entry: everything that its bytes decide", || {
        entry::candidate(black_box(&raw), HashKind::Sha1, &mut verifier)
    });
}

fn reading(name: &str, ledger: &Ledger) {
    let tip = ledger.tip().unwrap().unwrap();
    let cold = format!("{name}: cold, every signature verified");
    time_of_entries(&cold, ENTRIES, || {
        let history = History::read(ledger.repository(), tip).unwrap();
        history.into_state().unwrap()
    });
    let warm = format!("{name}: warm, from the cache");
    time_of_entries(&warm, ENTRIES, || ledger.current().unwrap());
}

/// Appending an entry, with signing, flushing and publishing, in a process that already has the state.
fn appending(made: &Made, ledger: &Ledger) {
    let author = made.author(ACTORS[0]);
    let mut known = Some(ledger.current().unwrap());
    let mut percent = 0;
    time("append one entry", || {
        percent = (percent + 1) % 100;
        let now = Timestamp::from_seconds(1_790_000_000);
        let appended = ledger.append_one(known.take(), &author, now, |state| {
            let task = state.names().resolve(&made.last_open).unwrap();
            let event = WorkEvent::Progressed {
                task: state.reference(task),
                claim: None,
                percent: Percent::try_from(percent).unwrap(),
            };
            Ok::<EntryDraft, Error>(Event::Work(event).into())
        });
        known = Some(appended.unwrap().verified);
    });
}

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let made = Made::take_or_make(folder.path(), ENTRIES);
    let ledger = made.ledger();
    signatures(&ledger);
    reading("10,000 entries, loose", &ledger);
    made.git(&["gc", "--quiet"]);
    // Opened each time, since an open repository remembers the place of its objects.
    let ledger = made.ledger();
    reading("10,000 entries, packed", &ledger);
    appending(&made, &ledger);
    fs::remove_dir_all(folder).unwrap();
}
