//! A claim and its worktree are one step: made together, moved together, given back together.
//!
//! Not here: the branch and the folder of a worktree (`worktrees`).

use std::{process::Stdio, time::Instant};

use serde_json::Value;

use super::{data, new_since, says, team, told};
use crate::{
    durability::{Dice, count, kill_all_after},
    world::World,
};

/// The running claim of a task, or null.
fn claim_of(world: &World, id: &str) -> Value {
    data(world, &format!("show {id}"), "coord.show/1")["task"]["claim"].clone()
}

fn is_there(world: &World, folder: &str) -> bool {
    world.work().with_file_name(folder).exists()
}

fn has_branch(world: &World, branch: &str) -> bool {
    let line = format!("git rev-parse --verify --quiet refs/heads/{branch}");
    world.shell(&line).code == 0
}

#[test]
fn a_claim_makes_the_worktree_and_moves_there() {
    let world = team();
    let before = told(&world);
    let made = data(
        &world,
        "claim A --worktree --actor codex",
        "coord.worktree/1",
    );
    let path = world.work().with_file_name("work-A");
    assert_eq!(made["path"], path.to_str().unwrap());
    assert_eq!(
        made["next"],
        serde_json::json!([format!("cd {}", path.display())])
    );
    let claim = claim_of(&world, "A");
    assert_eq!(
        (&claim["actor"], &claim["worktree"]),
        (&"codex".into(), &made["label"])
    );
    assert_eq!(claim["number"], made["claim"]);
    assert_eq!(
        new_since(&world, &before).len(),
        2,
        "the claim, and its move"
    );
    says(
        &world,
        "cd ../work-A; git coord progress A 50; git coord done A",
    );
}

#[test]
fn the_best_task_is_claimed_with_a_worktree_at_a_path() {
    let world = team();
    let made = data(
        &world,
        "claim --next --worktree ../mine --actor codex",
        "coord.worktree/1",
    );
    let task = made["task"].as_str().unwrap();
    assert!(is_there(&world, "mine"));
    assert_eq!(claim_of(&world, task)["worktree"], made["label"]);
}

/// A team with a second worker, `claude`.
fn workers() -> World {
    let world = team();
    world.done("actor add claude --generate --role worker");
    world
}

#[test]
fn an_actor_that_loses_the_claim_makes_no_branch_and_no_folder() {
    let world = workers();
    world.done("claim A --actor codex");
    for line in ["claim A --worktree", "worktree add A"] {
        let line = format!("{line} --actor claude --json");
        let refused = world.coord(&line.split(' ').collect::<Vec<_>>());
        refused.failed("claim_held", 1);
        assert!(
            refused.json()["error"]["message"]
                .to_string()
                .contains("codex")
        );
        assert!(!is_there(&world, "work-A"));
        assert!(!has_branch(&world, "task/A"));
    }
}

#[test]
fn a_claim_without_its_worktree_is_given_back() {
    let world = team();
    for (obstacle, path) in [
        ("mkdir ../full; touch ../full/file", "../full"),
        ("touch ../file", "../file"),
        ("git checkout -q -b task/A", "../elsewhere"),
        (
            "git checkout -q main; git update-ref -d refs/heads/task/A; git branch -q task",
            "../again",
        ),
    ] {
        says(&world, obstacle);
        let refused = world.coord(&["claim", "A", "--worktree", path, "--actor", "codex"]);
        assert_ne!(refused.code, 0, "{obstacle}: {refused:?}");
        assert!(refused.stderr.contains("released A again"), "{refused:?}");
        assert_eq!(claim_of(&world, "A"), Value::Null, "{obstacle}");
    }
    assert!(!is_there(&world, "elsewhere"));
}

