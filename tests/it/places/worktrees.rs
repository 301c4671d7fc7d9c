//! Which worktree is which: git's id tells them apart, and the main one is what git says it is.
//!
//! Not here: variables of the environment (`elsewhere`).

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::PathBuf};

use super::{data_in, says, team};
use crate::{
    stranger::{SKIPPED, if_somebody_else},
    world::World,
};

/// The label of the worktree in which `A` is claimed now.
fn label_of_a_claim(world: &World, folder: &str) -> String {
    let folder = world.work().join(folder);
    data_in(world, &folder, "claim A --actor codex", "coord.task/1");
    let shown = data_in(world, &folder, "show A", "coord.show/1");
    data_in(world, &folder, "release A --actor codex", "coord.task/1");
    let label = &shown["task"]["claim"]["worktree"];
    label
        .as_str()
        .unwrap_or_else(|| panic!("{shown}"))
        .to_owned()
}

#[test]
fn worktrees_of_the_same_folder_name_are_told_apart() {
    let world = team();
    says(
        &world,
        "for folder in 1/app 2/app ../work/deep/work ../main; do git worktree add -q --detach $folder; done",
    );
    let labels = [".", "1/app", "2/app", "deep/work", "../main"];
    let labels = labels.map(|folder| label_of_a_claim(&world, folder));
    let wanted = ["[main]", "app", "app1", "work", "main"].map(|id| format!("{id}@desk"));
    assert_eq!(labels, wanted);
}

#[test]
fn work_in_one_worktree_is_not_under_the_claim_of_another_of_that_name() {
    let world = team();
    says(
        &world,
        "git coord hooks install; git worktree add -q --detach 1/app; git worktree add -q --detach 2/app;
         git config coord.actor codex; cd 1/app; git coord claim A",
    );
    let message = |folder: &str| {
        says(
            &world,
            &format!("cd {folder}; git commit -q --allow-empty -m x; git log -1 --format=%B"),
        )
    };
    assert!(message("1/app").contains("Coord-Task: A"));
    for other in ["2/app", "."] {
        assert_eq!(message(other).trim(), "x", "{other}");
    }
}

#[test]
fn worktrees_of_one_name_are_observed_as_two() {
    let world = team();
    says(
        &world,
        "git worktree add -q --detach 1/work; git worktree add -q --detach 2/work",
    );
    let seen = data_in(
        &world,
        &world.work(),
        "observe worktrees",
        "coord.worktrees/1",
    );
    let labels = seen["worktrees"].as_array().unwrap().iter();
    let mut labels: Vec<&str> = labels.map(|it| it["label"].as_str().unwrap()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["[main]", "work", "work1"]);
}

/// A kind of repository: how it is made beside the world's, its main worktree, and where the worktree for A goes.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("plain", "git init -q plain", "plain", "plain-A"),
    (
        "separate git dir",
        "mkdir x; git init -q --separate-git-dir=x/sep.git app",
        "app",
        "app-A",
    ),
    (
        "submodule",
        "git init -q s; git -C s commit -q --allow-empty -m x; git init -q super;
         git -C super -c protocol.file.allow=always submodule --quiet add ../s sub 2>/dev/null",
        "super/sub",
        "super/sub-A",
    ),
    (
        "core.worktree",
        "git init -q conf; git -C conf config core.worktree ../../tree; mkdir tree",
        "conf/.git",
        "tree-A",
    ),
    (
        "hidden bare",
        "mkdir h; git init -q --bare h/.bare; echo 'gitdir: ./.bare' >h/.git; cd h;
         git worktree add -q --orphan -b trunk trunk",
        "h/trunk",
        "h/A",
    ),
    (
        "bare",
        "git init -q --bare b.git; git -C b.git worktree add -q --orphan -b trunk ../btrunk",
        "btrunk",
        "b-A",
    ),
];

/// A repository that `make` makes, with a ledger and task `A` in its folder `main`.
fn founded(make: &str, main: &str) -> World {
    let world = World::empty();
    let lines = [
        format!("git config --global protocol.file.allow always; {make}"),
        format!(
            "cd {main}; git commit -q --allow-empty -m x; git coord init --actor ada 2>/dev/null; git coord add One --id A"
        ),
    ];
    lines.iter().for_each(|line| _ = says(&world, line));
    world
}

