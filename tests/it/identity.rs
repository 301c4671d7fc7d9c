//! The actor of a command that names none, and the worktree of a claim: defaults beside agents, worktrees, sessions.
//!
//! Not here: where an actor's key is (`actors`, `keys`).

use serde_json::{Value, json};

use crate::world::{Output, World};

/// ada is the admin and the default of the repository; nobody has decided about `coord.requireActor`.
fn founded() -> World {
    let world = World::new();
    world.git(&["config", "--global", "--unset", "coord.requireActor"]);
    world.done("init --actor ada");
    world
}

fn says(world: &World, line: &str) -> Output {
    world.shell(&format!("git coord {line}"))
}

/// Runs a line of shell that has to succeed.
#[track_caller]
fn shell(world: &World, line: &str) {
    let output = world.shell(line);
    assert_eq!(output.code, 0, "{output:?}");
}

const WARNING: &str = "warning: no actor is named, so you acted as 'ada', an admin\n";

#[test]
fn an_admin_that_acts_by_default_is_warned_once_an_agent_may_be_meant() {
    let world = founded();
    let alone = says(&world, "add One --id A");
    assert_eq!((alone.code, alone.stderr.as_str()), (0, ""));
    let added = says(&world, "actor add codex --generate");
    let hint =
        "hint: so that no program acts as the default actor: git config coord.requireActor true\n";
    assert_eq!((added.code, added.stderr.as_str()), (0, hint));

    let by_default = says(&world, "add Two --id B");
    assert!(
        by_default.stderr.starts_with(WARNING),
        "{}",
        by_default.stderr
    );
    let json = says(&world, "add Three --id C --json").json();
    let warnings = json["warnings"].as_array().unwrap();
    assert_eq!(
        warnings,
        &[json!("no actor is named, so you acted as 'ada', an admin")]
    );
    assert_eq!(json["data"]["actor"], "ada");

    for named in [
        "git coord add x --actor ada",
        "GIT_COORD_ACTOR=ada git coord add x",
        "git -c coord.actor=ada coord add x",
        "git coord add x --actor codex",
        "git coord list",
        "git coord brief codex",
        "git config coord.actor codex; git coord add x",
        "git config coord.actor ada; git config coord.requireActor false; git coord add x",
    ] {
        let output = world.shell(named);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{named}");
    }
}

#[test]
fn an_answer_for_a_default_actor_has_a_warning_or_is_refused() {
    let world = founded();
    shell(
        &world,
        "git coord add One --id A; git coord actor add codex --generate",
    );
    let told = "warning: no actor is named, so this is for 'ada', an admin\n";
    for line in ["brief", "ready", "wait --for-me"] {
        let by_default = says(&world, line);
        assert_eq!(by_default.code, 0, "{line}: {by_default:?}");
        assert!(
            by_default.stderr.starts_with(told),
            "{line}: {by_default:?}"
        );
        let named = says(&world, &format!("{line} --actor codex"));
        assert_eq!((named.code, named.stderr.as_str()), (0, ""), "{line}");
    }
    shell(&world, "git config coord.requireActor true");
    for line in ["brief", "wait --for-me"] {
        let refused = says(&world, &format!("{line} --json"));
        refused.failed("no_actor", 128);
        assert_eq!(says(&world, &format!("{line} --actor codex")).code, 0);
    }
    assert_eq!(says(&world, "brief ada").code, 0);
    let ready = says(&world, "ready --json").data("coord.ready/1");
    assert_eq!(ready["actor"], Value::Null);
    shell(
        &world,
        "git config --unset coord.actor; git config --global --unset user.signingKey || true",
    );
    let nobody = says(&world, "add q");
    assert_eq!(
        nobody.stderr,
        "error: no actor is named: use --actor NAME or GIT_COORD_ACTOR\nhint: git coord actor list\n"
    );
}

