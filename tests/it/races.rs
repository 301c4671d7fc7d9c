//! Many actors claim the same task at once: one gets it, and the others learn who.
//!
//! A few rounds; `COORD_SOAK=1` runs 200 of each. Not here: agents that drain a plan (`draining`), claims in two clones
//! (`sync`), and writers of independent entries (`durability`).

use std::{fs::OpenOptions, process::Child};

use nix::{sys::stat::Mode, unistd::mkfifo};
use serde_json::Value;

use crate::{
    durability::{count, shell},
    forge::Forge,
};

const RACERS: usize = 32;

/// Lets all racers claim a task at the same time. Checks that one of them gets it, and returns its name and the answers of
/// the others.
#[track_caller]
fn race(forge: &Forge, racers: &[(String, String)]) -> (String, Vec<Value>) {
    let gate = forge.world.work().join("gate");
    if !gate.exists() {
        mkfifo(&gate, Mode::S_IRWXU).unwrap();
    }
    let waits = |(who, task): &(String, String)| {
        let line = format!(": <gate; exec git-coord {who} claim {task} --lease 40min --json");
        shell(&forge.world, &line).spawn().unwrap()
    };
    let children: Vec<Child> = racers.iter().map(waits).collect();
    let open = OpenOptions::new().write(true).open(&gate).unwrap();
    let ended = children.into_iter().map(|child| child.wait_with_output());
    let (mut winners, mut told) = (Vec::new(), Vec::new());
    for output in ended.map(Result::unwrap) {
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        match output.status.code() {
            Some(0) => winners.push(said["data"]["actor"].as_str().unwrap().to_owned()),
            Some(1) => told.push(said["error"].clone()),
            code => panic!("{code:?}: {output:?}"),
        }
    }
    drop(open);
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(told.len(), racers.len() - 1);
    (winners.remove(0), told)
}

/// Everybody, after the same task.
fn all_after(racers: &[String], task: &str) -> Vec<(String, String)> {
    let pair = |who: &String| (who.clone(), task.to_owned());
    racers.iter().map(pair).collect()
}

#[track_caller]
fn all_told(told: &[Value], code: &str, winner: &str) {
    for error in told {
        assert_eq!(error["code"], code, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(winner), "{winner}: {message}");
    }
}

/// Actors of their own, by the options that name them.
fn distinct(forge: &Forge) -> Vec<String> {
    let joins = |number: usize| {
        let name = format!("racer{number}");
        forge.does(&["actor", "add", &name, "--generate", "--role=worker"]);
        format!("--actor={name}")
    };
    (0..RACERS).map(joins).collect()
}

#[test]
fn one_of_32_racing_actors_gets_the_task_and_the_others_learn_who() {
    let forge = Forge::new();
    let racers = distinct(&forge);
    for round in 0..count(2, 200) {
        let task = format!("R{round}");
        forge.does(&["add", "Race", "--id", &task]);
        let (winner, told) = race(&forge, &all_after(&racers, &task));
        all_told(&told, "claim_held", &winner);
    }
    forge.is_good();
}

#[test]
fn one_of_32_racing_actors_gets_an_expired_task() {
    let forge = Forge::new();
    let racers = distinct(&forge);
    forge.does(&["add", "Race", "--id=R"]);
    forge.does(&["claim", "R", "--lease=1min"]);
    for _ in 0..count(2, 200) {
        // The last winner's lease outlasts the start of all racers, a minute each.
        (0..75).for_each(|_| _ = shell(&forge.world, ""));
        let (winner, told) = race(&forge, &all_after(&racers, "R"));
        all_told(&told, "claim_held", &winner);
    }
    forge.is_good();
}

#[test]
fn one_of_32_processes_of_the_same_actor_gets_the_task() {
    let forge = Forge::new();
    let racers = vec![String::new(); RACERS];
    for round in 0..count(2, 200) {
        let task = format!("R{round}");
        forge.does(&["add", "Race", "--id", &task]);
        let (winner, told) = race(&forge, &all_after(&racers, &task));
        assert_eq!(winner, "ada");
        all_told(&told, "already_yours", &winner);
    }
    forge.is_good();
}

#[test]
fn one_of_32_actors_gets_tasks_with_common_files() {
    let forge = Forge::new();
    let racers = distinct(&forge);
    for round in 0..count(1, 50) {
        let own = |(number, who): (usize, &String)| {
            let (id, path) = (
                format!("R{round}-{number}"),
                format!("round{round}/**/{number}*"),
            );
            forge.does(&["add", "Race", "--id", &id, "--path", &path]);
            (who.clone(), id)
        };
        let racers: Vec<_> = racers.iter().enumerate().map(own).collect();
        let (winner, told) = race(&forge, &racers);
        all_told(&told, "paths_held", &winner);
    }
    forge.is_good();
}
