//! The first day of a task, and addresses of issues elsewhere, from the command line to the exports.
//!
//! Not here: the due day (`imports`), parents and links (`relations`).

use serde_json::{Value, json};

use crate::world::World;

fn founded() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world
}

fn shown(world: &World, id: &str) -> Value {
    let shown = world.coord(&["show", id, "--json"]);
    shown.data("coord.show/1")["task"].take()
}

fn ready_on(world: &World, day: &str) -> Value {
    let date = format!("{day}T00:00:00+0000");
    let ready = world.coord_with(&["ready", "--actor", "codex", "--json"], |command| {
        command.env("GIT_COMMITTER_DATE", &date);
    });
    let mut ready = ready.data("coord.ready/1");
    let names = ready["tasks"].as_array().unwrap().iter();
    let names: Vec<Value> = names.map(|it| it["task"]["id"].clone()).collect();
    json!([
        names,
        ready["idle"]["deferred"].take(),
        ready["idle"]["deferred_until"].take()
    ])
}

#[test]
fn a_deferred_task_is_offered_from_its_first_day_on_and_can_be_claimed_before() {
    let world = founded();
    world.done("add Later --id L --defer 2099-01-02 --estimate 2h");
    assert_eq!(shown(&world, "L")["defer"], "2099-01-02");
    let page = world.done("show L");
    assert!(page.contains("  deferred until 2099-01-02\n"), "{page}");
    assert!(world.done("status").contains("not before 2099-01-02"));

    assert_eq!(ready_on(&world, "2099-01-01"), json!([[], 1, "2099-01-02"]));
    assert_eq!(ready_on(&world, "2099-01-02"), json!([["L"], 0, null]));
    let next = world.coord(&["claim", "--next", "--actor", "codex"]);
    assert_eq!(
        (next.code, next.stderr.as_str()),
        (
            1,
            "error: nothing is ready for 'codex': 1 deferred (until 2099-01-02)\nhint: git coord list is:deferred\n"
        )
    );
    assert!(!world.done("brief codex").contains("Later"));
    assert!(world.done("list is:deferred").contains("Later"));
    assert!(world.done("list defer:>2099-01-01").contains("Later"));
    assert!(!world.done("list is:ready").contains("Later"));
    let plan = world.coord(&["plan", "--json"]).data("coord.plan/1");
    let start = plan["waves"][0]["tasks"][0]["start_minutes"]
        .as_u64()
        .unwrap();
    assert!(start > 60 * 24 * 365, "{start}");
    assert_eq!(plan["critical_path"]["expected_minutes"], start + 120);

    let claimed = world.coord(&["claim", "L", "--actor", "codex"]);
    assert_eq!(claimed.code, 0, "{}", claimed.stderr);
    assert!(
        claimed
            .stderr
            .contains("warning: task 'L' is deferred until 2099-01-02\n")
    );
    world.done("release L --actor codex");
    world.done("edit L --no-defer");
    assert_eq!(ready_on(&world, "2090-01-01"), json!([["L"], 0, null]));
    world.done("undo");
    assert_eq!(shown(&world, "L")["defer"], "2099-01-02");
}

#[test]
fn a_day_may_be_said_from_now_on() {
    let world = founded();
    let at = |line: &str, time: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let output = world.coord_with(&words, |command| {
            command.env("GIT_COMMITTER_DATE", time);
        });
        assert_eq!(output.code, 0, "{}", output.stderr);
    };
    let evening = "2025-12-30T23:30:00+0000";
    for (id, said, day) in [
        ("A", "today", "2025-12-30"),
        ("B", "tomorrow", "2025-12-31"),
        ("C", "2d", "2026-01-01"),
        ("D", "1w", "2026-01-06"),
    ] {
        at(&format!("add x --id {id} --due {said}"), evening);
        at(&format!("edit {id} --defer {said}"), evening);
        let task = shown(&world, id);
        assert_eq!(
            (&task["due"], &task["defer"]),
            (&json!(day), &json!(day)),
            "{said}"
        );
    }
    // A month is no number of days, and `m` is a minute.
    for said in ["soon", "1m", "2h", "36h", "1d2h"] {
        for option in ["--due", "--defer"] {
            let bad = world.coord(&["add", "x", option, said]);
            assert!(
                bad.stderr.contains("2026-12-24, tomorrow or 3d"),
                "{said}: {}",
                bad.stderr
            );
        }
    }
}

#[test]
fn a_wait_for_a_deferred_task_ends_when_its_first_day_begins() {
    let world = founded();
    world.done("add Later --id L --defer 2099-01-02");
    let eve = "2099-01-01T23:59:58+0000";
    let waited = world.coord_with(
        &["wait", "L", "--until", "ready", "--timeout", "60s"],
        |command| {
            command.env("GIT_COMMITTER_DATE", eve);
        },
    );
    assert_eq!(
        (waited.code, waited.stdout.as_str()),
        (0, "L is ready\n"),
        "{}",
        waited.stderr
    );
}

