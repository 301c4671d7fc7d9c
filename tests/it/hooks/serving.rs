//! A team around a home with the server's hook: it accepts everything that the program itself pushes.
//!
//! Not here: refused pushes (`receiving`), and crowds (`wires`).

use crate::sync::team::Team;

const HOME: &str = "home.git";
const LEDGER: &str = "refs/coord/ledger";

/// A team whose home has the hook.
fn served() -> Team {
    let team = Team::new();
    team.done(HOME, "hooks install --server");
    team
}

/// A team whose home was rewound to a tip before ada's published entries.
fn torn() -> Team {
    let team = served();
    team.tear();
    team.says("ada", "sync --json")
        .failed("home_rewritten", 128);
    team
}

#[test]
fn an_admins_repair_passes_whichever_side_it_declares_good() {
    let ours = torn();
    ours.done("ada", "repair");
    ours.converge(&["ada", "codex", "claude"]);
    let theirs = torn();
    let home = theirs.ledger(HOME);
    theirs.done("ada", &format!("repair --accept {home}"));
    theirs.converge(&["ada", "codex", "claude"]);
    assert_eq!(
        theirs.done(HOME, "list --json").matches("\"id\":").count(),
        2
    );
}

#[test]
fn a_join_by_another_actor_than_an_admin_is_not_a_repair() {
    let team = torn();
    // codex has the lost entries too, and pushes them first.
    let lost = team.ledger("ada");
    let home = team.ledger(HOME);
    team.git_in("codex", &["fetch", "--quiet", "../ada", LEDGER]);
    team.git_in("codex", &["update-ref", LEDGER, &lost]);
    team.git_in("codex", &["config", "coord.remote", "elsewhere"]);
    team.git_in("", &["init", "--quiet", "--bare", "elsewhere"]);
    team.git_in("codex", &["remote", "add", "elsewhere", "../elsewhere"]);
    team.git_in("codex", &["update-ref", "-d", "refs/coord-anchor/ledger"]);
    team.git_in("codex", &["push", "--quiet", "elsewhere", LEDGER]);
    team.says("codex", "repair --json")
        .failed("nothing_to_repair", 1);
    let bundle = ["bundle", "create", "--quiet", "../home.bundle", LEDGER];
    team.git_in(HOME, &bundle);
    team.done("codex", "sync ../home.bundle");
    let parents = team.git_in("codex", &["rev-parse", "refs/coord/ledger^@"]);
    assert_eq!(parents, format!("{lost}\n{home}"));
    let push = ["push", "--porcelain", "origin", LEDGER];
    let pushed = team.try_git("codex", &push);
    assert_ne!(pushed.code, 0, "{pushed:?}");
    assert!(
        pushed.stderr.contains("reorders published entries"),
        "{pushed:?}"
    );
}

#[test]
fn confirmed_claims_pass_and_the_second_actor_learns_of_the_first() {
    let team = served();
    team.done("ada", "add First --id A");
    team.done("ada", "sync");
    team.done("codex", "claim A --confirm");
    team.says("claude", "claim A --confirm --json")
        .failed("claim_held", 1);
    team.converge(&["ada", "codex", "claude"]);
}
