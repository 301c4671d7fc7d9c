//! Clones of every kind of repository whose processes are killed and stopped, whose disk is full, whose clock jumps, whose
//! objects are pruned and whose home is rewound: nothing reported is lost, and in the end all clones agree.
//!
//! The counts are small; `COORD_SOAK=1` raises them to 10,000 steps. Not here: the same without disturbances
//! (`convergence`), and a home that a person has to repair (`repairs`).

use std::{
    io::Read as _,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    convergence::{self, HOME, Promises, any_task},
    team::Team,
};
use crate::durability::{Dice, count};

/// The kinds of repositories, by git's config.
const KINDS: [&[&str]; 3] = [
    &[],
    &["defaultObjectFormat=sha256"],
    &["defaultRefFormat=reftable"],
];

/// Clones in which anything may happen.
struct Disturbed {
    team: Team,
    names: Vec<String>,
    dice: Dice,
    promises: Promises,
    /// A process that is stopped.
    stopped: Option<Child>,
}

impl Disturbed {
    fn any_name(&mut self) -> String {
        let count = self.names.len() as u64;
        self.names[self.dice.roll(count) as usize].clone()
    }

    /// Starts an append with more of an environment, in a shell that sets limits first.
    fn append(&mut self, name: &str, limits: &str, date: Option<i64>) -> Child {
        let task = any_task(&mut self.dice, &self.promises);
        let kinds: [&[&str]; 3] = [
            &["comment", &task, "well"],
            &["claim", &task],
            &["done", &task],
        ];
        let arguments = kinds[self.dice.roll(3) as usize];
        let script = format!("{limits} exec \"$0\" \"$@\"");
        let world = &self.team.world;
        let mut command: Command = world.command("sh", &self.team.place(name));
        command.args(["-c", &script, env!("CARGO_BIN_EXE_git-coord"), "--json"]);
        command.args(arguments);
        if let Some(later) = date {
            let now = world.now().checked_add_signed(later).unwrap();
            command.env("GIT_COMMITTER_DATE", format!("@{now} +0000"));
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Waits for an append. Whatever it reported has to be there in the end.
    fn ended(&mut self, mut child: Child) {
        let mut stdout = String::new();
        let mut pipe = child.stdout.take().unwrap();
        pipe.read_to_string(&mut stdout).unwrap();
        child.wait().unwrap();
        // A killed process may have printed a part of its answer, or nothing.
        if stdout.ends_with('\n') {
            let reported = convergence::reported(&stdout);
            self.promises.entries.extend(reported);
        }
    }

    fn pause(&mut self) {
        thread::sleep(Duration::from_millis(self.dice.roll(40)));
    }

    fn go_on(&mut self) {
        if let Some(child) = self.stopped.take() {
            signal(&child, Signal::SIGCONT);
            self.ended(child);
        }
    }

    fn step(&mut self) {
        let name = self.any_name();
        match self.dice.roll(20) {
            0 | 1 => {
                let child = self.append(&name, "", None);
                self.pause();
                signal(&child, Signal::SIGKILL);
                self.ended(child);
            }
            2 | 3 => {
                self.go_on();
                let child = self.append(&name, "", None);
                self.pause();
                signal(&child, Signal::SIGSTOP);
                self.stopped = Some(child);
            }
            4 => {
                // A full disk, as far as a process can see: files grow to this many blocks and no further.
                let blocks = self.dice.roll(4);
                let limits = format!("trap '' XFSZ; ulimit -f {blocks};");
                let child = self.append(&name, &limits, None);
                self.ended(child);
            }
            5 | 6 => {
                // A clock that is days behind, or as far ahead as others accept.
                let jump = [-200_000, -3_600, 500][self.dice.roll(3) as usize];
                let child = self.append(&name, "", Some(jump));
                self.ended(child);
            }
            7 => {
                let place = if self.dice.roll(3) == 0 { HOME } else { &name };
                // A stopped writer has objects to which no ref leads yet, and a lock.
                _ = self.team.try_git(place, &["gc", "--quiet", "--prune=now"]);
            }
            8 => self.rewind(&name),
            _ => {
                self.go_on();
                convergence::step(&self.team, &name, &mut self.dice, &mut self.promises);
            }
        }
    }

    /// Puts home back by some entries. A clone that knows better brings them back before anybody publishes there.
    fn rewind(&mut self, name: &str) {
        self.go_on();
        let synced = self.team.says(name, "sync");
        assert!(matches!(synced.code, 0 | 1), "{name}: {synced:?}");
        let tip = self.team.ledger(HOME);
        let back = format!("{tip}~{}", 1 + self.dice.roll(3));
        let earlier = self.team.tip(HOME, &back);
        if !earlier.is_empty() {
            let moved = ["update-ref", "refs/coord/ledger", &earlier, &tip];
            self.team.git_in(HOME, &moved);
            let synced = self.team.says(name, "sync");
            assert!(matches!(synced.code, 0 | 1), "{name}: {synced:?}");
            let line = ["merge-base", "--is-ancestor", &tip, "refs/coord/ledger"];
            self.team.git_in(HOME, &line);
        }
    }
}

fn signal(child: &Child, signal: Signal) {
    // A process that has ended and was not waited for takes any signal.
    kill(Pid::from_raw(child.id() as i32), signal).unwrap();
}

#[test]
fn whatever_happens_nothing_reported_is_lost_and_all_clones_agree() {
    for seed in 1..=u64::from(count(1, 17)) {
        for (number, kind) in KINDS.into_iter().enumerate() {
            let (team, names) = convergence::crowd(3, Team::of_kind(kind));
            let mut disturbed = Disturbed {
                team,
                names,
                dice: Dice((seed * 3 + number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
                promises: Promises::default(),
                stopped: None,
            };
            for _ in 0..count(25, 200) {
                disturbed.step();
            }
            disturbed.go_on();
            let names: Vec<&str> = disturbed.names.iter().map(String::as_str).collect();
            disturbed.team.converge(&names);
            let when = format!("{kind:?}, seed {seed}");
            disturbed.promises.are_kept(&disturbed.team, &when);
        }
    }
}