#[test]
fn a_default_actor_is_refused_where_the_actor_has_to_be_named() {
    let world = founded();
    shell(
        &world,
        "git coord add One --id A; git coord actor add codex --generate; git config coord.requireActor true",
    );
    for line in [
        "add Two",
        "claim A",
        "done A",
        "actor add bob",
        "policy owners-only yes",
        "undo",
        "sync",
    ] {
        let refused = says(&world, line);
        if line != "sync" {
            assert_eq!(refused.code, 128, "{line}: {refused:?}");
            assert_eq!(
                refused.stderr,
                "error: no actor is named, and coord.requireActor refuses the default 'ada': use --actor NAME or GIT_COORD_ACTOR\n\
                 hint: git coord actor list\n",
                "{line}"
            );
        }
    }
    let json = says(&world, "add Two --json").json();
    assert_eq!(json["error"]["code"], "no_actor");
    assert_eq!(says(&world, "actor list").code, 0);
    assert_eq!(says(&world, "status").code, 0);
    assert_eq!(says(&world, "add Two --actor codex").code, 0);
    assert_eq!(
        world
            .shell("GIT_COORD_ACTOR=codex git coord add Three")
            .code,
        0
    );
    // The owner of the user's key is a default too, and so is an account's actor.
    let global = world.shell(
        "git config --unset coord.actor; git config --global coord.actor ada; git coord add x",
    );
    assert_eq!(global.code, 128, "{global:?}");
    // A worktree's own actor is named, in a linked worktree as in the main one.
    shell(
        &world,
        "git commit -q --allow-empty -m x; git worktree add -q ../agent; git config extensions.worktreeConfig true",
    );
    shell(
        &world,
        "git -C ../agent config --worktree coord.actor codex; git config --worktree coord.actor ada",
    );
    for (folder, actor) in [("../agent", "codex"), (".", "ada")] {
        let added = world.shell(&format!("git -C {folder} coord add x --json"));
        assert_eq!(
            (added.code, &added.json()["data"]["actor"]),
            (0, &json!(actor)),
            "{added:?}"
        );
    }
    // A worktree that nobody named anybody in is nobody's.
    let unnamed = world.shell("git worktree add -q ../other; git -C ../other coord claim A");
    assert_eq!(unnamed.code, 128, "{unnamed:?}");
    let named = world
        .shell("git coord worktree add A --actor codex && cd ../*A && git coord progress A 10");
    assert!(!named.stderr.contains("no actor is named"), "{named:?}");
}

#[test]
fn a_worktree_that_the_program_made_is_its_makers_and_one_that_git_copied_is_nobodys() {
    let world = founded();
    shell(
        &world,
        "git coord actor add codex --generate; git config coord.requireActor true
         git commit -q --allow-empty -m x; git worktree add -q ../first
         git config extensions.worktreeConfig true; git config --worktree coord.actor ada
         git coord add One --id A && git coord add Two --id B",
    );
    shell(
        &world,
        "git coord worktree add A ../mine && cd ../mine && git coord comment A hello",
    );
    for from in [".", "../mine"] {
        let refused = world.shell(&format!(
            "git -C {from} worktree add -q --detach ../copy && cd ../copy && git coord comment B hello; code=$?; git worktree remove -f ../copy; exit $code"
        ));
        assert_eq!(refused.code, 128, "{from}: {refused:?}");
        assert!(refused.stderr.contains("no actor is named"), "{refused:?}");
    }
    shell(
        &world,
        "git coord worktree add B ../agents --actor codex && cd ../agents && git coord comment B hello",
    );
}

/// The holder's label of a task.
fn place(world: &World, id: &str) -> Value {
    let shown = says(world, &format!("show {id} --json"));
    shown.data("coord.show/1")["task"]["claim"]["worktree"].take()
}

#[test]
fn worktrees_with_the_same_folder_name_are_two_places_and_a_moved_one_stays_the_same() {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add One --id A",
        "add Two --id B",
    ] {
        world.done(line);
    }
    shell(
        &world,
        "git commit -q --allow-empty -m x; git config coord.actor codex; mkdir ../1 ../2
         git worktree add -q --detach ../1/app; git worktree add -q --detach ../2/app
         cd ../1/app && git coord claim A && cd ../../2/app && git coord claim B",
    );
    assert_eq!(
        (place(&world, "A"), place(&world, "B")),
        (json!("app@desk"), json!("app1@desk"))
    );
    // Work in the other place is not under the claim of this one.
    let taken = world.shell("cd ../2/app && git coord claim A");
    assert_eq!(taken.code, 1, "{taken:?}");
    assert!(taken.stderr.contains("A"), "{taken:?}");

    shell(
        &world,
        "git worktree move ../1/app ../2/moved && cd ../2/moved && git coord claim --resume A && git coord progress A 10",
    );
    assert_eq!(place(&world, "A"), "app@desk");
    shell(
        &world,
        "mv ../2/app ../3 && git worktree repair ../3 && cd ../3 && git coord claim --resume B && git coord done B",
    );
    // The whole repository moves, and its worktrees with it.
    shell(
        &world,
        "cd .. && git -C 2/moved rev-parse --git-common-dir && git -C 2/moved coord renew A",
    );
}

#[test]
fn two_sessions_of_one_actor_hold_tasks_and_files_apart() {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add One --id A --path src/a.rs",
        "add Two --id B --path src/a.rs",
    ] {
        world.done(line);
    }
    shell(
        &world,
        "git commit -q --allow-empty -m x; git config coord.actor codex
         git worktree add -q --detach ../one; git worktree add -q --detach ../two
         cd ../one && git coord claim A",
    );
    let same_task = world.shell("cd ../two && git coord claim A");
    assert_eq!(same_task.code, 1, "{same_task:?}");
    let same_file = world.shell("cd ../two && git coord claim B");
    assert_eq!(same_file.code, 1, "{same_file:?}");
    let next = world.shell("cd ../two && git coord claim --next");
    assert_eq!(next.code, 1, "{next:?}");
    let brief = world.shell("cd ../two && git coord brief codex");
    assert!(brief.stdout.contains("one"), "{brief:?}");
}
