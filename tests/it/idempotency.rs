//! `--idempotency-key`: a command that is called again with the same key changes nothing, and says what was done.
//!
//! Not here: the keys that are kept (`core::plan::state::used_keys`).

use std::{fs, process::Stdio};

use crate::{
    keys::CODEX,
    sync::team::Team,
    world::{Output, World},
};

fn world() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add --id T Title",
        "add --id U Other",
    ] {
        world.done(line);
    }
    world
}

fn keyed(world: &World, line: &str, key: &str) -> Output {
    let words = line.split(' ').chain(["--idempotency-key", key, "--json"]);
    world.coord(&words.collect::<Vec<_>>())
}

fn entries(world: &World) -> String {
    world.git(&["rev-list", "--count", "refs/coord/ledger"])
}

#[test]
fn the_same_command_with_the_same_key_is_done_once() {
    let world = world();
    fs::write(
        world.work().join("plan.json"),
        r#"[{"id": "P1", "title": "one"}]"#,
    )
    .unwrap();
    fs::write(
        world.work().join("prs.json"),
        r#"[{"number": 7, "url": "https://h/a/pull/7"}]"#,
    )
    .unwrap();
    world.git(&["add", "."]);
    world.git(&["commit", "--quiet", "-m", "base"]);
    for (number, line) in [
        "add New",
        "claim T --actor codex",
        "progress T 50 --actor codex",
        "comment T well",
        "edit T --title Another",
        "done T --actor codex",
        "cancel U",
        "policy lease 8h",
        "target set percent 100",
        "snapshot",
        "configure --title Plan",
        "guard add G --title x --command true",
        "guard run G",
        "actor add claude --generate",
        "import plan.json",
        "observe prs --from prs.json",
        "observe worktrees",
        "worktree add P1",
    ]
    .iter()
    .enumerate()
    {
        let key = format!("step/{number}");
        let first = keyed(&world, line, &key);
        assert_eq!(first.code, 0, "{line}: {first:?}");
        let count = entries(&world);
        let again = keyed(&world, line, &key);
        assert_eq!(again.code, 0, "{line}: {again:?}");
        let earlier = again.data("coord.earlier/1");
        assert_eq!(earlier["idempotency_key"], key.as_str(), "{line}");
        let tip = earlier["entry"].as_str().unwrap();
        let log = world.git(&["log", "--format=%H", "refs/coord/ledger"]);
        assert!(log.contains(tip), "{line}: {earlier}");
        assert_eq!(entries(&world), count, "{line}");
        let entry = world.coord(&["show", tip, "--json"]).data("coord.log/1");
        assert_eq!(entry["idempotency_key"], key.as_str(), "{line}");
    }
    world.done("verify");
}

#[test]
fn a_key_that_was_used_for_something_else_is_refused_with_what_it_was_used_for() {
    let world = world();
    keyed(&world, "comment T well", "k").data("coord.task/1");
    for line in ["comment U well", "cancel T"] {
        let told = keyed(&world, line, "k");
        told.failed("idempotency_key_used", 1);
        assert!(told.stderr.contains("comment on T: ada"), "{told:?}");
    }
    // Another actor's keys are its own.
    assert_eq!(keyed(&world, "claim T --actor codex", "k").code, 0);
    let text = world.coord(&["comment", "T", "well", "--idempotency-key=k"]);
    assert!(
        text.stdout.starts_with("already done by entry "),
        "{text:?}"
    );
}

#[test]
fn a_command_that_failed_has_not_used_its_key() {
    let world = world();
    keyed(&world, "reopen T", "k").failed("task_open", 1);
    assert_eq!(keyed(&world, "comment T well", "k").code, 0);
}

#[test]
fn a_key_of_another_form_is_wrong_usage_and_commands_that_append_nothing_take_none() {
    let world = world();
    for key in ["", "a b", &"x".repeat(65), "\u{e9}"] {
        keyed(&world, "comment T well", key).failed("usage", 129);
    }
    keyed(&world, "sync", "k").failed("usage", 129);
}

#[test]
fn of_two_processes_with_one_key_one_makes_the_entry() {
    let world = world();
    let before: u32 = entries(&world).trim().parse().unwrap();
    let start = || {
        let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
        let words = ["comment", "T", "well", "--idempotency-key=k", "--json"];
        command.args(words).stdout(Stdio::piped()).spawn().unwrap()
    };
    let racers: Vec<_> = (0..6).map(|_| start()).collect();
    let told: Vec<String> = racers
        .into_iter()
        .map(|racer| String::from_utf8(racer.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    let made = told.iter().filter(|it| it.contains("coord.task/1")).count();
    let found = told
        .iter()
        .filter(|it| it.contains("coord.earlier/1"))
        .count();
    assert_eq!((made, found), (1, 5), "{told:?}");
    let after: u32 = entries(&world).trim().parse().unwrap();
    assert_eq!(after, before + 1);
}

#[test]
fn of_two_clones_the_one_that_publishes_second_is_refused() {
    let team = Team::new();
    team.clone_for("desk", &CODEX);
    team.done("ada", "add Title --id T");
    team.done("ada", "sync");
    for clone in ["codex", "desk"] {
        team.done(clone, "sync");
        team.done(clone, "comment T well --idempotency-key k --actor codex");
    }
    team.done("codex", "sync");
    let told = team.says("desk", "sync --json");
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.stdout.contains("idempotency_key_used"), "{told:?}");
    let shown = team.says("desk", "show T --json").data("coord.show/1");
    assert_eq!(shown["comments"].as_array().unwrap().len(), 1, "{shown}");
    // The key is known now, so that a third try finds the entry that counts.
    let again = team.says(
        "desk",
        "comment T well --idempotency-key k --actor codex --json",
    );
    again.data("coord.earlier/1");
}
