//! Places that never answer or cannot write: the wait is bounded, and the reason is named.
//!
//! Not here: wires that are cut (`wires`).

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use super::{says, team};
use crate::world::{Output, World};

/// A home that takes connections and never says a word.
fn stalled(world: &World) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("git://127.0.0.1:{port}/home.git");
    world.git(&["remote", "add", "origin", &url]);
    listener
}

fn timed(world: &World, line: &str) -> (Output, Duration) {
    let begun = Instant::now();
    let words: Vec<&str> = line.split(' ').collect();
    (world.coord(&words), begun.elapsed())
}

#[test]
fn a_home_that_stalls_keeps_no_command_for_longer_than_the_limit() {
    for line in [
        "sync",
        "claim A --confirm",
        "sync --adopt",
        "sync origin",
        "repair",
    ] {
        let world = team();
        let _listener = stalled(&world);
        world.git(&["config", "coord.syncTimeout", "2"]);
        let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
        let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let begun = Instant::now();
        let output = world.coord(&words);
        assert!(begun.elapsed() < Duration::from_secs(30), "{line}");
        assert_eq!(
            output.json()["error"]["code"],
            "remote_timeout",
            "{line}: {output:?}"
        );
        assert_eq!(
            world.git(&["rev-parse", "refs/coord/ledger"]),
            tip,
            "{line}"
        );
    }
}

#[test]
fn a_limit_that_is_not_a_number_is_named() {
    let world = team();
    let _listener = stalled(&world);
    world.git(&["config", "coord.syncTimeout", "soon"]);
    let (output, _) = timed(&world, "sync --json");
    output.failed("bad_config", 128);
}

#[test]
fn a_full_disk_at_home_is_named() {
    for (why, code) in [
        ("No space left on device", "disk_full"),
        ("Disk quota exceeded", "disk_full"),
    ] {
        let world = team();
        says(
            &world,
            "git init -q --bare ../home.git; git remote add origin ../home.git",
        );
        world.done("sync");
        world.done("add More");
        // What git at home says when it cannot store the objects.
        let script = format!("#!/bin/sh\necho \"fatal: write error: {why}\" >&2\nexit 1\n");
        let hook = world.work().with_file_name("home.git/hooks/pre-receive");
        fs::write(&hook, script).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let (output, _) = timed(&world, "sync --json");
        output.failed(code, 128);
        assert!(output.stderr.contains(why), "{output:?}");
    }
}
