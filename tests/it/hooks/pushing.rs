//! Pushes and moved refs with installed hooks: gates, other holders, the ledger's ref, hundreds of tags.
//!
//! Not here: exchanging the ledger (`sync`).

use super::{says, team, told, warnings};
use crate::world::{Output, World};

/// `ada` holds `B`, which has a gate, and has a commit on its branch; there is a remote.
fn on_branch() -> World {
    let world = team();
    world.git(&["init", "--quiet", "--bare", "../home/remote.git"]);
    world.git(&["remote", "add", "origin", "../home/remote.git"]);
    world.git(&["push", "--quiet", "origin", "main"]);
    world.done("claim B");
    world.git(&["switch", "--quiet", "-c", "task/B"]);
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    world
}

fn push(world: &World, what: &str) -> Output {
    world.shell(&format!("git push --quiet origin {what}"))
}

#[test]
fn work_leaves_its_branch_only_after_its_review() {
    let world = on_branch();
    let own = push(&world, "task/B");
    assert_eq!((own.code, own.stderr.as_str()), (0, ""));
    let open = "this push brings task 'B' to 'main', but its review still needs ada";
    let warned = push(&world, "task/B:main --dry-run");
    assert_eq!((warned.code, warnings(&warned)), (0, vec![open]));
    // The trailer names the task, so the branch does not matter.
    world.git(&["switch", "--quiet", "main"]);
    world.git(&["merge", "--quiet", "task/B"]);
    world.git(&["config", "coord.hooks.strict", "true"]);
    let refused = push(&world, "main");
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .stderr
            .starts_with(&format!("error: {open}\nhint: git coord show B\n"))
    );
    assert_eq!(push(&world, "main --no-verify").code, 0);
    // Commits that the remote has are not checked again.
    let deleted = push(&world, ":task/B");
    assert_eq!((deleted.code, deleted.stderr.as_str()), (0, ""));
}

#[test]
fn pushing_a_branch_whose_task_another_actor_holds_is_reported() {
    let world = on_branch();
    world.done("release B");
    world.done("claim B --actor codex");
    let output = push(&world, "task/B");
    assert_eq!(output.code, 0);
    assert!(
        warnings(&output)[0].starts_with("task 'B' is claimed by codex until "),
        "{output:?}"
    );
    let mine = world.shell("git -c coord.actor=codex push --quiet origin task/B:task/B --force");
    assert_eq!((mine.code, mine.stderr.as_str()), (0, ""));
}

#[test]
fn a_push_that_cannot_be_checked_is_stopped_only_by_strict_hooks() {
    let world = on_branch();
    says(
        &world,
        "rm -r .git/coord/cache; echo 1111111111111111111111111111111111111111 >.git/refs/coord/ledger",
    );
    let open = push(&world, "task/B");
    assert_eq!(open.code, 0);
    assert!(
        warnings(&open)[0].starts_with("git coord's pre-push hook did nothing: "),
        "{open:?}"
    );
    world.git(&["config", "coord.hooks.strict", "true"]);
    let strict = push(&world, "task/B:other");
    assert_eq!(strict.code, 1);
    assert!(
        strict
            .stderr
            .starts_with("error: the push was not checked: "),
        "{strict:?}"
    );
}

#[test]
fn a_protected_ledger_is_neither_deleted_nor_moved_back_by_git() {
    let world = on_branch();
    world.done("hooks install --protect-ledger");
    let before = told(&world);
    for line in [
        "git update-ref -d refs/coord/ledger",
        "git update-ref refs/coord/ledger refs/coord/ledger~1",
        "git update-ref refs/coord/ledger main",
        "git fetch --quiet origin +main:refs/coord/ledger",
    ] {
        let output = world.shell(line);
        assert_ne!(output.code, 0, "{line}");
        let told = output.stderr.contains("error: the hook does not let git ");
        assert!(
            told && output.stderr.contains("would be lost"),
            "{output:?}"
        );
    }
    assert_eq!(told(&world), before);
    // A fast-forward, another ref, and a push by git coord itself are allowed.
    for line in [
        "git push --quiet origin refs/coord/ledger",
        "git coord comment B later",
        "git push --quiet origin refs/coord/ledger:refs/coord/ledger",
        "git fetch --quiet origin refs/coord/ledger:refs/coord/ledger",
        "git update-ref refs/heads/y main; git update-ref -d refs/heads/y",
    ] {
        says(&world, line);
    }
    let forward = "git clone --quiet . ../other; git -C ../other fetch --quiet ../work refs/coord/ledger:refs/coord/ledger";
    says(&world, forward);
}

#[test]
fn only_a_push_with_automatic_sync_waits_for_home() {
    let world = on_branch();
    let at_home = || world.shell("git ls-remote origin refs/coord/ledger").stdout;
    let commit = "git commit --quiet --allow-empty -m x";
    says(&world, &format!("{commit}; git push --quiet origin task/B"));
    assert_eq!(at_home(), "");
    world.git(&["config", "coord.sync", "auto"]);
    says(&world, commit);
    assert_eq!(at_home(), "");
    says(&world, "git push --quiet origin task/B");
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    assert!(at_home().starts_with(tip.trim()), "{}", at_home());
    // An unreachable home does not delay a push to another remote.
    world.git(&["remote", "add", "copy", "../home/copy.git"]);
    says(
        &world,
        "git clone --quiet --bare ../home/remote.git ../home/copy.git",
    );
    world.git(&["remote", "set-url", "origin", "../home/nowhere.git"]);
    says(&world, commit);
    let output = world.shell("git push --quiet copy task/B");
    assert_eq!(output.code, 0, "{output:?}");
    assert!(
        warnings(&output)[0].starts_with("your entries are not published yet: "),
        "{output:?}"
    );
}

#[test]
fn hundreds_of_tags_are_fetched_as_without_our_hooks() {
    let world = on_branch();
    world.done("hooks install --protect-ledger");
    says(
        &world,
        "for n in $(seq 300); do echo \"create refs/tags/t$n $(git rev-parse main)\"; done | \
         git -C ../home/remote.git update-ref --stdin",
    );
    let before = told(&world);
    says(&world, "git fetch --quiet --tags");
    assert_eq!(world.git(&["tag"]).lines().count(), 300);
    assert_eq!(told(&world), before);
    says(&world, "git pack-refs --all; git gc --quiet");
    world.done("verify");
}
