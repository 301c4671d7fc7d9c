//! Entries of home that are dated far ahead: clones leave them outside, go on, and an admin's repair ends it.
//!
//! Not here: entries of a courier that are dated ahead (`couriers`), and entries written here (`bad_input::clock`).

use std::time::{SystemTime, UNIX_EPOCH};

use git_coord::core::{
    entry::event::{Event, TaskEvent, TaskRef, WorkEvent},
    plan::state::State,
    values::time::{Span, Timestamp},
};
use serde_json::Value;

use super::team::Team;
use crate::{
    forge::{added, author, open},
    keys::{CLAUDE, CODEX},
};

const LEDGER: &str = "refs/coord/ledger";
/// 2090-01-01T00:00:00Z.
const FAR: u64 = 3_786_912_000;

/// The machine's clock, so many minutes later.
fn in_minutes(minutes: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() + 60 * minutes
}

fn claim(state: &State) -> Event {
    let task: TaskRef = state.reference(state.names().resolve("T").unwrap());
    Event::Work(WorkEvent::claim(task, Span::from_minutes(60)))
}

/// Appends an entry with this time, as a modified client or a machine with a wrong clock does.
fn dated(team: &Team, name: &str, time: u64, event: impl Fn(&State) -> Event) {
    let player = if name == "codex" { CODEX } else { CLAUDE };
    let mut author = author(&team.world, &player);
    author.may_tell_secrets = true;
    let appended: Result<_, git_coord::ledger::Error> =
        open(&team.place(name)).append_one(None, &author, Timestamp::from_seconds(time), |state| {
            Ok(event(state))
        });
    appended.unwrap();
}

fn push(team: &Team, name: &str) {
    let forced = format!("+{LEDGER}:{LEDGER}");
    team.git_in(name, &["push", "--quiet", "origin", &forced]);
}

/// Claude has confirmed a claim of `T`; then codex publishes an entry dated 2090 with plain git.
fn attacked() -> Team {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    team.done("claude", "claim T --confirm --lease 8h");
    team.done("codex", "sync");
    dated(&team, "codex", FAR, |_| added("EVIL"));
    push(&team, "codex");
    team
}

fn synced(team: &Team, name: &str, code: i32) -> Value {
    let said = team.says(name, "sync --json");
    assert_eq!(said.code, code, "{name}: {said:?}");
    serde_json::from_str::<Value>(&said.stdout).unwrap()["data"].clone()
}

fn effective(team: &Team, name: &str) -> u64 {
    open(&team.place(name))
        .current()
        .unwrap()
        .state
        .effective
        .seconds()
}

/// Everybody agrees, and the time is that of the clocks.
#[track_caller]
fn is_mended(team: &Team) {
    team.converge(&["ada", "codex", "claude"]);
    for name in ["ada", "codex", "claude"] {
        assert!(effective(team, name) <= in_minutes(10), "{name}");
        assert_eq!(synced(team, name, 0)["ahead"], Value::Null);
    }
}

#[test]
fn an_entry_dated_far_ahead_stays_outside_is_named_and_stops_no_work() {
    let team = attacked();
    for name in ["ada", "claude"] {
        let data = synced(&team, name, 0);
        assert_eq!(data["ahead"]["actor"], "codex", "{data}");
        assert_eq!(data["ahead"]["time"], "2090-01-01T00:00:00Z");
        assert_eq!(data["ahead"]["object"], team.ledger("home.git"));
        assert_ne!(team.ledger(name), team.ledger("home.git"));
    }
    let said = team.says("claude", "sync");
    assert!(
        said.stderr
            .contains("signed by codex, is dated 2090-01-01 00:00 UTC"),
        "{said:?}"
    );
    assert!(said.stderr.contains("git coord repair"), "{said:?}");
    team.says("ada", "claim T --json").failed("claim_held", 1);
    team.done("claude", "progress T 5");
    let home = team.ledger("home.git");
    let data = synced(&team, "claude", 1);
    assert_eq!(data["published"].as_array().unwrap().len(), 0, "{data}");
    assert_eq!(team.ledger("home.git"), home);
    team.done("ada", "add Other --id U");
    team.says("ada", "claim U --confirm --json")
        .failed("ahead_of_clock", 128);
    let shown = team.says("ada", "show U --json").data("coord.show/1");
    assert_eq!(shown["task"]["claim"], Value::Null, "{shown}");
    team.done("claude", "verify");
}

