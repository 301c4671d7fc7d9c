//! Planning: the seed's plan in waves, ready tasks per actor, targets, briefs, and agents that claim the next task.
//!
//! Not here: the order itself (unit tests of `core::views::planning`), and its looks (docs/stories).

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::world::World;

/// A world with the plan of the seed.
fn planned() -> World {
    let world = World::new();
    world.done("init --actor ada");
    let plan = "coordination_summary.md";
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::copy(fixtures.join(plan), world.work().join(plan)).unwrap();
    world.done(&format!("import {plan}"));
    world
}

fn data(world: &World, line: &str, schema: &str) -> Value {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    world.coord(&words).data(schema)
}

fn ids(tasks: &Value) -> Vec<&str> {
    let tasks = tasks.as_array().unwrap().iter();
    tasks
        .map(|task| task["task"]["id"].as_str().unwrap())
        .collect()
}

#[test]
fn declared_waves_are_kept_and_tasks_without_one_are_listed() {
    let world = planned();
    let plan = data(&world, "plan", "coord.plan/1");
    let declared = &plan["declared"];
    let waves: Vec<(u64, Vec<&str>)> = declared["waves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wave| {
            let tasks = wave["tasks"].as_array().unwrap().iter();
            (
                wave["number"].as_u64().unwrap(),
                tasks.map(|task| task.as_str().unwrap()).collect(),
            )
        })
        .collect();
    assert_eq!(
        waves,
        [
            (1, vec!["CC-1", "5", "1"]),
            (2, vec!["2", "H"]),
            (3, vec!["3", "4", "B", "G"]),
            (4, vec!["E402-1", "A", "C", "D"]),
        ]
    );
    assert_eq!(
        declared["outside"],
        json!(["E", "F", "Safe-1", "CC-2", "CC-3", "CC-4", "CC-5", "CC-6"])
    );
    assert_eq!(declared["contradictions"], json!([]));
}

#[test]
fn a_dependency_that_contradicts_the_declared_waves_is_a_line_of_the_plan() {
    let world = planned();
    world.done("edit CC-1 --depends B");
    let plan = data(&world, "plan", "coord.plan/1");
    assert_eq!(
        plan["declared"]["contradictions"],
        json!([{
            "task": "CC-1", "place": {"wave": 1, "rank": 1},
            "waits_for": "B", "later_place": {"wave": 3, "rank": 8},
        }])
    );
    let line = "  contradiction: task 'CC-1' (FIRST, place 1) waits for 'B' (THIRD, place 8)";
    assert!(world.done("plan").lines().any(|told| told == line));
    assert_eq!(plan["critical_path"]["tasks"], json!(["B", "CC-1"]));
    // As it was before the dependency came.
    let before = data(&world, "plan --at 2025-10-15T09:03Z", "coord.plan/1");
    assert_eq!(before["declared"]["contradictions"], json!([]));
}

#[test]
fn ready_is_for_everybody_and_with_an_actor_only_for_it() {
    let world = planned();
    let ready = |line: &str| data(&world, line, "coord.ready/1");
    let all = ready("ready");
    assert_eq!(ids(&all["tasks"])[..6], ["CC-1", "5", "1", "2", "H", "B"]);
    assert_eq!(all["tasks"].as_array().unwrap().len(), 16);
    // codex is not an actor yet, but owns tasks.
    let codex = ready("ready --actor codex");
    assert_eq!(ids(&codex["tasks"])[..3], ["1", "2", "B"]);
    assert_eq!(codex["tasks"].as_array().unwrap().len(), 10);
    assert_eq!(codex["idle"]["for_others"], 6);
    let limited = ready("ready --actor codex -n 1");
    assert_eq!(
        (ids(&limited["tasks"]), &limited["more"]),
        (vec!["1"], &json!(9))
    );
    let told = world.done("ready --actor codex --limit 1 --why");
    assert!(
        told.contains("high priority; declared FIRST, place 3\n  and 9 more\n"),
        "{told}"
    );
}

