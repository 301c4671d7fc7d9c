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
