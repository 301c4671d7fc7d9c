//! Objects that are missing, cut short or under a wrong id, and a shallow history.
//!
//! Not here: a ref that leads nowhere (`refs`).

use std::{
    fs::{self, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{every_command_fails, fails, is_sound, ledger, object_path};
use crate::world::World;

fn writable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

fn cut(path: &Path, bytes: u64) {
    writable(path);
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(bytes)
        .unwrap();
}

fn scribble(path: &Path, offset: u64) {
    writable(path);
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(b"ZZZZZZZZ").unwrap();
}

/// The one pack of a repository, by the end of its name.
fn packed(world: &World, end: &str) -> PathBuf {
    world.git(&["gc", "--quiet", "--prune=now"]);
    let folder = world.work().join(".git/objects/pack");
    let mut files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .find(|path| path.extension().is_some_and(|it| it == end))
        .unwrap()
}

fn without_cache(world: &World) {
    fs::remove_dir_all(world.work().join(".git/coord/cache")).unwrap();
}

#[test]
fn a_history_that_is_cut_off_is_not_read() {
    let origin = ledger();
    let world = World::empty();
    let url = format!("file://{}", origin.work().display());
    world.git(&["clone", "--quiet", "--depth=1", "--no-checkout", &url, "."]);
    world.git(&[
        "fetch",
        "--quiet",
        "--depth=2",
        "origin",
        "refs/coord/ledger:refs/coord/ledger",
    ]);
    fs::copy(
        origin.work().join("plan.json"),
        world.work().join("plan.json"),
    )
    .unwrap();
    every_command_fails(&world, "shallow_repository");
    world.git(&[
        "fetch",
        "--quiet",
        "--unshallow",
        "origin",
        "refs/coord/ledger:refs/coord/ledger",
    ]);
    world.done("verify");
}

#[test]
fn an_entry_that_was_cut_short_stops_every_command() {
    for (name, length) in [
        ("refs/coord/ledger", 40),
        ("refs/coord/ledger~2", 40),
        ("refs/coord/ledger~2", 0),
    ] {
        let world = ledger();
        without_cache(&world);
        let path = object_path(&world, name);
        let whole = fs::read(&path).unwrap();
        cut(&path, length);
        every_command_fails(&world, "corrupt_object");
        fs::write(&path, whole).unwrap();
        is_sound(&world);
    }
}

#[test]
fn an_entry_that_is_missing_is_named() {
    let world = ledger();
    without_cache(&world);
    let id = world.git(&["rev-parse", "refs/coord/ledger~3"]);
    let path = object_path(&world, "refs/coord/ledger~3");
    let whole = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    every_command_fails(&world, "missing_object");
    let told = fails(&world, &["status"], "missing_object", 128);
    assert_eq!(
        told,
        format!("error: object {} is missing\nhint: git fsck\n", id.trim())
    );
    fs::write(&path, whole).unwrap();
    is_sound(&world);
}

#[test]
fn a_pack_that_is_damaged_stops_every_command() {
    for offset in [100, 600] {
        let world = ledger();
        without_cache(&world);
        let pack = packed(&world, "pack");
        scribble(&pack, offset);
        every_command_fails(&world, "corrupt_object");
    }
    let world = ledger();
    without_cache(&world);
    cut(&packed(&world, "pack"), 200);
    every_command_fails(&world, "corrupt_object");
}

#[test]
fn without_its_index_a_pack_holds_nothing() {
    let world = ledger();
    without_cache(&world);
    cut(&packed(&world, "idx"), 100);
    every_command_fails(&world, "missing_object");
}

#[test]
fn an_entry_under_another_ones_name_is_broken() {
    let world = ledger();
    without_cache(&world);
    let (path, other) = (
        object_path(&world, "refs/coord/ledger~1"),
        object_path(&world, "refs/coord/ledger~2"),
    );
    writable(&path);
    fs::copy(other, &path).unwrap();
    every_command_fails(&world, "corrupt_object");
}

/// A damaged object that was repaired leaves nothing in the cache.
#[test]
fn an_entry_that_was_broken_for_a_while_is_whole_after_its_repair() {
    let world = ledger();
    let status = world.done("status");
    without_cache(&world);
    let (tip, other) = (
        object_path(&world, "refs/coord/ledger"),
        object_path(&world, "refs/coord/ledger~1"),
    );
    let whole = fs::read(&tip).unwrap();
    writable(&tip);
    fs::write(&tip, fs::read(other).unwrap()).unwrap();
    world
        .coord(&["status", "--json"])
        .failed("corrupt_object", 128);
    world
        .coord(&["comment", "E", "x", "--json"])
        .failed("corrupt_object", 128);
    fs::write(&tip, whole).unwrap();
    assert_eq!(world.done("status"), status);
    is_sound(&world);
}

/// An attachment is read only when it is shown; everything else works without it.
#[test]
fn a_missing_attachment_is_named_by_verify_and_stops_nothing() {
    for (name, shown) in [
        ("refs/coord/ledger:comment.md", "comments"),
        ("refs/coord/ledger^{tree}", "comments"),
        ("refs/coord/ledger~4:body/E.md", "body"),
        ("refs/coord/ledger~4^{tree}", "body"),
    ] {
        let world = ledger();
        let path = object_path(&world, name);
        let whole = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let told = world.coord(&["verify"]);
        assert_eq!(told.code, 1, "{told:?}");
        assert!(
            told.stdout.contains(" broken: ") && told.stdout.contains(" is missing\n"),
            "{told:?}"
        );
        assert!(told.stdout.ends_with("0 snapshots: 1 broken\n"), "{told:?}");
        let text = world.done("show E");
        assert!(text.contains("(not available: "), "{shown}: {text}");
        for line in [
            "status",
            "list",
            "log",
            "export --format json",
            "comment E again",
        ] {
            world.done(line);
        }
        fs::write(&path, whole).unwrap();
        is_sound(&world);
    }
}

#[test]
fn an_attachment_with_other_bytes_is_not_shown() {
    let world = ledger();
    let path = object_path(&world, "refs/coord/ledger:comment.md");
    fs::write(world.work().join("other"), "forged\n").unwrap();
    let other = world.git(&["hash-object", "-w", "other"]);
    let other = object_path(&world, other.trim());
    writable(&path);
    fs::copy(other, &path).unwrap();
    let text = world.done("show E");
    assert!(!text.contains("forged"), "{text}");
    assert!(
        text.contains("(not available: attachment 'comment.md' of entry "),
        "{text}"
    );
    assert_eq!(world.coord(&["verify"]).code, 1);
}
