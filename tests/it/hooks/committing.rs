//! Commits with hooks installed: trailers, recorded entries, files under other claims, and faults that stop no commit.
//!
//! Not here: commits that are made again (`replaying`).

use std::{fs, time::Instant};

use super::{data, message, new_since, on_branch, says, script, team, team_in, told, warnings};
use crate::{
    durability::{Dice, count, fsck},
    world::World,
};

#[test]
fn a_commit_on_a_tasks_branch_names_the_task_and_is_recorded_under_the_claim() {
    let world = on_branch();
    let before = told(&world);
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    assert_eq!(message(&world), "x\n\nCoord-Task: A");
    let head = world.git(&["rev-parse", "HEAD"]);
    let new = new_since(&world, &before);
    assert_eq!(new, [format!("commit for A, commit {}", &head[..12])]);
    let task = &data(&world, "show A", "coord.show/1")["task"];
    assert_eq!(task["branch"], "task/A");
    // The hook keeps a trailer that the message has already, even that of another task.
    world.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "y\n\nCoord-Task: B",
    ]);
    assert_eq!(message(&world), "y\n\nCoord-Task: B");
}

#[test]
fn hooks_work_with_sha256_and_reftable_too() {
    for option in ["--object-format=sha256", "--ref-format=reftable"] {
        let world = World::empty();
        world.git(&["init", "--quiet", "--initial-branch=main", option]);
        let world = team_in(world);
        world.done("claim A");
        let before = told(&world);
        says(
            &world,
            "git switch --quiet -c task/A; git commit --quiet --allow-empty -m x",
        );
        says(&world, "git commit --quiet --amend --allow-empty -m y");
        assert_eq!(message(&world), "y\n\nCoord-Task: A", "{option}");
        let new = new_since(&world, &before);
        assert_eq!(new.len(), 3, "{option}: {new:?}");
        assert!(
            new[0].starts_with("rewrite a commit of A"),
            "{option}: {new:?}"
        );
    }
}

#[test]
fn a_claim_in_the_worktree_names_the_task_on_any_branch() {
    let world = team();
    world.done("claim A");
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    assert_eq!(message(&world), "x\n\nCoord-Task: A");
    world.done("claim B");
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "either"]);
    assert_eq!(message(&world), "either");
}

#[test]
fn trailers_record_progress_and_completion() {
    let world = on_branch();
    let commit = |trailer: &str| {
        says(
            &world,
            &format!("git commit --quiet --allow-empty -m 'x\n\n{trailer}'"),
        )
    };
    assert_eq!(commit("Coord-Progress: 60"), "A is at 60%\n");
    let before = told(&world);
    assert_eq!(commit("Coord-Progress: 60"), "");
    assert_eq!(new_since(&world, &before).len(), 1);
    assert_eq!(commit("Coord-Done: A"), "A is done\n");
    assert_eq!(
        data(&world, "show A", "coord.show/1")["task"]["status"],
        "done"
    );
    // The task of this branch has ended: the hook guesses no task and records nothing again.
    let before = told(&world);
    assert_eq!(commit("Coord-Done: A"), "");
    assert_eq!(new_since(&world, &before), [""; 0]);
}

#[test]
fn a_task_that_waits_for_another_is_done_by_a_trailer_only_if_the_policy_lets_it() {
    let world = on_branch();
    world.done("edit A --depends B");
    let commit = || world.shell("git commit --allow-empty -m 'x\n\nCoord-Done: A'");
    let status = || data(&world, "show A", "coord.show/1")["task"]["status"].take();
    let output = commit();
    assert_eq!(output.code, 0);
    assert_eq!(warnings(&output), ["task 'A' still waits for B"]);
    assert_eq!(status(), "waiting");
    world.done("policy dependencies no");
    let output = commit();
    assert_eq!(warnings(&output), ["task 'A' still waits for B"]);
    assert!(output.stderr.contains("A is done"), "{output:?}");
    assert_eq!(status(), "done");
}

#[test]
fn a_trailer_names_a_commit_at_which_no_guardrail_has_passed_yet() {
    let world = on_branch();
    world.done("guard add G1 --title x --command true --required");
    let output = world.shell("git commit --allow-empty -m 'x\n\nCoord-Done: A'");
    assert_eq!(output.code, 0);
    let head = world.git(&["rev-parse", "--short=10", "HEAD"]);
    let said = format!(
        "required guardrails have not passed at {}, the commit of task 'A': G1 (not run)",
        head.trim()
    );
    assert_eq!(warnings(&output), [said]);
    world.done("guard run G1");
    // A commit without changes has the same tree.
    let output = world.shell("git commit --allow-empty -m 'x\n\nCoord-Done: A'");
    assert_eq!(warnings(&output), [""; 0], "{output:?}");
    assert!(world.done("show A").contains("done"));
}

