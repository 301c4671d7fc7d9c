//! Pull requests: what `gh` printed becomes an observation, and is shown with its age.
//!
//! Not here: every shape of what `gh` prints (`forge::gh`).

use std::fs;

use crate::world::{Output, World};

fn world() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world
}

fn observe(world: &World, list: &str, more: &[&str]) -> Output {
    fs::write(world.work().join("prs.json"), list).unwrap();
    let line = ["observe", "prs", "--from", "prs.json", "--json"];
    world.coord(&[&line[..], more].concat())
}

fn entries(world: &World) -> String {
    world.git(&["rev-list", "--count", "refs/coord/ledger"])
}

const TWO: &str = r#"[
    {"number": 8, "title": "Second", "state": "OPEN", "isDraft": true, "headRefName": "feat/y",
     "url": "https://github.com/acme/plan/pull/8"},
    {"number": 7, "title": "First \u001b[31m \ud83c\udf12", "state": "OPEN", "headRefName": "feat/x",
     "url": "https://github.com/acme/plan/pull/7", "reviewDecision": "APPROVED", "mergeable": "CONFLICTING",
     "statusCheckRollup": [{"state": "SUCCESS"}, {"status": "COMPLETED", "conclusion": "FAILURE"}]}
]"#;

#[test]
fn only_what_is_new_or_has_changed_is_recorded() {
    let world = world();
    let first = observe(&world, TWO, &[]).data("coord.pull_requests/1");
    assert_eq!(first["repository"], "https://github.com/acme/plan");
    assert_eq!(first["forge"], "github");
    assert_eq!(first["recorded"], serde_json::json!([7, 8]));
    let request = &first["pull_requests"][0];
    assert_eq!(request["checks"]["result"], "failing");
    assert_eq!(request["checks"]["passing"], 1);
    assert_eq!(request["mergeable"], false);
    assert!(request["author"].is_null());
    let count = entries(&world);
    let again = observe(&world, TWO, &[]).data("coord.pull_requests/1");
    assert!(again["entry"].is_null(), "{again}");
    assert_eq!(entries(&world), count);
    let merged = TWO.replacen("OPEN", "MERGED", 1);
    let later = observe(&world, &merged, &[]).data("coord.pull_requests/1");
    assert_eq!(later["recorded"], serde_json::json!([8]));
    // An older list of one, as complete: the other one is gone.
    let one = r#"[{"number": 7}]"#;
    let url = "--repository=https://github.com/acme/plan";
    let last = observe(&world, one, &[url, "--complete"]).data("coord.pull_requests/1");
    assert_eq!(last["gone"], serde_json::json!([8]));
    assert!(last["pull_requests"][0]["title"].is_null());
}

#[test]
fn status_snapshots_diff_and_log_show_them() {
    let world = world();
    world.done("snapshot --label before");
    let told = observe(&world, TWO, &[]);
    assert_eq!(told.code, 0, "{told:?}");
    let status = world.done("status");
    for shown in [
        "1 of 2 failing",
        "approved, conflicts",
        "draft",
        "github.com/acme/plan",
    ] {
        assert!(status.contains(shown), "{shown}: {status}");
    }
    assert!(!status.contains('\u{1b}'), "{status}");
    let diff = world.done("diff before now");
    let line =
        "pull request github.com/acme/plan#7: added, open, checks failing, approved, conflicts";
    assert!(diff.contains(line), "{diff}");
    let log = world.done("log -n 1 --full");
    assert!(log.contains("#7 checks: 1 of 2 failing"), "{log}");
    let taken = world.coord(&["snapshot", "--write", "files", "--json"]);
    let taken = taken.data("coord.snapshot/1");
    let name = taken["name"].as_str().unwrap();
    let file = world
        .work()
        .join("files")
        .join(name)
        .join("pull-requests.json");
    let file: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(file["sources"][0]["forge"], "github");
    assert_eq!(file["pull_requests"][1]["draft"], true);
    world.done("verify");
}

#[test]
fn hundreds_are_recorded_in_entries_that_fit() {
    let world = world();
    let title = "x".repeat(200);
    let one = |number| format!(r#"{{"number": {number}, "title": "{title}", "state": "OPEN"}}"#);
    let list: Vec<String> = (1..=500).map(one).collect();
    let url = "--repository=https://github.com/acme/plan";
    let list = format!("[{}]", list.join(","));
    let told = observe(&world, &list, &[url]).data("coord.pull_requests/1");
    assert_eq!(told["recorded"].as_array().unwrap().len(), 500);
    assert!(entries(&world).trim().parse::<u32>().unwrap() > 3);
    world.done("verify");
    let told = observe(&world, "[]", &[url, "--complete"]).data("coord.pull_requests/1");
    assert_eq!(told["gone"].as_array().unwrap().len(), 500);
    assert!(told["pull_requests"].as_array().unwrap().is_empty());
}

#[test]
fn a_file_that_is_no_list_of_pull_requests_is_refused_with_the_reason() {
    let world = world();
    let count = entries(&world);
    for (list, why) in [
        ("", "not complete JSON"),
        (&TWO[..200], "not complete JSON"),
        ("[]", "their repository is unknown"),
        (
            "[{\"number\": 7, \"isDraft\": \"no\"}]",
            "#7: 'isDraft' is neither",
        ),
        ("\u{fffd}", "not complete JSON"),
    ] {
        let told = observe(&world, list, &[]);
        told.failed("bad_pull_requests", 128);
        let message = told.json()["error"]["message"].to_string();
        assert!(message.contains(why), "{message}");
        assert!(told.json()["error"]["hint"].is_string(), "{told:?}");
    }
    let other = observe(&world, TWO, &["--repository=https://example.org/acme"]);
    other.failed("bad_pull_requests", 128);
    world
        .coord(&["observe", "prs", "--from", "nothing", "--json"])
        .failed("cannot_read", 128);
    assert_eq!(entries(&world), count);
}