#[test]
fn a_new_worktree_is_beside_the_main_one_of_every_kind_of_repository() {
    for (kind, make, main, wanted) in KINDS {
        let world = founded(make, main);
        let folder = world.work().join(main);
        let made = data_in(&world, &folder, "worktree add A", "coord.worktree/1");
        let path = PathBuf::from(made["path"].as_str().unwrap());
        let wanted = world.work().join(wanted).canonicalize();
        assert_eq!(
            path,
            wanted.unwrap_or_else(|_| panic!("{kind}: {path:?}")),
            "{kind}"
        );
        // From a linked worktree, the same.
        let added = world.coord_with(&["add", "Two", "--id", "Z"], |it| _ = it.current_dir(&path));
        assert_eq!(added.code, 0, "{kind}: {added:?}");
        let again = data_in(&world, &path, "worktree add Z", "coord.worktree/1");
        let beside = PathBuf::from(again["path"].as_str().unwrap());
        if kind != "separate git dir" {
            assert_eq!(beside.parent(), path.parent(), "{kind}: {beside:?}");
        }
    }
}

#[test]
fn the_main_worktree_has_one_label_in_claims_and_in_observations() {
    for (kind, make, main, _) in KINDS.iter().take(3) {
        let world = founded(make, main);
        let folder = world.work().join(main);
        let claimed = data_in(&world, &folder, "claim A", "coord.task/1");
        let label = claimed["task"]["claim"]["worktree"].as_str();
        let observed = data_in(&world, &folder, "observe worktrees", "coord.worktrees/1");
        let seen = &observed["worktrees"][0];
        assert_eq!(label, Some("[main]@desk"), "{kind}: {claimed}");
        assert_eq!(seen["label"], "[main]", "{kind}: {observed}");
        assert_eq!(seen["dirty"], 0, "{kind}: {observed}");
    }
}

#[test]
fn worktrees_are_made_side_by_side_without_a_race_on_the_config() {
    const MANY: usize = 16;
    let world = team();
    let here = world.work().display().to_string();
    says(
        &world,
        &format!("git remote add origin {here}; git fetch -q origin"),
    );
    for number in 0..MANY {
        world.done(&format!("add Task --id T{number}"));
    }
    let line = format!(
        "for n in $(seq 0 {}); do git coord worktree add T$n --base origin/main --actor ada >../out-$n 2>&1 || echo $n failed & done; wait",
        MANY - 1
    );
    let failed = says(&world, &line);
    assert_eq!(failed, "", "{}", says(&world, "cat ../out-*"));
    let branches = says(
        &world,
        "git for-each-ref --format='%(refname:short)%(upstream)' 'refs/heads/task/*' | sort -u | wc -l",
    );
    assert_eq!(branches.trim(), "16");
}

#[test]
fn a_worktree_that_git_cannot_make_leaves_no_branch() {
    for in_the_way in [
        "git worktree add -q --detach ../there",
        "mkdir ../there; touch ../there/file",
        "touch ../there",
    ] {
        let world = team();
        says(&world, in_the_way);
        let taken = world.coord(&["worktree", "add", "A", "../there"]);
        assert_ne!(taken.code, 0, "{taken:?}");
        let left = world.shell("git rev-parse --verify -q task/A");
        assert_eq!(left.code, 1, "{in_the_way}: {left:?} {taken:?}");
    }
}

#[test]
fn a_path_that_is_not_utf_8_is_a_place_like_any_other() {
    let world = team();
    let name = OsStr::from_bytes(b"caf\xe9");
    says(
        &world,
        "git worktree add -q --detach \"$(printf '../caf\\351')\"",
    );
    let folder = world.work().with_file_name(name);
    let seen = data_in(&world, &folder, "status", "coord.status/1");
    assert!(seen.is_object());
    let claimed = data_in(&world, &folder, "claim A", "coord.task/1");
    assert_eq!(claimed["task"]["claim"]["worktree"], "caf\\xe9@desk");
    let observed = data_in(&world, &folder, "observe worktrees", "coord.worktrees/1");
    assert_eq!(
        observed["worktrees"].as_array().unwrap().len(),
        2,
        "{observed}"
    );
    // A repository below such a folder, and a new worktree beside it.
    says(
        &world,
        "d=$(printf '../caf\\351-2/app'); git init -q \"$d\"; cd \"$d\"; git commit -q --allow-empty -m x;
         git coord init --actor ada 2>/dev/null; git coord add One --id A; git coord worktree add A; cd ../app-A; git coord claim A",
    );
}

