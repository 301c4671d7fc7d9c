//! Required guardrails at the merge: they run there before the main branch moves, and what passed is recorded.
//!
//! Not here: guardrails themselves (`guardrails`).

use std::fs;

use super::{at_work, folder, integrate, refuses, says, status, tip, write};
use crate::world::World;

/// A team at work, with a required guardrail that `codex` wrote. It passes unless both `A` and `other` are there.
fn guarded(policy: &str) -> World {
    let world = at_work();
    world.done(&format!("policy guardrails {policy}"));
    world.done("actor edit codex --role worker --role coordinator");
    let command = "test ! -e A || test ! -e other";
    let arguments = ["guard", "add", "G", "--title=one", "--command", command];
    let output = world.coord_with(&arguments, |line| {
        line.args(["--required", "--actor", "codex"]);
    });
    assert_eq!(output.code, 0, "{output:?}");
    world
}

#[test]
fn a_guardrail_that_passes_at_the_merge_is_recorded_with_the_end_of_the_task() {
    for options in ["", "--squash", "--rebase"] {
        let world = guarded("integrate");
        write(&world, "work", "more", "more\n");
        let told = integrate(&world, "A", options).data("coord.integrated/1");
        let list = world
            .coord(&["guard", "list", "--json"])
            .data("coord.guardrails/1");
        let guardrail = &list["guardrails"][0];
        assert_eq!(
            (&guardrail["status"], &guardrail["commit"]),
            (&"pass".into(), &told["commit"])
        );
        world.done("verify --strict");
    }
}

#[test]
fn a_guardrail_that_fails_at_the_merge_changes_nothing_and_shows_its_output() {
    for policy in ["integrate", "done"] {
        let world = guarded(policy);
        write(&world, "work", "other", "other\n");
        if policy == "done" {
            // It passes at the commit of the task, but not with what the main branch has.
            says(&world, "cd ../work-A && git coord guard run G");
        }
        let hint = refuses(&world, "A", "", "guardrail_failed");
        let path = folder(&world, "work-A");
        assert_eq!(hint, format!("git -C {} merge main", path.display()));
        assert_eq!(status(&world, "A"), "in_progress");
        // When the branch has it all, there is nothing to merge, but something to mend.
        says(&world, &hint);
        let (code, run) = match policy {
            "integrate" => {
                let run = format!("git -C {} coord guard run --all", path.display());
                ("guardrail_failed", run)
            }
            _ => ("guardrail_open", "git coord guard run G".to_owned()),
        };
        assert_eq!(refuses(&world, "A", "", code), run);
        assert_ne!(world.shell(&format!("cd ../work-A && {run}")).code, 0);
    }
}

#[test]
fn a_guardrail_that_passed_at_the_same_files_does_not_run_again() {
    let world = guarded("done");
    says(&world, "cd ../work-A && git coord guard run G");
    // A command that nobody trusts would be refused if it had to run.
    fs::remove_dir_all(world.home().join(".config")).ok();
    integrate(&world, "A", "--squash").data("coord.integrated/1");
}

#[test]
fn a_command_that_nobody_trusts_does_not_run() {
    let world = at_work();
    world.done("policy guardrails integrate");
    world.done("guard add G --title one --command true --required");
    let before = tip(&world, "main");
    let refused = integrate(&world, "A", "");
    refused.failed("not_trusted", 1);
    assert_eq!(tip(&world, "main"), before);
    let refused = refused.json();
    let hint = refused["error"]["hint"].as_str().unwrap();
    says(&world, &format!("{hint} --actor codex"));
    integrate(&world, "A", "").data("coord.integrated/1");
}
