//! `done` under the policy `integrated`, and the answers that name work that is not in the main branch.
//!
//! Not here: merging by the command (`mod`).

use serde_json::Value;

use super::{at_work, is_clean, says, shown, status, team, tip, worked_on, write};

#[test]
fn with_the_policy_a_task_is_done_when_the_main_branch_has_its_work_however_it_got_there() {
    for merge in [
        "git merge -q --no-edit task/A",
        "git merge -q --squash task/A && git commit -q -m squashed",
        "git cherry-pick main..task/A",
        "git merge -q --ff-only task/A",
    ] {
        let world = at_work();
        world.done("policy integrated yes");
        let done = || world.shell("cd ../work-A && git coord done A --json");
        let refused = done();
        refused.failed("not_integrated", 1);
        assert_eq!(refused.json()["error"]["hint"], "git coord integrate A");
        says(&world, merge);
        done().data("coord.task/1");
        assert_eq!(status(&world, "A"), "done");
        assert_eq!(shown(&world, "A")["integrated"]["into"], "main");
        assert_eq!(shown(&world, "A")["not_in"], Value::Null, "{merge}");
        world.done("verify --strict");
    }
}

#[test]
fn only_a_coordinator_can_waive_the_integration() {
    let world = at_work();
    world.done("policy integrated yes");
    let by_worker = "cd ../work-A && git coord done A --waive 'it is late' --json";
    world.shell(by_worker).failed("not_permitted", 1);
    says(&world, "cd ../work-A && git coord release A");
    says(&world, "git coord done A --waive 'it is late'");
    assert_eq!(shown(&world, "A")["not_in"], "main");
}

#[test]
fn a_task_without_any_commit_has_nothing_to_integrate() {
    let world = team();
    world.done("policy integrated yes");
    world.done("done A");
    assert_eq!(status(&world, "A"), "done");
    // A branch with commits that nobody recorded is work.
    world.done("hooks uninstall");
    worked_on(&world, "B");
    says(&world, "cd ../work-B && ! git coord done B");
}

#[test]
fn a_commit_with_the_trailer_finishes_a_task_on_the_main_branch_only() {
    let world = at_work();
    world.done("policy integrated yes");
    let commit = "git commit -q --allow-empty -m 'x\n\nCoord-Done: A'";
    let output = world.shell(&format!("cd ../work-A && {commit}"));
    assert!(output.stderr.contains("is not integrated"), "{output:?}");
    assert_eq!(status(&world, "A"), "in_progress");
    says(&world, "cd ../work-A && git coord release A");
    says(
        &world,
        &commit.replace("git ", "GIT_COORD_ACTOR=codex git "),
    );
    assert_eq!(status(&world, "A"), "done");
    assert_eq!(
        shown(&world, "A")["integrated"]["commit"],
        tip(&world, "main")
    );
}

#[test]
fn done_but_not_in_main_is_shown_where_people_look() {
    let world = at_work();
    says(&world, "cd ../work-A && git coord done A --commit HEAD");
    assert_eq!(shown(&world, "A")["not_in"], "main");
    assert_eq!(shown(&world, "A")["integrated"], Value::Null);
    let told = |line: &str| world.done(line);
    assert!(told("show A").contains("The work is done, but it is not in main.\n"));
    for command in ["status", "report", "brief codex"] {
        let line = "\nDone, but not in main: A (git coord integrate A)\n";
        assert!(told(command).contains(line), "{command}");
    }
    assert!(!told("brief claude").contains("not in main"));
    let local = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(local["local"]["not_in_main"], serde_json::json!(["A"]));
    // A clone that does not have the commit says nothing.
    says(
        &world,
        "git clone -q . ../other && cd ../other && git coord sync",
    );
    let other = says(
        &world,
        "cd ../other && git branch -q -r -d origin/task/A; git coord status",
    );
    assert!(!other.contains("No such"), "{other}");
    world.git(&["merge", "-q", "--no-edit", "task/A"]);
    assert!(!told("status").contains("not in main"));
}

#[test]
fn work_that_was_done_first_is_brought_into_the_main_branch_and_the_end_stays_as_it_was() {
    for options in ["", "--squash", "--rebase"] {
        let world = at_work();
        says(&world, "cd ../work-A && git coord done A --commit HEAD");
        write(&world, "work", "other", "other\n");
        // Later work on the branch is not the task's.
        write(&world, "work-A", "later", "later\n");
        let before = shown(&world, "A")["task"]["end"].clone();
        let line = format!("git coord integrate A {options} --actor claude --json");
        let told = world.shell(&line).data("coord.integrated/1");
        let shown = shown(&world, "A");
        assert_eq!(shown["integrated"]["commit"], told["commit"], "{options}");
        assert_eq!(shown["integrated"]["commit"], tip(&world, "main"));
        assert_eq!(shown["not_in"], Value::Null);
        for kept in ["actor", "at", "commit"] {
            assert_eq!(shown["task"]["end"][kept], before[kept], "{kept}");
        }
        assert!(world.work().join("A").exists() && !world.work().join("later").exists());
        is_clean(&world);
        assert!(world.done("report").contains("into main"));
        let again = world.shell(&line);
        again.failed("task_ended", 1);
        world.done("verify --strict");
    }
}

#[test]
fn done_work_that_the_main_branch_has_by_hand_is_recorded_there() {
    let world = at_work();
    says(&world, "cd ../work-A && git coord done A --commit HEAD");
    says(
        &world,
        "git merge -q --squash task/A && git commit -q -m squashed",
    );
    let line = "git coord integrate A --json";
    let told = world.shell(line).data("coord.integrated/1");
    assert_eq!(told["before"], true);
    let log = world.done("log A");
    assert!(log.contains("into 'main'"), "{log}");
    world.done("done B");
    let refused = world.shell("git coord integrate B --json");
    refused.failed("nothing_to_integrate", 1);
}

#[test]
fn work_that_the_main_branch_has_lost_again_is_integrated_again() {
    for options in ["", "--squash", "--ff-only"] {
        let world = at_work();
        let line = format!("git coord integrate A {options} --json");
        let before = tip(&world, "main");
        let first = world.shell(&format!("cd ../work-A && {line}"));
        first.data("coord.integrated/1");
        world.git(&["reset", "-q", "--hard", &before]);
        assert!(!world.work().join("A").exists());
        assert_eq!(shown(&world, "A")["not_in"], "main", "{options}");
        let again = world.shell(&line).data("coord.integrated/1");
        assert!(world.work().join("A").exists(), "{options}");
        assert_eq!(again["commit"], tip(&world, "main"), "{options}");
        let shown = shown(&world, "A");
        assert_eq!(shown["integrated"]["commit"], tip(&world, "main"));
        assert_eq!(shown["not_in"], Value::Null, "{options}");
        is_clean(&world);
        world.shell(&line).failed("task_ended", 1);
        world.done("verify --strict");
    }
}
