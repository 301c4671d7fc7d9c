//! Syncs that are killed at random points: the program, the git that it runs, or both.
//!
//! Not here: writers that are killed (`durability`).

use std::{
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use super::daemon;
use crate::{
    durability::{Dice, count},
    sync::team::Team,
};

const HOME: &str = "home.git";
const LEDGER: &str = "refs/coord/ledger";
const ANCHOR: &str = "refs/coord-anchor/ledger";

/// codex has published something that ada lacks, and ada's command has reported something that home lacks: that entry.
pub fn news_on_both_sides(team: &Team, round: u32) -> String {
    if round.is_multiple_of(2) {
        team.done("codex", &format!("add Theirs --id=T{round}"));
        team.done("codex", "sync");
    }
    let added = team.says("ada", &format!("add Ours --id=O{round} --json"));
    let told = added.json();
    assert_eq!(told["ok"], true, "{told}");
    told["data"]["entry"].as_str().unwrap().to_owned()
}

/// Whether home's ledger leads to this entry.
pub fn is_at_home(team: &Team, entry: &str) -> bool {
    let merged = ["merge-base", "--is-ancestor", entry, LEDGER];
    team.try_git(HOME, &merged).code == 0
}

/// What the refs lead to is whole on either side, and what ada believes to be published is at home. Not by `git fsck`,
/// which looks at the objects before it looks at the refs: whom a killed sync talked to may be taking in its push.
#[track_caller]
pub fn is_sound(team: &Team) {
    for name in ["ada", HOME] {
        let walk = ["rev-list", "--all", "--objects", "--quiet"];
        team.git_in(name, &walk);
    }
    let anchor = team.tip("ada", ANCHOR);
    assert!(is_at_home(team, &anchor), "{anchor} is half believed");
    team.done("ada", "verify");
}

/// Ends the children of a process. Children that end by themselves meanwhile are fine.
fn kill_children(parent: &Child) {
    let tasks = fs::read_dir(format!("/proc/{}/task", parent.id()));
    let lists = tasks.into_iter().flatten().flatten();
    for list in lists.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()) {
        for id in list.split_whitespace().filter_map(|id| id.parse().ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}

#[test]
fn a_sync_killed_anywhere_loses_nothing_and_the_next_one_completes() {
    let team = Team::new();
    let daemon = daemon::daemon(&team);
    team.git_in(
        "ada",
        &["config", "remote.origin.url", &daemon::address(&daemon)],
    );
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    news_on_both_sides(&team, 0);
    let start = Instant::now();
    team.done("ada", "sync");
    let whole = start.elapsed();
    for round in 1..=count(12, 500) {
        let entry = news_on_both_sides(&team, round);
        let mut command = team
            .world
            .command(env!("CARGO_BIN_EXE_git-coord"), &team.place("ada"));
        command
            .args(["sync", "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let delay: Duration = whole.mul_f64(dice.roll(1100) as f64 / 1000.0);
        thread::sleep(delay);
        match round % 3 {
            0 => kill_children(&child),
            1 => child.kill().unwrap(),
            _ => {
                kill_children(&child);
                child.kill().unwrap();
            }
        }
        let output = child.wait_with_output().unwrap();
        let told: Option<Value> = serde_json::from_slice(&output.stdout).ok();
        if told.is_some_and(|told| told["ok"] == true) {
            assert!(is_at_home(&team, &entry), "round {round} {delay:?}");
        }
        is_sound(&team);
        let next = team.says("ada", "sync --json");
        assert_eq!(next.code, 0, "round {round} {delay:?}: {next:?}");
        assert!(is_at_home(&team, &entry), "round {round} {delay:?}");
    }
    team.converge(&["ada", "codex"]);
    for name in ["ada", HOME] {
        team.git_in(
            name,
            &["fsck", "--strict", "--no-dangling", "--no-progress"],
        );
    }
}
