//! Couriers: second remotes and bundles, which bring entries and never move published ones.
//!
//! Not here: home.

use super::team::Team;

/// A team with a second bare repository that every clone knows as `usb`.
fn with_courier() -> Team {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.git_in("", &["init", "--quiet", "--bare", "usb.git"]);
    for name in ["ada", "codex", "claude"] {
        team.git_in(name, &["remote", "add", "usb", "../usb.git"]);
    }
    team
}

#[test]
fn work_travels_by_a_courier_and_is_published_by_its_receiver() {
    let team = with_courier();
    team.done("codex", "claim A");
    let said = team.done("codex", "sync usb");
    assert!(said.contains("codex: claim A"), "{said}");
    let said = team.done("claude", "sync usb");
    assert!(
        said.starts_with("fetched 1 entry from usb\n  codex: claim A"),
        "{said}"
    );
    let said = team.done("claude", "sync");
    assert!(
        said.contains("published 1 entry to origin\n  codex: claim A"),
        "{said}"
    );
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_courier_keeps_its_own_line_and_the_local_one_stays() {
    let team = with_courier();
    team.done("codex", "add Second --id B");
    team.done("codex", "sync usb");
    team.done("claude", "add Third --id C");
    team.done("claude", "sync usb");
    let courier = team.ledger("usb.git");
    team.done("ada", "add Fourth --id D");
    team.done("ada", "sync usb");
    let line = team.git_in(
        "usb.git",
        &["rev-list", "--first-parent", "refs/coord/ledger"],
    );
    assert!(line.contains(&courier));
    assert_ne!(team.ledger("ada"), team.ledger("usb.git"));
    team.converge(&["ada", "codex", "claude"]);
    let usb = team.ledger("usb.git");
    assert_eq!(team.done("ada", "sync usb"), "up to date with usb\n");
    assert_eq!(team.ledger("usb.git"), usb);
}

#[test]
fn a_dry_run_foretells_a_courier_and_refused_entries_are_named() {
    let team = with_courier();
    let said = team.done("ada", "sync usb --dry-run");
    assert!(
        said.starts_with("would publish 4 entries to usb\n"),
        "{said}"
    );
    assert_eq!(team.ledger("usb.git"), "");
    team.git_in("usb.git", &["config", "receive.hideRefs", "refs/coord"]);
    let said = team.done("ada", "sync usb");
    assert!(
        said.starts_with("usb did not accept the entries of this clone: "),
        "{said}"
    );
}

#[test]
fn a_bundle_is_taken_in() {
    let team = with_courier();
    team.done("codex", "claim A");
    team.git_in(
        "codex",
        &[
            "bundle",
            "create",
            "--quiet",
            "../work.bundle",
            "refs/coord/ledger",
        ],
    );
    let said = team.done("ada", "sync ../work.bundle");
    assert!(
        said.starts_with("fetched 1 entry from ../work.bundle\n  codex: claim A"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 2);
    team.done("ada", "sync");
    team.converge(&["ada", "codex", "claude"]);
}

/// Pushes a commit that is not an entry on top of the ledger of codex. Returns the ledger's tip and the commit.
fn push_a_stray_commit(team: &Team, remote: &str) -> (String, String) {
    let tip = team.ledger("codex");
    let tree = team.git_in("codex", &["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let bad = team.git_in(
        "codex",
        &["commit-tree", &tree, "-p", &tip, "-m", "not an entry"],
    );
    let refspec = format!("{bad}:refs/coord/ledger");
    team.git_in("codex", &["push", "--quiet", remote, &refspec]);
    (tip, bad)
}

#[test]
fn a_courier_cannot_bring_what_would_be_quarantined() {
    let team = with_courier();
    push_a_stray_commit(&team, "usb");
    let before = team.ledger("ada");
    team.says("ada", "sync usb --json")
        .failed("bad_history", 128);
    assert_eq!(team.ledger("ada"), before);
}

#[test]
fn a_courier_with_another_ledger_is_an_error() {
    let team = with_courier();
    team.git_in("", &["init", "--quiet", "other"]);
    team.done("other", "init --actor ada");
    team.git_in(
        "other",
        &["push", "--quiet", "../usb.git", "refs/coord/ledger"],
    );
    team.says("ada", "sync usb --json")
        .failed("other_ledger_there", 128);
}

#[test]
fn a_home_with_a_quarantined_tip_does_not_stop_anybody() {
    let team = with_courier();
    let (tip, bad) = push_a_stray_commit(&team, "origin");
    team.done("claude", "claim A");
    team.done("claude", "sync");
    team.done("ada", "sync");
    assert_eq!(team.says("ada", "verify").code, 1);
    let said = team.done("ada", &format!("acknowledge {}", &bad[..10]));
    assert!(
        said.starts_with(&format!("acknowledged {}", &bad[..7])),
        "{said}"
    );
    team.says("ada", &format!("acknowledge {tip} --json"))
        .failed("not_quarantined", 1);
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_path_is_seen_from_the_folder_that_one_is_in() {
    let team = with_courier();
    std::fs::create_dir_all(team.place("ada/deep/down")).unwrap();
    team.done("codex", "claim A");
    team.done("codex", "sync usb");
    let said = team.done("ada/deep/down", "sync ../../../usb.git");
    assert!(said.contains("codex: claim A"), "{said}");
}

#[test]
fn a_rehearsal_with_a_courier_goes_by_what_couriers_may_bring() {
    let team = with_courier();
    team.done("codex", "add Second --id B");
    team.done("codex", "sync usb");
    team.done("ada", "add Third --id C");
    team.done("ada", "sync");
    let before = team.ledger("ada");
    let said = team.done("ada", "sync usb --dry-run");
    assert!(
        said.contains("would fetch 1 entry from usb\n  codex: add B"),
        "{said}"
    );
    assert!(
        said.contains("would publish 1 entry to usb\n  ada: add C"),
        "{said}"
    );
    assert_eq!(team.ledger("ada"), before);
    team.done("ada", "sync usb");
}

#[test]
fn a_clone_with_the_ledger_of_a_courier_is_pinned_to_it() {
    let team = with_courier();
    team.done("codex", "sync usb");
    team.git_in("", &["init", "--quiet", "new"]);
    team.done("new", "sync ../usb.git");
    let pinned = |name: &str| team.git_in(name, &["config", "coord.ledger"]);
    assert_eq!(pinned("new"), pinned("ada"));
}

#[test]
fn an_authorised_actor_takes_in_entries_that_were_pushed_to_another_ref() {
    let team = with_courier();
    team.done("codex", "claim A");
    let outbox = "refs/coord/ledger:refs/coord/outbox/codex";
    team.git_in("codex", &["push", "--quiet", "origin", outbox]);
    team.done("claude", "sync");
    team.git_in("claude", &["fetch", "--quiet"]);
    let said = team.done("claude", "sync refs/coord-remotes/origin/outbox/codex");
    assert!(
        said.contains(
            "fetched 1 entry from refs/coord-remotes/origin/outbox/codex\n  codex: claim A"
        ),
        "{said}"
    );
    team.says("claude", "sync refs/coord/outbox/nobody --json")
        .failed("bad_history", 128);
}
