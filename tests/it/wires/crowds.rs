//! Clones that add and publish at the same time, over each kind of wire: everything arrives and nobody sees an error.
//!
//! Not here: the wires (`daemon`, `ssh`, `http`).

use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{daemon, http, ssh};
use crate::{
    durability::count,
    keys::{ADA, CLAUDE, CODEX},
    sync::team::Team,
};

/// So often at most has home moved under one sync.
const RACES_MAX: u64 = 40;

/// All clones publish each of their tasks right away, all at once, to a home at this address.
fn a_crowd_publishes(team: &Team, address: &str) {
    let names: Vec<String> = (0..count(4, 8)).map(|n| format!("clone{n}")).collect();
    let tasks = count(3, 25);
    for (name, player) in names.iter().zip([ADA, CODEX, CLAUDE].iter().cycle()) {
        team.clone_for(name, player);
        team.git_in(name, &["config", "remote.origin.url", address]);
    }
    let running: Vec<Child> = names
        .iter()
        .map(|name| publisher(team, name, tasks))
        .collect();
    let mut most = 0;
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        for line in said.lines() {
            let told: Value = serde_json::from_str(line).unwrap();
            assert_eq!(told["ok"], true, "{told}");
            most = most.max(told["data"]["races"].as_u64().unwrap_or(0));
        }
    }
    println!("home moved {most} times at most under one sync");
    assert!(most <= RACES_MAX, "{most} races");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    team.converge(&names);
    let status = team.says(names[0], "status --json").data("coord.status/1");
    let total = status["summary"]["total"].as_u64().unwrap();
    assert_eq!(total, names.len() as u64 * u64::from(tasks));
}

/// A clone that adds so many tasks and publishes each.
fn publisher(team: &Team, name: &str, tasks: u32) -> Child {
    let line = format!(
        "git-coord sync --json || exit
         for n in $(seq {tasks}); do
             git-coord add Some --id={name}-$n --json && git-coord sync --json || exit
         done"
    );
    let mut command: Command = team.world.command("sh", &team.place(name));
    command
        .args(["-c", &line])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn all_publish_at_once_through_git_daemon_and_nobody_sees_an_error() {
    let team = Team::new();
    let daemon = daemon::daemon(&team);
    a_crowd_publishes(&team, &daemon::address(&daemon));
}

#[test]
fn all_publish_at_once_over_ssh_and_nobody_sees_an_error() {
    let team = Team::new();
    let Some(sshd) = ssh::sshd(&team) else {
        return println!("{}", ssh::SKIPPED);
    };
    let command = ssh::ssh_command(&team, &sshd);
    team.world
        .git(&["config", "--global", "core.sshCommand", &command]);
    a_crowd_publishes(&team, &ssh::address(&team, &sshd));
}

#[test]
fn all_publish_at_once_over_http_and_nobody_sees_an_error() {
    let team = Team::new();
    let server = http::server(&team);
    a_crowd_publishes(&team, &http::address(&server));
}

#[test]
fn all_publish_at_once_past_the_servers_hook_and_nobody_sees_an_error() {
    let team = Team::new();
    team.done("home.git", "hooks install --server");
    let daemon = daemon::daemon(&team);
    a_crowd_publishes(&team, &daemon::address(&daemon));
    team.done("home.git", "verify");
}
