//! Settings with values that mean nothing here.
//!
//! Not here: settings that change nothing of what is said (`clones`).

use super::{COMMANDS, fails, is_sound, ledger};

#[test]
fn an_actor_who_is_none_is_told_by_what_appends_and_reading_goes_on() {
    let world = ledger();
    for (value, code, message) in [
        (
            "a b",
            "no_actor",
            "error: coord.actor names no actor: 'a b' is not a valid actor name: ",
        ),
        (
            "../x",
            "no_actor",
            "error: coord.actor names no actor: '../x' is not a valid actor name: ",
        ),
        (
            "eve",
            "unknown_actor",
            "error: actor 'eve' is not in the ledger\nhint: git coord actor add eve\n",
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
        "error: it is not known who acts\nhint: git config coord.actor NAME\n"
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
        for line in COMMANDS {
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
fn a_config_file_that_cannot_be_read_is_told() {
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
