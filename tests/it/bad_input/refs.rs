//! A ledger's ref that points to nothing or to another object, or is not a ref.
//!
//! Not here: damaged objects (`objects`).

use std::fs;

use super::{every_command_fails, fails, is_sound, ledger};
use crate::world::World;

const LEDGER: &str = "refs/coord/ledger";

/// A ledger whose ref file holds these bytes, and the bytes that it held before.
fn holding(world: &World, bytes: &str) -> Vec<u8> {
    let path = world.work().join(".git").join(LEDGER);
    let before = fs::read(&path).unwrap();
    fs::write(&path, bytes).unwrap();
    before
}

fn id(world: &World, line: &str) -> String {
    let output = world.shell(line);
    assert_eq!(output.code, 0, "{output:?}");
    output.stdout
}

/// Every command fails with this code, `init` too, and once the ref is mended all is well.
#[track_caller]
fn check(bytes: impl Fn(&World) -> String, code: &str) {
    let world = ledger();
    let before = holding(&world, &bytes(&world));
    every_command_fails(&world, code);
    fails(&world, &["init", "--actor", "eve"], code, 128);
    fs::write(world.work().join(".git").join(LEDGER), before).unwrap();
    is_sound(&world);
}

#[test]
fn an_object_that_is_not_there_is_named() {
    check(|_| "1".repeat(40) + "\n", "missing_object");
    check(|_| "0".repeat(40) + "\n", "missing_object");
}

#[test]
fn a_ref_without_an_object_id_is_broken() {
    for bytes in ["", "\n", "hello\n", "12345678\n", "\u{1b}[2J\n"] {
        check(|_| bytes.to_owned(), "broken_ref");
    }
}

#[test]
fn a_ref_to_another_object_than_a_commit_is_an_error_with_its_kind() {
    check(
        |world| id(world, "echo x | git hash-object -w --stdin"),
        "not_a_commit",
    );
    check(
        |world| id(world, "git rev-parse refs/coord/ledger^{tree}"),
        "not_a_commit",
    );
    check(
        |world| {
            id(
                world,
                "git tag -a -m x t refs/coord/ledger && git rev-parse t",
            )
        },
        "not_a_commit",
    );
}

#[test]
fn a_line_without_a_genesis_is_not_a_ledger() {
    check(
        |world| id(world, "git commit-tree -m x $(git mktree </dev/null)"),
        "no_genesis",
    );
}

#[test]
fn a_symbolic_ref_is_neither_read_nor_written_through() {
    let world = ledger();
    let tip = id(&world, "git rev-parse refs/coord/ledger");
    world.git(&["update-ref", "refs/heads/other", LEDGER]);
    world.git(&["update-ref", "-d", LEDGER]);
    for target in ["refs/heads/other", "refs/heads/nowhere"] {
        world.git(&["symbolic-ref", LEDGER, target]);
        every_command_fails(&world, "symbolic_ref");
        fails(&world, &["init"], "symbolic_ref", 128);
        world.git(&["symbolic-ref", "--delete", LEDGER]);
    }
    world.git(&["update-ref", LEDGER, tip.trim()]);
    is_sound(&world);
}

#[test]
fn unreadable_packed_refs_are_an_error() {
    let world = ledger();
    world.git(&["pack-refs", "--all"]);
    let path = world.work().join(".git/packed-refs");
    let before = fs::read(&path).unwrap();
    fs::write(&path, [&before[..], b"garbage\n"].concat()).unwrap();
    every_command_fails(&world, "broken_ref");
    fs::write(&path, before).unwrap();
    is_sound(&world);
}

#[test]
fn init_names_refs_that_are_in_the_way() {
    let world = World::new();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    world.git(&["update-ref", "refs/coord/ledger/x", "HEAD"]);
    let told = fails(&world, &["init", "--actor", "ada"], "ref_conflict", 128);
    assert_eq!(
        told,
        "error: cannot create ref 'refs/coord/ledger': 'refs/coord/ledger/x' exists\n\
         hint: to see what is there: git log -1 refs/coord/ledger/x\n"
    );
    world.git(&["update-ref", "-d", "refs/coord/ledger/x"]);
    world.git(&["update-ref", "refs/coord", "HEAD"]);
    fails(&world, &["init", "--actor", "ada"], "ref_conflict", 128);
    world.git(&["update-ref", "-d", "refs/coord"]);
    world.done("init --actor ada");
    world.done("verify");
}

#[test]
fn a_second_init_changes_nothing() {
    let world = ledger();
    fails(&world, &["init", "--actor", "eve"], "ledger_exists", 128);
    is_sound(&world);
}
