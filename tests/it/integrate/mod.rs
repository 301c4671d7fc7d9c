//! `integrate`: the work of a task gets into the main branch, or nothing changes.
//!
//! Not here: how a branch is searched for work (unit tests of `git::repository`), and the rules (`rules`).

mod based;
mod done;
mod guarded;
mod killed;
mod refused;
mod remote;

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::world::{Output, World};

/// A repository with the file `base` on `main`, in which `ada` is admin and `codex` works, with the tasks `A` and `B`.
fn team() -> World {
    let world = World::new();
    write(&world, "work", "base", "base\n");
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    world.done("actor add claude --generate --role worker --role reviewer");
    world.done("hooks install");
    world.done("add --id A First");
    world.done("add --id B Second");
    world
}

fn folder(world: &World, name: &str) -> PathBuf {
    world.work().with_file_name(name)
}

/// Commits a file in a worktree.
fn write(world: &World, place: &str, name: &str, text: &str) {
    fs::write(folder(world, place).join(name), text).unwrap();
    let line = format!("cd ../{place} && git add {name} && git commit -q -m 'write {name}'");
    says(world, &line);
}

/// Runs a line of `sh`, which has to succeed.
#[track_caller]
fn says(world: &World, line: &str) -> String {
    let output = world.shell(line);
    assert_eq!(output.code, 0, "{line}: {output:?}");
    output.stdout
}

/// Lets `codex` claim a task with a worktree `work-ID`, and write the file `ID` there in two commits.
fn worked_on(world: &World, id: &str) {
    world.done(&format!("claim {id} --worktree --actor codex"));
    write(world, &format!("work-{id}"), id, "half\n");
    write(world, &format!("work-{id}"), id, "half\nwhole\n");
}

/// A team whose `codex` has worked on `A`.
fn at_work() -> World {
    let world = team();
    worked_on(&world, "A");
    world
}

/// Integrates a task as `codex`, from its worktree.
fn integrate(world: &World, id: &str, options: &str) -> Output {
    let line = format!("cd ../work-{id} && git coord integrate {id} {options} --json");
    world.shell(&line)
}

/// Everything that a refusal leaves as it is: refs, worktrees, and files of the main worktree.
fn snapshot(world: &World) -> String {
    let refs = "git for-each-ref --exclude=refs/remotes";
    let files = "git worktree list && git status --porcelain=v2 && cat base";
    says(world, &format!("{refs} && {files}"))
}