#[test]
fn an_admins_repair_leaves_it_behind_and_leases_run_as_before() {
    let team = attacked();
    team.done("claude", "sync");
    team.done("claude", "progress T 5");
    team.says("claude", "repair --json")
        .failed("not_permitted", 1);
    team.done("ada", "add Other --id U");
    team.done("ada", "repair");
    is_mended(&team);
    team.says("codex", "show EVIL --json")
        .failed("unknown_task", 128);
    let shown = team.says("ada", "show T --json").data("coord.show/1");
    assert_eq!(shown["task"]["claim"]["actor"], "claude", "{shown}");
    assert_eq!(shown["task"]["progress"]["percent"], 5, "{shown}");
    team.says("ada", "show U --json").data("coord.show/1");
    let later = team.world.coord_with(&["claim", "T"], |command| {
        command
            .current_dir(team.place("ada"))
            .env("GIT_COMMITTER_DATE", "2025-10-17T00:00:00Z");
    });
    assert_eq!(later.code, 0, "{later:?}");
    team.says("ada", "repair --json")
        .failed("nothing_to_repair", 1);
}

#[test]
fn later_commits_stay_outside_with_it_and_good_entries_before_it_come_in() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    team.done("codex", "add Good --id G");
    dated(&team, "codex", FAR, claim);
    dated(&team, "codex", FAR - 1_000_000_000, |_| added("LATER"));
    push(&team, "codex");
    let data = synced(&team, "claude", 0);
    assert_eq!(data["fetched"].as_array().unwrap().len(), 1, "{data}");
    assert_eq!(data["ahead"]["commits"], 2, "{data}");
    team.done("claude", "show G");
    team.says("claude", "show LATER --json")
        .failed("unknown_task", 128);
    team.done("claude", "claim T");
    team.done("ada", "repair");
    is_mended(&team);
    let shown = team.says("codex", "show T --json").data("coord.show/1");
    assert_eq!(shown["task"]["claim"]["actor"], "claude", "{shown}");
}

#[test]
fn the_bound_is_ten_minutes_of_the_readers_clock() {
    let team = Team::new();
    dated(&team, "codex", in_minutes(5), |_| added("NEAR"));
    push(&team, "codex");
    assert_eq!(synced(&team, "claude", 0)["ahead"], Value::Null);
    team.done("claude", "show NEAR");
    dated(&team, "codex", in_minutes(15), |_| added("AWAY"));
    push(&team, "codex");
    assert_eq!(synced(&team, "claude", 0)["ahead"]["actor"], "codex");
    team.says("claude", "show AWAY --json")
        .failed("unknown_task", 128);
}

#[test]
fn a_new_clone_takes_the_entries_before_it() {
    let team = attacked();
    team.clone_for("new", &CLAUDE);
    let data = synced(&team, "new", 0);
    assert_eq!(data["ahead"]["actor"], "codex", "{data}");
    team.done("new", "show T");
    team.done("ada", "repair");
    team.converge(&["ada", "codex", "claude", "new"]);
}

#[test]
fn an_admin_can_keep_the_entries_and_put_the_time_right() {
    let team = attacked();
    team.done("ada", "sync");
    let home = team.ledger("home.git");
    team.says("claude", &format!("repair --accept {home} --json"))
        .failed("not_permitted", 1);
    team.done("ada", &format!("repair --accept {home}"));
    is_mended(&team);
    team.done("claude", "show EVIL");
}

#[test]
fn a_clone_that_took_it_gets_its_time_back() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    dated(&team, "codex", FAR, claim);
    push(&team, "codex");
    for name in ["ada", "claude"] {
        team.git_in(
            name,
            &["fetch", "--quiet", "origin", &format!("+{LEDGER}:{LEDGER}")],
        );
        let said = team.says(name, "sync");
        assert!(
            said.stderr.contains("the time of the ledger, 2090"),
            "{said:?}"
        );
    }
    team.done("ada", "repair");
    is_mended(&team);
    // The claim of 2090 runs from the repair on, and ends.
    let later = team.world.coord_with(&["claim", "T"], |command| {
        command
            .current_dir(team.place("ada"))
            .env("GIT_COMMITTER_DATE", "2025-10-17T00:00:00Z");
    });
    assert_eq!(later.code, 0, "{later:?}");
}

