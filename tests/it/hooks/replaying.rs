//! Commits that git rewrites: amend, rebase, cherry-pick, squash. And bisecting, which makes no commits.
//!
//! Not here: new commits (`committing`).

use super::{data, message, new_since, says, team, told};
use crate::world::World;

/// `ada` holds `A` and has three commits on its branch. The main branch has a new commit too.
fn three_commits() -> World {
    let world = team();
    world.done("claim A");
    world.git(&["switch", "--quiet", "-c", "task/A"]);
    for name in ["one", "two", "three"] {
        says(
            &world,
            &format!("echo {name} >{name}; git add .; git commit --quiet -m {name}"),
        );
    }
    says(
        &world,
        "git switch --quiet main; echo x >x; git add .; git commit --quiet -m x",
    );
    world.git(&["switch", "--quiet", "task/A"]);
    world
}

fn recorded(world: &World) -> String {
    let task = data(world, "show A", "coord.show/1");
    task["task"]["commit"].as_str().map_or_else(
        || {
            let shown = world.done("show A");
            let line = shown
                .lines()
                .find_map(|line| line.trim().strip_prefix("commit "));
            line.unwrap_or_default().trim().to_owned()
        },
        ToOwned::to_owned,
    )
}

fn head(world: &World) -> String {
    world.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

/// The trailers of all commits on the branch.
fn trailers(world: &World) -> String {
    let form = "--format=%(trailers:key=Coord-Task,valueonly,separator=%x2C) ";
    let trailers = world.git(&["log", form, "main..HEAD"]);
    trailers.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn amending_moves_the_record_and_repeats_nothing() {
    let world = three_commits();
    for change in ["--no-edit", "-m again", "-C HEAD~1", "-c HEAD"] {
        let before = told(&world);
        says(
            &world,
            &format!("GIT_EDITOR=true git commit --quiet --amend {change} --date=now"),
        );
        let new = new_since(&world, &before);
        assert_eq!(new.len(), 1, "{change}: {new:?}");
        assert!(
            new[0].starts_with("rewrite a commit of A"),
            "{change}: {new:?}"
        );
        assert_eq!(recorded(&world), head(&world), "{change}");
        assert_eq!(trailers(&world), "A A A", "{change}");
    }
    let before = told(&world);
    says(
        &world,
        "git commit --quiet --amend --allow-empty -m 'z\n\nCoord-Progress: 70'",
    );
    assert_eq!(
        data(&world, "show A", "coord.show/1")["task"]["progress"]["percent"],
        70
    );
    assert_eq!(new_since(&world, &before).len(), 1);
}

#[test]
fn a_rebase_is_recorded_once_and_repeats_no_trailer() {
    let world = three_commits();
    for rebase in [
        "git rebase --quiet main",
        "git rebase --quiet --force-rebase --apply main",
        "GIT_SEQUENCE_EDITOR='sed -i 2s/pick/reword/' GIT_EDITOR='sed -i 1s/$/!/' git rebase --quiet -i --force-rebase main",
        "git rebase --quiet --force-rebase --exec true main",
    ] {
        let before = told(&world);
        assert!(says(&world, rebase).len() < 200);
        let new = new_since(&world, &before);
        assert_eq!(new.len(), 1, "{rebase}: {new:?}");
        assert!(
            new[0].starts_with("rewrite a commit of A"),
            "{rebase}: {new:?}"
        );
        assert_eq!(recorded(&world), head(&world), "{rebase}");
        assert_eq!(trailers(&world), "A A A", "{rebase}");
    }
}

#[test]
fn an_interrupted_rebase_continues_as_without_our_hooks() {
    let world = three_commits();
    says(
        &world,
        "git switch --quiet main; echo y >two; git add .; git commit --quiet -m y",
    );
    world.git(&["switch", "--quiet", "task/A"]);
    let before = told(&world);
    let stopped = world.shell("git rebase --quiet main");
    assert_ne!(stopped.code, 0);
    says(
        &world,
        "echo both >two; git add .; GIT_EDITOR=true git rebase --continue",
    );
    assert_eq!(new_since(&world, &before).len(), 1);
    assert_eq!(recorded(&world), head(&world));
    assert_eq!(trailers(&world), "A A A");
}

#[test]
fn fixups_that_are_squashed_leave_one_trailer() {
    let world = three_commits();
    says(
        &world,
        "echo more >>two; git add .; git commit --quiet --fixup HEAD~1",
    );
    let before = told(&world);
    says(
        &world,
        "GIT_SEQUENCE_EDITOR=true git rebase --quiet -i --autosquash main",
    );
    assert_eq!(trailers(&world), "A A A");
    let new = new_since(&world, &before);
    assert!(new.len() <= 1, "{new:?}");
}

#[test]
fn cherry_picks_and_bisects_record_nothing() {
    let world = three_commits();
    let before = told(&world);
    let record = recorded(&world);
    says(
        &world,
        "git switch --quiet -c release main; git cherry-pick task/A~2 task/A~1",
    );
    says(&world, "git cherry-pick --no-edit task/A");
    assert_eq!(message(&world), "three\n\nCoord-Task: A");
    // After a conflict the commit is made by `git commit`, so it is an ordinary one.
    says(
        &world,
        "git reset --quiet --hard main; echo other >one; git add .; git commit --quiet -m other",
    );
    let before_conflict = told(&world);
    assert_ne!(world.shell("git cherry-pick task/A~2").code, 0);
    says(
        &world,
        "echo both >one; git add .; GIT_EDITOR=true git cherry-pick --continue",
    );
    assert_eq!(new_since(&world, &before_conflict), [""; 0]);
    says(
        &world,
        "git bisect start --quiet task/A main; git bisect run true; git bisect reset",
    );
    says(
        &world,
        "git format-patch --quiet --stdout main..task/A >../home/series; git switch --quiet -c mailed main",
    );
    says(&world, "git am --quiet ../home/series");
    assert_eq!(recorded(&world), record);
    let new = new_since(&world, &before);
    assert!(
        new.iter()
            .all(|subject| subject.starts_with("commit for A")),
        "{new:?}"
    );
}

#[test]
fn a_merge_gets_no_trailer_and_is_recorded_on_the_task_of_its_branch() {
    let world = three_commits();
    let before = told(&world);
    world.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(message(&world), "Merge branch 'main' into task/A");
    assert_eq!(recorded(&world), head(&world));
    assert_eq!(new_since(&world, &before).len(), 1);
    let before = told(&world);
    world.git(&["switch", "--quiet", "-c", "other", "main"]);
    world.git(&["merge", "--quiet", "task/A"]);
    world.git(&["switch", "--quiet", "-c", "squashed", "main~1"]);
    says(
        &world,
        "git merge --quiet --squash task/A; GIT_EDITOR=true git commit --quiet",
    );
    assert!(
        !message(&world).ends_with("\n\nCoord-Task: A"),
        "{}",
        message(&world)
    );
    assert_eq!(new_since(&world, &before), [""; 0]);
}
