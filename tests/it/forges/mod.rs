//! Asking a forge for its pull requests: GitHub's interface, spoken by a server of the test, and the programs gh and glab, which are
//! scripts of the test.
//!
//! Not here: lists from files (`pull_requests`), and forged entries (`forge`).

mod api;
mod programs;
mod server;
mod tasks;

use std::{ffi::OsString, fs, os::unix::fs::symlink, path::PathBuf, process::Command};

use serde_json::Value;

use crate::world::{Output, World};

/// The token in every test. It must not be found anywhere afterwards.
const TOKEN: &str = "token-of-the-test";

/// A ledger in a repository whose remote is `acme/plan` on GitHub.
fn world() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.git(&[
        "config",
        "remote.origin.url",
        "git@github.com:acme/plan.git",
    ]);
    world
}

/// A search path on which there is no `gh` and no `glab`: git, and what the test adds.
fn bare_path(world: &World) -> PathBuf {
    let folder = world.home().join("bare");
    if !folder.exists() {
        fs::create_dir(&folder).unwrap();
        for program in ["git", "sh", "cat", "sleep"] {
            let found = world.shell(&format!("command -v {program}")).stdout;
            symlink(found.trim(), folder.join(program)).unwrap();
        }
    }
    folder
}

/// Runs `git coord observe prs` without gh and glab, with the token, at this interface.
fn observe_at(world: &World, api: &str, more: &[&str]) -> Output {
    observe_with(world, more, |command| {
        command
            .env("GITHUB_API_URL", api)
            .env("GITHUB_TOKEN", TOKEN);
    })
}

fn observe_with(world: &World, more: &[&str], adjust: impl FnOnce(&mut Command)) -> Output {
    let path: OsString = bare_path(world).into();
    let line = ["observe", "prs", "--json"];
    world.coord_with(&[&line[..], more].concat(), |command| {
        command.env("PATH", path);
        adjust(command);
    })
}

#[track_caller]
fn data(output: &Output) -> Value {
    assert_eq!(output.code, 0, "{output:?}");
    output.data("coord.pull_requests/1")
}

fn entries(world: &World) -> String {
    world.git(&["rev-list", "--count", "refs/coord/ledger"])
}
