//! Repairs: a person names the good line, and clones on either side go on from it.
//!
//! Not here: how a rewritten home is noticed (`homes`).

use super::team::Team;

const HOME: &str = "home.git";

/// Home was put back to before what ada has published; claude has seen only what codex published there since.
fn torn() -> Team {
    let team = Team::new();
    team.tear();
    team.done("claude", "sync");
    team.says("ada", "sync --json")
        .failed("home_rewritten", 128);
    team
}

#[test]
fn an_admins_repair_is_accepted_on_both_sides() {
    let team = torn();
    let said = team.done("ada", "repair");
    assert!(
        said.contains("fetched 1 entry from origin\n  codex: add B: Second"),
        "{said}"
    );
    assert!(
        said.contains("published 1 entry to origin\n  ada: add A: First"),
        "{said}"
    );
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn an_admin_may_declare_the_new_line_good() {
    let team = torn();
    let home = team.ledger(HOME);
    team.done("ada", &format!("repair --accept {home}"));
    let first = team.git_in(HOME, &["rev-parse", "refs/coord/ledger^1"]);
    assert_eq!(first, home);
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn an_actor_who_is_not_an_admin_accepts_for_its_own_clone_only() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    team.back_up();
    team.done("codex", "add First --id A");
    team.done("codex", "sync");
    team.restore();
    team.done("claude", "add Second --id B");
    team.done("claude", "sync");
    team.says("codex", "sync --json")
        .failed("home_rewritten", 128);
    team.says("codex", "repair --json")
        .failed("not_permitted", 1);
    let home = team.ledger(HOME);
    team.says("codex", "repair --accept HEAD --json")
        .failed("unknown_commit", 128);
    let own = team.ledger("codex");
    team.says("codex", &format!("repair --accept {own} --json"))
        .failed("other_tip", 128);
    team.done("codex", &format!("repair --accept {home}"));
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_claim_that_a_repair_gives_to_another_is_listed() {
    let team = Team::new();
    team.done("ada", "add Task --id T");
    team.converge(&["ada", "codex", "claude"]);
    team.back_up();
    team.done("codex", "claim T");
    team.done("codex", "sync");
    team.done("ada", "sync");
    team.restore();
    team.done("claude", "claim T");
    team.done("claude", "sync");
    team.done("ada", "repair");
    let said = team.says("claude", "sync --json").data("coord.sync/1");
    assert_eq!(said["lost_claims"][0]["task"], "T", "{said}");
    assert_eq!(said["lost_claims"][0]["before"], "claude");
    assert_eq!(said["lost_claims"][0]["now"], "codex");
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn where_nothing_was_rewritten_there_is_nothing_to_repair() {
    let team = Team::new();
    team.says("ada", "repair --json")
        .failed("nothing_to_repair", 1);
}