#[test]
fn a_clone_whose_clock_was_ahead_publishes_nothing_before_it_is_appended_again() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    dated(&team, "codex", FAR, |_| added("MINE"));
    dated(&team, "codex", FAR + 60, claim);
    let home = team.ledger("home.git");
    team.says("codex", "sync --json")
        .failed("ahead_of_clock", 128);
    assert_eq!(team.ledger("home.git"), home);
    team.done("ada", "add Other --id U");
    team.done("ada", "sync");
    team.done("codex", "sync --resign");
    is_mended(&team);
    team.done("ada", "show MINE");
    let shown = team.says("ada", "show T --json").data("coord.show/1");
    assert_eq!(shown["task"]["claim"]["actor"], "codex", "{shown}");
}

#[test]
fn entries_that_cannot_be_appended_again_stay_in_the_ledger() {
    let team = Team::new();
    team.converge(&["ada", "codex", "claude"]);
    let secret = format!("ghp_{}", "a1b2c3d4e5f6".repeat(3));
    let event = |_: &State| {
        Event::Task(TaskEvent::Added {
            id: "MINE".parse().unwrap(),
            title: secret.parse().unwrap(),
            facts: Vec::new(),
        })
    };
    dated(&team, "codex", FAR, |_| added("FIRST"));
    dated(&team, "codex", FAR + 60, event);
    let tip = team.ledger("codex");
    let refused = team.says("codex", "sync --resign --json");
    refused.failed("looks_like_a_secret", 1);
    assert_eq!(team.ledger("codex"), tip);
    team.done("codex", "show FIRST");
    team.done("codex", "--allow-secret sync --resign");
    is_mended(&team);
    team.done("ada", "show MINE");
}

#[test]
fn entries_that_a_repair_leaves_behind_are_listed_for_their_author() {
    let team = attacked();
    team.done("ada", "repair");
    let said = team.says("codex", "sync --json");
    let data: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(said.code, 1, "{said:?}");
    let left = data["data"]["left_behind"].as_array().unwrap();
    assert_eq!(left.len(), 1, "{data}");
    assert_eq!(left[0]["subject"], "add EVIL: Task EVIL");
    assert_eq!(
        synced(&team, "codex", 0)["left_behind"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn honest_work_goes_on_beside_entries_dated_ahead_in_every_storage() {
    for (init, time) in [
        (&["defaultObjectFormat=sha256"][..], in_minutes(20)),
        (&["defaultRefFormat=reftable"][..], 253_402_300_799),
    ] {
        let team = Team::of_kind(init);
        team.done("ada", "add Task --id T");
        team.converge(&["ada", "codex", "claude"]);
        team.done("claude", "claim T --confirm --lease 8h");
        team.done("codex", "sync");
        dated(&team, "codex", in_minutes(20), |_| added("FIRST"));
        dated(&team, "codex", time, claim);
        push(&team, "codex");
        team.done("claude", "add Mine --id MINE");
        team.done("ada", "add Hers --id HERS");
        for name in ["claude", "ada"] {
            assert_eq!(synced(&team, name, 1)["ahead"]["commits"], 2);
        }
        team.done("claude", "progress T 10");
        team.done("ada", "repair");
        is_mended(&team);
        for name in ["ada", "codex", "claude"] {
            team.done(name, "show MINE");
            team.done(name, "show HERS");
        }
    }
}

#[test]
fn no_road_beside_home_brings_an_entry_dated_ahead() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    team.done("claude", "claim T --confirm --lease 8h");
    team.done("codex", "sync");
    dated(&team, "codex", FAR, |_| added("EVIL"));
    team.git_in(
        "codex",
        &["bundle", "create", "-q", "../evil.bundle", LEDGER],
    );
    team.git_in(
        "codex",
        &[
            "push",
            "--quiet",
            "origin",
            &format!("{LEDGER}:refs/coord/outbox/codex"),
        ],
    );
    team.git_in("claude", &["remote", "add", "evil", "../codex"]);
    team.git_in(
        "claude",
        &[
            "fetch",
            "--quiet",
            "origin",
            "refs/coord/outbox/codex:refs/coord-remotes/o",
        ],
    );
    for road in ["../evil.bundle", "evil", "../codex", "refs/coord-remotes/o"] {
        let told = team.says("claude", &format!("sync {road}"));
        assert_ne!(told.code, 0, "{road}: {told:?}");
        team.says("claude", "show EVIL --json")
            .failed("unknown_task", 128);
        team.done("claude", "progress T 10");
    }
}