#[test]
fn addresses_are_added_shown_found_compared_undone_and_come_back_from_every_export() {
    let world = founded();
    let (issue, page) = (
        "https://example.org/i/7?a=b,c",
        "http://localhost:8080/a;b%7C#d",
    );
    world.done(&format!("add Send --id C --url {issue} --url {page}"));
    assert_eq!(shown(&world, "C")["urls"], json!([page, issue]));
    let text = world.done("show C");
    assert!(
        text.contains(&format!("  URL          {page}\n  URL          {issue}\n")),
        "{text}"
    );
    assert!(world.done("list url:/I/7").contains("Send"));
    assert!(!world.done("list url:/i/8").contains("Send"));
    world.done("snapshot --label before");
    world.done(&format!("edit C --no-url {page}"));
    let changed = world.done("diff before");
    assert!(changed.contains(page), "{changed}");
    world.done("undo");
    assert_eq!(shown(&world, "C")["urls"], json!([page, issue]));

    world.done("edit C --defer 2099-01-02");
    for (format, name) in [
        ("task-status", "p.json"),
        ("csv", "p.csv"),
        ("markdown", "p.md"),
        ("json", "s.json"),
    ] {
        let exported = world.done(&format!("export --format {format}"));
        let elsewhere = founded();
        std::fs::write(elsewhere.work().join(name), &exported).unwrap();
        elsewhere.done(&format!("import {name}"));
        let task = shown(&elsewhere, "C");
        assert_eq!(task["urls"], json!([page, issue]), "{format}: {exported}");
        assert_eq!(task["defer"], "2099-01-02", "{format}: {exported}");
    }
    for bad in [
        "example.org",
        "javascript:alert(1)",
        "https://ana:pw@example.org",
        "https://e.org/\u{202e}x",
    ] {
        world
            .coord(&["add", "x", "--url", bad, "--json"])
            .failed("usage", 129);
    }
}

#[test]
fn days_and_addresses_of_other_programs_are_read() {
    let world = founded();
    let plan = r#"[{"id":"bd-1","title":"x","defer_until":"2099-01-02T08:00:00Z","external_ref":"gh-9"},
                   {"id":"bd-2","title":"y","url":"https://example.org/i/2","due_at":"2099-02-03T00:00:00+02:00"}]"#;
    std::fs::write(world.work().join("plan.json"), plan).unwrap();
    world.done("import plan.json");
    assert_eq!(shown(&world, "bd-1")["defer"], "2099-01-02");
    assert_eq!(shown(&world, "bd-1")["urls"], Value::Null);
    assert_eq!(
        shown(&world, "bd-2")["urls"],
        json!(["https://example.org/i/2"])
    );
    assert_eq!(shown(&world, "bd-2")["due"], "2099-02-03");
}

#[test]
fn a_due_day_counts_in_ready_and_plan_and_is_reported_when_it_has_passed() {
    let world = founded();
    world.done("add Whenever --id A");
    world.done("add Later --id B --due 2099-01-02");
    world.done("add Soon --id C --due 2001-01-02 --estimate 1h");
    world.done("add Urgent --id D --priority high");
    let ready = world.coord(&["ready", "--json"]).data("coord.ready/1");
    let order: Vec<&Value> = ready["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["task"]["id"])
        .collect();
    assert_eq!(order, ["D", "C", "B", "A"]);
    assert!(world.done("ready --why").contains("due 2001-01-02"));
    assert!(world.done("list").contains("due 2099-01-02"));
    let plan = world.coord(&["plan", "--json"]).data("coord.plan/1");
    let tasks = plan["waves"][0]["tasks"].as_array().unwrap();
    let late: Vec<(&Value, &Value)> = tasks.iter().map(|it| (&it["id"], &it["late"])).collect();
    assert_eq!(late[1], (&json!("C"), &json!(true)));
    assert_eq!(late[2], (&json!("B"), &Value::Null));
    assert!(world.done("plan").contains("2001-01-02, late"));
    let overdue = world.done("list is:overdue");
    assert!(
        overdue.contains("Soon") && !overdue.contains("Later"),
        "{overdue}"
    );
    let report = world.done("report");
    assert!(
        report.contains("## Overdue\n\n- C: “Soon” (2001-01-02 23:59 UTC)\n"),
        "{report}"
    );
    world.done("done C");
    assert!(!world.done("report").contains("Overdue"));
    assert!(!world.done("list is:overdue").contains("Soon"));
}
