//! Settings with values that mean nothing here.
//!
//! Not here: settings that must not change any output (`clones`).

use std::fs;

use super::{COMMANDS, differing, fails, files, is_sound, ledger};
use crate::world::{EXPORTS, World};

#[test]
fn commands_that_append_refuse_an_unknown_actor_and_reading_works() {
    let world = ledger();
    for (value, code, message) in [
        (
            "a b",
            "no_actor",
            "error: coord.actor is not the name of an actor: 'a b' is not a valid actor name: ",
        ),
        (
            "../x",
            "no_actor",
            "error: coord.actor is not the name of an actor: '../x' is not a valid actor name: ",
        ),
        (
            "eve",
            "unregistered_actor",
            "error: actor 'eve' is not in the ledger\nhint: git coord actor add eve --generate\n",
        ),
    ] {
        world.git(&["config", "coord.actor", value]);
        let told = fails(&world, &["comment", "E", "x"], code, 128);
        assert!(told.starts_with(message), "{told}");
        for line in [
            "status",
            "list",
            "show E",
            "log",
            "verify",
            "export --format json",
        ] {
            world.done(line);
        }
    }
    world.git(&["config", "--unset", "coord.actor"]);
    let told = fails(&world, &["comment", "E", "x"], "no_actor", 128);
    assert_eq!(
        told,
        "error: no actor is set\nhint: git config coord.actor NAME\n"
    );
    world.git(&["config", "coord.actor", "ada"]);
    is_sound(&world);
}

#[test]
fn a_repository_pinned_to_another_ledger_reads_and_writes_none() {
    let world = ledger();
    let id = world.git(&["config", "coord.ledger"]);
    for pinned in ["1234", "", &"0".repeat(64), &id.trim().to_uppercase()] {
        world.git(&["config", "coord.ledger", pinned]);
        for line in COMMANDS.iter().chain(&EXPORTS) {
            fails(
                &world,
                &line.split(' ').collect::<Vec<_>>(),
                "other_ledger",
                128,
            );
        }
    }
    let told = fails(&world, &["status"], "other_ledger", 128);
    assert!(
        told.ends_with(&format!("git config coord.ledger {id}")),
        "{told}"
    );
    world.git(&["config", "coord.ledger", id.trim()]);
    is_sound(&world);
}

#[test]
fn an_unreadable_config_file_is_an_error() {
    let world = ledger();
    let path = world.work().join(".git/config");
    let before = std::fs::read(&path).unwrap();
    std::fs::write(&path, "[core\n").unwrap();
    let told = world.coord(&["status"]);
    assert_eq!(told.code, 128, "{told:?}");
    super::in_gits_manner(&told);
    std::fs::write(&path, before).unwrap();
    is_sound(&world);
}

#[test]
fn a_repository_of_a_kind_that_is_not_known_is_kept_away_from() {
    let world = ledger();
    world.git(&["config", "core.repositoryFormatVersion", "1"]);
    world.git(&["config", "extensions.frobnicate", "true"]);
    let path = world.work().join(".git/config");
    let told = fails(&world, &["status"], "unsupported_repository", 128);
    assert!(told.contains("extension 'frobnicate'"), "{told}");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, config.replace("frobnicate = true", "")).unwrap();
    is_sound(&world);
}

#[test]
fn without_a_writable_config_no_ledger_is_created() {
    let world = World::new();
    let git_dir = world.work().join(".git");
    let before = files(&git_dir);
    let is_untouched = || assert_eq!(differing(&before, &files(&git_dir)), [&git_dir; 0]);
    let told = world.coord_with(&["init", "--actor", "ada"], |command| {
        command.env("PATH", "/nowhere");
    });
    assert_eq!(
        (told.code, told.stderr.as_str()),
        (
            128,
            "error: 'git' is not on the PATH\n\
             hint: install git, then: git --version\n"
        )
    );
    is_untouched();
    fs::write(git_dir.join("config.lock"), "").unwrap();
    assert_eq!(world.coord(&["init", "--actor", "ada"]).code, 128);
    fs::remove_file(git_dir.join("config.lock")).unwrap();
    is_untouched();
    // A failed `init` removes the settings that it wrote.
    world.git(&["config", "coord.actor", "eve"]);
    fs::write(git_dir.join("refs/coord"), "in the way").unwrap();
    assert_eq!(world.coord(&["init", "--actor", "ada"]).code, 128);
    assert_eq!(world.git(&["config", "coord.actor"]), "eve\n");
    fs::remove_file(git_dir.join("refs/coord")).unwrap();
    world.done("init --actor ada");
    world.done("verify");
}

#[test]
fn object_directories_that_borrow_in_a_cycle_are_named_with_the_file_to_mend() {
    let world = ledger();
    let line =
        "git init -q ../other && echo $PWD/.git/objects >../other/.git/objects/info/alternates &&
        echo $PWD/../other/.git/objects >.git/objects/info/alternates";
    assert_eq!(world.shell(line).code, 0);
    let told = fails(&world, &["status"], "broken_repository", 128);
    assert!(told.contains("in a circle: '"), "{told}");
    let (_, file) = told.split_once(": cat ").unwrap();
    fs::remove_file(file.trim_end()).unwrap();
    world.done("status");
    is_sound(&world);
}
