//! Writers that are killed between two steps of a move: the log never says what did not happen.
//!
//! Not here: the steps themselves (`git::refs`).

use super::{says, team};
use crate::world::World;

/// Kills a claim of codex at its n-th rename, and says whether it was killed.
fn kill_at_rename(world: &World, number: usize) -> bool {
    let inject = format!("inject=rename,renameat,renameat2:signal=KILL:when={number}");
    let killed = world.shell(&format!(
        "strace -f -o /dev/null -e trace=rename,renameat,renameat2 -e {inject} git-coord --actor codex claim A"
    ));
    killed.code != 0
}

#[test]
fn a_writer_killed_at_a_rename_loses_nothing_and_doctor_sees_no_loss() {
    if World::new().shell("command -v strace").code != 0 {
        return;
    }
    for number in 1..6 {
        let world = team();
        let was_killed = kill_at_rename(&world, number);
        for before in ["git coord doctor", "git coord claim A", "git coord doctor"] {
            let output = world.shell(before);
            let told = format!("{number} {was_killed} {before}: {output:?}");
            assert!(!output.stdout.contains("moved back"), "{told}");
            assert!(!output.stdout.contains("wrong: "), "{told}");
        }
        let reported = world.git(&["rev-parse", "refs/coord/ledger"]);
        says(&world, "git coord doctor --recover");
        assert_eq!(
            world.git(&["rev-parse", "refs/coord/ledger"]),
            reported,
            "{number}"
        );
    }
}

/// Runs a line of `git-coord` that is killed at its n-th system call of a kind, and says whether it succeeded.
fn killed_at(world: &World, calls: &str, number: usize, line: &str) -> bool {
    let inject = format!("inject={calls}:signal=KILL:when={number}");
    let line = format!("strace -f -o /dev/null -e trace={calls} -e {inject} git-coord {line}");
    world.shell(&line).code == 0
}

#[test]
fn writers_killed_at_any_step_in_every_storage_leave_what_they_acknowledged() {
    if World::new().shell("command -v strace").code != 0 {
        return;
    }
    for kind in ["--object-format=sha256", "--ref-format=reftable"] {
        let world = World::empty();
        says(
            &world,
            &format!(
                "git init -q -b main {kind}; git commit -q --allow-empty -m x; git coord init --actor ada;
                 git worktree add -q --detach ../linked"
            ),
        );
        for (place, calls) in [
            "fsync,fdatasync",
            "unlink,unlinkat",
            "rename,renameat,renameat2",
            "link,linkat",
        ]
        .into_iter()
        .enumerate()
        {
            for number in [1, 2, 4] {
                let id = format!("K{place}-{number}");
                let told = killed_at(
                    &world,
                    calls,
                    number,
                    &format!("-C ../linked --actor ada add t --id {id}"),
                );
                // git's own lock of the tables stays when git is killed; doctor says how to remove it.
                let doctor = world.shell("git coord doctor");
                if let Some((_, lock)) = doctor.stdout.split_once("rm /") {
                    let lock = lock.lines().next().unwrap();
                    assert!(lock.ends_with("tables.list.lock"), "{doctor:?}");
                    says(&world, &format!("rm /{lock}"));
                }
                says(
                    &world,
                    &format!("git coord add after --id N{place}-{number}; git coord doctor"),
                );
                if told {
                    says(&world, &format!("git coord show {id}"));
                }
            }
        }
        says(&world, "git coord verify");
    }
}

#[test]
fn an_import_or_a_sync_that_is_killed_is_whole_or_not_there_and_nothing_is_recovered_from_it() {
    if World::new().shell("command -v strace").code != 0 {
        return;
    }
    let world = team();
    let rows: String = (0..300).map(|n| format!("| I{n} | t |\n")).collect();
    let plan = format!("| ID | Task |\n|---|---|\n{rows}");
    std::fs::write(world.work().join("p.md"), plan).unwrap();
    says(
        &world,
        "git init -q --bare ../home.git; git remote add origin ../home.git; git coord sync; cp -r . ../b",
    );
    let count = || -> usize {
        says(
            &world,
            "git coord list --json | grep -o '\"id\":\"[ABI]' | wc -l",
        )
        .trim()
        .parse()
        .unwrap()
    };
    let renames = "rename,renameat,renameat2";
    for number in 1..5 {
        killed_at(&world, renames, number, "--actor ada import p.md");
        says(&world, "git coord doctor");
        assert!(matches!(count(), 2 | 302), "{number}: {}", count());
    }
    says(&world, "git coord --actor ada import p.md");
    says(
        &world,
        "cd ../b; git coord --actor codex add b --id B2; git coord --actor codex sync",
    );
    for number in [1, 2, 3, 5, 8] {
        killed_at(&world, renames, number, "--actor ada sync");
        says(&world, "git coord doctor");
    }
    says(&world, "git coord --actor ada sync");
    assert_eq!(count(), 303);
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    says(&world, "git coord doctor --recover");
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
}
