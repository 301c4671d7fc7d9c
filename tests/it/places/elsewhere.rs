//! Variables that name one repository never reach another one.
//!
//! Not here: variables that cannot be honoured (`git::repository`).

use std::{fs, path::Path};

use super::{says, team};
use crate::world::World;

/// Every file of a repository, and what its refs are.
fn all_of(world: &World, git_dir: &Path) -> (Vec<String>, String) {
    let found = world.shell(&format!("find {} -type f | sort", git_dir.display()));
    let refs = world.git(&["--git-dir", git_dir.to_str().unwrap(), "for-each-ref"]);
    (found.stdout.lines().map(ToOwned::to_owned).collect(), refs)
}

#[test]
fn a_clone_goes_into_its_folder_whatever_repository_the_environment_names() {
    for variables in [
        &[("GIT_DIR", "outer/.git")][..],
        &[("GIT_DIR", "outer/.git"), ("GIT_WORK_TREE", "outer")],
        &[("GIT_INDEX_FILE", "outer/.git/index"), ("GIT_PREFIX", "x/")],
        &[("GIT_OBJECT_DIRECTORY", "outer/.git/objects")],
        &[("GIT_COMMON_DIR", "outer/.git"), ("GIT_DIR", "outer/.git")],
        &[("GIT_NAMESPACE", "other")],
        &[("GIT_ALTERNATE_OBJECT_DIRECTORIES", "outer/.git/objects")],
        &[("GIT_SHALLOW_FILE", "outer/.git/shallow")],
        &[("GIT_TEMPLATE_DIR", "nowhere")],
        &[("GIT_CONFIG", "outer/.git/config")],
        &[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.worktree"),
            ("GIT_CONFIG_VALUE_0", "outer"),
        ],
    ] {
        let world = team();
        let folder = world.work().with_file_name("place");
        fs::create_dir(&folder).unwrap();
        says(
            &world,
            "git init -q ../place/outer; cd ../place/outer; git commit -q --allow-empty -m x",
        );
        let outer = folder.join("outer/.git");
        let before = all_of(&world, &outer);
        let url = world.work().display().to_string();
        let output = world.coord_with(&["clone", &url, "new"], |command| {
            command.current_dir(&folder);
            for (name, value) in variables {
                let value = match *name {
                    "GIT_NAMESPACE" | "GIT_PREFIX" | "GIT_CONFIG_COUNT" | "GIT_CONFIG_KEY_0" => {
                        (*value).into()
                    }
                    _ => folder.join(value),
                };
                command.env(name, value);
            }
        });
        assert_eq!(output.code, 0, "{variables:?}: {output:?}");
        assert_eq!(all_of(&world, &outer), before, "{variables:?}");
        let tip = "refs/coord/ledger";
        let there = says(
            &world,
            &format!("cd ../place/new && git rev-parse {tip} && git fsck"),
        );
        assert_eq!(there, world.git(&["rev-parse", tip]), "{variables:?}");
    }
}

#[test]
fn a_git_dir_that_is_not_a_repository_is_named_at_once() {
    let world = team();
    says(&world, "mkfifo ../pipe; touch ../file; mkdir ../folder");
    for name in ["../pipe", "../file", "../folder", "../nothing", "/dev/zero"] {
        let output = world.coord_with(&["status"], |it| _ = it.env("GIT_DIR", name));
        assert_eq!(output.code, 128, "{name}: {output:?}");
        let told = &output.stderr;
        assert!(
            told.contains("GIT_DIR names") && told.contains(name),
            "{told}"
        );
        assert!(told.contains("hint: unset GIT_DIR"), "{told}");
    }
    // A pipe where the repository or its ref should be.
    says(&world, "mkdir ../p; mkfifo ../p/.git");
    assert_eq!(
        world.shell("cd ../p; timeout 20 git-coord status").code,
        128
    );
    says(
        &world,
        "rm .git/refs/coord/ledger; mkfifo .git/refs/coord/ledger",
    );
    assert_eq!(world.shell("timeout 20 git-coord status").code, 128);
}

#[test]
fn a_demo_leaves_the_repository_that_the_environment_names_alone() {
    let world = team();
    let git_dir = world.work().join(".git");
    let before = all_of(&world, &git_dir);
    let output = world.coord_with(&["demo"], |command| {
        command
            .env("GIT_DIR", &git_dir)
            .env("GIT_WORK_TREE", world.work());
        command.env("GIT_INDEX_FILE", git_dir.join("index"));
        command.env("TMPDIR", world.home());
    });
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(all_of(&world, &git_dir), before);
}

#[test]
fn a_new_worktree_has_an_index_and_a_folder_of_its_own() {
    let world = team();
    let git_dir = world.work().join(".git");
    says(&world, "echo x >x; git add x; git commit -q -m x");
    let index = fs::read(git_dir.join("index")).unwrap();
    let output = world.coord_with(&["worktree", "add", "A"], |command| {
        command
            .env("GIT_DIR", &git_dir)
            .env("GIT_WORK_TREE", world.work());
        command
            .env("GIT_INDEX_FILE", git_dir.join("index"))
            .env("GIT_PREFIX", "");
    });
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(fs::read(git_dir.join("index")).unwrap(), index);
    let there = says(&world, "cd ../work-A && git status --porcelain --branch");
    assert_eq!(there, "## task/A\n");
}

#[test]
fn a_command_within_a_hook_of_git_works_on_the_repository_of_that_hook() {
    let world = team();
    world.done("actor add rev --generate");
    let git_dir = world.work().join(".git");
    says(
        &world,
        "git coord guard add G --title x --command 'git rev-parse --show-toplevel; env | grep ^GIT_' --expect 0;
         printf '#!/bin/sh\\ngit coord guard run G >../run 2>&1; git coord clone . ../new >../cloned 2>&1\\n' >.git/hooks/pre-commit;
         chmod +x .git/hooks/pre-commit; echo x >x; git add x; git commit -q -m x",
    );
    let ran = says(&world, "cat ../run; git coord guard show G --output");
    let top = world.work().canonicalize().unwrap();
    assert!(ran.contains(top.to_str().unwrap()), "{ran}");
    assert!(!ran.contains("GIT_INDEX_FILE"), "{ran}");
    let tip = world.git(&["rev-parse", "refs/coord/ledger~"]);
    let there = says(
        &world,
        "cat ../cloned; git -C ../new rev-parse refs/coord/ledger",
    );
    let log = world.git(&["log", "--format=%H", "refs/coord/ledger"]);
    assert!(
        there.lines().any(|line| log.contains(line)),
        "{tip}: {there}"
    );
    assert!(!git_dir.join("index.lock").exists());
}
