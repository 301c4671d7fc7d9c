//! Homes that were rewound, deleted, restored or rewritten: which heal by themselves, and which are refused.
//!
//! Not here: clones around a sound home (`meeting`).

use super::team::Team;

const HOME: &str = "home.git";
const LEDGER: &str = "refs/coord/ledger";

/// A team at one tip, with some entries.
fn settled() -> Team {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team
}

#[test]
fn a_rewound_home_gets_its_entries_again_with_a_notice() {
    let team = settled();
    let tip = team.ledger(HOME);
    team.git_in(HOME, &["update-ref", LEDGER, &format!("{tip}~1")]);
    let said = team.done("codex", "sync");
    assert!(said.starts_with("origin was rewound"), "{said}");
    assert_eq!(team.ledger(HOME), tip);
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_ref_that_was_deleted_at_home_comes_back() {
    let team = settled();
    let tip = team.ledger(HOME);
    team.git_in(HOME, &["update-ref", "-d", LEDGER]);
    let said = team.done("codex", "sync");
    assert!(said.starts_with("origin was rewound"), "{said}");
    assert_eq!(team.ledger(HOME), tip);
    assert_eq!(team.done("codex", "sync"), "up to date with origin\n");
}

#[test]
fn a_mirror_pushed_from_a_clone_without_the_ref_heals() {
    let team = settled();
    let tip = team.ledger(HOME);
    team.git_in("", &["clone", "--quiet", HOME, "bystander"]);
    team.git_in("bystander", &["push", "--quiet", "--mirror"]);
    assert_eq!(team.ledger(HOME), "");
    team.done("claude", "add Second --id B");
    team.done("claude", "sync");
    assert!(team.git_in(HOME, &["rev-list", LEDGER]).contains(&tip));
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn clones_that_know_more_refuse_a_restored_backup_with_new_entries() {
    let team = Team::new();
    team.tear();
    let home = team.ledger(HOME);
    let own = team.ledger("ada");
    let refused = team.says("ada", "sync --json");
    refused.failed("home_rewritten", 128);
    let error = &refused.json()["error"];
    assert!(
        error["message"].as_str().unwrap().contains(&home),
        "{error}"
    );
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("signed by codex"),
        "{error}"
    );
    assert_eq!(error["details"][0], "at stake: add A: First by ada");
    assert_eq!((team.ledger(HOME), team.ledger("ada")), (home, own));
    // Work goes on, unconfirmed.
    team.done("ada", "claim A");
}

#[test]
fn a_fast_forward_for_git_that_moves_what_was_published_is_refused() {
    let team = settled();
    // codex holds h by a way of its own and joins it behind a: k=[a,h] is pushed with plain git.
    team.done("codex", "add Second --id B");
    team.done("ada", "add Third --id C");
    team.done("ada", "sync");
    let home = team.ledger(HOME);
    team.git_in("codex", &["fetch", "--quiet", "origin", LEDGER]);
    let own = team.ledger("codex");
    let tree = team.git_in("codex", &["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let joined = team.git_in(
        "codex",
        &[
            "commit-tree",
            &tree,
            "-p",
            &own,
            "-p",
            &home,
            "-m",
            "joined",
        ],
    );
    team.git_in(
        "codex",
        &["push", "--quiet", "origin", &format!("{joined}:{LEDGER}")],
    );
    let refused = team.says("ada", "sync --json");
    refused.failed("home_rewritten", 128);
    assert_eq!(
        refused.json()["error"]["details"][0],
        "at stake: add C: Third by ada"
    );
    // A tip that was never home's, or is not any more, is refused with the one that is.
    let never = format!("repair --accept {} --json", "0123456789".repeat(4));
    let other = team.says("ada", &never);
    other.failed("other_tip", 128);
    let message = other.json()["error"]["message"].to_string();
    assert!(message.contains(&joined), "{message}");
}

#[test]
fn entries_that_a_local_join_moves_back_are_named() {
    let team = settled();
    team.done("codex", "add Second --id B");
    team.done("ada", "add Third --id C");
    team.done("ada", "sync");
    let bundle = ["bundle", "create", "--quiet", "../work.bundle", LEDGER];
    team.git_in("ada", &bundle);
    team.done("codex", "sync ../work.bundle");
    team.git_in("codex", &["push", "--quiet", "origin", LEDGER]);
    let refused = team.says("ada", "sync --json");
    refused.failed("home_rewritten", 128);
    assert_eq!(
        refused.json()["error"]["details"][0],
        "at stake: add C: Third by ada, moved back"
    );
}

#[test]
fn a_forced_push_of_another_line_is_refused() {
    let team = settled();
    let tip = team.ledger("codex");
    team.git_in("codex", &["update-ref", LEDGER, &format!("{tip}~1")]);
    team.done("codex", "add Instead --id Z");
    let push = ["push", "--quiet", "--force", "origin", LEDGER];
    team.git_in("codex", &push);
    team.says("ada", "sync --json")
        .failed("home_rewritten", 128);
}

#[test]
fn entries_that_a_killed_sync_fetched_are_judged_by_the_next() {
    let team = settled();
    let anchor = team.tip("ada", "refs/coord-anchor/ledger");
    let tip = team.ledger("codex");
    team.git_in("codex", &["update-ref", LEDGER, &format!("{tip}~1")]);
    team.done("codex", "add Instead --id Z");
    let push = ["push", "--quiet", "--force", "origin", LEDGER];
    team.git_in("codex", &push);
    // The state that a sync leaves when it is killed between fetching and judging.
    let shadow = format!("+{LEDGER}:refs/coord-remotes/origin/ledger");
    team.git_in("ada", &["fetch", "--quiet", "origin", &shadow]);
    for _ in 0..2 {
        team.says("ada", "sync --json")
            .failed("home_rewritten", 128);
        assert_eq!(team.tip("ada", "refs/coord-anchor/ledger"), anchor);
        assert_eq!(team.ledger("ada"), tip);
    }
}

#[test]
fn pruning_fetches_take_nothing_away() {
    let team = settled();
    let refs = |name: &str| team.git_in(name, &["for-each-ref", "refs/coord", "refs/coord-anchor"]);
    let before = refs("ada");
    team.git_in("ada", &["fetch", "--quiet", "--prune"]);
    team.git_in(HOME, &["update-ref", "-d", LEDGER]);
    team.git_in("ada", &["fetch", "--quiet", "--prune"]);
    assert_eq!(refs("ada"), before);
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_local_ref_that_was_rewound_catches_up() {
    let team = settled();
    let tip = team.ledger("ada");
    team.git_in("ada", &["update-ref", LEDGER, &format!("{tip}~2")]);
    team.done("ada", "sync");
    assert_eq!(team.ledger("ada"), tip);
}

#[test]
fn a_local_ref_and_a_home_that_were_both_rewound_catch_up() {
    let team = settled();
    let tip = team.ledger("ada");
    let before = format!("{tip}~2");
    team.git_in("ada", &["update-ref", LEDGER, &before]);
    team.git_in(HOME, &["update-ref", LEDGER, &before]);
    team.done("ada", "sync");
    assert_eq!((team.ledger("ada"), team.ledger(HOME)), (tip.clone(), tip));
}

#[test]
fn the_anchor_of_a_mirror_clone_does_not_count() {
    let team = settled();
    team.git_in("", &["clone", "--quiet", "--mirror", "ada", "mirror"]);
    team.git_in("mirror", &["remote", "set-url", "origin", "../home.git"]);
    let tip = team.ledger("mirror");
    team.git_in(
        "mirror",
        &[
            "update-ref",
            "refs/coord-anchor/ledger",
            &format!("{tip}~1"),
        ],
    );
    team.git_in("mirror", &["config", "coord.actor", "ada"]);
    team.done("mirror", "sync");
    assert_eq!(team.tip("mirror", "refs/coord-anchor/ledger"), tip);
}

#[test]
fn a_join_with_the_old_line_as_later_parent_is_refused() {
    let team = settled();
    // Both claim A; codex was first, and the join of both is published.
    team.done("codex", "claim A");
    team.done("codex", "sync");
    team.done("claude", "claim A");
    let late = team.ledger("claude");
    assert_eq!(team.says("claude", "sync").code, 1);
    team.done("ada", "sync");
    team.done("ada", "add Later --id L");
    team.done("ada", "sync");
    let published = team.ledger(HOME);
    // A new clone gets the late claim first, joins the rest behind it, and pushes that.
    team.git_in("", &["init", "--quiet", "--bare", "false.git"]);
    team.git_in(
        "claude",
        &[
            "push",
            "--quiet",
            "../false.git",
            &format!("{late}:{LEDGER}"),
        ],
    );
    team.clone_for("desk", &crate::keys::CODEX);
    team.git_in(
        "desk",
        &["fetch", "--quiet", "origin", &format!("{LEDGER}:{LEDGER}")],
    );
    team.git_in("desk", &["remote", "add", "false", "../false.git"]);
    team.git_in("desk", &["config", "coord.remote", "false"]);
    let _ = team.says("desk", "sync");
    let evil = team.ledger("desk");
    let parents = team.git_in("desk", &["rev-parse", "refs/coord/ledger^@"]);
    assert_eq!(parents, format!("{late}\n{published}"));
    team.git_in("desk", &["push", "--quiet", "origin", LEDGER]);
    assert_eq!(team.ledger(HOME), evil);
    for name in ["ada", "codex", "claude"] {
        team.says(name, "sync --json").failed("home_rewritten", 128);
    }
    team.done("ada", "repair");
    team.converge(&["ada", "codex", "claude"]);
    let task = team.done("ada", "show A --json");
    assert!(task.contains("\"actor\":\"codex\""), "{task}");
}

#[test]
fn a_local_ref_that_was_deleted_is_looked_for_before_homes_is_taken() {
    let team = settled();
    team.done("ada", "add Unpublished --id U");
    let before = team.ledger("ada");
    team.git_in("ada", &["update-ref", "-d", LEDGER]);
    for line in ["sync --json", "list --json", "init --json"] {
        team.says("ada", line).failed("no_ledger", 128);
    }
    // git has deleted the log as well, and the anchor leads only to published entries.
    team.done("ada", "doctor --recover");
    assert_eq!(team.ledger("ada"), before);
    let said = team.done("ada", "sync");
    assert!(said.contains("published 1 entry"), "{said}");
}

#[test]
fn an_anchor_that_cannot_be_read_is_set_to_what_it_was() {
    let team = settled();
    let anchor = "refs/coord-anchor/ledger";
    let before = team.tip("ada", anchor);
    team.done("ada", "add Unpublished --id U");
    std::fs::write(team.place("ada/.git").join(anchor), "").unwrap();
    let told = team.says("ada", "sync --json");
    told.failed("broken_ref", 128);
    assert_eq!(told.json()["error"]["hint"], "git coord doctor --recover");
    assert_eq!(team.says("ada", "doctor").code, 1);
    team.done("ada", "doctor --recover");
    assert_eq!(team.tip("ada", anchor), before);
    team.done("ada", "sync");
    team.done("ada", "doctor");
}

#[test]
fn unreadable_fetched_objects_are_fetched_again() {
    let team = settled();
    team.done("ada", "add Unpublished --id U");
    let shadow = "refs/coord-remotes/origin/ledger";
    for spoilt in ["", "xxx\n"] {
        std::fs::write(team.place("ada/.git").join(shadow), spoilt).unwrap();
        team.done("ada", "sync");
        assert_eq!(team.tip("ada", shadow), team.ledger(HOME));
    }
}
