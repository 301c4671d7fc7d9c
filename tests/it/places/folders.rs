//! Relative paths and globs mean the same in every command, from every folder.
//!
//! Not here: how globs overlap (`core::values::glob`).

use std::fs;

use super::{data_in, says, team};

#[test]
fn a_path_given_in_a_folder_is_a_path_in_that_folder() {
    let world = team();
    let sub = world.work().join("sub");
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join("f.rs"), "").unwrap();
    says(
        &world,
        "cd sub; git coord add t --id P --path f.rs --path '../other/*.rs'; git coord claim P",
    );
    let shown = data_in(&world, &sub, "show P", "coord.show/1");
    assert_eq!(
        shown["task"]["paths"],
        serde_json::json!(["other/*.rs", "sub/f.rs"])
    );
    for (folder, path, top, held) in [
        ("sub", "f.rs", "sub/f.rs", 1),
        ("sub", "./f.rs", "sub/f.rs", 1),
        ("sub", "../f.rs", "f.rs", 0),
        ("sub", ":/sub/f.rs", "sub/f.rs", 1),
        ("sub", "/sub/f.rs", "sub/f.rs", 1),
        ("sub", ":/f.rs", "f.rs", 0),
        (".", "f.rs", "f.rs", 0),
        (".", "sub/f.rs", "sub/f.rs", 1),
        (".", "other/x.rs", "other/x.rs", 1),
        ("sub", "../other", "other", 1),
    ] {
        let folder = world.work().join(folder);
        let answer = data_in(&world, &folder, &format!("paths {path}"), "coord.paths/1");
        let file = &answer["files"][0];
        assert_eq!(file["path"], top, "{path}");
        assert_eq!(
            file["held_by"].as_array().unwrap().len(),
            held,
            "{path}: {answer}"
        );
    }
}

/// Ways to be in a folder: how its line begins, and whether `f.rs` is the held `sub/f.rs` there.
const WAYS: [(&str, bool); 9] = [
    ("cd sub/deep; git -C .. coord", true),
    ("git coord -C sub", true),
    ("git config alias.p coord; cd sub; git p", true),
    ("ln -s sub link; cd link; git coord", true),
    (
        "git worktree add -q ../linked; mkdir ../linked/sub; cd ../linked/sub; git coord",
        true,
    ),
    ("cd sub; GIT_DIR=../.git GIT_WORK_TREE=.. git coord", true),
    (
        "cd sub; GIT_DIR=$PWD/../.git GIT_WORK_TREE=$PWD/.. git coord",
        true,
    ),
    ("git coord", false),
    ("cd sub/deep; git coord", false),
];

#[test]
fn a_folder_is_the_same_whatever_way_leads_there() {
    for (way, held) in WAYS {
        let world = team();
        says(
            &world,
            "mkdir -p sub/deep; cd sub; git coord add t --id P --path f.rs; git coord claim P",
        );
        let told = says(&world, &format!("{way} paths f.rs --json"));
        assert_eq!(told.contains("\"P\""), held, "{way}: {told}");
    }
}

#[test]
fn the_hook_protects_what_the_command_named() {
    let world = team();
    says(
        &world,
        "mkdir sub; git coord hooks install; git config coord.hooks.strict true;
         cd sub; git coord add t --id P --path f.rs; git coord claim P; touch f.rs ../f.rs",
    );
    let commit = |file: &str| {
        let line = format!("git add {file}; GIT_COORD_ACTOR=codex git commit -q -m x");
        world.shell(&line)
    };
    let free = commit("f.rs");
    assert!(!free.stderr.contains("holds"), "{free:?}");
    let held = commit("sub/f.rs");
    assert!(held.stderr.contains("sub/f.rs"), "{held:?}");
}

#[test]
fn a_path_is_edited_and_reviewed_from_every_folder() {
    let world = team();
    says(
        &world,
        "mkdir -p sub/deep; cd sub/deep; git coord edit A --path x.rs --path :/y.rs; git coord edit A --no-path ../deep/x.rs;
         git coord policy paths '*.sql' review role:reviewer",
    );
    let shown = data_in(&world, &world.work(), "show A", "coord.show/1");
    assert_eq!(shown["task"]["paths"], serde_json::json!(["y.rs"]));
    let policy = says(&world, "git coord policy");
    assert!(policy.contains("sub/deep/*.sql"), "{policy}");
    let outside = world.shell("cd sub; git coord edit A --path ../../x");
    assert_eq!(outside.code, 129, "{outside:?}");
    assert!(
        outside.stderr.contains("'../../x' is outside the worktree"),
        "{outside:?}"
    );
}

#[test]
fn files_are_read_and_written_in_the_current_folder() {
    let world = team();
    says(
        &world,
        "mkdir sub; cd sub; git coord export --format markdown >plan.md; git coord snapshot --label s --write out;
         test -d out/latest/ || test -d out/latest; git coord import plan.md; echo spec >spec.md; git coord edit A --body spec.md",
    );
    assert!(!world.work().join("out").exists());
}

#[test]
fn a_relative_key_is_found_from_every_folder() {
    let world = team();
    says(
        &world,
        "mkdir -p keys sub; cp .git/coord/keys/codex .git/coord/keys/codex.pub keys; rm .git/coord/keys/codex*;
         git config coord.codex.signingKey keys/codex",
    );
    for folder in [".", "sub"] {
        let output = world.shell(&format!(
            "cd {folder}; git coord --actor codex comment A hello"
        ));
        assert_eq!(output.code, 0, "{folder}: {output:?}");
    }
}
