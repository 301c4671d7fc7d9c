//! Clones that sync through home, each with entries of its own.
//!
//! Not here: homes that were rewritten.

use serde_json::json;

use super::team::Team;

#[test]
fn one_clone_publishes_and_the_other_receives() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    let said = team.done("ada", "sync");
    assert_eq!(said, "published 1 entry to origin\n  ada: add A: First\n");
    let said = team.done("codex", "sync");
    assert_eq!(said, "fetched 1 entry from origin\n  ada: add A: First\n");
    assert_eq!(team.done("codex", "sync"), "up to date with origin\n");
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn two_lines_are_joined_with_the_published_one_first() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.done("codex", "add Second --id B");
    team.done("codex", "sync");
    let published = team.ledger("home.git");
    let own = team.ledger("ada");
    team.done("ada", "sync");
    let parents = team.git_in("ada", &["rev-parse", "refs/coord/ledger^@"]);
    assert_eq!(parents, format!("{published}\n{own}"));
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn the_second_claim_is_refused_and_names_the_first_actor() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.done("codex", "claim A");
    team.done("claude", "claim A");
    team.done("claude", "sync");
    let lost = team.says("codex", "sync --json");
    assert_eq!(lost.code, 1);
    let data = lost.data("coord.sync/1");
    assert_eq!(data["refused"][0]["code"], "claim_held");
    assert_eq!(data["refused"][0]["arguments"]["claim"]["actor"], "claude");
    assert_eq!(data["refused"][0]["actor"], "codex");
    // It is reported once.
    assert_eq!(team.done("codex", "sync"), "up to date with origin\n");
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_guardrail_that_two_clones_define_at_once_is_reported_with_both_actors() {
    let team = Team::new();
    team.done("ada", "actor edit codex --role coordinator --role worker");
    team.converge(&["ada", "codex", "claude"]);
    let define = |who: &str, id: &str, command: &str| {
        team.done(
            who,
            &format!("guard add {id} --title Tests --command {command}"),
        );
    };
    define("ada", "G1", "true");
    define("codex", "G1", "false");
    // Two definitions that say the same are no loss.
    define("ada", "G2", "true");
    define("codex", "G2", "true");
    team.done("ada", "sync");
    let said = team.says("codex", "sync --dry-run");
    let line =
        "the guardrail G1 of codex replaced that of ada, which was defined at the same time\n";
    assert!(said.stdout.contains(line), "{said:?}");
    let data = team.says("codex", "sync --json").data("coord.sync/1");
    assert_eq!(
        data["replaced_guardrails"],
        json!([{"guardrail": "G1", "before": "ada", "now": "codex"}])
    );
    // It is reported once.
    assert_eq!(team.done("codex", "sync"), "up to date with origin\n");
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn the_second_task_of_a_name_is_reported_with_its_new_name() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.done("codex", "add Second --id A");
    team.done("ada", "sync");
    let said = team.says("codex", "sync --json").data("coord.sync/1");
    let shown = said["renamed"][0]["shown"].as_str().unwrap();
    assert!(shown.starts_with("A~"), "{said}");
    assert_eq!(said["renamed"][0]["by"], "codex");
    let said = team.done("ada", "sync");
    let expected = format!("renamed A of codex to {shown}: another task has this id\n");
    assert!(said.ends_with(&expected), "{said}");
    team.converge(&["ada", "codex", "claude"]);
}

#[test]
fn a_cycle_that_two_clones_close_is_refused_when_its_second_half_arrives() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.done("codex", "add Second --id B");
    team.converge(&["ada", "codex", "claude"]);
    team.done("ada", "edit A --depends B");
    team.done("codex", "edit B --depends A");
    team.done("codex", "sync");
    let told = team.says("ada", "sync --json");
    assert_eq!(told.code, 1, "{told:?}");
    let refused = &told.data("coord.sync/1")["refused"][0];
    assert_eq!(refused["code"], "cycle", "{refused}");
    team.converge(&["ada", "codex", "claude"]);
    let plan = team.says("claude", "status --json").data("coord.status/1");
    let waits = |place: usize| plan["tasks"][place]["depends_on"].clone();
    assert_eq!([waits(0), waits(1)], [json!([]), json!(["A"])]);
}

#[test]
fn a_dry_run_reports_the_same_and_moves_nothing() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.done("codex", "claim A");
    team.done("claude", "claim A");
    team.done("claude", "sync");
    let before = team.git_in(
        "codex",
        &["for-each-ref", "refs/coord", "refs/coord-anchor"],
    );
    let output = team.says("codex", "sync --dry-run");
    assert_eq!(output.code, 1);
    assert!(
        output.stdout.contains("would publish 1 entry to origin"),
        "{output:?}"
    );
    assert!(
        output
            .stdout
            .contains("refused an entry of codex: task 'A' is claimed by claude")
    );
    let after = team.git_in(
        "codex",
        &["for-each-ref", "refs/coord", "refs/coord-anchor"],
    );
    assert_eq!(before, after);
}

#[test]
fn nothing_to_do_makes_no_entry_and_no_object() {
    let team = Team::new();
    team.converge(&["ada", "codex", "claude"]);
    let objects = team.git_in("ada", &["count-objects"]);
    team.done("ada", "sync");
    assert_eq!(team.git_in("ada", &["count-objects"]), objects);
}

#[test]
fn a_snapshot_that_was_taken_apart_shows_the_state_it_was_taken_of() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex"]);
    team.done("codex", "claim A");
    team.done("codex", "snapshot --label noon");
    team.done("ada", "add Second --id B");
    team.done("ada", "sync");
    team.done("codex", "sync");
    team.done("ada", "sync");
    for name in ["ada", "codex"] {
        let said = team.done(name, "verify");
        assert!(said.contains("1 snapshot: all good"), "{said}");
    }
}

#[test]
fn a_commit_that_strayed_onto_the_ledger_does_not_go_along_unnoticed() {
    let team = Team::new();
    let tip = team.ledger("codex");
    let tree = team.git_in("codex", &["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let stray = ["commit-tree", &tree, "-p", &tip, "-m", "stray"];
    let stray = team.git_in("codex", &stray);
    team.git_in("codex", &["update-ref", "refs/coord/ledger", &stray]);
    team.done("codex", "add First --id A");
    let said = team.says("codex", "sync");
    let told = "warning: published a commit without effect: commit ";
    assert!(
        said.stderr.starts_with(told) && said.stderr.contains(" is ignored (quarantined): "),
        "{said:?}"
    );
}
