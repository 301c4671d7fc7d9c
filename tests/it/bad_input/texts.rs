//! Text that would drive a terminal, break a line, or pass for something else: taken in, and shown so that it cannot.
//!
//! Not here: which characters those are (`core::values::text`).

use serde_json::Value;

use super::{Output, fails, harmless, is_sound};
use crate::world::{EXPORTS, World};

/// Everything at once: escapes, line breaks, a trailer, a direction override, a C1 control, Markdown and a formula.
const HOSTILE: &str = "=x\u{1b}[2J\u{1b}]0;t\u{7}\r\n\nCoord-Payload: AAAA\n\tSigned-off-by: eve <e@x>\n| a | `b` \u{202e}\u{9b}1m\u{2028}\u{200b}\u{feff}\u{7f}end";

/// Has a task with hostile text in every place that takes text.
fn ledger() -> World {
    let world = World::new();
    world.done("init --actor ada");
    for words in [
        &[
            "add", HOSTILE, "--id", "H", "--group", HOSTILE, "--label", HOSTILE, "--path", HOSTILE,
            "--step", HOSTILE, "--accept", HOSTILE,
        ][..],
        &["block", "H", HOSTILE],
        &["comment", "H", HOSTILE],
        &["snapshot", "--label", "before"],
        &["edit", "H", "--label", "x"],
        &["add", "Other", "--id", "O"],
        &["cancel", "O", "--reason", HOSTILE],
    ] {
        let output = world.coord(words);
        assert_eq!(output.code, 0, "{output:?}");
        harmless(&output.stdout);
    }
    world
}

#[test]
fn no_text_output_lets_it_through() {
    let world = ledger();
    for line in [
        "status",
        "list",
        "show H",
        "show O",
        "log",
        "log H",
        "snapshots",
        "verify",
        "diff before now",
        "diff --text before now",
        "status --json",
        "show H --json",
        "log --json",
        "diff before now --json",
        "export --format markdown --json",
    ]
    .iter()
    .chain(&EXPORTS)
    {
        harmless(&world.done(line).replace("\r\n", "\n"));
    }
    is_sound_here(&world);
}

fn is_sound_here(world: &World) {
    world.done("add --id E Engine");
    is_sound(world);
}

#[test]
fn no_error_or_hint_lets_it_through() {
    let world = ledger();
    let check = |words: &[&str]| {
        let told = world.coord(words);
        assert_ne!(told.code, 0, "{words:?}");
        harmless(&told.stderr);
        assert!(told.stderr.starts_with("error: "), "{told:?}");
        assert!(!told.stderr.contains("\nCoord-Payload"), "{told:?}");
        let with_json = world.coord(&[&["--json"], words].concat());
        harmless(&with_json.stdout);
        assert_eq!(with_json.json()["ok"], false);
    };
    for words in [
        &["show", HOSTILE][..],
        &["status", "--at", HOSTILE],
        &["diff", HOSTILE],
        &["list", &format!("is:{HOSTILE}")],
        &["add", "x", "--owner", HOSTILE],
        &["add", "x", "--id", HOSTILE],
        &["add", "x", "--priority", HOSTILE],
        &["snapshot", "--label", HOSTILE],
        &["--actor", HOSTILE, "status"],
        &["-C", HOSTILE, "status"],
        &["import", HOSTILE],
        &["add", "x", "--body", HOSTILE],
        &["done", "H", "--commit", HOSTILE],
        &["claim", "H", "--lease", HOSTILE],
        &["edit", "H", "--no-step", HOSTILE],
        &["actor", "add", "x", "--key", HOSTILE],
        &["export", "--format", HOSTILE],
        &["snapshot", "--write", "/dev/null/\u{1b}[2J"],
        &[HOSTILE],
    ] {
        check(words);
    }
    for (name, value) in [
        ("GIT_COORD_ACTOR", HOSTILE),
        ("GIT_COMMITTER_DATE", HOSTILE),
        ("GIT_DIR", HOSTILE),
    ] {
        let told = world.coord_with(&["comment", "H", "x"], |command| {
            command.env(name, value);
        });
        assert_eq!(told.code, 128, "{name}: {told:?}");
        harmless(&told.stderr);
    }
}

#[test]
fn json_gives_the_exact_text_back() {
    let world = ledger();
    let shown = world.coord(&["show", "H", "--json"]).data("coord.show/1");
    let task = &shown["task"];
    for text in [
        &task["title"],
        &task["group"],
        &task["labels"][0],
        &task["paths"][0],
        &task["accept"][0],
        &task["steps"][0]["text"],
        &task["blockers"][0]["reason"],
    ] {
        assert!(*text == HOSTILE, "{shown}");
    }
    let comment = shown["comments"][0]["text"].as_str().unwrap();
    assert_eq!(comment.trim_end_matches('\n'), HOSTILE);
    let status: Value = serde_json::from_str(&world.done("export --format json")).unwrap();
    assert_eq!(status["tasks"][0]["title"], HOSTILE);
}

