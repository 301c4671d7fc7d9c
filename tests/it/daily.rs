//! The daily round: snapshots with labels and observations, laid out in a folder; the report; history.
//!
//! Not here: observing pull requests (`forges`), and what each view computes (`core::views`).

use std::{fs, os::unix::fs::symlink, path::Path};

use serde_json::{Value, json};

use crate::world::{Output, World};

const FILES: [&str; 5] = [
    "status.json",
    "dashboard.md",
    "metrics.json",
    "pull-requests.json",
    "worktrees.json",
];

fn world() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world
}

fn see(world: &World, list: &Value) {
    fs::write(world.work().join("prs.json"), list.to_string()).unwrap();
    world.done("observe prs --from prs.json --repository https://github.com/acme/plan");
}

fn json(world: &World, line: &str, schema: &str) -> Value {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    let output = world.coord(&words);
    assert_eq!(output.code, 0, "{output:?}");
    output.data(schema)
}

#[test]
fn a_day_has_the_files_of_its_last_snapshot_each_labelled_one_and_a_latest_that_resolves() {
    let world = world();
    let folder = world.work().join("docs/audits/coordination");
    for label in ["morning", "midday"] {
        world.done(&format!(
            "snapshot --label {label} --write docs/audits/coordination"
        ));
        world.done("add Another");
    }
    world.done("snapshot --write docs/audits/coordination");
    let day = folder.join("2025-10-15");
    for place in [
        day.clone(),
        day.join("morning"),
        day.join("midday"),
        folder.join("latest"),
    ] {
        for file in FILES {
            assert!(place.join(file).is_file(), "{}", place.join(file).display());
        }
    }
    let link = fs::read_link(folder.join("latest")).unwrap();
    assert!(
        link.is_relative() && link.starts_with("2025-10-15"),
        "{}",
        link.display()
    );
    let total = |place: &Path| -> Value {
        let text = fs::read(place.join("status.json")).unwrap();
        let status: Value = serde_json::from_slice(&text).unwrap();
        status["summary"]["total"].clone()
    };
    assert_eq!(total(&day.join("morning")), 0);
    assert_eq!(total(&day.join("midday")), 1);
    assert_eq!(
        (total(&day), total(&folder.join("latest"))),
        (json!(2), json!(2))
    );
}

#[test]
fn a_folder_that_leads_out_of_the_repository_is_refused_before_a_snapshot_is_taken() {
    let world = world();
    fs::create_dir(world.home().join("victim")).unwrap();
    symlink(world.home().join("victim"), world.work().join("docs")).unwrap();
    let count = world.git(&["rev-list", "--count", "refs/coord/ledger"]);
    for folder in ["docs", "docs/audits", "./docs/../docs"] {
        let told = world.coord(&["snapshot", "--write", folder, "--json"]);
        told.failed("cannot_write", 128);
        assert!(
            told.stderr.contains("leads out of the repository"),
            "{told:?}"
        );
    }
    assert_eq!(
        fs::read_dir(world.home().join("victim")).unwrap().count(),
        0
    );
    assert_eq!(
        world.git(&["rev-list", "--count", "refs/coord/ledger"]),
        count
    );
    // A day that is somebody's own.
    fs::create_dir_all(world.work().join("mine/2025-10-15")).unwrap();
    fs::write(world.work().join("mine/2025-10-15/status.json"), "{}").unwrap();
    let told = world.coord(&["snapshot", "--write", "mine", "--json"]);
    told.failed("cannot_write", 128);
    assert_eq!(
        fs::read_to_string(world.work().join("mine/2025-10-15/status.json")).unwrap(),
        "{}"
    );
}

#[test]
fn the_label_follows_the_time_of_day_unless_it_is_given() {
    let world = world();
    world.git(&[
        "config",
        "coord.labels",
        "morning=05:00 midday=09:00 evening=16:00",
    ]);
    let label = |line: &str| json(&world, line, "coord.snapshot/1")["label"].clone();
    assert_eq!(label("snapshot"), "midday");
    assert_eq!(label("snapshot --label noon"), "noon");
    world.git(&["config", "coord.labels", "morning"]);
    let told = world.coord(&["snapshot", "--json"]);
    told.failed("bad_config", 128);
    assert!(
        told.stderr.contains("'morning' is not of the form"),
        "{told:?}"
    );
}

#[test]
fn a_snapshot_that_observes_has_the_worktrees_and_a_forge_that_is_missing_is_a_warning() {
    let world = world();
    let told: Output = world.coord(&["snapshot", "--label", "morning", "--observe", "--json"]);
    let data = told.data("coord.snapshot/1");
    assert_eq!(
        data["observed"],
        json!({"worktrees": 1, "pull_requests": null})
    );
    assert!(
        told.stderr
            .contains("the pull requests were not observed: no remote"),
        "{told:?}"
    );
    let status = json(&world, "status --at now", "coord.status/1");
    assert_eq!(status["worktrees"].as_array().unwrap().len(), 1);
}

