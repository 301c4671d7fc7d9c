//! `integrate`, killed at random times: the next call completes it, and the main branch is never in between.
//!
//! The counts are small; `COORD_SOAK=1` raises them to what `soak` runs. Not here: what refuses an integration (`refused`).

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use super::{integrate, is_clean, says, status, team, tip, write};
use crate::{
    durability::{Dice, count, kill_all_after},
    world::World,
};

/// How long an undisturbed integration takes.
fn whole(world: &World) -> Duration {
    world.done("add --id Z Zero");
    super::worked_on(world, "Z");
    let start = Instant::now();
    integrate(world, "Z", "").data("coord.integrated/1");
    start.elapsed()
}

#[test]
fn what_a_call_left_that_was_killed_after_its_entry_is_removed_by_the_next_one() {
    let world = team();
    super::worked_on(&world, "A");
    let work = tip(&world, "task/A");
    integrate(&world, "A", "").data("coord.integrated/1");
    let left = format!("refs/coord-integrate/{work}");
    world.git(&["update-ref", &left, "main"]);
    super::worked_on(&world, "B");
    integrate(&world, "B", "").data("coord.integrated/1");
    is_clean(&world);
}

#[test]
fn a_lock_that_a_killed_git_left_on_another_task_refuses_nothing() {
    let world = team();
    super::worked_on(&world, "A");
    let left = format!("refs/coord-integrate/{}", tip(&world, "task/A"));
    integrate(&world, "A", "").data("coord.integrated/1");
    world.git(&["update-ref", &left, "main"]);
    let lock = world.work().join(".git").join(format!("{left}.lock"));
    std::fs::write(&lock, "").unwrap();
    super::worked_on(&world, "B");
    integrate(&world, "B", "").data("coord.integrated/1");
    std::fs::remove_file(&lock).unwrap();
}

#[test]
fn what_a_killed_git_left_in_the_worktree_of_an_integration_is_removed() {
    let world = team();
    let entry = ".git/worktrees/77";
    for (round, leaves) in [
        "touch ENTRY/index.lock ENTRY/HEAD.lock",
        "printf initializing >ENTRY/locked; : >ENTRY/commondir",
        "printf initializing >ENTRY/locked; rm ENTRY/HEAD",
        "rm -r ENTRY",
        "rm -r FOLDER",
        "rm FOLDER/base; git -C FOLDER rev-parse HEAD >ENTRY/MERGE_HEAD; touch ENTRY/index.lock",
    ]
    .iter()
    .enumerate()
    {
        let id = format!("T{round}");
        world.done(&format!("add --id {id} Task"));
        super::worked_on(&world, &id);
        let folder = ".git/coord/integrate/77";
        says(&world, &format!("git worktree add -q --detach {folder}"));
        says(
            &world,
            &leaves.replace("ENTRY", entry).replace("FOLDER", folder),
        );
        integrate(&world, &id, "").data("coord.integrated/1");
        is_clean(&world);
    }
}

#[test]
fn a_lock_that_a_killed_git_left_in_the_users_worktree_is_named() {
    let world = team();
    super::worked_on(&world, "A");
    for name in ["index.lock", "HEAD.lock"] {
        let lock = world.work().join(".git").join(name);
        std::fs::write(&lock, "").unwrap();
        let refused = integrate(&world, "A", "");
        refused.failed("lock_held", 128);
        assert!(refused.stdout.contains(name), "{refused:?}");
        std::fs::remove_file(&lock).unwrap();
    }
    integrate(&world, "A", "").data("coord.integrated/1");
}

#[test]
fn an_integration_that_is_killed_anywhere_is_completed_by_the_next_call() {
    let world = team();
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let whole = whole(&world);
    let mut interrupted = 0;
    for round in 0..count(25, 500) {
        let id = format!("T{round}");
        let options = ["", "--squash", "--rebase"][round as usize % 3];
        world.done(&format!("add --id {id} Task"));
        world.done(&format!("claim {id} --worktree --actor codex"));
        write(&world, &format!("work-{id}"), &id, "work\n");
        // So that every way makes a new commit.
        write(&world, "work", &format!("other-{id}"), "other\n");
        let before = tip(&world, "main");
        let mut command = world.command(
            env!("CARGO_BIN_EXE_git-coord"),
            &super::folder(&world, &format!("work-{id}")),
        );
        command
            .args(["integrate", &id])
            .args(options.split_whitespace());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        kill_all_after(&mut command, whole.mul_f64(dice.roll(1000) as f64 / 1000.0));
        if status(&world, &id) != "done" {
            interrupted += 1;
            let output = integrate(&world, &id, options);
            output.data("coord.integrated/1");
        }
        assert_eq!(status(&world, &id), "done");
        let added = world.git(&[
            "rev-list",
            "--count",
            "--first-parent",
            &format!("{before}..main"),
        ]);
        assert_eq!(added.trim(), "1", "{id} {options}: integrated once");
        assert_eq!(world.git(&["status", "--porcelain"]), "", "{id}");
        world.git(&["cat-file", "-e", &format!("main:{id}")]);
        says(
            &world,
            &format!("git coord worktree remove {id} --actor codex"),
        );
    }
    println!("{interrupted} interrupted");
    // A later call removes what a killed one left.
    world.done("add --id Last Last");
    super::worked_on(&world, "Last");
    integrate(&world, "Last", "").data("coord.integrated/1");
    is_clean(&world);
    world.git(&["fsck", "--strict"]);
    world.done("verify --strict");
}