/// Asserts that an integration is refused with this code, and leaves everything as it was. Returns its hint.
#[track_caller]
fn refuses(world: &World, id: &str, options: &str, code: &str) -> String {
    let before = snapshot(world);
    let output = integrate(world, id, options);
    output.failed(code, if code == "push_declined" { 128 } else { 1 });
    assert_eq!(before, snapshot(world), "{output:?}");
    is_clean(world);
    output.json()["error"]["hint"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn shown(world: &World, id: &str) -> Value {
    world.coord(&["show", id, "--json"]).data("coord.show/1")
}

fn status(world: &World, id: &str) -> String {
    shown(world, id)["task"]["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn tip(world: &World, revision: &str) -> String {
    world.git(&["rev-parse", revision]).trim().to_owned()
}

/// Asserts that nothing of an integration is left but its result.
fn is_clean(world: &World) {
    let refs = world.git(&["for-each-ref", "refs/coord-integrate"]);
    assert_eq!(refs, "");
    let left = fs::read_dir(world.work().join(".git/coord/integrate"));
    assert_eq!(left.map_or(0, Iterator::count), 0);
    let worktrees = world.git(&["worktree", "list"]);
    assert!(!worktrees.contains("coord/integrate"), "{worktrees}");
}

#[test]
fn each_way_brings_the_work_into_the_main_branch_and_finishes_the_task() {
    for (options, commits) in [("", 3), ("--squash", 1), ("--rebase", 2), ("--ff-only", 2)] {
        let world = at_work();
        if options != "--ff-only" {
            write(&world, "work", "other", "other\n");
        }
        let (branch, before) = (tip(&world, "task/A"), tip(&world, "main"));
        let told = integrate(&world, "A", options).data("coord.integrated/1");
        assert_eq!(told["commit"], tip(&world, "main"), "{options}");
        assert_eq!(told["work"], branch);
        assert_eq!(told["before"], false);
        let made = world.git(&["rev-list", "--count", &format!("{before}..main")]);
        assert_eq!(made.trim(), commits.to_string(), "{options}");
        // The worktree of the main branch went along.
        assert_eq!(
            fs::read_to_string(world.work().join("A")).unwrap(),
            "half\nwhole\n"
        );
        assert_eq!(world.git(&["status", "--porcelain"]), "");
        assert_eq!(
            tip(&world, "task/A"),
            branch,
            "the branch of the task stays"
        );
        assert_eq!(status(&world, "A"), "done");
        is_clean(&world);
        world.done("verify --strict");
        let shown = shown(&world, "A");
        assert_eq!(shown["integrated"]["commit"], told["commit"]);
        assert_eq!(shown["integrated"]["into"], "main");
        assert_eq!(shown["integrated"]["before"], before);
        let method = match options {
            "--ff-only" => "fast_forward",
            "" => "merge",
            option => &option[2..],
        };
        assert_eq!(shown["integrated"]["method"], method);
        assert_eq!(shown["not_in"], Value::Null);
        let short = &tip(&world, "main")[..12];
        let log = world.done("log A");
        assert!(
            log.contains(&format!("integrated {short} into 'main'")),
            "{log}"
        );
        for command in ["show A", "report"] {
            let told = world.done(command);
            assert!(
                told.contains(&format!("integrated {short} into main")),
                "{told}"
            );
        }
        // The next step is told, and works.
        for command in told["next"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            if !command.starts_with("cd ") {
                says(&world, &format!("{command} --actor codex"));
            }
        }
        assert!(!folder(&world, "work-A").exists());
        let left = world.git(&["for-each-ref", "refs/heads/task"]);
        assert_eq!(left, "", "{options}");
    }
}

#[test]
fn the_message_names_the_task_and_the_users_settings_apply() {
    let world = at_work();
    write(&world, "work", "other", "other\n");
    let hooks = world.work().join(".git/hooks");
    // A hook of the user that adds a line, as in many teams.
    fs::write(hooks.join("commit-msg.user"), "").unwrap();
    let told = integrate(&world, "A", "").data("coord.integrated/1");
    let message = world.git(&["log", "-1", "--format=%B", "main"]);
    assert_eq!(message, "Merge task A: First\n\nCoord-Task: A\n\n");
    // The commit of the merge is not recorded as more work, which would need a review.
    assert_eq!(told["work"], tip(&world, "task/A"));
    let entries = world.done("log A");
    assert!(!entries.contains("commit for A@"), "{entries}");
}

#[test]
fn a_main_branch_that_is_checked_out_nowhere_moves_alone() {
    let world = at_work();
    world.git(&["switch", "-q", "-c", "elsewhere"]);
    integrate(&world, "A", "").data("coord.integrated/1");
    assert!(!world.work().join("A").exists());
    world.git(&["cat-file", "-e", "main:A"]);
    assert!(
        world
            .git(&["reflog", "main"])
            .contains("integrated by git coord")
    );
    is_clean(&world);
}

#[test]
fn a_linked_worktree_on_the_main_branch_goes_along() {
    let world = at_work();
    world.git(&["switch", "-q", "-c", "elsewhere"]);
    world.git(&["worktree", "add", "-q", "../trunk", "main"]);
    fs::write(folder(&world, "trunk").join("note"), "mine\n").unwrap();
    integrate(&world, "A", "--squash").data("coord.integrated/1");
    assert!(folder(&world, "trunk").join("A").exists());
    assert_eq!(
        says(&world, "cd ../trunk && git status --porcelain"),
        "?? note\n"
    );
}

#[test]
fn a_bare_repository_integrates_too() {
    let world = at_work();
    world.git(&["worktree", "remove", "--force", "../work-A"]);
    says(
        &world,
        "git worktree prune && mv .git ../bare.git && git -C ../bare.git config --worktree core.bare true",
    );
    let line = "cd ../bare.git && git coord claim A --resume --actor codex >claimed && git coord integrate A --actor codex --json";
    let told = world.shell(line).data("coord.integrated/1");
    let main = says(&world, "git -C ../bare.git rev-parse main");
    assert_eq!(told["commit"], main.trim());
}

#[test]
fn work_that_the_main_branch_has_already_only_finishes_the_task() {
    let world = at_work();
    world.git(&["merge", "-q", "--squash", "task/A"]);
    world.git(&["commit", "-q", "-m", "by hand"]);
    let before = tip(&world, "main");
    let told = integrate(&world, "A", "").data("coord.integrated/1");
    assert_eq!(
        (&told["before"], &told["commit"]),
        (&true.into(), &before.clone().into())
    );
    assert_eq!(tip(&world, "main"), before);
    assert_eq!(status(&world, "A"), "done");
}

#[test]
fn two_that_integrate_at_once_both_get_in() {
    let world = at_work();
    worked_on(&world, "B");
    let line = "(cd ../work-A && git coord integrate A) & one=$!; \
        (cd ../work-B && git coord integrate B) & two=$!; wait $one && wait $two";
    says(&world, line);
    for id in ["A", "B"] {
        assert_eq!(status(&world, id), "done");
        assert!(world.work().join(id).exists());
    }
    is_clean(&world);
}

#[test]
fn submodules_are_left_to_git() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    says(
        &world,
        "cd ../work-A && git -c protocol.file.allow=always submodule --quiet add ../work sub && git commit -q -m sub",
    );
    let told = integrate(&world, "A", "").data("coord.integrated/1");
    assert!(world.git(&["ls-tree", "main", "sub"]).starts_with("160000"));
    // A commit that only the submodule has is not removed with it.
    let remove = told["next"].as_array().unwrap().last().unwrap();
    let remove = format!("{} --actor codex", remove.as_str().unwrap());
    says(
        &world,
        "cd ../work-A/sub && git checkout -q -b own && git commit -q --allow-empty -m own && git checkout -q -",
    );
    assert_ne!(world.shell(&remove).code, 0);
    says(&world, "cd ../work-A/sub && git branch -q -D own");
    says(&world, &remove);
    assert!(!folder(&world, "work-A").exists());
    assert!(!world.done("status").contains("not in main"));
}