#[test]
fn an_interrupted_claim_is_completed_by_the_same_command() {
    let world = team();
    // Killed after the claim; then after git had made the worktree too.
    for (id, interrupted) in [
        ("A", "true"),
        ("B", "git worktree add -q ../work-B -b task/B"),
    ] {
        world.done(&format!("claim {id} --actor codex"));
        says(&world, interrupted);
        let line = format!("claim {id} --worktree --actor codex");
        let made = data(&world, &line, "coord.worktree/1");
        assert_eq!(claim_of(&world, id)["worktree"], made["label"], "{id}");
        let actor = says(&world, &format!("git -C ../work-{id} config coord.actor"));
        assert_eq!(actor, "codex\n");
        // Once it is complete, a second session is told where the first one is.
        world
            .coord(&["claim", id, "--worktree", "--actor", "codex", "--json"])
            .failed("already_yours", 1);
    }
}

/// A team whose checkouts take long enough to be killed in the middle, and where to kill them.
fn team_with_many_files() -> (World, Dice) {
    let world = team();
    says(
        &world,
        "for n in $(seq 300); do echo $n >file-$n; done; git add file-*; git commit -qm files",
    );
    (world, Dice(std::process::id().into()))
}

#[test]
fn a_claim_with_a_worktree_that_is_killed_anywhere_is_completed_by_the_same_command() {
    let (world, mut dice) = team_with_many_files();
    println!("seed {}", dice.0);
    let start = Instant::now();
    data(
        &world,
        "claim A --worktree --actor codex",
        "coord.worktree/1",
    );
    let whole = start.elapsed();
    let mut interrupted = 0;
    for round in 0..count(25, 500) {
        let id = format!("T{round}");
        world.done(&format!("add --id {id} Task"));
        let line = format!("claim {id} --worktree --actor codex --json");
        let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
        command.args(line.split(' '));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        kill_all_after(&mut command, whole.mul_f64(dice.roll(1000) as f64 / 1000.0));
        let again = world.shell(&format!("git coord {line}"));
        if again.code == 0 {
            interrupted += 1;
        } else {
            // It had been completed, so the second call is of a second session, and is told where the first one is.
            again.failed("already_yours", 1);
            let hint = again.json()["error"]["hint"].as_str().unwrap().to_owned();
            says(&world, &hint);
        }
        let claim = claim_of(&world, &id);
        let here = data(&world, "worktree list", "coord.worktree_list/1");
        let worktrees = here["worktrees"].as_array().unwrap();
        let mine: Vec<&Value> = worktrees.iter().filter(|it| it["task"] == *id).collect();
        assert_eq!(mine.len(), 1, "{id}: {here}");
        assert_eq!(claim["worktree"], mine[0]["label"], "{id}");
        // Work goes on there, under that claim, and no file is missing.
        let folder = mine[0]["path"].as_str().unwrap();
        let changed = says(&world, &format!("git -C {folder} status --porcelain"));
        assert_eq!(changed, "", "{id}");
        says(
            &world,
            &format!("cd {folder}; git coord progress {id} 50; git coord done {id}"),
        );
        says(
            &world,
            &format!("git coord worktree remove {id} --actor codex"),
        );
    }
    println!("{interrupted} interrupted");
    assert_eq!(says(&world, "git worktree list | wc -l").trim(), "2");
    world.done("verify --strict");
}

#[test]
fn what_a_git_that_is_killed_anywhere_leaves_is_completed_by_a_claim() {
    let (world, mut dice) = team_with_many_files();
    println!("seed {}", dice.0);
    let adding = |id: &str| {
        let mut git = world.command("git", &world.work());
        git.args(["worktree", "add", "--quiet", "-b"]);
        git.args([format!("task/{id}"), format!("../work-{id}")]);
        git.stderr(Stdio::null());
        git
    };
    let start = Instant::now();
    adding("whole").status().unwrap();
    let whole = start.elapsed();
    for round in 0..count(25, 500) {
        let id = format!("T{round}");
        world.done(&format!("add --id {id} Task"));
        let delay = whole.mul_f64(dice.roll(1000) as f64 / 1000.0);
        kill_all_after(&mut adding(&id), delay);
        let line = format!("claim {id} --worktree --actor codex");
        let first = world.shell(&format!("git coord {line} --json"));
        if first.code != 0 {
            // The lock of the branch could be a living git's. It is named, and the claim is given back.
            first.failed("lock_held", 128);
            assert_eq!(claim_of(&world, &id), Value::Null);
            says(&world, &format!("rm .git/refs/heads/task/{id}.lock"));
            data(&world, &line, "coord.worktree/1");
        }
        let changed = says(&world, &format!("git -C ../work-{id} status --porcelain"));
        assert_eq!(changed, "", "{id}");
        world.done(&format!("worktree remove {id} --actor codex"));
    }
}

