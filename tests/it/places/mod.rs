//! Where the program works: which repository, which worktree, which folder, under whose rights.
//!
//! Not here: what hooks record in a worktree (`hooks`).

mod elsewhere;
mod folders;
mod killed;
mod shared;
mod stalled;
mod worktrees;

use std::path::Path;

use serde_json::Value;

use crate::world::World;

/// A ledger of ada with codex as a worker, the tasks A and B, and a first commit.
fn team() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --generate --role worker",
        "add --id A One",
        "add --id B Two",
    ] {
        world.done(line);
    }
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "start"]);
    world
}

/// Runs a line of `sh`, which has to succeed, and returns its output.
#[track_caller]
pub fn says(world: &World, line: &str) -> String {
    let output = world.shell(line);
    assert_eq!(output.code, 0, "{line}: {output:?}");
    output.stdout
}

/// The `data` of a command with `--json` in another folder.
#[track_caller]
fn data_in(world: &World, folder: &Path, line: &str, schema: &str) -> Value {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    let output = world.coord_with(&words, |command| _ = command.current_dir(folder));
    output.data(schema)
}