#[test]
fn a_missed_target_is_named_and_exits_1() {
    let world = planned();
    assert_eq!(
        world.done("target set in_progress 3..5"),
        "in_progress should be 3..5; it is 0, missed\n"
    );
    world.done("target set prs_open <10");
    let checked = world.coord(&["status", "--check"]);
    assert_eq!(
        (checked.code, checked.stderr.as_str()),
        (
            1,
            "warning: 'in_progress' should be 3..5; it is 0, missed\n"
        )
    );
    assert!(
        checked
            .stdout
            .contains("  in_progress  3..5    0      missed\n"),
        "{checked:?}"
    );
    let in_json = world.coord(&["status", "--check", "--json"]);
    assert_eq!(in_json.code, 1);
    assert_eq!(in_json.data("coord.status/1")["targets"][0]["met"], false);
    for id in ["1", "5", "CC-1"] {
        world.done(&format!("claim {id} --actor ada"));
    }
    world.done("status --check");
    world.done("target unset in_progress");
    let left = data(&world, "target list", "coord.targets/1");
    assert_eq!(
        left["targets"],
        json!([{"name": "prs_open", "expression": "<10", "value": 0, "met": true}])
    );
}

#[test]
fn the_commands_of_a_brief_can_be_copied_one_after_the_other() {
    let world = World::new();
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    fs::write(world.work().join("spec.md"), "Compare both.\n").unwrap();
    world.done(
        "add --id 1 --step write --step test --accept green --body spec.md --owner codex Harness",
    );
    let brief = data(&world, "brief codex", "coord.brief/1");
    let first = &brief["tasks"][0];
    assert_eq!(
        (&first["why"], &first["body"]["text"]),
        (&json!("next"), &json!("Compare both.\n"))
    );
    let told = world.done("brief codex");
    for line in [
        "codex: 0 held, 1 ready",
        "   2. [ ] “test”",
        "  - “green”",
        "  > Compare both.",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
    let commands = first["commands"].as_array().unwrap().iter();
    let commands: Vec<&str> = commands.map(|command| command.as_str().unwrap()).collect();
    let copied = world.shell(&format!("{} 2>&1", commands.join(" 2>&1 && ")));
    assert_eq!(copied.code, 0, "{commands:?}: {copied:?}");
    assert!(copied.stdout.ends_with("1 is done\n"), "{copied:?}");
    let idle = world.done("brief codex");
    assert_eq!(idle, "codex: 0 held, none ready; no task is open\n");
}

#[test]
fn claim_next_takes_ones_own_and_nobodys_tasks_and_says_why_there_is_none() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    for line in [
        "add --id theirs --owner copilot --priority critical x",
        "add --id free --path src/** x",
        "add --id beside --path src/main.rs --priority high x",
        "add --id after --depends free --depends beside x",
    ] {
        world.done(line);
    }
    let next = |actor: &str| world.coord(&["claim", "--next", "--actor", actor]);
    let foretold = world.done("claim --next --dry-run --actor codex");
    assert!(
        foretold.starts_with("codex would claim beside until "),
        "{foretold}"
    );
    assert!(next("codex").stdout.starts_with("claimed beside until "));
    // The other tasks belong to others, or change files that codex holds.
    let refused = next("ada");
    let told = "error: nothing is ready for 'ada': 1 meant for others, 1 held, 1 with files that are held, \
                1 waiting (most for free)\nhint: git coord ready\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (1, told));
    world
        .coord(&["claim", "--next", "--actor=ada", "--json"])
        .failed("nothing_ready", 1);
    world.done("done beside --actor codex");
    assert!(next("ada").stdout.starts_with("claimed free until "));
    world.done("done free");
    assert!(next("codex").stdout.starts_with("claimed after until "));
    assert_eq!(world.coord(&["claim", "--next", "after"]).code, 129);
    assert_eq!(world.coord(&["claim"]).code, 129);
}

