//! The facts of one clone about home: unconfirmed entries, confirmed claims.
//!
//! Not here: how a claim is confirmed before it is made (`confirmed`).

use serde_json::{Value, json};

use super::team::Team;

fn local(team: &Team, name: &str) -> Value {
    team.says(name, "status --json").data("coord.status/1")["local"].take()
}

#[test]
fn unpublished_entries_are_counted_and_a_published_claim_is_confirmed() {
    let team = Team::apart();
    team.done("ada", "init");
    assert_eq!(local(&team, "ada")["unconfirmed"], Value::Null);
    team.done("ada", "sync");
    assert_eq!(local(&team, "ada")["unconfirmed"], 0);
    team.done("ada", "add First --id A");
    team.done("ada", "claim A");
    let here = local(&team, "ada");
    assert_eq!(
        (&here["unconfirmed"], &here["confirmed"]),
        (&json!(2), &json!([]))
    );
    let status = team.done("ada", "status");
    assert!(
        status.ends_with("\n2 entries are not published yet: git coord sync\n"),
        "{status}"
    );
    team.done("ada", "sync");
    let here = local(&team, "ada");
    assert_eq!(
        (&here["unconfirmed"], &here["confirmed"]),
        (&json!(0), &json!(["A"]))
    );
    assert!(!team.done("ada", "status").contains("not published"));
}

#[test]
fn the_same_is_known_without_any_cache_and_after_a_join() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.done("codex", "claim A --confirm");
    team.done("ada", "comment A hm");
    team.done("ada", "sync");
    team.done("ada", "comment A well");
    for _ in 0..2 {
        let here = local(&team, "ada");
        assert_eq!(
            (&here["unconfirmed"], &here["confirmed"]),
            (&json!(1), &json!(["A"]))
        );
        std::fs::remove_dir_all(team.place("ada/.git/coord/cache")).unwrap();
    }
}

#[test]
fn a_long_line_comes_as_a_pack_and_is_read_by_the_same_process() {
    let team = Team::new();
    let plan: Vec<Value> = (0..150)
        .map(|n| json!({"id": n, "title": format!("task {n}")}))
        .collect();
    std::fs::write(team.place("plan.json"), serde_json::to_vec(&plan).unwrap()).unwrap();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.done("ada", "import ../plan.json");
    for n in 0..120 {
        team.done("ada", &format!("comment {n} x"));
    }
    team.done("ada", "sync");
    team.done("codex", "comment A b");
    team.done("codex", "sync");
    team.done("codex", "claim 1");
    team.converge(&["ada", "codex", "claude"]);
}
