//! Worktrees for tasks: adding, binding, observing and removing them.
//!
//! Not here: claims that are held in a worktree.

use std::fs;

use super::{data, new_since, says, team, told};
use crate::world::World;

#[test]
fn a_worktree_is_made_on_the_tasks_branch_and_is_the_actors_own() {
    let world = team();
    let before = told(&world);
    let made = data(&world, "worktree add A --actor codex", "coord.worktree/1");
    let path = world.work().with_file_name("work-A");
    let shown = path.to_str().unwrap();
    assert_eq!(made["path"], shown);
    assert_eq!(
        (
            &made["branch"],
            &made["created"],
            &made["actor"],
            &made["label"]
        ),
        (
            &"task/A".into(),
            &true.into(),
            &"codex".into(),
            &"work-A@desk".into()
        )
    );
    assert_eq!(made["next"][1], "git coord claim A");
    assert_eq!(
        new_since(&world, &before),
        ["bind A to worktree 'work-A@desk'"]
    );
    let said = says(
        &world,
        "cd ../work-A; git coord claim A; git commit --quiet --allow-empty -m x; git log -1 --format=%B",
    );
    assert!(said.ends_with("x\n\nCoord-Task: A\n\n"), "{said}");
    assert_eq!(world.git(&["config", "coord.actor"]), "ada\n");
    assert_eq!(
        data(&world, "show A", "coord.show/1")["task"]["claim"]["actor"],
        "codex"
    );
}

#[test]
fn a_branch_that_is_there_is_used_here_or_at_the_remote() {
    let world = team();
    world.done("edit A --branch feature/a");
    says(&world, "git branch feature/a; git worktree list");
    let made = data(&world, "worktree add A ../elsewhere", "coord.worktree/1");
    assert_eq!(
        (&made["branch"], &made["created"]),
        (&"feature/a".into(), &false.into())
    );
    let taken = world.coord(&["worktree", "add", "A", "../again", "--json"]);
    taken.failed("worktree_in_use", 1);
    assert!(!world.work().with_file_name("again").exists());
    says(
        &world,
        "git init --quiet --bare ../home/r.git; git remote add origin ../home/r.git; \
         git push --quiet origin HEAD:task/B; git fetch --quiet",
    );
    data(&world, "worktree add B", "coord.worktree/1");
    let followed = world.git(&["rev-parse", "--abbrev-ref", "task/B@{upstream}"]);
    assert_eq!(followed, "origin/task/B\n");
    world
        .coord(&["worktree", "add", "Z", "--json"])
        .failed("unknown_task", 128);
}

#[test]
fn the_base_is_where_a_new_branch_begins() {
    let world = team();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "later"]);
    data(&world, "worktree add A --base HEAD~1", "coord.worktree/1");
    let base = world.git(&["rev-parse", "HEAD~1"]);
    assert_eq!(world.git(&["rev-parse", "task/A"]), base);
}

#[test]
fn an_actor_that_may_not_work_gets_no_worktree() {
    let world = team();
    world.done("actor add olga --generate --role observer");
    let output = world.coord(&["worktree", "add", "A", "--actor", "olga", "--json"]);
    output.failed("not_permitted", 1);
    assert!(!world.work().with_file_name("work-A").exists());
    assert_eq!(world.shell("git rev-parse --verify --quiet task/A").code, 1);
}

#[test]
fn checking_out_a_branch_binds_the_task_that_the_actor_holds() {
    let world = team();
    world.done("claim A");
    let before = told(&world);
    world.git(&["switch", "--quiet", "-c", "task/B"]);
    assert_eq!(new_since(&world, &before), [""; 0]);
    world.git(&["switch", "--quiet", "-c", "task/A"]);
    assert_eq!(
        new_since(&world, &before),
        ["bind A to worktree '[main]@desk'"]
    );
    says(
        &world,
        "git checkout --quiet main; git checkout --quiet task/A; touch x; git add x; git checkout --quiet -- x",
    );
    assert_eq!(new_since(&world, &before).len(), 1);
    // `git worktree add` runs the hook too.
    world.done("claim B");
    says(
        &world,
        "git switch --quiet main; git worktree add --quiet ../work-B task/B",
    );
    assert_eq!(told(&world)[0], "bind B to worktree 'work-B@desk'");
}

#[test]
fn observing_names_what_nobody_needs_and_the_command_removes_it() {
    let world = team();
    for line in ["worktree add A", "worktree add B", "claim A"] {
        world.done(line);
    }
    says(
        &world,
        "git worktree add --quiet --detach ../gone; rm -r ../gone; echo x >../work-B/new",
    );
    world.done("done A");
    let seen = data(&world, "observe worktrees", "coord.worktrees/1");
    let worktrees = seen["worktrees"].as_array().unwrap();
    let labels: Vec<_> = worktrees
        .iter()
        .map(|worktree| &worktree["label"])
        .collect();
    assert_eq!(labels, ["[main]", "work-A", "work-B"]);
    assert_eq!(
        (
            &worktrees[2]["task"],
            &worktrees[2]["dirty"],
            &worktrees[2]["host"]
        ),
        (&"B".into(), &1.into(), &"desk".into())
    );
    let removable = seen["removable"].as_array().unwrap();
    let statuses: Vec<_> = removable
        .iter()
        .map(|it| (&it["label"], &it["status"]))
        .collect();
    assert_eq!(
        statuses,
        [
            (&"gone".into(), &"orphaned".into()),
            (&"work-A".into(), &"stale".into())
        ]
    );
    for removable in removable {
        says(&world, removable["command"].as_str().unwrap());
    }
    let seen = data(&world, "observe worktrees", "coord.worktrees/1");
    assert_eq!(seen["removable"].as_array().unwrap().len(), 0, "{seen}");
    let told = world.done("observe worktrees --idle 1s");
    assert!(
        !told.contains("stale"),
        "what is changed is not stale: {told}"
    );
    let status = data(&world, "status", "coord.status/1");
    assert_eq!(status["worktrees"].as_array().unwrap().len(), 2);
}

