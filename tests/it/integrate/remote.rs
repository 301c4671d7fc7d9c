//! `integrate --push`: the remote decides first.
//!
//! Not here: refusals here (`refused`).

use std::fs;

use super::{at_work, integrate, is_clean, refuses, says, status, tip};
use crate::world::World;

/// A team at work, with a remote that has `main`.
fn with_remote() -> World {
    let world = at_work();
    says(
        &world,
        "git init -q --bare --initial-branch=main ../home.git && git remote add origin ../home.git && git push -q -u origin main",
    );
    world
}

/// Somebody else pushes a commit to `main`.
fn pushed_by_another(world: &World) {
    says(
        world,
        "git clone -q ../home.git ../other && cd ../other && echo other >other && git add other && git commit -q -m other && git push -q",
    );
}

#[test]
fn the_main_branch_is_pushed_and_the_task_is_done() {
    let world = with_remote();
    let told = integrate(&world, "A", "--push").data("coord.integrated/1");
    assert_eq!(told["pushed"], "origin");
    let there = says(&world, "git -C ../home.git rev-parse main");
    assert_eq!(there.trim(), tip(&world, "main"));
    assert_eq!(status(&world, "A"), "done");
    is_clean(&world);
}

#[test]
fn a_remote_that_is_ahead_is_merged_with_and_the_branch_here_catches_up() {
    let world = with_remote();
    pushed_by_another(&world);
    integrate(&world, "A", "--push").data("coord.integrated/1");
    assert!(world.work().join("other").exists() && world.work().join("A").exists());
    let there = says(&world, "git -C ../home.git rev-parse main");
    assert_eq!(there.trim(), tip(&world, "main"));
}

#[test]
fn a_push_that_is_refused_leaves_everything_as_it_was() {
    let world = with_remote();
    let hook = "#!/bin/sh\necho 'frozen for the release' >&2\nexit 1\n";
    fs::create_dir_all(super::folder(&world, "home.git/hooks")).unwrap();
    fs::write(super::folder(&world, "home.git/hooks/pre-receive"), hook).unwrap();
    says(&world, "chmod +x ../home.git/hooks/pre-receive");
    refuses(&world, "A", "--push", "push_declined");
    let told = world.shell("cd ../work-A && git coord integrate A --push");
    assert!(told.stderr.contains("frozen for the release"), "{told:?}");
}

#[test]
fn branches_that_have_diverged_are_not_pushed() {
    let world = with_remote();
    pushed_by_another(&world);
    super::write(&world, "work", "mine", "mine\n");
    refuses(&world, "A", "--push", "diverged");
}
