//! Names that are unknown, ambiguous or invalid.
//!
//! Not here: names of revisions (`reading`).

use super::{fails, is_sound, ledger};

#[test]
fn every_command_that_takes_a_task_refuses_an_unknown_one() {
    let world = ledger();
    for line in [
        "show Z",
        "log Z",
        "edit Z --group x",
        "claim Z",
        "release Z",
        "progress Z 5",
        "step Z 1",
        "block Z why",
        "block E why --on Z",
        "unblock Z",
        "comment Z text",
        "done Z",
        "cancel Z",
        "reopen Z",
        "add Title --depends Z",
        "edit E --depends Z",
        "edit E --no-depends Z",
        "show e",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let told = fails(&world, &words, "unknown_task", 128);
        let name = if line == "show e" { "e" } else { "Z" };
        assert_eq!(
            told,
            format!("error: task '{name}' does not exist\nhint: git coord list\n"),
            "{line}"
        );
    }
    let told = fails(&world, &["claim", ""], "unknown_task", 128);
    assert!(
        told.starts_with("error: task '' does not exist\n"),
        "{told}"
    );
    is_sound(&world);
}

#[test]
fn a_beginning_of_several_names_lists_them_and_a_whole_name_is_enough() {
    let world = ledger();
    for line in [
        "show E4",
        "claim E402",
        "comment E402- text",
        "done E402-",
        "log E4",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let told = fails(&world, &words, "ambiguous_id", 128);
        assert!(
            told.contains(" is ambiguous: E402-1, E402-2\n"),
            "{line}: {told}"
        );
    }
    assert!(world.done("claim E").starts_with("claimed E until "));
    is_sound(&world);
}

#[test]
fn every_command_that_writes_refuses_a_beginning_of_a_name_and_names_the_task() {
    let world = ledger();
    world.done("add Gated --id PART-1 --check c --step s");
    world.done("add Other --id Q");
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    for line in [
        "edit PART --group x",
        "claim PART",
        "claim PART --dry-run",
        "renew PART",
        "release PART",
        "progress PART 5",
        "step PART 1",
        "submit PART",
        "approve PART",
        "reject PART --note no",
        "tick PART 1",
        "block PART why",
        "block Q why --on PART",
        "unblock PART",
        "comment PART text",
        "done PART",
        "cancel PART",
        "reopen PART",
        "add Title --depends PART",
        "edit Q --depends PART",
        "edit Q --no-depends PART",
        "guard add G --title t --command true --depends PART",
        "worktree add PART",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let told = fails(&world, &words, "unknown_task", 128);
        let expected = "error: task 'PART' does not exist\nhint: git coord show PART-1\n";
        assert_eq!(told, expected, "{line}");
    }
    for line in ["show PART", "log PART", "wait PART --until ready"] {
        assert!(
            world.coord(&line.split(' ').collect::<Vec<_>>()).code < 128,
            "{line}"
        );
    }
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
    is_sound(&world);
}

#[test]
fn an_import_changes_no_task_whose_name_only_begins_so() {
    let world = ledger();
    world.done("add Longer --id AB");
    let plan = "| ID | Task |\n|---|---|\n| A | Shorter |\n";
    std::fs::write(world.work().join("p.md"), plan).unwrap();
    world.done("import p.md");
    let titles = |id: &str| {
        world.coord(&["show", id, "--json"]).data("coord.show/1")["task"]["title"].to_string()
    };
    assert_eq!(
        (titles("AB"), titles("A")),
        ("\"Longer\"".into(), "\"Shorter\"".into())
    );
}

#[test]
fn no_actor_has_the_name_of_a_file_beside_a_key() {
    let world = ledger();
    for name in ["ada.pub", "ada.PUB", "ada.lock", "new.pub"] {
        fails(&world, &["actor", "add", name, "--generate"], "usage", 129);
        fails(&world, &["claim", "E", "--actor", name], "usage", 129);
        fails(&world, &["init", "--actor", name], "usage", 129);
    }
    for name in ["ADA", "Ada"] {
        fails(
            &world,
            &["actor", "add", name, "--generate"],
            "actor_exists",
            1,
        );
    }
    world.done("verify");
}

#[test]
fn unknown_steps_blockers_actors_and_keys_are_errors() {
    let world = ledger();
    for (line, code, exit) in [
        ("step E 2", "unknown_step", 1),
        ("edit E --no-step 2", "unknown_step", 1),
        ("unblock E", "unknown_blocker", 1),
        ("unblock E 3", "unknown_blocker", 1),
        ("actor retire-key eve", "unknown_actor", 1),
        ("actor retire-key ada SHA256:nothing", "key_unknown", 1),
        ("actor retire-key ada", "last_admin", 1),
        ("actor add ada --key nothing.pub", "missing_key", 128),
        ("actor add codex --key plan.json", "not_a_key", 128),
        ("claim E --actor eve", "unregistered_actor", 128),
        ("done E --commit nothing", "unknown_commit", 128),
        ("reopen E", "task_open", 1),
        ("release E", "not_claimed", 1),
        ("add --id E Again", "task_exists", 1),
        ("edit E --body nothing.md", "cannot_read", 128),
        ("edit E --depends E", "cycle", 1),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        fails(&world, &words, code, exit);
    }
    is_sound(&world);
}

#[test]
fn a_name_may_be_64_bytes_long_and_a_short_text_4000() {
    let world = ledger();
    let (name, text) = ("x".repeat(64), "é".repeat(2000));
    world.done(&format!(
        "add --id {name} --group {text} --label {text} --step {text} {text}"
    ));
    world.done(&format!("block {name} {text}"));
    world.done(&format!("actor add {name} --generate"));
    world.done(&format!("snapshot --label {name}"));
    let subjects = world.git(&["log", "--format=%s", "refs/coord/ledger"]);
    assert!(
        subjects.lines().all(|line| line.chars().count() < 200),
        "{subjects}"
    );
    let (name, text) = (name + "x", text + "x");
    for words in [
        &["add", "Title", "--id", &name][..],
        &["actor", "add", &name],
        &["snapshot", "--label", &name],
        &["add", &text],
        &["block", "E", &text],
        &["edit", "E", "--group", &text],
        &["add", ""],
        &["add", "Title", "--id", ""],
        &["add", "Title", "--id", "-x"],
        &["add", "Title", "--branch", "a..b"],
        &["add", "Title", "--id", "a/b"],
        &["add", "Title", "--id", "ä"],
        &["add", "Title", "--owner", "a b"],
    ] {
        fails(&world, words, "usage", 129);
    }
    is_sound(&world);
}

#[test]
fn a_comment_may_be_long_but_not_longer_than_the_limit() {
    let world = ledger();
    let long = "x".repeat(100_000);
    world.done(&format!("comment E {long}"));
    assert!(world.done("show E").contains(&long));
    is_sound(&world);
}

#[test]
fn a_snapshot_whose_files_cannot_be_written_is_taken_all_the_same() {
    let world = ledger();
    let told = world.coord(&["snapshot", "--label", "x", "--write", "plan.json"]);
    assert_eq!(told.code, 128, "{told:?}");
    assert!(
        told.stderr
            .starts_with("error: the snapshot is taken, but its files cannot be written to 'plan.json/2025-10-15/x': "),
        "{told:?}"
    );
    assert_eq!(world.done("snapshots").lines().count(), 2);
    is_sound(&world);
}
