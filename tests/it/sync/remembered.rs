//! What clones remember of the past between commands: every reading command says the same as without it.
//!
//! Not here: the index from inside, also a damaged one (`ledger::past_tests`).

use std::fs;

use serde_json::Value;

use super::{
    convergence::{self, Promises},
    team::Team,
};
use crate::durability::{Dice, count};

/// The commands that look at the past; `ENTRY` stands for one of the entries, `TASK` for a task.
const LINES: [&str; 15] = [
    "log",
    "log --full",
    "log --json",
    "log -n 2 --json",
    "log TASK",
    "log TASK --json",
    "show TASK",
    "show TASK --at ENTRY",
    "show ENTRY",
    "status --at ENTRY",
    "diff ENTRY now",
    "diff ENTRY now --json",
    "report --day today --json",
    "metrics --json",
    "snapshots --json",
];

/// What a command says at a time.
fn said(team: &Team, name: &str, line: &str, time: u64) -> (i32, String, String) {
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = team.world.coord_with(&arguments, |command| {
        command.current_dir(team.place(name));
        command.env("GIT_COMMITTER_DATE", format!("@{time} +0000"));
    });
    (output.code, output.stdout, output.stderr)
}

fn entries(team: &Team, name: &str) -> Vec<String> {
    let log = team.done(name, "log --json");
    let entry = |line: &str| {
        let told: Value = serde_json::from_str(line).unwrap();
        told["data"]["object"].as_str().unwrap().to_owned()
    };
    log.lines().map(entry).collect()
}

#[test]
fn every_look_at_the_past_is_the_same_with_and_without_what_is_remembered() {
    let (team, names) = convergence::crowd(3, Team::new());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut promises = Promises::default();
    for round in 0..count(4, 100) {
        for _ in 0..6 {
            let name = &names[dice.roll(3) as usize];
            convergence::step(&team, name, &mut dice, &mut promises);
        }
        let name = &names[dice.roll(3) as usize];
        if round % 3 == 2 {
            team.done(name, &format!("snapshot --label round{round}"));
        }
        let cache = team.place(name).join(".git/coord/cache");
        let away = team.place(name).join("away");
        let (known, time) = (entries(&team, name), team.world.now());
        let task = convergence::any_task(&mut dice, &promises);
        for line in LINES {
            let entry = &known[dice.roll(known.len() as u64) as usize];
            let line = line.replace("ENTRY", entry).replace("TASK", &task);
            let remembered = said(&team, name, &line, time);
            fs::rename(&cache, &away).unwrap();
            let replayed = said(&team, name, &line, time);
            let _ = fs::remove_dir_all(&cache);
            fs::rename(&away, &cache).unwrap();
            assert_eq!(remembered, replayed, "{name}: {line}");
        }
    }
}
