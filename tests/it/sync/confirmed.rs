//! Claims that home has confirmed: no clone can have been faster, and nothing is left behind where that is not known.
//!
//! Not here: claims that are made locally first and may be lost (`meeting`).

use std::fs;

use super::team::Team;

const HOME: &str = "home.git";

fn with_task() -> Team {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team
}

#[test]
fn a_confirmed_claim_is_at_home_when_the_command_ends() {
    let team = with_task();
    team.done("codex", "comment A soon");
    team.done("codex", "claim A --confirm");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
    assert_eq!(
        team.tip("codex", "refs/coord-anchor/ledger"),
        team.ledger(HOME)
    );
    let lost = team.says("claude", "claim A --confirm --json");
    lost.failed("claim_held", 1);
    // Home's entries are known now, and the claim left nothing behind.
    assert_eq!(team.ledger("claude"), team.ledger(HOME));
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_confirmed_claim_joins_what_came_meanwhile() {
    let team = with_task();
    team.done("ada", "add Second --id B");
    team.done("ada", "sync");
    team.done("codex", "add Third --id C");
    team.git_in("codex", &["config", "coord.confirm", "true"]);
    team.done("codex", "claim A");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn without_home_nothing_is_left_behind() {
    let team = with_task();
    let before = team.ledger("codex");
    fs::rename(team.place(HOME), team.place("away.git")).unwrap();
    team.says("codex", "claim A --confirm --json")
        .failed("remote_failed", 128);
    assert_eq!(team.ledger("codex"), before);
    team.git_in("codex", &["remote", "remove", "origin"]);
    team.says("codex", "claim A --confirm --json")
        .failed("no_remote", 128);
}

#[test]
fn where_the_answer_is_lost_home_is_asked() {
    let team = with_task();
    // The push arrives, but the connection ends before the answer.
    let script = "#!/bin/sh\ngit-receive-pack \"$@\" >/dev/null 2>&1 & wait\nexit 1\n";
    let program = team.place("lossy");
    fs::write(&program, script).unwrap();
    let _ = fs::write(
        team.place("home.git/hooks/post-receive"),
        "#!/bin/sh\nkill -9 $PPID\n",
    );
    for file in [program, team.place("home.git/hooks/post-receive")] {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    team.done("codex", "claim A --confirm");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
    team.says("claude", "claim A --confirm --json")
        .failed("claim_held", 1);
}
