//! Parents and links, from the command line to the exports.
//!
//! Not here: the rules against circles (`core::plan::rules`).

use serde_json::{Value, json};

use crate::world::{Output, World};

/// `E` is an epic with the parts `A` and `M`, and `M` has the parts `B` and `C`; ada is the admin, codex a worker.
fn epic() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add Epic --id E",
        "add First --id A --parent E --estimate 1h",
        "add Middle --id M --parent E",
        "add Second --id B --parent M --estimate 2h-3h",
        "add Third --id C --parent M",
    ] {
        world.done(line);
    }
    world
}

fn says(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    world.coord(&words)
}

fn shown(world: &World, id: &str) -> Value {
    says(world, &format!("show {id} --json")).data("coord.show/1")
}

#[test]
fn progress_estimates_and_blockers_of_all_parts_appear_at_the_parent() {
    let world = epic();
    world.done("progress C 50 --actor ada");
    world.done("block B glue --actor ada");
    world.done("done A");
    let task = shown(&world, "E")["task"].take();
    assert_eq!(
        task["children"],
        json!({"tasks": ["A", "M"], "total": 3, "done": 1, "percent": 50,
               "estimate_minutes": {"low": 180, "high": 240}, "blocked": ["B"]})
    );
    assert_eq!(
        (&task["status"], &task["waits_for"]),
        (&json!("waiting"), &json!(["M"]))
    );
    assert_eq!(shown(&world, "B")["task"]["parent"], "M");
    let page = world.done("show E");
    assert!(
        page.contains("  parts        1 of 3 parts done, B is blocked\n"),
        "{page}"
    );
    assert!(page.contains("  progress     50%\n"), "{page}");
    let status = world.done("status");
    assert!(
        status.contains("1 of 3 parts done, B is blocked"),
        "{status}"
    );
    // A part that is dropped counts no longer.
    world.done("cancel B");
    assert_eq!(shown(&world, "E")["task"]["children"]["total"], 2);
    assert_eq!(shown(&world, "M")["task"]["children"]["percent"], 50);
}

