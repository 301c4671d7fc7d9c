//! The first contact: a clone without a ledger, a home without one, and another ledger there.
//!
//! Not here: later syncs.

use super::team::Team;

const HOME: &str = "home.git";

#[test]
fn clone_brings_the_ledger_and_sets_up_the_actor() {
    let team = Team::new();
    let said = team.done("", "clone home.git fresh --actor dora");
    assert!(said.starts_with("fetched ledger "), "{said}");
    assert!(said.contains("created a key for dora: "), "{said}");
    assert_eq!(team.git_in("fresh", &["config", "coord.actor"]), "dora");
    assert_eq!(
        team.git_in("fresh", &["config", "--get-all", "remote.origin.fetch"]),
        "+refs/heads/*:refs/remotes/origin/*\n+refs/coord/*:refs/coord-remotes/origin/*"
    );
    assert_eq!(
        team.tip("fresh", "refs/coord-anchor/ledger"),
        team.ledger(HOME)
    );
    let pinned = team.git_in("fresh", &["config", "coord.ledger"]);
    assert_eq!(pinned, team.git_in("ada", &["config", "coord.ledger"]));
    // The command has the key in it, so it works on the admin's machine too.
    let registers = said
        .lines()
        .find_map(|line| line.strip_prefix("an admin registers the key: git coord "));
    let registered = team.coord("ada", &registration(registers.unwrap()));
    assert_eq!(registered.code, 0, "{said}");
    team.done("ada", "sync");
    team.done("fresh", "sync");
    team.done("fresh", "add First --id A");
    team.converge(&["ada", "fresh"]);
}

#[test]
fn a_clone_that_names_the_ledger_accepts_only_that_one() {
    let team = Team::new();
    let id = team.git_in("ada", &["config", "coord.ledger"]);
    let other = "0".repeat(64);
    let refused = team.says("", &format!("clone home.git wrong --ledger {other} --json"));
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(refused.stdout.contains(&id[..10]), "{refused:?}");
    let refs = ["for-each-ref", "refs/coord", "refs/coord-anchor"];
    assert_eq!(team.git_in("wrong", &refs), "");
    team.says("wrong", "sync --json")
        .failed("other_ledger", 128);
    team.says("", "clone home.git wrong2 --ledger 00 --json")
        .failed("usage", 129);
    let said = team.done("", &format!("clone home.git right --ledger {id}"));
    assert!(said.starts_with("fetched ledger "), "{said}");
}

/// The words of the command that registers a key, which is its last word, in apostrophes.
fn registration(command: &str) -> Vec<&str> {
    let (command, key) = command.split_once(" '").unwrap();
    let key = key.strip_suffix('\'').unwrap();
    command.split(' ').chain([key]).collect()
}

#[test]
fn an_actor_that_is_named_later_gets_a_key_with_a_later_sync() {
    let team = Team::new();
    let said = team.done("", "clone home.git fresh");
    assert!(said.ends_with("git coord sync --actor NAME\n"), "{said}");
    let refused = team.says("fresh", "add First --actor dora --json");
    refused.failed("unregistered_actor", 128);
    let hint = refused.json()["error"]["hint"].to_string();
    assert!(hint.contains("git coord sync --actor dora"), "{hint}");
    let said = team.done("fresh", "sync --actor dora");
    assert!(said.starts_with("created a key for dora: "), "{said}");
    assert_eq!(team.git_in("fresh", &["config", "coord.actor"]), "dora");
    let (_, command) = said.trim().split_once("git coord ").unwrap();
    let refused = team.says("fresh", "add First --json");
    refused.failed("unregistered_actor", 128);
    let hint = refused.json()["error"]["hint"].as_str().unwrap().to_owned();
    assert_eq!(hint, format!("an admin runs: git coord {command}"));
    let registered = team.coord("ada", &registration(command));
    assert_eq!(registered.code, 0, "{registered:?}");
    team.done("ada", "sync");
    assert_eq!(team.done("fresh", "sync").lines().count(), 2);
    team.done("fresh", "add First");
}

#[test]
fn a_clone_of_what_has_no_ledger_says_so() {
    let team = Team::apart();
    team.says("", "clone home.git fresh --json")
        .failed("no_ledger_there", 128);
    team.says("ada", "sync --json")
        .failed("no_ledger_there", 128);
}

#[test]
fn init_beside_a_ledger_at_home_names_that_ledger() {
    let team = Team::apart();
    team.done("ada", "init");
    team.done("ada", "sync");
    let refused = team.says("codex", "init --json");
    refused.failed("ledger_exists", 128);
    assert_eq!(refused.json()["error"]["hint"], "git coord sync");
    team.done("codex", "sync");
}

