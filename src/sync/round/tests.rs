//! Syncs from inside: the state that they keep for the next sync, which must not change any answer.
//!
//! Not here: several clones (the integration tests).

use super::{Sync, Synced};
use crate::{
    git::repository::{Push, Pushed, Transfer},
    ledger::{
        self, Author, History, LEDGER_REF, Ledger, cache,
        fixture::{Fixture, run},
        tests::{add, append_all, founded, now},
    },
    sync::{Error, remote::Remote},
};

/// A ledger with as many entries as one chain may bring, and a bare home for it.
fn long_line(fixture: &Fixture, entries: usize) -> (Ledger, Author) {
    let (ledger, author) = founded(fixture);
    grow(&ledger, &author, "a", entries);
    run(&fixture.path("."), &["init", "-q", "--bare", "home.git"]);
    fixture.git(&["remote", "add", "origin", "../home.git"]);
    (ledger, author)
}

fn grow(ledger: &Ledger, author: &Author, prefix: &str, entries: usize) {
    let drafts = (0..entries).map(|number| add(&format!("{prefix}{number}")));
    let appended = append_all(ledger, author, drafts.collect());
    assert_eq!(appended.unwrap().entries.len(), entries);
}

fn sync(fixture: &Fixture, folder: &str) -> Synced {
    let ledger = Ledger::new(fixture.open_at(folder));
    let remote = Remote::home(ledger.repository()).unwrap();
    let mut sync = Sync {
        ledger: &ledger,
        remote: &remote,
        now: now(),
        clock: now(),
        transfer: Transfer::default(),
    };
    sync.run(|_| Err(Error::from(ledger::Error::NoLedger)))
        .unwrap()
}

#[test]
fn a_long_line_is_judged_from_a_state_on_that_was_kept_and_comes_to_the_same() {
    let fixture = Fixture::new();
    let (ledger, author) = long_line(&fixture, 450);
    sync(&fixture, "main");
    let base = cache::read_base(ledger.repository()).unwrap();
    assert!(base.state.entries < 300);
    run(&fixture.path("."), &["clone", "-q", "home.git", "other"]);
    sync(&fixture, "other");
    grow(&ledger, &author, "b", 3);
    assert_eq!(sync(&fixture, "main").report.published.len(), 3);
    let came = sync(&fixture, "other");
    assert_eq!(came.report.fetched.len(), 3);
    let repository = fixture.open_at("other");
    let base = cache::read_base(&repository).unwrap();
    let after = History::read_after(&repository, base, &[came.current.tip]).unwrap();
    let all = History::read(&repository, came.current.tip).unwrap();
    let digest = all.state().unwrap().digest();
    assert_eq!(after.unwrap().state().unwrap().digest(), digest);
    assert_eq!(came.current.state.digest(), digest);
}

#[test]
fn a_line_that_does_not_continue_the_kept_state_is_read_from_the_start() {
    let fixture = Fixture::new();
    let (ledger, _) = long_line(&fixture, 450);
    let current = ledger.current().unwrap();
    sync(&fixture, "main");
    let base = cache::read_base(ledger.repository()).unwrap();
    let before = fixture
        .git(&["rev-parse", &format!("{}~5", base.tip)])
        .parse()
        .unwrap();
    let repository = ledger.repository();
    let after = |tips: &[_]| History::read_after(repository, base.clone(), tips).unwrap();
    assert!(after(&[current.tip]).is_some());
    assert!(after(&[current.tip, before]).is_none());
}

#[test]
fn a_fast_forward_over_what_home_took_since_the_fetch_is_stopped_by_the_lease() {
    let fixture = Fixture::new();
    let commit = |parents: &[&str], message: &str| -> String {
        let tree = fixture.git(&["hash-object", "-t", "tree", "-w", "/dev/null"]);
        let parents = parents.iter().flat_map(|parent| ["-p", parent]);
        let arguments = ["commit-tree", &tree, "-m", message].into_iter();
        fixture.git(&arguments.chain(parents).collect::<Vec<_>>())
    };
    let genesis = commit(&[], "g");
    let published = commit(&[&genesis], "h");
    let own = commit(&[&genesis], "a");
    let joined = commit(&[&own, &published], "k");
    run(&fixture.path("."), &["init", "-q", "--bare", "home.git"]);
    let home = fixture.path("home.git");
    let push = |what: &str| {
        let what = format!("{what}:{LEDGER_REF}");
        fixture.git(&["push", "-q", "../home.git", &what]);
    };
    push(&published);
    let pushed = fixture.open().push_object(
        &mut Transfer::default(),
        Push {
            remote: "../home.git",
            name: LEDGER_REF,
            object: joined.parse().unwrap(),
            lease: Some(genesis.parse().unwrap()),
            verify: false,
        },
    );
    assert_eq!(pushed.unwrap(), Pushed::Moved);
    assert_eq!(run(&home, &["rev-parse", LEDGER_REF]), published);
    // `git fsck` finds no fault in it.
    push(&joined);
    assert_eq!(run(&home, &["rev-parse", LEDGER_REF]), joined);
}