#[test]
fn of_two_sessions_of_one_actor_that_claim_at_once_one_gets_the_worktree() {
    let world = team();
    let line = "claim A --worktree --actor codex --json";
    let sessions: Vec<_> = (0..2)
        .map(|_| {
            let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
            command.args(line.split(' ')).stdout(Stdio::piped());
            command.stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let ended = sessions.into_iter().map(|it| it.wait_with_output());
    let codes: Vec<_> = ended.map(|it| it.unwrap().status.code().unwrap()).collect();
    assert_eq!(codes.iter().sum::<i32>(), 1, "{codes:?}");
}

#[test]
fn a_worktree_whose_folder_was_removed_is_made_again_by_what_the_brief_says() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    says(
        &world,
        "git -C ../work-A commit -q --allow-empty -m work; rm -r ../work-A",
    );
    let commands = || {
        let brief = data(&world, "brief codex", "coord.brief/1");
        let commands = brief["tasks"][0]["commands"].as_array().unwrap().clone();
        let commands = commands.iter().map(|it| it.as_str().unwrap().to_owned());
        commands.collect::<Vec<String>>()
    };
    let held = commands();
    assert!(
        held[0].starts_with("git coord claim A --resume --worktree "),
        "{held:?}"
    );
    says(
        &world,
        &format!(
            "{}; {}; git log -1 --format=%s | grep work",
            held[0], held[1]
        ),
    );
    world.done("release A --actor codex");
    says(&world, "rm -r ../work-A");
    let next = commands();
    assert!(
        next[0].starts_with("git coord claim A --worktree "),
        "{next:?}"
    );
    says(&world, &next.join("; "));
}

#[test]
fn a_worktree_that_git_did_not_finish_is_made_again() {
    let world = team();
    says(
        &world,
        "echo 1 >file; git add file; git commit -qm file; git worktree add -q ../work-A -b task/A",
    );
    says(
        &world,
        "rm ../work-A/file; printf initializing >.git/worktrees/work-A/locked",
    );
    world.done("claim A --worktree --actor codex");
    assert_eq!(says(&world, "git -C ../work-A status --porcelain"), "");
}

#[test]
fn each_part_that_a_killed_git_left_of_a_worktree_is_made_again() {
    let world = team();
    let entry = ".git/worktrees/work-A";
    for (leaves, is_locked) in [
        ("rm ENTRY/HEAD ENTRY/index", true),
        (": >ENTRY/commondir", true),
        ("rm -r ENTRY", false),
        ("rm -r ENTRY; : >../work-A/.git", false),
        ("rm ENTRY/commondir ENTRY/HEAD", true),
        ("touch ENTRY/index.lock", true),
    ] {
        says(&world, "git worktree add -q ../work-A -b task/A");
        if is_locked {
            says(&world, &format!("printf initializing >{entry}/locked"));
        }
        says(&world, &leaves.replace("ENTRY", entry));
        world.done("claim A --worktree --actor codex");
        let told = says(&world, "git -C ../work-A status --porcelain --branch");
        assert_eq!(told, "## task/A\n", "{leaves}");
        world.done("worktree remove A --actor codex");
        world.done("release A --actor codex");
        says(&world, "git branch -q -D task/A || true");
    }
}

#[test]
fn a_worktree_that_the_holder_adds_takes_the_claim_along() {
    let world = team();
    world.done("claim A --actor codex --lease 2h");
    let before = claim_of(&world, "A");
    let made = data(&world, "worktree add A --actor codex", "coord.worktree/1");
    let claim = claim_of(&world, "A");
    assert_eq!(claim["worktree"], made["label"]);
    assert_ne!(claim["worktree"], before["worktree"]);
    assert_eq!(made["until"], claim["until"]);
    assert_eq!(made["next"].as_array().unwrap().len(), 1);
}

#[test]
fn the_worktree_of_another_actor_is_not_taken() {
    let world = workers();
    world.done("claim A --worktree --actor codex");
    world.done("release A --actor codex");
    let refused = world.coord(&["claim", "A", "--worktree", "--actor", "claude", "--json"]);
    refused.failed("worktree_in_use", 1);
    assert_eq!(claim_of(&world, "A"), Value::Null);
    assert_eq!(
        says(&world, "git -C ../work-A config coord.actor"),
        "codex\n"
    );
    world.done("worktree remove A --actor claude");
    world.done("claim A --worktree --actor claude");
}

#[test]
fn worktrees_are_listed_with_what_became_of_them() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    world.done("worktree add B");
    says(
        &world,
        "cd ../work-A; git commit -q --allow-empty -m one; git commit -q --allow-empty -m two; touch new",
    );
    let listed = data(&world, "worktree list", "coord.worktree_list/1");
    assert_eq!(listed["main_branch"], "main");
    let of = |task: &str| {
        let mut all = listed["worktrees"].as_array().unwrap().iter();
        all.find(|it| it["task"] == task)
            .unwrap_or_else(|| panic!("{listed}"))
    };
    assert_eq!(
        (&of("A")["holder"], &of("A")["unmerged"], &of("A")["dirty"]),
        (&"codex".into(), &2.into(), &1.into())
    );
    assert_eq!(
        (&of("B")["holder"], &of("B")["unmerged"]),
        (&Value::Null, &0.into())
    );
    let text = world.done("worktree list");
    assert!(
        text.contains("held by codex; branch task/A; 1 changed file; 2 of its commits not in main"),
        "{text}"
    );
    assert!(text.contains("branch task/B; merged into main"), "{text}");
}

