//! A clock that is set to no time, or to one at which nothing can be appended.
//!
//! Not here: the forms of a date (`core::values::date`), and entries of others that are dated ahead.

use git_coord::core::{
    entry::event::{Event, WorkEvent},
    values::time::Span,
};

use super::{in_gits_manner, is_sound, ledger};
use crate::{
    forge::Forge,
    world::{Output, World},
};

fn at(world: &World, date: &str, words: &[&str]) -> Output {
    world.coord_with(words, |command| {
        command.env("GIT_COMMITTER_DATE", date);
    })
}

#[test]
fn an_invalid_date_is_an_error_and_nothing_is_appended() {
    let world = ledger();
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    for date in [
        "garbage",
        "-5",
        "@-5",
        " ",
        "\u{1b}[2J",
        "1969-12-31T23:59:59Z",
        "2025-02-30T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "@253402300800 +0000",
        "@99999999999999999999 +0000",
    ] {
        let told = at(&world, date, &["comment", "E", "x"]);
        assert_eq!(told.code, 128, "{date}: {told:?}");
        in_gits_manner(&told);
        assert!(
            told.stderr
                .starts_with("error: GIT_COMMITTER_DATE is not a date: '"),
            "{told:?}"
        );
        at(&world, date, &["claim", "E", "--json"]).failed("bad_date", 128);
    }
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
    is_sound(&world);
}

#[test]
fn nothing_is_appended_from_the_future() {
    let world = ledger();
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    for words in [
        &["comment", "E", "x"][..],
        &["claim", "E"],
        &["claim", "E", "--dry-run"],
        &["import", "plan.json"],
        &["snapshot"],
        &["actor", "add", "codex", "--generate"],
    ] {
        let told = at(&world, "9999-12-31T23:59:59Z", words);
        assert_eq!(told.code, 128, "{words:?}: {told:?}");
        in_gits_manner(&told);
        let begin =
            "error: 9999-12-31 23:59 UTC is more than ten minutes ahead of this machine's clock, ";
        assert!(told.stderr.starts_with(begin), "{told:?}");
        let words = [words, &["--json"]].concat();
        at(&world, "9999-12-31T23:59:59Z", &words).failed("ahead_of_clock", 128);
    }
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
    assert!(!world.work().join(".git/coord/keys/codex").exists());
    is_sound(&world);
}

#[test]
fn no_ledger_is_created_in_the_future() {
    let world = World::new();
    at(
        &world,
        "9999-12-31T23:59:59Z",
        &["init", "--actor", "ada", "--json"],
    )
    .failed("ahead_of_clock", 128);
    assert!(!world.work().join(".git/coord/keys/ada").exists());
    world.done("init --actor ada");
}

#[test]
fn no_time_moves_what_is_read() {
    let world = ledger();
    let now = world.done("export --format json");
    for date in ["9999-12-31T23:59:59Z", "@0"] {
        let then = at(&world, date, &["export", "--format", "json"]);
        assert_eq!(
            (then.code, then.stdout.as_str()),
            (0, now.as_str()),
            "{date}: {then:?}"
        );
    }
}

#[test]
fn an_entry_dated_back_is_taken_and_moves_nothing_back() {
    let world = ledger();
    let told = at(&world, "@0 +0000", &["comment", "E", "x"]);
    assert_eq!(told.code, 0, "{told:?}");
    let log = world.done("log -n 1");
    assert!(log.contains(" 2025-10-15 09:07 UTC ada: "), "{log}");
    let date = world.git(&["log", "-1", "--format=%ct", "refs/coord/ledger"]);
    assert_eq!(date, "0\n");
    let shown = world.coord(&["show", "E", "--at", "2025-10-14", "--json"]);
    shown.failed("unknown_revision", 128);
    is_sound(&world);
}

#[test]
fn a_lease_ends_at_the_end_of_time_at_the_latest() {
    let world = ledger();
    world.done("policy max-lease 418000w");
    let told = world.done("claim E --lease 418000w");
    assert!(
        told.starts_with("claimed E until 9999-12-31 23:59 UTC (in 29"),
        "{told}"
    );
    let subject = world.git(&["log", "-1", "--format=%s", "refs/coord/ledger"]);
    assert_eq!(subject.trim(), "claim E: ada, until 9999-12-31 23:59Z");
    world
        .coord(&[
            "claim",
            "E402-1",
            "--lease",
            "999999999999999999999w",
            "--json",
        ])
        .failed("usage", 129);
    is_sound(&world);
}

#[test]
fn a_longer_lease_than_policy_allows_is_cut_with_a_warning() {
    let world = ledger();
    let told = world.coord(&["claim", "E", "--lease", "365000d"]);
    assert_eq!(told.code, 0, "{told:?}");
    let warning = "warning: the lease is 1d, not 365000d: the policy max-lease is 1d\n";
    assert!(told.stderr.contains(warning), "{told:?}");
    assert!(told.stdout.contains("(in 24 h)"), "{told:?}");
    let told = world.coord(&["renew", "E", "--lease", "25h"]);
    assert!(told.stderr.contains("the policy max-lease is "), "{told:?}");
    world.done("policy max-lease 2h");
    world.done("policy lease 8h");
    let told = world.done("claim E402-1");
    assert!(told.contains("(in 2 h)"), "{told}");
    world
        .coord(&["policy", "max-lease", "0h", "--json"])
        .failed("usage", 129);
    is_sound(&world);
}

#[test]
fn a_modified_client_holds_no_task_for_longer_than_policy_allows() {
    let forge = Forge::new();
    let state = forge.state();
    let task = state.reference(state.names().resolve("A").unwrap());
    let claimed = Event::Work(WorkEvent::claim(task, "365000d".parse().unwrap()));
    let entry = forge.next(&forge.codex, vec![claimed]);
    forge.plant(&forge.sign(&forge.parts(&entry), &forge.codex));
    let state = forge.state();
    let index = state.names().resolve("A").unwrap();
    let claim = state.task(index).claim.clone().unwrap();
    assert_eq!(claim.until(), entry.time.after(Span::from_minutes(24 * 60)));
    forge.is_good();
}
