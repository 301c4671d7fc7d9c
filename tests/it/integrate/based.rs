//! Where the branch of a task begins that depends on others.
//!
//! Not here: worktrees themselves (`hooks::claimed`).

use serde_json::Value;

use super::{at_work, folder, says, tip, worked_on};
use crate::world::World;

/// `C` depends on `A`, which is done on its branch only.
fn after_a() -> World {
    let world = at_work();
    says(&world, "cd ../work-A && git coord done A --commit HEAD");
    world.done("add --id C --depends A Third");
    world
}

fn claimed(world: &World) -> (Value, String) {
    let line = "git coord claim C --worktree --actor codex --json";
    let output = world.shell(line);
    (output.data("coord.worktree/1"), output.stderr)
}

#[test]
fn a_branch_begins_at_the_only_missing_work_that_it_depends_on() {
    let world = after_a();
    let (told, warned) = claimed(&world);
    assert_eq!((&told["based_on"], warned.as_str()), (&"A".into(), ""));
    assert_eq!(tip(&world, "task/C"), tip(&world, "task/A"));
}

#[test]
fn work_that_is_there_already_or_a_base_that_is_named_changes_nothing() {
    let world = after_a();
    world.done("worktree add C --base main --actor codex");
    assert_eq!(tip(&world, "task/C"), tip(&world, "main"));
    let world = after_a();
    world.git(&["merge", "-q", "--ff-only", "task/A"]);
    let (told, warned) = claimed(&world);
    assert_eq!((&told["based_on"], warned.as_str()), (&Value::Null, ""));
}

#[test]
fn several_missing_works_are_warned_of_with_the_command_that_merges_each() {
    let world = after_a();
    worked_on(&world, "B");
    says(&world, "cd ../work-B && git coord done B --commit HEAD");
    world.done("edit C --depends B");
    let (told, warned) = claimed(&world);
    assert_eq!(told["based_on"], Value::Null);
    assert_eq!(tip(&world, "task/C"), tip(&world, "main"));
    let hints: Vec<&str> = (warned.lines())
        .filter_map(|line| line.strip_prefix("hint: "))
        .collect();
    assert_eq!(hints.len(), 2, "{warned}");
    for hint in hints {
        says(&world, hint);
    }
    for id in ["A", "B"] {
        assert!(folder(&world, "work-C").join(id).exists());
    }
}