#[test]
fn the_report_says_what_a_person_has_to_look_at_and_what_each_can_do_tomorrow() {
    let world = world();
    for id in ["A", "B", "C"] {
        world.done(&format!("add --id {id} --owner codex Task"));
    }
    world.done("add --id R --gate ada Review");
    world.done("claim A --actor codex --lease 1min");
    world.done("claim R --actor codex");
    world.done("submit R --actor codex");
    world.done("target set done >=1");
    let green = json!([{"state": "SUCCESS"}]);
    see(
        &world,
        &json!([
            {"number": 1, "state": "OPEN", "title": "Red `x`", "headRefName": "task/B", "statusCheckRollup": [{"state": "FAILURE"}]},
            {"number": 2, "state": "OPEN", "title": "Ready", "headRefName": "feat/y", "statusCheckRollup": green},
            {"number": 3, "state": "MERGED", "title": "Merged", "headRefName": "task/C"},
            {"number": 4, "state": "OPEN", "isDraft": true, "title": "Draft", "statusCheckRollup": green},
        ]),
    );
    world.done("add Later");
    let page = world.done("report");
    for wanted in [
        "\n## Lapsed claims\n\n- A: “Task” (codex, ",
        "\n## Pull requests to review\n\n- \\#<!-- -->2: “Ready”; 1 passing\n",
        "\n## Red pull requests\n\n- \\#<!-- -->1: “Red \\`x\\`”; 1 of 1 failing (B)\n",
        "\n## Merged, but not done\n\n- \\#<!-- -->3: “Merged” (C)\n",
        "| done | \\>=1 | it is 0, missed |",
        "\n## By actor\n\n| Actor | Entries |",
        "\n## Tomorrow\n\n| Actor | Review | Go on | Next |\n| --- | --- | --- | --- |\n| ada | R |  |  |\n| codex |  | A | B, C |\n",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let report = json(&world, "report --day today", "coord.report/1");
    assert_eq!(report["requests"]["red"][0]["pull_request"]["number"], 1);
    assert_eq!(report["tomorrow"][1]["go_on"], json!(["A"]));
    assert_eq!(report["lapsed"][0]["id"], "A");
}

#[test]
fn snapshots_are_listed_with_counts_and_what_changed_and_diff_counts_it() {
    let world = world();
    world.done("add --id A Task");
    world.done("snapshot --label morning");
    world.done("claim A");
    world.done("done A");
    world.done("add --id B Task");
    world.done("snapshot --label evening");
    let page = world.done("snapshots");
    let last = page.lines().last().unwrap();
    assert!(
        last.contains("  evening  ada  1/2 50%  total +1, done +1, percent +50  "),
        "{page}"
    );
    let listed = json(&world, "snapshots", "coord.snapshots/1");
    assert_eq!(listed["snapshots"][1]["figures"]["done"], 1);
    assert_eq!(
        listed["snapshots"][1]["changes"][0],
        json!({"name": "total", "before": 1, "after": 2})
    );
    assert_eq!(listed["snapshots"][0]["changes"], json!([]));
    let stat = world.done("diff morning evening --stat");
    assert!(stat.contains(" A | "), "{stat}");
    assert!(
        stat.contains(" B | added\n 1 task added, 1 task changed\n"),
        "{stat}"
    );
    assert_eq!(
        world
            .coord(&["diff", "evening", "evening", "--stat", "--exit-code"])
            .code,
        0
    );
    assert_eq!(
        world
            .coord(&["diff", "morning", "--stat", "--exit-code"])
            .code,
        1
    );
}

#[test]
fn metrics_have_lead_and_cycle_times_blocked_review_estimates_and_actors() {
    let world = world();
    world.done("add --id A --estimate 1h --gate ada Task");
    world.done("claim A --actor codex");
    world.done("block A quota --actor codex");
    world.done("unblock A --actor codex");
    world.done("submit A --actor codex");
    world.done("approve A");
    world.done("done A --actor codex");
    let told = json(&world, "metrics --since 14d", "coord.metrics/1");
    let [task] = &told["tasks"].as_array().unwrap()[..] else {
        panic!("{told}");
    };
    assert_eq!((&task["task"], &task["by"]), (&json!("A"), &json!("codex")));
    assert_eq!(
        (&task["lead_minutes"], &task["cycle_minutes"]),
        (&json!(6), &json!(5))
    );
    assert_eq!(
        (&task["blocked_minutes"], &task["review_minutes"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        told["estimated"]["estimate_minutes"],
        json!({"low": 60, "high": 60})
    );
    assert_eq!(told["days"][0]["finished"], 1);
    assert_eq!(told["actors"][0]["verdicts"], 1);
    let page = world.done("metrics");
    assert!(page.contains("\nFinished work\n"), "{page}");
    let csv = world.done("metrics --csv");
    assert!(csv.starts_with("day,entries,finished,total,"), "{csv}");
    assert!(
        csv.lines().nth(1).unwrap().starts_with("2025-10-15,"),
        "{csv}"
    );
    let csv = world.done("metrics --csv tasks");
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "A,codex,2025-10-15,6,5,1,1,60,60"
    );
    let csv = world.done("metrics --csv actors");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert_eq!(world.coord(&["metrics", "--since", "never"]).code, 129);
    let none = json(&world, "metrics --since 2025-10-16", "coord.metrics/1");
    assert_eq!(none["finished"], 0);
}
