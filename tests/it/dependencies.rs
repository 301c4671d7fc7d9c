//! Finishing tasks that depend on others, from the command line.
//!
//! Not here: the rule itself (`core::plan::rules`), and the order of work (`planning`).

use serde_json::{Value, json};

use crate::world::{Output, World};

/// `C` depends on `A` and `B`; ada is the admin, codex a worker.
fn plan() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add First --id A",
        "add Second --id B",
        "add Third --id C --depends A --depends B",
    ] {
        world.done(line);
    }
    world
}

fn says(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    world.coord(&words)
}

fn task(world: &World, id: &str) -> Value {
    let shown = says(world, &format!("show {id} --json"));
    shown.data("coord.show/1")["task"].take()
}

#[track_caller]
fn is_refused(world: &World, line: &str, on: &str) {
    let output = says(world, line);
    let first = on.split(',').next().unwrap();
    let expected = format!("error: task 'C' still waits for {on}\nhint: git coord show {first}\n");
    assert_eq!((output.code, output.stderr.as_str()), (1, &*expected));
    assert_eq!(task(world, "C")["status"], "waiting");
}

#[test]
fn a_refused_end_names_the_open_tasks_and_a_command_that_shows_one() {
    let world = plan();
    is_refused(&world, "done C", "A, B");
    is_refused(&world, "done C --actor codex", "A, B");
    world.done("done A");
    is_refused(&world, "done C", "B");
    let refused = says(&world, "done C --json").json();
    assert_eq!(refused["error"]["code"], "waits");
    assert_eq!(refused["error"]["hint"], "git coord show B");
    world.done("show B");
    world.done("cancel B");
    assert_eq!(world.done("done C"), "C is done\n");
}

#[test]
fn undoing_the_end_of_a_dependency_makes_tasks_wait_for_it_again() {
    let world = plan();
    world.done("cancel B");
    world.done("done A");
    world.done("undo");
    is_refused(&world, "done C", "A");
    world.done("done A");
    world.done("done C");
    // What is done stays done, but cannot be done again before A.
    world.done("reopen A");
    assert_eq!(task(&world, "C")["status"], "done");
    world.done("reopen C");
    is_refused(&world, "done C", "A");
    assert_eq!(says(&world, "undo").code, 1);
    world.done("edit C --no-depends A");
    world.done("done C");
}

#[test]
fn a_coordinator_waives_the_dependencies_and_a_worker_cannot() {
    let world = plan();
    let refused = says(&world, "done C --waive urgent --actor codex");
    let expected = "error: codex cannot finish task 'C' with a waiver: this needs the role coordinator or admin\n";
    assert!(refused.stderr.starts_with(expected), "{refused:?}");
    let waived = says(&world, "done C --waive urgent");
    assert_eq!((&*waived.stdout, &*waived.stderr), ("C is done\n", ""));
}

#[test]
fn with_the_policy_no_the_end_of_a_task_warns_of_what_it_waits_for() {
    let world = plan();
    world.done("policy dependencies no");
    let done = says(&world, "done C --actor codex");
    assert_eq!(done.stdout, "C is done\n");
    assert_eq!(done.stderr, "warning: task 'C' still waits for A, B\n");
    world.done("reopen C");
    world.done("policy dependencies yes");
    is_refused(&world, "done C", "A, B");
}

#[test]
fn a_brief_of_a_held_task_waits_for_its_dependencies_before_it_is_done() {
    let world = plan();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world.done("claim C --actor codex");
    let brief = says(&world, "brief codex --json").data("coord.brief/1");
    let held = &brief["tasks"][0];
    let last = [
        "git coord wait A B --until ended",
        "git coord done C --commit HEAD --actor codex",
    ];
    let commands = held["commands"].as_array().unwrap();
    assert_eq!(commands[commands.len() - 2..], last);
    world.done("done A");
    world.done("cancel B");
    for line in last {
        assert_eq!(world.shell(line).code, 0, "{line}");
    }
}

#[test]
fn tasks_that_a_plan_calls_done_before_their_dependencies_are_imported_with_a_waiver() {
    let world = World::new();
    world.done("init --actor ada");
    let plan = json!([
        {"id": "Z", "title": "last", "status": "done", "depends_on": ["Y"]},
        {"id": "Y", "title": "then", "status": "done", "depends_on": ["X"]},
        {"id": "X", "title": "first", "status": "not_started"},
        {"id": "W", "title": "other", "status": "done", "depends_on": ["V"]},
        {"id": "V", "title": "dropped", "status": "cancelled"},
    ]);
    let path = world.work().join("plan.json");
    std::fs::write(&path, plan.to_string()).unwrap();
    let imported = says(&world, "import plan.json --json").data("coord.import/1");
    let found = imported["findings"].as_array().unwrap();
    let found: Vec<&str> = (found.iter())
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    let expected =
        "task 'Y' is complete before task 'X', for which it waits; it is imported with a waiver";
    assert_eq!(found, [expected]);
    for (id, status) in [
        ("Z", "done"),
        ("Y", "done"),
        ("X", "not_started"),
        ("W", "done"),
    ] {
        assert_eq!(task(&world, id)["status"], status, "{id}");
    }
    assert_eq!(task(&world, "Z")["end"]["reason"], Value::Null);
    // Later the ledger alone reopens V, and the plan has a new done task that depends on it.
    world.done("reopen V");
    let mut plan = plan;
    let new = json!({"id": "U", "title": "new", "status": "done", "depends_on": ["V"]});
    plan.as_array_mut().unwrap().push(new);
    std::fs::write(&path, plan.to_string()).unwrap();
    says(&world, "import plan.json --json").data("coord.import/1");
    assert_eq!(task(&world, "U")["status"], "done");
    assert_eq!(task(&world, "V")["status"], "not_started");
    world.done("verify");
}