#[test]
fn a_bare_repository_has_worktrees_too() {
    let world = team();
    says(
        &world,
        "git clone --quiet --bare . ../plan.git; git -C ../plan.git fetch --quiet ../work refs/coord/ledger:refs/coord/ledger",
    );
    says(
        &world,
        "cp -r .git/coord/keys ../plan.git/keys; mkdir -p ../plan.git/coord; mv ../plan.git/keys ../plan.git/coord/",
    );
    let made = world.coord(&[
        "-C",
        "../plan.git",
        "worktree",
        "add",
        "A",
        "--actor",
        "ada",
        "--json",
    ]);
    let warned = made.stderr.clone();
    let made = made.data("coord.worktree/1");
    assert!(
        made["path"].as_str().unwrap().ends_with("/plan-A"),
        "{made}"
    );
    // A setting for one worktree needs `extensions.worktreeConfig`, which moves other settings of the repository.
    assert!(
        warned.contains("hint: export GIT_COORD_ACTOR=ada"),
        "{warned}"
    );
    assert!(fs::exists(world.work().with_file_name("plan-A")).unwrap());
    let seen = world.coord(&[
        "-C",
        "../plan.git",
        "observe",
        "worktrees",
        "--actor",
        "ada",
        "--json",
    ]);
    assert_eq!(
        seen.data("coord.worktrees/1")["worktrees"][0]["label"],
        "plan-A"
    );
}

#[test]
fn a_tasks_branch_goes_to_a_home_that_holds_the_ledger_on_a_branch() {
    let world = World::new();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world.git(&["init", "--quiet", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    for line in [
        "init --actor ada --ref refs/heads/coord",
        "add One --id A",
        "sync",
        "worktree add A",
    ] {
        world.done(line);
    }
    world.git(&["push", "--quiet", "origin", "task/A"]);
    world.git(&["fetch", "--quiet"]);
    world.done("sync");
}

/// Layouts beside the plain one: how each is made, and the worktree where people work.
const LAYOUTS: [(&str, &str); 6] = [
    (
        "git init -q --bare ../h/.bare; echo 'gitdir: ./.bare' >../h/.git; git -C ../h worktree add -q --orphan -b trunk trunk",
        "../h/trunk",
    ),
    (
        "git init -q --bare ../b.git; git -C ../b.git worktree add -q --orphan -b trunk ../trunk",
        "../trunk",
    ),
    (
        "git init -q --bare --object-format=sha256 --ref-format=reftable ../b.git;
         git -C ../b.git worktree add -q --orphan -b trunk ../trunk",
        "../trunk",
    ),
    (
        "git init -q ../s; git -C ../s commit -q --allow-empty -m x;
         git -c protocol.file.allow=always submodule --quiet add \"$PWD/../s\" sub; git -C sub worktree add -q --detach ../../linked",
        "../linked",
    ),
    (
        "git init -q ../s; git -C ../s commit -q --allow-empty -m x;
         git -c protocol.file.allow=always submodule --quiet add \"$PWD/../s\" sub",
        "sub",
    ),
    (
        "mkdir ../x; git init -q --separate-git-dir=../x/sep.git ../app",
        "../app",
    ),
];

#[test]
fn a_commit_under_a_claim_is_recorded_in_every_layout() {
    for (make, folder) in LAYOUTS {
        let world = World::new();
        says(&world, make);
        let said = says(
            &world,
            &format!(
                "cd {folder}; git commit -q --allow-empty -m first; git coord init --actor ada; git coord hooks install;
                 git coord add One --id A; git coord claim A; git commit -q --allow-empty -m second;
                 git log -1 --format=%B; git coord show A; git rev-parse HEAD"
            ),
        );
        assert!(said.contains("second\n\nCoord-Task: A\n"), "{make}: {said}");
        let head = said.lines().last().unwrap();
        assert!(said.matches(head).count() > 1, "{make}: {said}");
        // The label is that of the worktree with `GIT_DIR` too, as git sets it for its hooks.
        let label = |before: &str| {
            says(
                &world,
                &format!(
                    "cd {folder}; {before}git coord show A --json | grep -o '\"worktree\":[^,]*'"
                ),
            )
        };
        let claimed = label("");
        assert_ne!(claimed, "\"worktree\":null\n", "{make}");
        let named = label(
            "export GIT_DIR=$(git rev-parse --absolute-git-dir); git coord release A; git coord claim A; ",
        );
        assert!(named.ends_with(&claimed), "{make}: {named}");
    }
}