#[test]
fn a_refused_entry_is_a_warning_and_the_commit_is_made() {
    let world = team();
    world.git(&["switch", "--quiet", "-c", "task/B"]);
    world.done("claim B --actor codex");
    world.git(&["config", "coord.actor", "codex"]);
    let output = world.shell("git commit --allow-empty -m 'x\n\nCoord-Done: B'");
    assert_eq!(output.code, 0);
    assert_eq!(
        warnings(&output),
        ["the review of task 'B' still needs ada"],
        "{output:?}"
    );
    assert!(told(&world)[0].starts_with("commit for B"));
    world.git(&["config", "coord.actor", "ada"]);
}

#[test]
fn committers_who_are_not_actors_are_left_alone() {
    let world = on_branch();
    world.git(&["config", "--unset", "coord.actor"]);
    let before = told(&world);
    let output = world.shell("git commit --quiet --allow-empty -m x");
    assert_eq!(output.code, 0);
    assert_eq!(
        output.stderr,
        "warning: git coord's post-commit hook did nothing: no actor is set\n\
         hint: git config coord.actor NAME\n"
    );
    assert_eq!(new_since(&world, &before), [""; 0]);
}

#[test]
fn a_trailer_with_an_unknown_task_warns_or_is_refused() {
    let world = team();
    let commit = "git commit --quiet --allow-empty -m 'x\n\nCoord-Task: Z\nCoord-Progress: most'";
    let output = world.shell(commit);
    assert_eq!(output.code, 0);
    assert_eq!(
        warnings(&output),
        [
            "Coord-Task names an unknown task: 'Z'",
            "Coord-Progress is not a percentage: 'most'"
        ]
    );
    world.git(&["config", "coord.hooks.strict", "true"]);
    let head = world.git(&["rev-parse", "HEAD"]);
    let output = world.shell(commit);
    assert_eq!(output.code, 1);
    assert_eq!(
        output.stderr,
        "error: Coord-Progress is not a percentage: 'most'\n\
         error: Coord-Task names an unknown task: 'Z'\n\
         hint: git coord list\n"
    );
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    let off = world.shell(&commit.replace("git", "git -c coord.hooks.enabled=false"));
    assert_eq!((off.code, off.stderr.as_str()), (0, ""));
}

#[test]
fn staged_files_that_another_actor_holds_warn_or_are_refused() {
    let world = team();
    says(&world, "mkdir src; touch src/a src/b other; git add .");
    let quiet = world.shell("git commit --quiet -m 'nobody holds them'");
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    world.done("claim B --actor codex");
    says(&world, "echo 1 >src/a; echo 1 >src/b; echo 1 >other");
    // `commit FILE` and `commit -a` use a temporary index.
    let other = world.shell("git commit --quiet -m x other");
    assert_eq!((other.code, other.stderr.as_str()), (0, ""));
    let all = world.shell("git commit --quiet -a -m y");
    assert_eq!(all.code, 0);
    let warned = warnings(&all);
    assert_eq!(warned.len(), 1);
    assert!(
        warned[0]
            .starts_with("codex holds 'src/a' and 1 more of the staged files for task 'B' until "),
        "{all:?}"
    );
    world.git(&["config", "coord.hooks.strict", "true"]);
    let refused = world.shell("git rm --quiet src/b; git commit --quiet -m z");
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .stderr
            .starts_with("error: codex holds 'src/b' for task 'B' until "),
        "{refused:?}"
    );
    let holder = world.shell("git -c coord.actor=codex commit --quiet -m z");
    assert_eq!(holder.code, 0, "{holder:?}");
}

#[test]
fn leaving_the_editor_without_a_message_makes_no_commit() {
    let world = on_branch();
    for line in [
        "git commit --allow-empty",
        "git commit --allow-empty --verbose",
    ] {
        let output = world.shell(&format!("GIT_EDITOR=true {line}"));
        assert_eq!(output.code, 1, "{output:?}");
        assert!(output.stderr.contains("empty commit message"), "{output:?}");
    }
    let edits = "sed -i 1s/^/Word/";
    says(
        &world,
        &format!("GIT_EDITOR='{edits}' git commit --quiet --allow-empty"),
    );
    assert_eq!(message(&world), "Word\n\nCoord-Task: A");
}