#[test]
fn a_dot_in_the_name_of_the_project_stays_in_the_name_of_its_worktree() {
    for (folder, wanted) in [
        ("my.project", "my.project-A"),
        ("app.v2.1", "app.v2.1-A"),
        ("app.git", "app.git-A"),
        (".dotfiles", ".dotfiles-A"),
    ] {
        let world = founded(&format!("git init -q {folder}"), folder);
        let main = world.work().join(folder);
        let made = data_in(&world, &main, "worktree add A", "coord.worktree/1");
        let path = made["path"].as_str().unwrap();
        assert!(path.ends_with(&format!("/{wanted}")), "{folder}: {path}");
    }
    let bare =
        "git init -q --bare b.v2.git; git -C b.v2.git worktree add -q --orphan -b trunk ../t";
    let world = founded(bare, "t");
    let made = data_in(
        &world,
        &world.work().join("t"),
        "worktree add A",
        "coord.worktree/1",
    );
    assert!(
        made["path"].as_str().unwrap().ends_with("/b.v2-A"),
        "{made}"
    );
}

/// git cannot read a worktree that another git is adding: its file `commondir` is still empty.
#[test]
fn worktrees_are_listed_and_removed_while_another_git_adds_one() {
    let world = team();
    for line in ["worktree list", "worktree remove A"] {
        says(
            &world,
            "git coord worktree add A 2>/dev/null; cp -r .git/worktrees/work-A .git/worktrees/new; : >.git/worktrees/new/commondir",
        );
        says(
            &world,
            &format!(
                "{{ sleep 0.3; rm -r .git/worktrees/new; }} & git coord {line} || exit 1; wait"
            ),
        );
    }
    assert!(!world.work().with_file_name("work-A").exists());
}

#[test]
fn the_folder_in_which_a_worktree_cannot_be_made_is_named() {
    let world = team();
    says(
        &world,
        "mkdir -p ro && git clone -q . ro/a 2>/dev/null; git config --global safe.directory '*'",
    );
    says(
        &world,
        "cd ro/a && git fetch -q ../.. refs/coord/ledger:refs/coord/ledger && mkdir -p .git/coord && cp -r ../../.git/coord/keys .git/coord/",
    );
    let folder = world.work().join("ro/a");
    if world
        .shell("test $(id -u) = 0 && chown -R 65534:65534 ro/a")
        .code
        != 0
    {
        eprintln!("{SKIPPED}");
        return;
    }
    let words = ["worktree", "add", "A", "--actor", "ada", "--json"];
    let refused = if_somebody_else(&world, &folder, &words).unwrap();
    refused.failed("cannot_write", 128);
    let around = world.work().join("ro");
    let around = format!("no permission to write to '{}'", around.display());
    assert!(refused.stdout.contains(&around), "{refused:?}");
    let left = world.git(&["-C", "ro/a", "for-each-ref", "refs/heads/task"]);
    assert_eq!(left, "");
}

#[test]
fn worktrees_are_claimed_added_listed_and_removed_side_by_side() {
    let world = team();
    for number in 0..6 {
        for kind in ["C", "T", "R"] {
            world.done(&format!("add Task --id {kind}{number}"));
        }
        world.done(&format!("worktree add R{number}"));
    }
    let failed = says(
        &world,
        "for n in 0 1 2 3 4 5; do for line in \"claim C$n --worktree\" \"worktree add T$n\" \"worktree remove R$n\" \"worktree list\"; do
         git coord $line --actor ada >../out 2>&1 || { echo $line failed; cat ../out; } & done; done; wait",
    );
    assert_eq!(failed, "");
    let left = says(&world, "git worktree list | sed 's/.*task/task/' | sort -u");
    assert_eq!(left.matches("task/").count(), 12, "{left}");
    assert!(!left.contains("task/R"), "{left}");
}
