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
fn a_push_that_the_users_own_hook_refuses_is_told_with_what_it_printed() {
    let world = with_remote();
    let hook = world.work().join(".git/hooks/pre-push");
    fs::write(&hook, "#!/bin/sh\necho 'run make lint' >&2\nexit 1\n").unwrap();
    says(&world, "chmod +x .git/hooks/pre-push");
    let hint = refuses(&world, "A", "--push", "push_declined");
    let told = world.shell("cd ../work-A && git coord integrate A --push");
    assert!(
        told.stderr
            .contains("the hook pre-push refuses the push to 'origin': run make lint"),
        "{told:?}"
    );
    let again = world.shell(&hint);
    assert!(
        again.code == 1 && again.stderr.contains("run make lint"),
        "{again:?}"
    );
}

#[test]
fn branches_that_have_diverged_are_not_pushed() {
    let world = with_remote();
    pushed_by_another(&world);
    super::write(&world, "work", "mine", "mine\n");
    let hint = refuses(&world, "A", "--push", "diverged");
    // The hint helps.
    says(&world, &hint);
    integrate(&world, "A", "--push").data("coord.integrated/1");
}

#[test]
fn a_main_branch_that_follows_one_of_another_name_is_pushed_there() {
    let world = with_remote();
    says(
        &world,
        "git push -q origin main:trunk && git -C ../home.git symbolic-ref HEAD refs/heads/trunk && git branch -q --set-upstream-to=origin/trunk main && git push -q origin :main",
    );
    integrate(&world, "A", "--push").data("coord.integrated/1");
    let there = says(&world, "git ls-remote --heads origin");
    let expected = format!("{}\trefs/heads/trunk\n", tip(&world, "main").trim());
    assert_eq!(there, expected);
}

#[test]
fn what_would_refuse_the_move_here_refuses_before_the_push() {
    let world = with_remote();
    let there = || says(&world, "git -C ../home.git rev-parse main");
    let before = there();
    let merging = world.work().join(".git/MERGE_HEAD");
    fs::write(&merging, tip(&world, "main") + "\n").unwrap();
    refuses(&world, "A", "--push", "worktree_in_use");
    fs::remove_file(&merging).unwrap();
    let lock = world.work().join(".git/refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    assert_ne!(integrate(&world, "A", "--push").code, 0);
    fs::remove_file(&lock).unwrap();
    assert_eq!(there(), before);
    integrate(&world, "A", "--push").data("coord.integrated/1");
}

#[test]
fn work_that_only_the_remote_has_moves_the_branch_here_too() {
    for (merge, options) in [("--no-edit", "--push"), ("--no-edit", ""), ("--squash", "")] {
        let world = with_remote();
        // As after a call that was killed when it had pushed, or a merge in another clone.
        says(
            &world,
            &format!(
                "git push -q origin task/A && git clone -q ../home.git ../other && cd ../other && \
                 git merge -q {merge} origin/task/A && {{ git commit -q -m squashed; git push -q; }} && \
                 cd ../work && git fetch -q"
            ),
        );
        let told = integrate(&world, "A", options).data("coord.integrated/1");
        assert_eq!(told["before"], true);
        assert_eq!(tip(&world, "main"), tip(&world, "origin/main"));
        assert_eq!(world.git(&["status", "--porcelain"]), "");
        assert_eq!(status(&world, "A"), "done");
    }
}

#[test]
fn work_that_only_a_remote_has_that_has_diverged_is_not_said_to_be_here() {
    let world = with_remote();
    says(
        &world,
        "git push -q origin task/A:main && git fetch -q && git commit -q --allow-empty -m mine",
    );
    refuses(&world, "A", "", "diverged");
    refuses(&world, "A", "--push", "diverged");
}

#[test]
fn a_merge_begins_at_what_was_fetched() {
    let world = with_remote();
    pushed_by_another(&world);
    world.git(&["fetch", "-q"]);
    integrate(&world, "A", "").data("coord.integrated/1");
    world.git(&["merge-base", "--is-ancestor", "origin/main", "main"]);
    assert!(world.work().join("other").exists());
}