#[test]
fn messages_hold_it_in_one_line_and_no_trailer_of_it() {
    let world = ledger();
    let count = world.git(&["rev-list", "--count", "refs/coord/ledger"]);
    let subjects = world.git(&["log", "--format=%s", "refs/coord/ledger"]);
    assert_eq!(subjects.lines().count().to_string(), count.trim());
    harmless(&subjects);
    let bodies = world.git(&["log", "--format=%B", "refs/coord/ledger"]);
    harmless(&bodies);
    let payloads = world.git(&[
        "log",
        "--format=%(trailers:key=Coord-Payload,valueonly,separator=%x2c)",
        "refs/coord/ledger",
    ]);
    assert!(
        !payloads.contains("AAAA,") && !payloads.contains(",AAAA"),
        "{payloads}"
    );
    let signed = world.git(&[
        "log",
        "--format=%(trailers:key=Signed-off-by)",
        "refs/coord/ledger",
    ]);
    assert_eq!(signed.trim(), "");
    let reflog = world.git(&["reflog", "show", "--format=%gs", "refs/coord/ledger"]);
    assert_eq!(reflog.lines().count().to_string(), count.trim());
    harmless(&reflog);
    let shown = world.git(&["show", "refs/coord/ledger~3:dashboard.md"]);
    harmless(&shown);
}

#[test]
fn it_survives_export_and_import() {
    let world = ledger();
    let first = world.done("export --format task-status");
    std::fs::write(world.work().join("task_status.json"), &first).unwrap();
    assert!(
        world
            .done("import task_status.json")
            .ends_with("no changes\n")
    );
    let other = World::new();
    other.done("init --actor ada");
    std::fs::write(other.work().join("task_status.json"), &first).unwrap();
    other.done("import task_status.json");
    let shown = other.coord(&["show", "H", "--json"]).data("coord.show/1");
    assert_eq!(shown["task"]["title"], HOSTILE);
    assert_eq!(shown["task"]["steps"][0]["text"], HOSTILE);
    is_sound_here(&other);
}

#[test]
fn text_that_is_not_utf_8_is_refused_and_its_option_is_named() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let world = ledger();
    let bad = OsStr::from_bytes(b"x\xff\x1b[2J");
    let told: Output = world.coord_with(&["comment", "H"], |command| {
        command.arg(bad);
    });
    assert_eq!(told.code, 129, "{told:?}");
    harmless(&told.stderr);
    let told = world.coord_with(&["comment", "H", "x"], |command| {
        command.env("GIT_COORD_ACTOR", bad);
    });
    assert_eq!(told.code, 128, "{told:?}");
    harmless(&told.stderr);
}

/// A token whose parts the source keeps apart, so that no tool takes this file for a leak.
fn token() -> String {
    ["gh", "p_", "a1B2c3D4e5F6g7H8i9J0", "k1L2m3N4o5P6q7R8"].concat()
}

#[test]
fn a_secret_is_refused_before_it_is_signed_and_its_place_is_named() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("add Title --id T");
    let secret = token();
    let before = world.git(&["rev-parse", "refs/coord/ledger"]);
    std::fs::write(
        world.work().join("plan.md"),
        format!("| ID | Task |\n|-|-|\n| A | one |\n\nUse {secret}\n"),
    )
    .unwrap();
    for (words, place) in [
        (vec!["add", &secret], "the title"),
        (vec!["edit", "T", "--label", &secret], "the label"),
        (vec!["edit", "T", "--group", &secret], "the group"),
        (vec!["comment", "T", &secret], "line 1 of"),
        (vec!["block", "T", &secret], "the reason"),
        (vec!["cancel", "T", "--reason", &secret], "the reason"),
        (
            vec!["guard", "add", "G1", "--title=t", "--command", &secret],
            "the command",
        ),
        (vec!["import", "plan.md"], "line 5 of"),
    ] {
        let told = fails(&world, &words, "looks_like_a_secret", 1);
        assert!(told.contains(place), "{words:?}: {told}");
        assert!(!told.contains(&secret[..20]), "{told}");
    }
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), before);
    let allowed = world.coord(&["comment", "T", &secret, "--allow-secret"]);
    assert_eq!(allowed.code, 0, "{allowed:?}");
}

#[test]
fn a_text_without_a_visible_character_is_refused() {
    let world = World::new();
    world.done("init --actor ada");
    for blank in ["", "  ", "\t", "\u{3000}", "\u{2800}", "\u{200b}"] {
        for words in [&["add", blank][..], &["add", "T", "--label", blank]] {
            assert_eq!(world.coord(words).code, 129, "{words:?}");
        }
    }
}

#[test]
fn a_comment_without_a_visible_character_is_refused_from_anywhere() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("add T --id T");
    for blank in [" ", "\t", "\u{3000}", "\u{200b}"] {
        let given = world.coord(&["comment", "T", blank]);
        assert_eq!(given.code, 129, "{blank:?}: {given:?}");
        let piped = world.shell(&format!("printf '{blank}\\n\\n' | git coord comment T -"));
        assert_eq!(piped.code, 129, "{blank:?}: {piped:?}");
    }
    assert_eq!(world.shell("git coord comment T - </dev/null").code, 129);
    assert!(!world.done("log").contains("comment"));
}

#[test]
fn a_title_without_a_visible_character_is_named_in_every_format() {
    let world = World::new();
    world.done("init --actor ada");
    for (name, text) in [
        (
            "p.md",
            "| ID | Task |\n|-|-|\n| A | one |\n| B | \u{3164} |\n",
        ),
        ("p.csv", "id,title\nA,one\nB,\u{3164}\n"),
        (
            "p.json",
            "[{\"id\":\"A\",\"title\":\"one\"},\n{\"id\":\"B\",\"title\":\"\u{3164}\"}]",
        ),
    ] {
        std::fs::write(world.work().join(name), text).unwrap();
        let output = world.coord(&["import", "--dry-run", name]);
        let told = output.stdout + &output.stderr;
        let names = |line: &str| line.contains(&format!("{name}:")) && line.contains('B');
        assert!(told.lines().any(names), "{name}: {told}");
    }
}