#[test]
fn a_worktree_with_changes_or_of_another_holder_stays() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    let remove = |more: &[&str]| {
        let words = [&["worktree", "remove", "A", "--json"], more].concat();
        world.coord(&words)
    };
    remove(&[]).failed("claim_held", 1);
    says(&world, "touch ../work-A/new");
    remove(&["--actor", "codex"]).failed("worktree_in_use", 1);
    let inside = world.shell("cd ../work-A && git coord worktree remove A --force --json");
    inside.failed("worktree_in_use", 1);
    assert!(is_there(&world, "work-A"));
    remove(&["--force"]).data("coord.worktree_removed/1");
    assert!(!is_there(&world, "work-A"));
    remove(&[]).failed("no_worktree", 128);
}

#[test]
fn a_branch_is_deleted_with_its_worktree_only_if_nothing_is_lost() {
    let world = team();
    for id in ["A", "B"] {
        world.done(&format!("claim {id} --worktree --actor codex"));
    }
    says(&world, "git -C ../work-A commit -q --allow-empty -m work");
    for (id, deleted) in [("A", false), ("B", true)] {
        let line = format!("worktree remove {id} --actor codex");
        let removed = data(&world, &line, "coord.worktree_removed/1");
        assert_eq!(removed["branch_deleted"], deleted, "{id}");
        assert_eq!(has_branch(&world, &format!("task/{id}")), !deleted, "{id}");
        let task = data(&world, &format!("show {id}"), "coord.show/1");
        assert_eq!(task["task"]["claim"]["actor"], "codex", "{task}");
    }
}
