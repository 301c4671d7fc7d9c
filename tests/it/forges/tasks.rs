//! Pull requests and tasks: what ties them, where a task shows them, and what follows from a merge.
//!
//! Not here: how the pull requests get here (`api`, `programs`).

use std::fs;

use serde_json::{Value, json};

use super::world;
use crate::world::{Output, World};

fn observe(world: &World, list: &Value, more: &[&str]) -> Output {
    fs::write(world.work().join("prs.json"), list.to_string()).unwrap();
    let line = [
        "observe",
        "prs",
        "--from",
        "prs.json",
        "--repository",
        "https://github.com/acme/plan",
    ];
    world.coord(&[&line[..], more].concat())
}

fn pull(number: u64, branch: &str, state: &str) -> Value {
    json!({"number": number, "state": state, "headRefName": branch, "title": "x", "updatedAt": "2025-10-15T08:00:00Z",
        "statusCheckRollup": [{"state": "FAILURE"}]})
}

#[test]
fn branch_number_and_trailer_tie_a_pull_request_to_a_task_and_show_status_and_brief_have_it() {
    let world = world();
    for id in ["A", "B", "C"] {
        world.done(&format!("add --id {id} Task"));
    }
    world.done("edit B --branch feat/b");
    world.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "work\n\nCoord-Task: C",
    ]);
    let tip = world.git(&["rev-parse", "HEAD"]);
    let mut trailed = pull(3, "elsewhere", "OPEN");
    trailed["headRefOid"] = json!(tip.trim());
    let list = json!([
        pull(1, "task/A", "OPEN"),
        pull(2, "feat/b", "OPEN"),
        trailed
    ]);
    let told = observe(&world, &list, &["--json"]).data("coord.pull_requests/1");
    let ties: Vec<String> = told["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tie| format!("{} {} {}", tie["task"], tie["number"], tie["by"]))
        .collect();
    assert_eq!(
        ties,
        [
            "\"A\" 1 \"branch\"",
            "\"B\" 2 \"branch\"",
            "\"C\" 3 \"trailer\""
        ]
    );
    for id in ["A", "B", "C"] {
        let page = world.done(&format!("show {id}"));
        assert!(page.contains("\nPull requests\n  #"), "{page}");
        assert!(page.contains("open, 1 of 1 failing: “x”; by "), "{page}");
    }
    let shown = world.coord(&["show", "C", "--json"]).data("coord.show/1");
    assert_eq!(shown["pull_requests"][0]["pull_request"]["number"], 3);
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(status["local"]["pull_requests"][2]["task"], "C");
    let page = world.done("status");
    let row = page.lines().find(|line| line.contains("#3")).unwrap();
    assert!(row.contains("  C  "), "{page}");
    let brief = world.done("brief");
    assert!(brief.contains("#1  open, 1 of 1 failing"), "{brief}");
    world.done("claim A");
    world.done("submit A --pr 3");
    let shown = world.coord(&["show", "A", "--json"]).data("coord.show/1");
    let both: Vec<&Value> = shown["pull_requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["by"])
        .collect();
    assert_eq!(both, ["branch", "number"]);
}

#[test]
fn a_merged_pull_request_suggests_done_and_done_merged_finishes_what_the_gates_allow() {
    let world = world();
    world.done("add --id A Task");
    world.done("add --id G --gate role:reviewer Gated");
    world.done("add --id W --depends G Waits");
    let list = json!([
        pull(1, "task/A", "MERGED"),
        pull(2, "task/G", "MERGED"),
        pull(3, "task/W", "MERGED")
    ]);
    let told = observe(&world, &list, &[]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(
        told.stderr
            .contains("hint: A: pull request #1 is merged: git coord done A\n"),
        "{told:?}"
    );
    assert!(
        world
            .done("show A")
            .contains("The work is merged: git coord done A\n")
    );
    let told = observe(&world, &list, &["--done-merged", "--json"]);
    let data = told.data("coord.pull_requests/1");
    let finished: Vec<(&Value, &Value)> = data["finished"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["task"], &it["refused"]))
        .collect();
    let null = &Value::Null;
    assert_eq!(
        finished,
        [
            (&json!("A"), null),
            (&json!("G"), &json!("gate_open")),
            (&json!("W"), &json!("waits"))
        ]
    );
    assert!(
        told.stderr
            .contains("warning: G stays open though pull request #2 is merged: "),
        "{told:?}"
    );
    assert!(world.done("show A").contains("done"));
    let again = observe(&world, &list, &["--done-merged", "--json"]).data("coord.pull_requests/1");
    assert_eq!(again["finished"].as_array().unwrap().len(), 2);
    world.done("verify");
}