#[test]
fn done_names_the_tasks_that_no_longer_wait_and_those_still_blocked() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("add one --id A");
    world.done("add two --id B --depends A");
    world.done("add three --id C");
    world.done("block C staging --on A");
    world.done("block C quota");
    let told = world.done("done A");
    assert_eq!(
        told,
        "A is done; no longer waiting: B; still blocked on it: C\n"
    );
    let several = world.coord(&["unblock", "C", "--json"]);
    several.failed("ambiguous_id", 128);
    assert_eq!(several.json()["error"]["hint"], "git coord unblock C 1");
}

#[test]
fn commas_separate_several_names_but_no_texts() {
    let world = World::new();
    world.done("init --actor ada");
    for line in [
        "actor add codex --generate",
        "add --id A One",
        "add --id B Two",
        "add --id C --depends A,B --owner ada,codex --gate ada,role:admin --label x,y --priority p0 Three",
    ] {
        world.done(line);
    }
    let task = || {
        let mut shown = world.coord(&["show", "C", "--json"]).data("coord.show/1");
        shown["task"].take()
    };
    let both = task();
    assert_eq!(both["depends_on"], serde_json::json!(["A", "B"]), "{both}");
    assert_eq!(both["owners"], serde_json::json!(["ada", "codex"]));
    assert_eq!(both["gates"].as_array().unwrap().len(), 2);
    assert_eq!(both["labels"], serde_json::json!(["x,y"]));
    assert_eq!(both["priority"], "critical");
    world.done("edit C --no-depends A,B --no-owner ada,codex");
    assert_eq!(task()["depends_on"], serde_json::json!([]));
    assert_eq!(world.done("list priority:P0").lines().count(), 2);
}

#[test]
fn names_between_commas_may_have_spaces_around_them() {
    let world = World::new();
    world.done("init --actor ada");
    for line in [
        "git coord actor add codex --generate --role 'worker, reviewer'",
        "git coord add --id A One; git coord add --id B Two",
        "git coord add --id C --depends 'A, B' --owner 'ada , codex' --gate 'ada, reviewer' Three",
        "git coord edit C --no-depends 'A, B' --no-owner 'ada, codex' --no-gate 'ada, reviewer'",
    ] {
        let output = world.shell(line);
        assert_eq!(output.code, 0, "{line}: {output:?}");
    }
    let task = data(&world, "show C", "coord.show/1")["task"].take();
    for attribute in ["depends_on", "owners", "gates"] {
        assert_eq!(task[attribute], serde_json::json!([]), "{attribute}");
    }
}

#[test]
fn the_progress_of_a_task_with_parts_is_that_of_the_parts() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("add --id P Whole");
    world.done("add --id A --parent P Part");
    let warned = world.coord(&["progress", "P", "50"]);
    assert_eq!(
        warned.stderr,
        "warning: the progress of task 'P' is that of its parts, not 50%\n"
    );
    assert_eq!(warned.stdout, "P is at 0%\n");
    assert_eq!(world.coord(&["progress", "A", "50"]).stderr, "");
}

#[test]
fn a_label_that_is_not_valid_is_called_a_label() {
    let world = World::new();
    world.done("init --actor ada");
    let refused = world.coord(&["snapshot", "a/b c"]);
    assert!(
        refused
            .stderr
            .contains("'a/b c' is not a valid snapshot label"),
        "{refused:?}"
    );
}

#[test]
fn paths_without_files_shows_all_that_is_held() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("add --id A --path src/** --path docs/x.md One");
    world.done("claim A");
    let paths = world.done("paths");
    let lines: Vec<&str> = paths.lines().collect();
    assert!(
        lines[0].starts_with("docs/x.md: ada holds it for task A until "),
        "{paths}"
    );
    assert!(
        lines[1].starts_with("src/**: ada holds it for task A until "),
        "{paths}"
    );
    assert_eq!(lines.len(), 2);
    assert_eq!(world.done("paths --exit-code"), paths.clone());
}
