//! `coord.sync = auto`: each entry is published at once, and a failed sync never fails the command.
//!
//! Not here: a sync that is asked for.

use std::fs;

use super::team::Team;

const HOME: &str = "home.git";

#[test]
fn a_write_is_published_right_away() {
    let team = Team::new();
    team.git_in("ada", &["config", "coord.sync", "auto"]);
    let said = team.done("ada", "add First --id A");
    assert_eq!(said, "added A: First\n");
    assert_eq!(team.ledger(HOME), team.ledger("ada"));
    team.done("ada", "status");
}

#[test]
fn a_claim_that_another_clone_was_faster_with_exits_with_1() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex"]);
    team.git_in("codex", &["config", "coord.sync", "auto"]);
    team.done("ada", "claim A");
    team.done("ada", "sync");
    let output = team.says("codex", "claim A --json");
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stdout.contains(r#""ok":true"#), "{output:?}");
    assert!(
        output.stderr.starts_with(
            "warning: the rules refused an entry of codex: task 'A' is claimed by ada"
        ),
        "{output:?}"
    );
}

#[test]
fn an_invalid_setting_is_an_error() {
    let team = Team::new();
    for (wish, told) in [
        ("false", ""),
        ("atuo", "warning: unknown value 'atuo' of coord.sync"),
    ] {
        team.git_in("ada", &["config", "coord.sync", wish]);
        let output = team.says("ada", "add More");
        assert_eq!(output.code, 0);
        assert!(output.stderr.starts_with(told), "{output:?}");
        assert_eq!(output.stderr.is_empty(), told.is_empty(), "{output:?}");
    }
}

#[test]
fn a_home_that_is_away_is_a_warning() {
    let team = Team::new();
    team.git_in("ada", &["config", "coord.sync", "auto"]);
    fs::rename(team.place(HOME), team.place("away.git")).unwrap();
    let output = team.says("ada", "add First --id A");
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (0, "added A: First\n")
    );
    assert!(
        output
            .stderr
            .starts_with("warning: your entries are not published yet: cannot fetch"),
        "{output:?}"
    );
}

#[test]
fn a_home_that_does_not_answer_is_left_after_a_while() {
    let team = Team::new();
    team.git_in("ada", &["config", "coord.sync", "auto"]);
    team.git_in("ada", &["config", "coord.syncTimeout", "1"]);
    team.git_in(
        "ada",
        &["config", "remote.origin.url", "ssh://nowhere/home.git"],
    );
    team.git_in("ada", &["config", "core.sshCommand", "sleep 600 #"]);
    let output = team.says("ada", "add First --id A");
    assert_eq!(output.code, 0);
    assert!(
        output.stderr.contains("did not answer within 1 second"),
        "{output:?}"
    );
}
