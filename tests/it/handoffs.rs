//! A claim that is handed on: who holds it then, what the new holder reads, and what the old one may still do.
//!
//! Not here: who may hand on a claim (`rules`).

use crate::world::World;

/// `codex` holds `T`, whose gate is `claude`; `dora` is a worker too.
fn world() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "actor add dora --generate",
        "actor add claude --generate --role reviewer --role worker",
        "add --id T --gate claude --path src Title",
        "claim T --actor codex",
    ] {
        world.done(line);
    }
    world
}

fn hand_on(world: &World, to: &str, note: &str) -> String {
    let line = [
        "handoff", "T", "--to", to, "--note", note, "--actor", "codex",
    ];
    let output = world.coord(&line);
    assert_eq!(output.code, 0, "{output:?}");
    output.stdout + &output.stderr
}

#[test]
fn the_new_holder_reads_the_note_and_goes_on() {
    let world = world();
    let told = hand_on(&world, "dora", "The parser is done, the tests are not.");
    assert!(told.starts_with("dora holds T now, until "), "{told}");
    for line in [
        "brief dora",
        "show T",
        "log -n 1 --full",
        "wait --for-me --actor dora",
    ] {
        let page = world.done(line);
        assert!(page.contains("The parser is done"), "{line}: {page}");
    }
    let shown = world.coord(&["show", "T", "--json"]).data("coord.show/1");
    assert_eq!(shown["task"]["claim"]["actor"], "dora");
    assert_eq!(shown["task"]["claim"]["handed_by"], "codex");
    let report = world.done("report --day 2025-10-15");
    assert!(report.contains("handed on by codex"), "{report}");
    world.done("progress T 50 --actor dora");
    world.done("verify");
}

#[test]
fn work_of_the_old_holder_is_refused_and_neither_approves_its_own_work() {
    let world = world();
    let claim = world.coord(&["show", "T", "--json"]).data("coord.show/1");
    let number = claim["task"]["claim"]["number"].to_string();
    hand_on(&world, "dora", "x");
    let late = ["progress", "T", "60", "--actor=codex", "--json"];
    world.coord(&late).failed("claim_held", 1);
    let late = [&late[..], &["--claim", &number]].concat();
    world.coord(&late).failed("lease_lost", 1);
    world.done("submit T --actor dora");
    for by in ["codex", "dora"] {
        let actor = format!("--actor={by}");
        let told = world.coord(&["approve", "T", &actor, "--json"]);
        assert_ne!(told.code, 0, "{told:?}");
    }
    world.done("approve T --actor claude");
    world.done("done T --actor dora");
}

#[test]
fn who_would_have_to_approve_is_warned_of() {
    let world = world();
    let told = hand_on(&world, "claude", "x");
    assert!(told.contains("nobody can approve gate 'claude'"), "{told}");
}

#[test]
fn undo_releases_the_claim_and_says_that_the_earlier_one_is_gone() {
    let world = world();
    hand_on(&world, "dora", "x");
    let told = world.coord(&["undo", "--actor=dora", "--json"]);
    assert_ne!(told.code, 0, "{told:?}");
    let entry = world.git(&["rev-parse", "refs/coord/ledger"]);
    let told = world.done(&format!("undo {} --actor ada", entry.trim()));
    assert!(told.contains("codex"), "{told}");
    let shown = world.coord(&["show", "T", "--json"]).data("coord.show/1");
    assert!(shown["task"]["claim"].is_null(), "{shown}");
}