#[test]
fn a_branch_as_home_is_found_without_an_option() {
    let team = Team::apart();
    team.done("ada", "init --ref refs/heads/coord");
    team.done("ada", "sync");
    assert_eq!(team.tip(HOME, "refs/heads/coord"), team.ledger("ada"));
    assert_eq!(team.ledger(HOME), "");
    team.done("codex", "sync");
    assert_eq!(team.ledger("codex"), team.ledger("ada"));
    team.says("claude", "init --json")
        .failed("ledger_exists", 128);
}

#[test]
fn another_ledger_at_home_is_an_error() {
    let team = Team::apart();
    team.done("ada", "init");
    team.done("codex", "init");
    team.done("ada", "sync");
    let refused = team.says("codex", "sync --json");
    refused.failed("other_ledger_there", 128);
}

#[test]
fn a_host_that_takes_only_branches_is_answered_with_the_setting_that_works() {
    let team = Team::apart();
    team.git_in(HOME, &["config", "receive.hideRefs", "refs/coord"]);
    team.done("ada", "init");
    let refused = team.says("ada", "sync --json");
    refused.failed("push_declined", 128);
    let hint = refused.json()["error"]["hint"].as_str().unwrap().to_owned();
    let words: Vec<&str> = hint.split(' ').skip(1).collect();
    team.git_in("ada", &words);
    team.done("ada", "sync");
    assert_eq!(team.tip(HOME, "refs/heads/coord"), team.ledger("ada"));
    team.done("codex", "sync");
}

#[test]
fn plain_fetches_bring_the_ledger_to_its_founder_too() {
    let team = Team::new();
    team.done("codex", "add First --id A");
    let outbox = [
        "push",
        "--quiet",
        "origin",
        "refs/coord/ledger:refs/coord/outbox/codex",
    ];
    team.git_in("codex", &outbox);
    team.git_in("ada", &["fetch", "--quiet"]);
    let fetched = "refs/coord-remotes/origin/outbox/codex";
    assert_eq!(team.tip("ada", fetched), team.ledger("codex"));
    team.done("ada", &format!("sync {fetched}"));
    let follows = ["config", "--get-all", "remote.origin.fetch"];
    assert_eq!(team.git_in("ada", &follows).lines().count(), 2);
}

/// A branch `coord` at home that has nothing to do with us.
fn unrelated_branch(team: &Team) {
    team.git_in("ada", &["commit", "--quiet", "--allow-empty", "-m", "code"]);
    let push = ["push", "--quiet", "origin", "HEAD:refs/heads/coord"];
    team.git_in("ada", &push);
}

#[test]
fn a_branch_that_holds_something_else_is_not_taken_for_a_ledger() {
    let team = Team::new();
    unrelated_branch(&team);
    let branch = team.tip(HOME, "refs/heads/coord");
    team.git_in(HOME, &["update-ref", "-d", "refs/coord/ledger"]);
    let said = team.done("ada", "sync");
    assert!(said.contains("missing entries were pushed again"), "{said}");
    assert_eq!(team.ledger(HOME), team.ledger("ada"));
    assert_eq!(team.tip(HOME, "refs/heads/coord"), branch);
    team.git_in("codex", &["config", "coord.ref", "refs/heads/coord"]);
    team.says("codex", "sync --json").failed("bad_history", 128);
}

#[test]
fn nor_does_it_keep_anybody_from_founding_one() {
    let team = Team::apart();
    unrelated_branch(&team);
    team.says("codex", "sync --json")
        .failed("no_ledger_there", 128);
    team.done("ada", "init");
    team.done("ada", "sync");
    team.done("codex", "sync");
}

#[test]
fn a_second_ledger_that_is_laid_beside_the_first_is_not_taken_by_newcomers() {
    let team = Team::apart();
    team.done("ada", "init --ref refs/heads/coord");
    team.done("ada", "sync");
    team.done("codex", "sync");
    team.git_in("", &["init", "--quiet", "eve"]);
    team.done("eve", "init --actor eve");
    let push = ["push", "--quiet", "../home.git", "refs/coord/ledger"];
    team.git_in("eve", &push);
    let told = team.says("claude", "sync --json");
    told.failed("two_ledgers_there", 128);
    assert_eq!(team.ledger("claude"), "");
    for name in ["ada", "codex"] {
        team.done(name, "sync");
    }
    team.git_in("claude", &["config", "coord.ref", "refs/heads/coord"]);
    team.done("claude", "sync");
    assert_eq!(team.ledger("claude"), team.ledger("ada"));
}

#[test]
fn a_fetch_without_a_refspec_stays_one() {
    let team = Team::new();
    team.git_in("", &["clone", "--quiet", "--bare", HOME, "bare.git"]);
    team.done("bare.git", "sync");
    team.done("bare.git", "list");
    let config = team.git_in("bare.git", &["config", "--local", "--list"]);
    assert!(!config.contains("remote.origin.fetch"), "{config}");
}
