//! Plans go in, out and in again: nothing is lost, nothing is new, and what moved meanwhile is left alone.
//!
//! Not here: how a format is read (`exchange`), and plans that are refused (`bad_input`).

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::world::World;

const PLANS: &[&str] = &[
    "coordination_summary.md",
    "task_status.json",
    "task_list.json",
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn founded() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world
}

/// Imports a file with these bytes and returns the `data` of the answer.
#[track_caller]
fn import(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> Value {
    fs::write(world.work().join(name), bytes).unwrap();
    world
        .coord(&["import", name, "--json"])
        .data("coord.import/1")
}

#[track_caller]
fn brings_nothing(imported: &Value) {
    assert_eq!(
        (
            &imported["entries"],
            &imported["added"],
            &imported["changes"],
            &imported["tip"]
        ),
        (&json!(0), &json!(0), &json!(0), &Value::Null),
        "{imported}"
    );
}

#[track_caller]
fn show(world: &World, id: &str) -> Value {
    world.coord(&["show", id, "--json"]).data("coord.show/1")["task"].take()
}

fn entries(world: &World) -> String {
    world.git(&["rev-list", "--count", "refs/coord/ledger"])
}

/// The contradictions of an import as `line: message`.
fn contradictions(imported: &Value) -> Vec<String> {
    let findings = imported["findings"].as_array().unwrap().iter();
    let found = findings.filter(|finding| finding["kind"] == "contradiction");
    found
        .map(|finding| {
            format!(
                "{}: {}",
                finding["line"],
                finding["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn the_plan_in_markdown_is_taken_in_with_what_it_contradicts() {
    let world = founded();
    let imported = import(
        &world,
        "coordination_summary.md",
        fs::read(fixture(PLANS[0])).unwrap(),
    );
    assert_eq!(
        imported["plan"],
        json!({"tasks": 21, "groups": 4, "waves": 4, "tasks_in_waves": 13, "guardrails": 4,
               "by_owner": {"claude": 6, "codex": 10, "copilot": 6}})
    );
    let found = contradictions(&imported);
    for expected in [
        "32: the document says 18 tasks, but 21 are listed; also on lines 45, 241, 257",
        "259: the document says 0 tasks done, but 1 is listed (CC-2)",
        "274: the document says 9 tasks of codex, but 10 are listed: tasks that codex shares with copilot (2) are counted for copilot only",
        "274: the figures by owner in the document (9 codex, 6 copilot, 6 claude) add up to 21, but the total is 18 on line 32",
    ] {
        assert!(
            found.iter().any(|line| line == expected),
            "{expected}: {found:?}"
        );
    }
    let tasks = world.coord(&["list", "--json"]).data("coord.list/1")["tasks"].take();
    let tasks = tasks.as_array().unwrap();
    assert_eq!(tasks.len(), 21);
    let groups: BTreeSet<&str> = tasks
        .iter()
        .map(|task| task["group"].as_str().unwrap())
        .collect();
    assert_eq!(groups.len(), 4);
    assert_eq!(show(&world, "2")["owners"], json!(["codex", "copilot"]));
    assert_eq!(show(&world, "CC-2")["status"], "done");
    assert_eq!(show(&world, "B")["gates"][0]["by"], "claude");
}

#[test]
fn the_plan_in_json_is_taken_in_with_what_it_contradicts() {
    let world = founded();
    let text = fs::read_to_string(fixture(PLANS[1])).unwrap();
    fs::write(world.work().join("task_status.json"), &text).unwrap();
    let told = world.done("import task_status.json");
    for line in [
        "task_status.json:491: contradiction: the summary says 18 tasks, but 21 are listed",
        "task_status.json:148: contradiction: task 'B' is 60 % complete, but 1 of 3 steps are completed",
        "task_status.json:484: assumed: guardrail 'G4' depends on \"openapi_server_up\", which is not a task of the file; the name is kept",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
    // The line that is named is the line that is meant.
    let line = text.lines().nth(490).unwrap();
    assert_eq!(line.trim(), "\"total_tasks\": 18,");
    assert_eq!(show(&world, "3")["waits_for"], json!(["2"]));
    assert_eq!(
        show(&world, "5")["blockers"][0]["reason"],
        "prometheus_running"
    );
    let first = show(&world, "1");
    assert_eq!(
        first["progress"],
        json!({"percent": 40, "steps_done": 2, "steps_total": 5})
    );
    assert_eq!(first["branch"], "feat/codex/shadow-diff-harness");
    assert_eq!(first["status"], "in_progress");
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    let standing: Vec<&str> = status["guardrails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|guardrail| guardrail["status"].as_str().unwrap())
        .collect();
    assert_eq!(standing, ["pass", "waiting", "not_run", "not_run"]);
}

#[test]
fn the_same_file_again_brings_nothing() {
    for plan in PLANS {
        let world = founded();
        let bytes = fs::read(fixture(plan)).unwrap();
        let first = import(&world, plan, &bytes);
        assert_ne!(first["added"], 0);
        let before = entries(&world);
        let again = import(&world, plan, &bytes);
        brings_nothing(&again);
        assert_eq!(again["findings"], first["findings"]);
        assert_eq!(again["not_applied"], json!([]));
        assert!(
            world
                .done(&format!("import {plan}"))
                .ends_with("\nno changes\n")
        );
        assert_eq!(entries(&world), before);
    }
}

/// The plan in an export: all of it, but for the dashboard above the tasks, which has figures of what tables cannot hold.
fn plan_of(export: &str) -> &str {
    export
        .split_once("\n# Tasks\n")
        .map_or(export, |(_, plan)| plan)
}

#[test]
fn an_exported_plan_is_imported_without_a_difference_here_and_elsewhere() {
    for plan in PLANS {
        for (format, name) in [
            ("task-status", "out.json"),
            ("markdown", "out.md"),
            ("csv", "out.csv"),
            ("json", "status.json"),
        ] {
            let world = founded();
            import(&world, plan, fs::read(fixture(plan)).unwrap());
            world.done("verify");
            let export = format!("export --format {format}");
            let first = world.done(&export);
            brings_nothing(&import(&world, name, &first));
            assert_eq!(world.done(&export), first, "{plan} as {format}");

            let other = founded();
            import(&other, name, &first);
            if format != "json" {
                let again = other.done(&export);
                let (again, first) = (plan_of(&again), plan_of(&first));
                assert_eq!(again, first, "{plan} as {format} elsewhere");
            }
            brings_nothing(&import(&other, name, &first));
            other.done("verify");
        }
    }
}

/// Also after a day of work. A `task_status.json` holds all of it but the actors.
#[test]
fn a_plan_under_way_comes_back_as_it_stands() {
    let world = founded();
    import(&world, PLANS[1], fs::read(fixture(PLANS[1])).unwrap());
    for line in [
        "policy guardrails no",
        "claim 1",
        "step 1 3",
        "progress 1 70",
        "done 1",
        "block G why",
        "unblock A",
        "cancel E",
        "reopen CC-2",
        "edit C --label slow --accept green --step look --priority low --estimate 90min",
        "add --id N --depends 1 --gate reviewer New",
    ] {
        world.done(line);
    }
    let first = world.done("export --format task-status");
    brings_nothing(&import(&world, "out.json", &first));
    let other = founded();
    import(&other, "out.json", &first);
    assert_eq!(other.done("export --format task-status"), first);
    for (id, status) in [
        ("1", "done"),
        ("E", "cancelled"),
        ("G", "blocked"),
        ("N", "not_started"),
    ] {
        assert_eq!(show(&other, id)["status"], status, "{id}");
    }
    assert_eq!(show(&other, "C")["accept"], json!(["green"]));
}

#[test]
fn a_later_version_brings_what_differs_and_leaves_alone_what_moved() {
    let world = founded();
    let text = fs::read_to_string(fixture(PLANS[1])).unwrap();
    import(&world, PLANS[1], &text);
    world.done("edit 2 --priority critical");
    world.done("edit 4 --branch mine");
    world.done("policy guardrails no");
    world.done("done C");
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    let tasks = &mut plan["tasks"];
    // Moved in both, in the plan only, in the ledger only, and to the same end.
    tasks["do_now"]["task2"]["priority"] = json!("LOW");
    tasks["do_now"]["task3"]["priority"] = json!("LOW");
    tasks["quick_wins"]["taskC"]["status"] = json!("completed");
    tasks["do_now"]["task1"]["progress"] =
        json!({"total_steps": 6, "completed_steps": 6, "percentage": 100});
    let later = serde_json::to_string_pretty(&plan).unwrap();
    let imported = import(&world, PLANS[1], &later);
    assert_eq!(imported["added"], 0);
    let left: Vec<&str> = imported["not_applied"]
        .as_array()
        .unwrap()
        .iter()
        .map(|left| left["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        left,
        [
            "task '2': the priority changed in the plan and in the ledger; the ledger's value is kept"
        ]
    );
    let line = imported["not_applied"][0]["line"].as_u64().unwrap() as usize;
    let named = later.lines().take(line).collect::<Vec<_>>().join("\n");
    assert!(
        named.ends_with('{') && named.contains("\"task2\"") && !named.contains("\"task3\""),
        "line {line}"
    );
    assert_eq!(show(&world, "2")["priority"], "critical");
    assert_eq!(show(&world, "3")["priority"], "low");
    assert_eq!(show(&world, "4")["branch"], "mine");
    assert_eq!(show(&world, "C")["status"], "done");
    let first = show(&world, "1");
    assert_eq!(
        first["progress"],
        json!({"percent": 100, "steps_done": 6, "steps_total": 6})
    );
    brings_nothing(&import(&world, PLANS[1], &later));
    world.done("verify");
}

#[test]
fn a_rehearsal_says_what_would_come_and_writes_nothing() {
    let world = founded();
    let plan = fixture(PLANS[1]);
    let plan = plan.to_str().unwrap();
    let before = entries(&world);
    let rehearsed = world
        .coord(&["import", "--dry-run", plan, "--json"])
        .data("coord.import/1");
    assert_eq!(entries(&world), before);
    let done = world
        .coord(&["import", plan, "--json"])
        .data("coord.import/1");
    for key in [
        "entries",
        "added",
        "changes",
        "findings",
        "not_applied",
        "plan",
    ] {
        assert_eq!(rehearsed[key], done[key], "{key}");
    }
}

/// How many bytes the payload of each entry has, from its last trailer.
fn payloads(world: &World) -> Vec<usize> {
    let format = "--format=%(trailers:key=Coord-Payload,valueonly,unfold)";
    let told = world.git(&["log", format, "refs/coord/ledger"]);
    let lines = told.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            line.bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .count()
                / 4
                * 3
        })
        .collect()
}

/// Payloads are small, each is in its entry, and all of them came with one move of the ref.
#[track_caller]
fn came_at_once(world: &World, imported: &Value) {
    let sizes = payloads(world);
    assert_eq!(sizes.len().to_string(), entries(world).trim());
    assert!(
        sizes.iter().all(|size| *size > 0 && *size <= 64 << 10),
        "{sizes:?}"
    );
    let log = world.git(&["reflog", "show", "--format=%H %gs", "refs/coord/ledger"]);
    assert_eq!(log.lines().count(), 2, "{log}");
    let count = imported["entries"].as_u64().unwrap();
    let tip = imported["tip"].as_str().unwrap();
    let newest = log.lines().next().unwrap();
    assert!(newest.starts_with(tip), "{log}");
    assert!(
        newest.ends_with(&format!(" and {} more entries", count - 1)),
        "{log}"
    );
    assert_eq!((count + 1).to_string(), entries(world).trim());
}

#[test]
fn ten_thousand_tasks_are_a_chain_of_small_entries_published_at_once() {
    let tasks: Vec<Value> = (0..10_000)
        .map(|n| {
            let before = if n % 7 > 0 { vec![format!("T{}", n - 1)] } else { Vec::new() };
            json!({"id": format!("T{n}"), "title": format!("Task number {n} of many"), "depends_on": before,
                   "priority": "P1", "estimated_time": "2h", "files": [format!("src/{n}.rs")],
                   "description": if n % 50 == 0 { "what it is about" } else { "" }})
        })
        .collect();
    let bytes = serde_json::to_vec(&tasks).unwrap();
    let world = founded();
    let imported = import(&world, "plan.json", &bytes);
    assert_eq!(imported["added"], 10_000);
    came_at_once(&world, &imported);
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(status["summary"]["total"], 10_000);
    assert_eq!(status["summary"]["waiting"], 8571);
    let verified = world.done("verify");
    assert!(verified.ends_with(": all good\n"), "{verified}");
    brings_nothing(&import(&world, "plan.json", &bytes));
    world.done("done T0");
    world.git(&["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_task_that_fits_into_no_entry_comes_in_parts() {
    let paths: Vec<String> = (0..900)
        .map(|n| format!("src/some/long/path/{n:05}/file_with_a_name.rs"))
        .collect();
    let criteria: Vec<String> = (0..60)
        .map(|n| format!("{n} {}", "y".repeat(3000)))
        .collect();
    let plan = json!([{"id": "BIG", "title": "big", "files": paths, "acceptance": criteria},
                      {"id": "S", "title": "small", "depends_on": ["BIG"]}]);
    let world = founded();
    let imported = import(&world, "plan.json", plan.to_string());
    came_at_once(&world, &imported);
    let task = show(&world, "BIG");
    assert_eq!(task["paths"], json!(paths));
    assert_eq!(task["accept"], json!(criteria));
    brings_nothing(&import(&world, "plan.json", plan.to_string()));
    world.done("verify");
}

#[test]
fn many_steps_come_with_what_is_done_of_them() {
    let plan = |total: u32, done: u32, status: &str| {
        let progress = json!({"total_steps": total, "completed_steps": done, "percentage": done * 100 / total});
        let task =
            json!({"id": "A", "name": "x".repeat(3000), "status": status, "progress": progress});
        json!({"schema_version": "1.0", "tasks": {"g": {"A": task}}}).to_string()
    };
    let world = founded();
    came_at_once(
        &world,
        &import(&world, "plan.json", plan(900, 450, "in_progress")),
    );
    assert_eq!(
        show(&world, "A")["progress"],
        json!({"percent": 50, "steps_done": 450, "steps_total": 900})
    );
    import(&world, "plan.json", plan(910, 910, "completed"));
    let task = show(&world, "A");
    assert_eq!(
        task["progress"],
        json!({"percent": 100, "steps_done": 910, "steps_total": 910})
    );
    assert_eq!(task["status"], "done");
    brings_nothing(&import(&world, "plan.json", plan(910, 910, "completed")));
    world.done("verify");
}

#[test]
fn texts_of_the_longest_length_survive_export_and_import() {
    let world = founded();
    let text = "ä".repeat(2000);
    world.done(&format!(
        "add --id A --group {text} --label {text} --step {text} --branch {} --path {} {text}",
        "ä".repeat(500),
        "ä".repeat(200)
    ));
    world.done(&format!("block A {text}"));
    for (format, name) in [("task-status", "out.json"), ("markdown", "out.md")] {
        let first = world.done(&format!("export --format {format}"));
        brings_nothing(&import(&world, name, &first));
        let other = founded();
        import(&other, name, &first);
        assert_eq!(other.done(&format!("export --format {format}")), first);
    }
}

#[test]
fn how_far_a_task_is_comes_back_to_the_percent() {
    let world = founded();
    world.done("add --id A --step a --step b --step c A");
    world.done("add --id B --step a --step b B");
    for line in ["step A 1", "progress A 34", "progress B 70", "done B"] {
        world.done(line);
    }
    let first = world.done("export --format task-status");
    let again = import(&world, "out.json", &first);
    brings_nothing(&again);
    assert_eq!(again["findings"], json!([]));
    let other = founded();
    import(&other, "out.json", &first);
    assert_eq!(other.done("export --format task-status"), first);
    assert_eq!(show(&other, "A")["progress"]["percent"], 34);
    assert_eq!(show(&other, "B")["progress"]["percent"], 100);
}

#[test]
fn importing_again_reports_nothing_about_finished_tasks() {
    let plan = "| # | Task | Progress | Status |\n|-|-|-|-|\n| A | x | 70% | COMPLETE |\n| C | x | 50% | CANCELLED |\n";
    let world = founded();
    import(&world, "plan.md", plan);
    brings_nothing(&import(&world, "other.md", plan));
    assert_eq!(show(&world, "A")["progress"]["percent"], 100);
}

#[test]
fn a_due_day_is_added_shown_changed_compared_undone_and_comes_back_from_an_export() {
    let world = founded();
    world.done("add Send --id C --due 2026-12-24");
    world.done("add Sleep --id S");
    assert_eq!(show(&world, "C")["due"], "2026-12-24");
    assert_eq!(show(&world, "S")["due"], Value::Null);
    let page = world.done("show C");
    assert!(page.contains("  due          2026-12-24\n"), "{page}");
    let listed = world.done("list due:<2026-12-25");
    assert!(
        listed.contains("Send") && !listed.contains("Sleep"),
        "{listed}"
    );

    world.done("snapshot --label before");
    world.done("edit C --due 2026-12-20");
    let changed = world.done("diff before");
    assert!(changed.contains("due 2026-12-24 → 2026-12-20"), "{changed}");
    world.done("edit C --no-due");
    assert_eq!(show(&world, "C")["due"], Value::Null);
    world.done("undo");
    assert_eq!(show(&world, "C")["due"], "2026-12-20");

    let exported = world.done("export --format task-status");
    let elsewhere = founded();
    import(&elsewhere, "plan.json", &exported);
    assert_eq!(show(&elsewhere, "C")["due"], "2026-12-20");
    brings_nothing(&import(&elsewhere, "plan.json", &exported));
    let later = exported.replace("2026-12-20", "2027-01-06");
    import(&elsewhere, "plan.json", later);
    assert_eq!(show(&elsewhere, "C")["due"], "2027-01-06");
    let table = elsewhere.done("export --format csv");
    assert!(table.contains(",2027-01-06,"), "{table}");

    for bad in ["2026-02-30", "soon", "1969-12-31"] {
        world
            .coord(&["add", "x", "--due", bad, "--json"])
            .failed("usage", 129);
    }
}

/// The plan with everything that separates, quotes or begins something in one of the formats.
#[test]
fn hostile_texts_survive_every_export_and_import() {
    let world = founded();
    for (id, text) in [
        ("A", "=cmd|' /C calc'!A0; -1, \"quoted\""),
        ("B", "waiting for A"),
        ("C", "line one\nline two\t`code` <b>&#10;</b> C:\\new"),
        ("D", "critical review by ada (Task A)"),
        ("E", "(Owner: bob) 18 tasks; | B | two |"),
    ] {
        let arguments = [
            "add",
            "--id",
            id,
            "--group",
            text,
            "--label",
            text,
            "--step",
            text,
            "--accept",
            text,
            "--path",
            "src/{a,b}.rs",
            "--",
            text,
        ];
        assert_eq!(world.coord(&arguments).code, 0, "{id}");
        assert_eq!(world.coord(&["block", id, "--", text]).code, 0, "{id}");
    }
    for (format, name) in [
        ("task-status", "out.json"),
        ("markdown", "out.md"),
        ("csv", "out.csv"),
        ("json", "status.json"),
    ] {
        let first = world.done(&format!("export --format {format}"));
        let again = import(&world, name, &first);
        brings_nothing(&again);
        assert_eq!(again["not_applied"], json!([]), "{format}");
        let other = founded();
        import(&other, name, &first);
        for id in ["A", "B", "C", "D", "E"] {
            let (before, after) = (show(&world, id), show(&other, id));
            for key in ["title", "group", "paths", "labels"] {
                assert_eq!(before[key], after[key], "{format} {id}");
            }
            assert_eq!(
                before["blockers"][0]["reason"],
                after["blockers"][0]["reason"]
            );
            if format != "markdown" {
                assert_eq!(before["steps"], after["steps"], "{format} {id}");
                assert_eq!(before["accept"], after["accept"], "{format} {id}");
            }
        }
    }
}

#[test]
fn a_table_of_another_program_is_imported_from_a_file_and_from_a_pipe() {
    let table = "\u{feff}Issue key;Summary;Status;Assignee;Priority\r\nPRJ-1;\"Ship it;\r\nnow\";Done;Ann Lee;High\r\n";
    let world = founded();
    assert_eq!(import(&world, "jira.csv", table)["added"], 1);
    let task = show(&world, "PRJ-1");
    assert_eq!(task["owners"], json!(["ann-lee"]));
    assert_eq!(task["status"], "done");
    let again = world.shell("cat jira.csv | git-coord import -");
    assert!(again.stdout.ends_with("no changes\n"), "{again:?}");
}

#[test]
fn the_tasks_of_other_programs_come_in_once_and_go_out_as_issues() {
    let issues = fs::read(fixture("issues.jsonl")).unwrap();
    let world = founded();
    let imported = import(&world, "issues.jsonl", &issues);
    assert_eq!(
        (&imported["format"], &imported["added"]),
        (&json!("beads"), &json!(4))
    );
    brings_nothing(&import(&world, "issues.jsonl", &issues));
    let task = show(&world, "shop-1.1");
    assert_eq!(task["parent"], "shop-1");
    assert_eq!(task["accept"], json!(["cards work", "refunds work"]));
    let written = world.done("export --format beads");
    assert_eq!(written.lines().count(), 4);
    brings_nothing(&import(&world, "again.jsonl", &written));
    let other = founded();
    import(&other, "again.jsonl", &written);
    let plain = |world: &World| world.done("export --format task-status");
    assert_eq!(plain(&other), plain(&world));
    for line in written.lines() {
        let issue: Value = serde_json::from_str(line).unwrap();
        let is_closed = issue["status"] == "closed";
        assert_eq!(issue["closed_at"].is_string(), is_closed, "{line}");
        assert!(
            issue["created_at"].is_string() && issue["issue_type"].is_string(),
            "{line}"
        );
    }

    let checklist = fs::read(fixture("checklist.md")).unwrap();
    let world = founded();
    let imported = import(&world, "checklist.md", &checklist);
    assert_eq!(
        (&imported["format"], &imported["added"]),
        (&json!("markdown"), &json!(4))
    );
    assert_eq!(imported["findings"], json!([]));
    assert_eq!(show(&world, "T002")["owners"], json!(["ann"]));
    let ticked = String::from_utf8(checklist)
        .unwrap()
        .replace("[ ] T003", "[x] T003");
    assert_eq!(import(&world, "checklist.md", ticked)["changes"], 1);
    assert_eq!(show(&world, "T003")["status"], "done");
}

#[test]
fn a_folder_of_task_files_is_a_plan_and_remarks_name_the_file() {
    let world = founded();
    let folder = world.work().join("backlog/tasks");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "task-1 - one.md",
        "---\nid: task-1\ntitle: one\nstatus: Done\n---\n\nWhy\n",
    );
    write(
        "task-2 - two.md",
        "---\nid: task-2\ntitle: two\nstatus: Simmering\ndependencies: [task-1]\n---\n",
    );
    let told = world.done("import backlog");
    assert!(
        told.contains("tasks/task-2 - two.md:4: unreadable: not a known status"),
        "{told}"
    );
    let again = world
        .coord(&["import", ".", "--json"])
        .data("coord.import/1");
    assert_eq!(again["added"], 0);
    assert_eq!(
        again["findings"][0]["file"],
        "backlog/tasks/task-2 - two.md"
    );
    assert_eq!(show(&world, "task-2")["waits_for"], json!([]));
    write("task-3 - three.md", "---\ntitle: three\nid: [\n---\n");
    let refused = world.coord(&["import", "backlog"]);
    assert!(refused.stderr.contains("task-3 - three.md:"), "{refused:?}");
    fs::create_dir(world.work().join("empty")).unwrap();
    assert_eq!(world.coord(&["import", "empty"]).code, 128);
}