#[test]
fn a_parent_is_done_after_its_parts_and_the_last_one_says_so() {
    let world = epic();
    let refused = says(&world, "done M");
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            1,
            "error: task 'M' still waits for B, C\nhint: git coord show B\n"
        )
    );
    assert_eq!(
        says(&world, "ready --json").data("coord.ready/1")["tasks"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(world.done("done B"), "B is done\n");
    assert_eq!(world.done("done C"), "C is done; no longer waiting: M\n");
    let brief = world.done("brief codex -n 3");
    assert!(brief.contains("git coord claim M"), "{brief}");
    assert!(brief.contains("git coord done M"), "{brief}");
    assert!(!brief.contains("git coord claim M --worktree"), "{brief}");
    let ready = world.done("ready --why");
    assert!(ready.contains("2 of 2 parts done"), "{ready}");
    world.done("done A");
    assert_eq!(world.done("done M"), "M is done; no longer waiting: E\n");
    world.done("reopen C");
    assert_eq!(shown(&world, "M")["task"]["status"], "done");
    assert_eq!(world.done("done E"), "E is done\n");
}

#[test]
fn parents_and_dependencies_never_make_two_tasks_wait_for_each_other() {
    let world = epic();
    for (line, tasks) in [
        ("edit E --parent B", "'E' and 'B'"),
        ("edit B --depends E", "'B' and 'E'"),
        ("add x --id X --parent M --depends E", "'X' and 'M'"),
    ] {
        let refused = says(&world, line);
        let message = format!("error: tasks {tasks} would wait for each other\n");
        assert_eq!(refused.code, 1, "{line}");
        assert!(
            refused.stderr.starts_with(&message),
            "{line}: {}",
            refused.stderr
        );
    }
    let itself = says(&world, "edit E --parent E");
    assert!(
        itself
            .stderr
            .starts_with("error: task 'E' cannot refer to itself\n"),
        "{}",
        itself.stderr
    );
    let itself = says(&world, "edit E --link relates:E");
    assert!(
        itself
            .stderr
            .starts_with("error: task 'E' cannot refer to itself\n"),
        "{}",
        itself.stderr
    );
    // A dependency on the epic becomes its part in one step.
    world.done("add Late --id L --depends E");
    world.done("edit L --no-depends E --parent E");
    assert_eq!(
        shown(&world, "E")["task"]["children"]["tasks"],
        json!(["A", "M", "L"])
    );
}

#[test]
fn a_list_as_a_tree_has_each_task_below_its_parent() {
    let world = epic();
    world.done("add Alone --id Z");
    world.done("edit A --parent M");
    world.done("edit A --parent E");
    let rows = |line: &str| -> Vec<String> {
        let list = world.done(line);
        let rows = list.lines().skip(1).map(|row| row.trim_start().to_owned());
        rows.map(|row| {
            let cells = row.split("  ").filter(|cell| !cell.is_empty());
            cells.take(2).map(str::trim).collect::<Vec<_>>().join("|")
        })
        .collect()
    };
    assert_eq!(
        rows("list --tree"),
        [
            "E|Epic",
            "A|· First",
            "M|· Middle",
            "B|· · Second",
            "C|· · Third",
            "Z|Alone"
        ]
    );
    // A part of a parent that is not listed is below the next one that is.
    assert_eq!(
        rows("list --tree !Middle"),
        ["E|Epic", "A|· First", "B|· Second", "C|· Third", "Z|Alone"]
    );
    assert_eq!(rows("list parent:M"), ["B|Second", "C|Third"]);
    let ids = says(&world, "list --tree --json").data("coord.list/1");
    assert_eq!(ids["tasks"][3]["id"], "B");
}

#[test]
fn links_are_shown_at_both_ends_found_compared_and_undone() {
    let world = epic();
    world.done("add Leak --id X --discovered-from A --link relates:B --link duplicates:C");
    let x = shown(&world, "X");
    let link = |kind: &str, task: &str| json!({"kind": kind, "task": task});
    assert_eq!(
        x["task"]["links"],
        json!([
            link("discovered_from", "A"),
            link("duplicates", "C"),
            link("relates", "B")
        ])
    );
    assert_eq!(
        shown(&world, "A")["linked_from"],
        json!([link("discovered_from", "X")])
    );
    assert!(
        world.done("show X").contains("  discovered from A\n"),
        "{}",
        world.done("show X")
    );
    assert!(
        world.done("show A").contains("  led to       X\n"),
        "{}",
        world.done("show A")
    );
    assert!(
        world.done("show C").contains("  duplicated by X\n"),
        "{}",
        world.done("show C")
    );
    assert!(world.done("list link:B").contains("Leak"));
    assert_eq!(x["task"]["status"], "not_started");

    world.done("snapshot --label before");
    world.done("edit X --no-link duplicates:C --link relates-to:C --parent E");
    let changed = world.done("diff before");
    for part in [
        "no longer duplicate of C",
        "related to C",
        "parent none → E",
    ] {
        assert!(changed.contains(part), "{part}: {changed}");
    }
    world.done("undo");
    assert_eq!(shown(&world, "X")["task"]["links"], x["task"]["links"]);
    assert_eq!(shown(&world, "X")["task"]["parent"], Value::Null);
    for bad in ["B", "blocks:B", ":B", "relates:"] {
        let refused = says(&world, &format!("add y --link {bad}"));
        assert_ne!(refused.code, 0, "{bad}");
    }
}

#[test]
fn a_duplicate_is_cancelled_and_linked_in_one_entry_and_undone_in_one() {
    let world = epic();
    world.done("cancel C --duplicates B");
    let shown_links = |id: &str| shown(&world, id)["task"]["links"].clone();
    assert_eq!(
        shown_links("C"),
        json!([{"kind": "duplicates", "task": "B"}])
    );
    assert_eq!(shown(&world, "C")["task"]["status"], "cancelled");
    assert!(world.done("show B").contains("  duplicated by C\n"));
    assert_eq!(says(&world, "cancel A --duplicates X").code, 128);
    assert_eq!(shown(&world, "A")["task"]["status"], "not_started");
    world.done("undo");
    assert_eq!(shown_links("C"), Value::Null);
    assert_eq!(shown(&world, "C")["task"]["status"], "not_started");
}

#[test]
fn parents_and_links_come_back_from_every_export() {
    let world = epic();
    world.done("edit C --link relates:A --discovered-from B");
    world.done("done A");
    for (format, name) in [
        ("task-status", "p.json"),
        ("csv", "p.csv"),
        ("markdown", "p.md"),
        ("json", "s.json"),
    ] {
        let exported = world.done(&format!("export --format {format}"));
        let elsewhere = World::new();
        elsewhere.done("init --actor ada");
        std::fs::write(elsewhere.work().join(name), &exported).unwrap();
        elsewhere.done(&format!("import {name}"));
        for id in ["E", "A", "M", "B", "C"] {
            let (here, there) = (shown(&world, id), shown(&elsewhere, id));
            for key in ["parent", "links", "children", "status", "blockers"] {
                assert_eq!(
                    here["task"][key], there["task"][key],
                    "{format} {id} {key}: {exported}"
                );
            }
        }
        let again = elsewhere.done(&format!("import {name}"));
        assert!(again.contains("no changes"), "{format}: {again}");
    }
}

#[test]
fn typed_dependencies_of_other_programs_are_read_and_unknown_ones_are_kept() {
    let world = World::new();
    world.done("init --actor ada");
    let plan = r#"[{"id":"bd-1","title":"Epic"},
        {"id":"bd-2","title":"Part","dependencies":[
            {"issue_id":"bd-2","depends_on_id":"bd-1","type":"parent-child"},
            {"issue_id":"bd-2","depends_on_id":"bd-3","type":"blocks"},
            {"issue_id":"bd-2","depends_on_id":"bd-3","type":"discovered-from"},
            {"issue_id":"bd-2","depends_on_id":"bd-9","type":"related"}]},
        {"id":"bd-3","title":"Other","parent":"bd-8"}]"#;
    std::fs::write(world.work().join("plan.json"), plan).unwrap();
    let said = says(&world, "import plan.json");
    assert_eq!(said.code, 0, "{}", said.stderr);
    let part = shown(&world, "bd-2")["task"].take();
    assert_eq!(
        (&part["parent"], &part["depends_on"]),
        (&json!("bd-1"), &json!(["bd-3"]))
    );
    assert_eq!(
        part["links"],
        json!([{"kind": "discovered_from", "task": "bd-3"}])
    );
    assert_eq!(shown(&world, "bd-3")["task"]["parent"], Value::Null);
    assert!(world.done("show bd-3").contains("bd-8"));

    let circle =
        "| ID | Title | Parent | Depends on |\n|-|-|-|-|\n| A | x | | |\n| B | y | A | A |\n";
    std::fs::write(world.work().join("circle.md"), circle).unwrap();
    let refused = says(&world, "import circle.md");
    assert_ne!(refused.code, 0);
    assert!(
        refused.stderr.contains("in a cycle: A → B → A"),
        "{}",
        refused.stderr
    );
}