#[test]
fn with_json_a_hook_answers_with_one_object() {
    let world = on_branch();
    world.git(&["config", "coord.hooks.enabled", "false"]);
    says(
        &world,
        "git commit --quiet --allow-empty -m 'x\n\nCoord-Task: A\nCoord-Task: Z'",
    );
    world.git(&["config", "coord.hooks.enabled", "true"]);
    let told = world.coord(&["--json", "hook", "post-commit"]);
    assert_eq!(
        told.data("coord.hook/1")["entries"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let told = world.coord(&["--json", "hook", "commit-msg", ".git/COMMIT_EDITMSG"]);
    assert_eq!(
        told.data("coord.hook/1")["findings"][0]["code"],
        "bad_trailer"
    );
    let strict = ["--json", "hook", "commit-msg", ".git/COMMIT_EDITMSG"];
    world.git(&["config", "coord.hooks.strict", "true"]);
    world.coord(&strict).failed("bad_trailer", 1);
    world
        .coord(&["--json", "hook", "pre-rebase"])
        .failed("usage", 129);
}

#[test]
fn a_repository_without_a_ledger_notices_nothing() {
    let world = World::new();
    world.done("hooks install --protect-ledger");
    let bare = World::new();
    // Each command happens a minute after the one before.
    bare.done("--version");
    for line in [
        "git commit --allow-empty -m x",
        "git switch -c y",
        "git commit --amend --allow-empty -m z",
        "git tag t; git branch -D main; git rev-parse HEAD",
    ] {
        let (with, without) = (world.shell(line), bare.shell(line));
        assert_eq!(
            (with.code, with.stdout, with.stderr),
            (without.code, without.stdout, without.stderr)
        );
    }
}

#[test]
fn a_broken_ledger_is_a_warning_and_the_commit_is_made() {
    let world = on_branch();
    fs::remove_dir_all(world.work().join(".git/coord/cache")).unwrap();
    let lost = "1".repeat(40);
    fs::write(world.work().join(".git/refs/coord/ledger"), lost + "\n").unwrap();
    for strict in ["false", "true"] {
        world.git(&["config", "coord.hooks.strict", strict]);
        let output = world.shell("git commit --quiet --allow-empty -m x");
        assert_eq!(output.code, 0, "{output:?}");
        assert!(warnings(&output)[0].starts_with("git coord's pre-commit hook did nothing: "));
        assert_eq!(message(&world), "x");
    }
}

#[test]
fn git_environment_variables_lead_to_the_same_ledger() {
    let world = on_branch();
    let commit =
        "git --git-dir=\"$PWD/.git\" --work-tree=\"$PWD\" commit --quiet --allow-empty -m x";
    says(&world, &format!("mkdir deep; cd deep; cd ..; {commit}"));
    assert_eq!(message(&world), "x\n\nCoord-Task: A");
    says(
        &world,
        "git worktree add --quiet ../work-B -b task/B; cd ../work-B; git coord claim B",
    );
    let before = told(&world);
    says(
        &world,
        "cd ../work-B && mkdir deep && cd deep && git commit --quiet --allow-empty -m y",
    );
    let last = world.git(&["log", "-1", "--format=%B", "task/B"]);
    assert_eq!(last.trim_end(), "y\n\nCoord-Task: B");
    assert_eq!(new_since(&world, &before).len(), 1);
}

#[test]
fn a_hook_that_is_killed_stops_no_commit() {
    let world = on_branch();
    script(
        &world.home().join("bin/git-coord"),
        "#!/bin/sh\nkill -9 $$\n",
    );
    let path = world.home().join("bin");
    let output = world.shell(&format!(
        "PATH={}:$PATH; git commit --quiet --allow-empty -m x",
        path.display()
    ));
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(message(&world), "x");
}

#[test]
fn a_commit_killed_anywhere_leaves_a_good_ledger() {
    let world = on_branch();
    let mut dice = Dice(u64::from(std::process::id()));
    let start = Instant::now();
    says(&world, "git commit --quiet --allow-empty -m whole");
    let whole = start.elapsed();
    for round in 0..count(15, 500) {
        // `timeout` kills the whole process group: git, its hooks and their programs.
        let after = whole.mul_f64(dice.roll(1200) as f64 / 1000.0);
        let after = after.as_micros().min(900_000);
        let line = format!("git commit --quiet --allow-empty -m 'round {round}'");
        let line = format!("timeout --signal=KILL 0.{after:06} {line}");
        let _killed_or_not = world.shell(&line);
        says(
            &world,
            "rm -f .git/index.lock .git/HEAD.lock .git/refs/heads/task/A.lock",
        );
        says(&world, "git commit --quiet --allow-empty -m after");
        assert_eq!(
            message(&world),
            "after\n\nCoord-Task: A",
            "round {round} {after}"
        );
    }
    fsck(&world);
    world.done("verify");
}
