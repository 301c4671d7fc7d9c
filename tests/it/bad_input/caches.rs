//! A cache that is damaged, somebody else's, or no file: every answer is as without one.
//!
//! Not here: the contents of the cache (`ledger::cache`).

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{is_sound, ledger};
use crate::world::World;

fn cache(world: &World) -> PathBuf {
    world.work().join(".git/coord/cache/state")
}

fn remove(path: &Path) {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).unwrap(),
        Ok(_) => fs::remove_file(path).unwrap(),
        Err(_) => {}
    }
}

/// The status of this world's ledger, without the facts about the cache.
fn answers(world: &World) -> (Value, String) {
    let mut status = world.coord(&["status", "--json"]).data("coord.status/1");
    status["local"]["cache"].take();
    (status, world.done("show E"))
}

/// Asserts that nothing is answered otherwise once `spoil` has spoiled the cache, and that entries can be appended.
#[track_caller]
fn check(spoil: impl FnOnce(&World, &Path)) {
    let world = ledger();
    let before = answers(&world);
    let path = cache(&world);
    assert!(path.is_file());
    spoil(&world, &path);
    assert_eq!(answers(&world), before);
    is_sound(&world);
    assert_ne!(
        answers(&world).0["ledger"]["tip"],
        before.0["ledger"]["tip"]
    );
}

#[test]
fn a_damaged_cache_is_not_used() {
    check(|_, path| fs::write(path, "").unwrap());
    check(|_, path| fs::write(path, "garbage\n").unwrap());
    check(|_, path| remove(path));
}

#[test]
fn a_cache_that_was_cut_short_or_has_a_flipped_bit_is_not_believed() {
    let world = ledger();
    let before = answers(&world);
    let path = cache(&world);
    let whole = fs::read(&path).unwrap();
    for place in (0..whole.len()).step_by(29) {
        let mut spoiled = whole.clone();
        spoiled[place] ^= 1;
        fs::write(&path, spoiled).unwrap();
        assert_eq!(answers(&world), before, "a bit of byte {place}");
        fs::write(&path, &whole[..place]).unwrap();
        assert_eq!(answers(&world), before, "{place} bytes");
    }
    is_sound(&world);
}

#[test]
fn a_cache_of_another_repository_is_not_believed() {
    let other = World::new();
    other.done("init --actor eve");
    other.done("add --id E Evil");
    other.done("status");
    check(|_, path| _ = fs::copy(cache(&other), path).unwrap());
}

#[test]
fn a_cache_that_is_older_or_newer_than_the_tip_is_brought_to_it() {
    let world = ledger();
    let older = fs::read(cache(&world)).unwrap();
    for number in 0..40 {
        world.done(&format!("comment E402-1 {number}"));
    }
    let newer = fs::read(cache(&world)).unwrap();
    assert_ne!(older, newer);
    let at_the_tip = answers(&world);
    fs::write(cache(&world), older).unwrap();
    assert_eq!(answers(&world), at_the_tip);
    world.git(&["update-ref", "refs/coord/ledger", "refs/coord/ledger~39"]);
    fs::write(cache(&world), newer).unwrap();
    let entries = answers(&world).0["ledger"]["entries"].clone();
    assert_eq!(entries, 7);
    is_sound(&world);
}

#[test]
fn a_folder_or_fifo_at_the_caches_path_is_left_alone() {
    check(|_, path| {
        remove(path);
        fs::create_dir_all(path.join("x")).unwrap();
    });
    check(|_, path| {
        let folder = path.parent().unwrap();
        remove(folder);
        fs::write(folder, "").unwrap();
    });
    check(|world, path| {
        remove(path);
        world.git(&["config", "alias.pipe", "!mkfifo .git/coord/cache/state"]);
        world.git(&["pipe"]);
    });
    for device in ["/dev/zero", "/dev/full", "/nowhere/at/all"] {
        check(|_, path| {
            remove(path);
            std::os::unix::fs::symlink(device, path).unwrap();
        });
    }
}
