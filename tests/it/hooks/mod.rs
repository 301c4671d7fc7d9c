//! git's hooks with real git: installing and removing them, commits, their messages, pushes, rewritten commits,
//! worktrees.
//!
//! Not here: the single findings (unit tests of `hooks`).

mod claimed;
mod committing;
mod installing;
mod messages;
mod pushing;
mod receiving;
mod replaying;
mod serving;
mod worktrees;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::Value;

use crate::world::{Output, World};

/// A ledger with the actors `ada` and `codex` and the tasks `A` and `B`. The hooks are installed, and there is one commit.
fn team() -> World {
    team_in(World::new())
}

fn team_in(world: World) -> World {
    for line in [
        "init --actor ada",
        "actor add codex --generate --role worker",
        "add --id A One",
        "add --id B --path src/** --gate ada Two",
        "hooks install",
    ] {
        world.done(line);
    }
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world
}

/// `ada` holds `A` and is on its branch.
fn on_branch() -> World {
    let world = team();
    world.done("claim A");
    world.git(&["switch", "--quiet", "-c", "task/A"]);
    world
}

/// Runs a line of `sh`, which has to succeed, and returns what it printed on both streams.
#[track_caller]
fn says(world: &World, line: &str) -> String {
    let output = world.shell(&format!("{{ {line}\n}} 2>&1"));
    assert_eq!(output.code, 0, "{line}: {output:?}");
    output.stdout
}

/// The data of a command's answer.
#[track_caller]
fn data(world: &World, line: &str, schema: &str) -> Value {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    world.coord(&words).data(schema)
}

/// The subjects of the recorded entries, newest first.
fn told(world: &World) -> Vec<String> {
    let log = world.git(&["log", "--format=%s", "refs/coord/ledger"]);
    log.lines().map(ToOwned::to_owned).collect()
}

/// The subjects of the entries that are not in `before`.
fn new_since(world: &World, before: &[String]) -> Vec<String> {
    let mut now = told(world);
    now.truncate(now.len() - before.len());
    now
}

/// The last commit's message.
fn message(world: &World) -> String {
    world
        .git(&["log", "-1", "--format=%B"])
        .trim_end()
        .to_owned()
}

/// Writes an executable file.
pub fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Paths, modes and bytes of all files below a folder.
fn traces(folder: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let mode = fs::symlink_metadata(&path).unwrap().permissions().mode();
        let bytes = fs::read(&path).unwrap_or_default();
        found.push((path.display().to_string(), mode, bytes));
    }
    found.sort();
    found
}

/// The row of a hook in the answer of `hooks status`.
fn state_of<'a>(hooks: &'a Value, hook: &str) -> &'a Value {
    let hooks = hooks["hooks"].as_array().unwrap();
    hooks
        .iter()
        .find(|document| document["hook"] == hook)
        .unwrap()
}

/// The warnings that a command printed, without their label.
fn warnings(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines
        .filter_map(|line| line.strip_prefix("warning: "))
        .collect()
}
