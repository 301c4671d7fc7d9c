//! Clones, a home and a courier, random commands, some of them killed: in the end all clones agree.
//!
//! The counts are small; `COORD_SOAK=1` raises them to what `soak` runs. Not here: the same on graphs alone, with tens
//! of thousands of schedules (`core::history::accept`).

use std::{
    collections::BTreeSet,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use super::team::Team;
use crate::{
    durability::{Dice, count},
    keys::{CLAUDE, CODEX},
};

pub const HOME: &str = "home.git";

/// The reported entries, which have to be there in the end.
#[derive(Default)]
pub struct Promises {
    /// Entries, by object id.
    pub entries: BTreeSet<String>,
    /// Claims that home has confirmed, by the entry's object id.
    confirmed: BTreeSet<String>,
    tasks: u64,
}

impl Promises {
    /// Asserts that home has every reported entry, and that the rules refuse no claim that home confirmed.
    #[track_caller]
    pub fn are_kept(&self, team: &Team, when: &str) {
        let home = team.git_in(HOME, &["rev-list", "refs/coord/ledger"]);
        let home: BTreeSet<&str> = home.lines().collect();
        for entry in &self.entries {
            assert!(home.contains(entry.as_str()), "{when}: {entry} is lost");
        }
        let verified = team.says("ada", "verify --json").data("coord.verify/1");
        for refused in verified["refused"].as_array().unwrap() {
            let object = refused["object"].as_str().unwrap();
            assert!(
                !self.confirmed.contains(object),
                "{when}: {object} was confirmed"
            );
        }
    }
}

/// A team of so many clones that share a courier.
pub fn crowd(size: usize, team: Team) -> (Team, Vec<String>) {
    let names = ["ada", "codex", "claude", "desk", "train"];
    for (name, player) in [("desk", CODEX), ("train", CLAUDE)] {
        if names[..size].contains(&name) {
            team.clone_for(name, &player);
            team.done(name, "sync");
        }
    }
    team.git_in("", &["init", "--quiet", "--bare", "usb.git"]);
    let names: Vec<String> = names[..size].iter().map(ToString::to_string).collect();
    for name in &names {
        team.git_in(name, &["remote", "add", "usb", "../usb.git"]);
    }
    (team, names)
}

/// The name of a task that was once added.
pub fn any_task(dice: &mut Dice, promises: &Promises) -> String {
    format!("T{}", dice.roll(promises.tasks.max(1)))
}

/// A command of `git-coord` that runs beside the test.
pub fn start(team: &Team, name: &str, arguments: &[&str]) -> Child {
    let mut command: Command = team
        .world
        .command(env!("CARGO_BIN_EXE_git-coord"), &team.place(name));
    command.args(arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

pub fn step(team: &Team, name: &str, dice: &mut Dice, promises: &mut Promises) {
    let task = any_task(dice, promises);
    let anchor = team.tip(name, "refs/coord-anchor/ledger");
    match dice.roll(12) {
        0 | 1 => {
            let id = format!("T{}", promises.tasks);
            promises.tasks += 1;
            append(team, name, &["add", &id, "--id", &id], promises);
        }
        2 => append(team, name, &["claim", &task], promises),
        3 => {
            let claim = ["claim", &task, "--confirm"];
            if let Some(entry) = said(team, name, &claim) {
                promises.entries.insert(entry.clone());
                promises.confirmed.insert(entry);
            }
        }
        4 => append(team, name, &["progress", &task, "40"], promises),
        5 => append(team, name, &["comment", &task, "well"], promises),
        6 => append(team, name, &["done", &task], promises),
        7 => _ = team.done(name, "sync usb"),
        8 => {
            let mut child = start(team, name, &["sync"]);
            std::thread::sleep(Duration::from_millis(dice.roll(120)));
            let _ = child.kill();
            let _ = child.wait();
        }
        _ => {
            let output = team.says(name, "sync");
            assert!(matches!(output.code, 0 | 1), "{name}: {output:?}");
        }
    }
    let after = team.tip(name, "refs/coord-anchor/ledger");
    let line = team.git_in(name, &["rev-list", "--first-parent", &after]);
    assert!(
        line.contains(&anchor),
        "{name}: what was published has moved"
    );
}

/// The object id of the entry, if it was reported.
fn said(team: &Team, name: &str, arguments: &[&str]) -> Option<String> {
    let output = team.coord(name, &[arguments, &["--json"]].concat());
    reported(&output.stdout)
}

/// The object id of the entry that an answer reports.
pub fn reported(stdout: &str) -> Option<String> {
    let told: Value = serde_json::from_str(stdout).unwrap();
    let entry = told["data"]["entry"].as_str();
    entry.filter(|_| told["ok"] == true).map(str::to_owned)
}

fn append(team: &Team, name: &str, arguments: &[&str], promises: &mut Promises) {
    promises.entries.extend(said(team, name, arguments));
}

#[test]
fn whatever_the_order_all_clones_come_to_say_the_same() {
    for seed in 1..=u64::from(count(2, 200)) {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (team, names) = crowd(3 + dice.roll(3) as usize, Team::new());
        let mut promises = Promises::default();
        for _ in 0..count(20, 50) {
            let name = names[dice.roll(names.len() as u64) as usize].clone();
            step(&team, &name, &mut dice, &mut promises);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        team.converge(&names);
        promises.are_kept(&team, &format!("seed {seed}"));
    }
}

#[test]
fn clones_that_push_at_the_same_time_wait_and_see_no_error() {
    let (team, names) = crowd(5, Team::new());
    for round in 0..count(2, 25) {
        for name in &names {
            team.done(name, &format!("add {name} --id {name}-{round}"));
        }
        let syncs = names
            .iter()
            .map(|name| start(&team, name, &["sync", "--json"]));
        let syncs: Vec<Child> = syncs.collect();
        for sync in syncs {
            let output = sync.wait_with_output().unwrap();
            let told: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(0), "{told}");
            assert!(told["data"]["races"].as_u64().unwrap() < 30, "{told}");
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    team.converge(&names);
    let status = team.says("ada", "status --json").data("coord.status/1");
    let total = status["summary"]["total"].as_u64().unwrap();
    assert_eq!(total, u64::from(count(2, 25)) * 5);
}
