//! `log --follow` and `log --since`: what came after an entry, for everybody or for one actor.
//!
//! Not here: the log of the past (`reading`).

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{sync::team::Team, world::World};

fn team() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    world.done("actor add claude --generate --role worker --role reviewer");
    world.done("add One --id A --owner codex --gate claude");
    world.done("add Two --id B");
    world.done("add Three --id C --depends B --owner codex");
    world
}

/// A `log --follow` in the background, and the lines that it prints.
struct Follower {
    child: Child,
    lines: Receiver<String>,
}

/// Long enough for a busy machine.
const LONG: Duration = Duration::from_secs(20);

impl Follower {
    fn new(world: &World, folder: &str, line: &str) -> Self {
        let mut command = world.command("git-coord", &world.work().join(folder));
        command.args(line.split(' '));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines(child.stdout.take().unwrap());
        // Until it waits for its first entry.
        thread::sleep(Duration::from_millis(700));
        Self { child, lines }
    }

    fn next(&self) -> String {
        self.lines.recv_timeout(LONG).expect("a line")
    }

    fn prints_nothing(&self) {
        let line = self.lines.recv_timeout(Duration::from_millis(500));
        assert!(line.is_err(), "{line:?}");
    }

    /// What it wrote on standard error, after it was killed or has ended, and its exit status.
    fn end(mut self, kill: bool) -> (String, Option<i32>) {
        if kill {
            self.child.kill().unwrap();
        }
        let output = self.child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (told, output.status.code())
    }
}

fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if tell.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    told
}

/// The sentence of a line, without the id and the time.
fn said(line: &str) -> &str {
    line.split_once(" UTC ").unwrap().1
}

fn cursor(line: &str) -> &str {
    line.split(' ').next().unwrap()
}

#[test]
fn each_entry_of_another_process_is_one_line_as_soon_as_it_is_there() {
    let world = team();
    let follower = Follower::new(&world, ".", "log --follow");
    for (line, sentence) in [
        ("claim A --actor codex", "codex: claim A: codex, until "),
        ("comment A line", "ada: comment on A: ada"),
    ] {
        world.done(line);
        let written = Instant::now();
        assert!(said(&follower.next()).starts_with(sentence));
        assert!(written.elapsed() < Duration::from_secs(3));
    }
    follower.prints_nothing();
    assert_eq!(follower.end(true).0, "");
}

#[test]
fn a_reader_goes_on_after_its_last_line_and_misses_nothing() {
    let world = team();
    let first = Follower::new(&world, ".", "log --follow");
    world.done("comment A one");
    let seen = first.next();
    first.end(true);
    world.done("comment B two");
    world.done("claim A --actor codex");
    let line = format!("log --follow --since {}", cursor(&seen));
    let second = Follower::new(&world, ".", &line);
    assert_eq!(said(&second.next()), "ada: comment on B: ada");
    assert!(said(&second.next()).starts_with("codex: claim A"));
    world.done("comment A three");
    let last = second.next();
    assert_eq!(said(&last), "ada: comment on A: ada");
    second.end(true);
    let since = |cursor: &str| world.done(&format!("log --since {cursor}"));
    assert_eq!(since(cursor(&last)), "no entries\n");
    assert_eq!(since(cursor(&seen)).lines().count(), 3);
    let output = world.coord(&["log", "--follow", "--since", "00000000", "--json"]);
    output.failed("unknown_revision", 128);
}

#[test]
fn a_reader_of_a_number_of_entries_ends_after_the_last_of_them() {
    let world = team();
    let follower = Follower::new(&world, ".", "log --follow -n 1 --json");
    world.done("comment A one");
    let object: Value = serde_json::from_str(&follower.next()).unwrap();
    assert_eq!(object["schema"], "coord.log/1");
    assert_eq!(object["data"]["news"], Value::Null);
    assert_eq!(follower.end(false), (String::new(), Some(0)));
}

#[test]
fn an_actor_is_told_what_others_do_to_its_tasks_and_what_they_wait_for() {
    let world = team();
    let begin = world.git(&["rev-parse", "refs/coord/ledger"]);
    let mut expected: Vec<(&str, &[&str])> = Vec::new();
    let mut play = |words: &[&str], codex: Option<&'static [&'static str]>, what: &'static str| {
        let output = world.coord(words);
        assert_eq!(output.code, 0, "{words:?}: {output:?}");
        expected.extend(codex.map(|kinds| (what, kinds)));
    };
    // Its own entries are no news.
    play(&["claim", "A", "--actor", "codex"], None, "");
    play(
        &["add", "Four", "--id", "D"],
        Some(&["ready"]),
        "add D: Four",
    );
    play(&["comment", "D", "for nobody: @codex2"], None, "");
    play(
        &["comment", "D", "see (@codex)."],
        Some(&["comment"]),
        "comment on D: ada",
    );
    play(
        &["comment", "A", "how far?"],
        Some(&[]),
        "comment on A: ada",
    );
    play(&["claim", "B"], Some(&[]), "claim B: ada");
    play(&["done", "B"], Some(&["ready"]), "done B: ada");
    play(&["submit", "A", "--actor", "codex"], None, "");
    play(
        &["reject", "A", "--note", "no", "--actor", "claude"],
        Some(&["rejected"]),
        "reject A: claude",
    );
    play(
        &["claim", "A", "--steal"],
        Some(&["claim_lost"]),
        "claim A: ada",
    );
    let line = format!("log --since {} --for codex --json", begin.trim());
    let told = world.done(&line);
    let told: Vec<Value> = told
        .lines()
        .rev()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (object, (subject, kinds)) in told.iter().zip(expected) {
        let entry = &object["data"];
        assert!(
            entry["subject"].as_str().unwrap().starts_with(subject),
            "{entry}"
        );
        let news = entry["news"].as_array().unwrap().iter();
        let news: Vec<&str> = news.map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!(news, kinds, "{entry}");
    }
    let claude = world.done(&line.replace("codex", "claude"));
    assert_eq!(claude.lines().count(), 3, "{claude}");
    assert!(claude.contains("\"kind\":\"review\""), "{claude}");
    let output = world.coord(&["log", "--follow", "--for", "nobody", "--json"]);
    output.failed("unknown_actor", 1);
    assert_eq!(world.coord(&["log", "--for", "codex"]).code, 129);
}

#[test]
fn entries_that_a_sync_puts_before_those_that_were_seen_are_shown_too() {
    let team = Team::new();
    team.done("ada", "add One --id A");
    team.done("ada", "sync");
    team.done("codex", "sync");
    team.done("codex", "claim A");
    let seen = team.ledger("codex");
    let follower = Follower::new(&team.world, "codex", "log --follow --for codex --json");
    team.done("ada", "claim A");
    team.done("ada", "sync");
    assert_eq!(team.says("codex", "sync").code, 1);
    let told: Value = serde_json::from_str(&follower.next()).unwrap();
    let text = told.to_string();
    assert!(
        text.contains("claim A: ada") || text.contains("claim_lost"),
        "{text}"
    );
    follower.end(true);
    // After a restart, from the last own line.
    let told = team.done("codex", &format!("log --since {seen}"));
    assert!(told.contains("claim A: ada"), "{told}");
    assert!(!told.contains("claim A: codex"), "{told}");
}

#[test]
fn a_rewound_ledger_is_reported_and_the_reader_goes_on() {
    let world = team();
    world.done("comment A one");
    let follower = Follower::new(&world, ".", "log --follow");
    world.git(&["update-ref", "refs/coord/ledger", "refs/coord/ledger~2"]);
    thread::sleep(Duration::from_millis(1500));
    world.done("comment A two");
    assert_eq!(said(&follower.next()), "ada: comment on A: ada");
    let (told, _) = follower.end(true);
    assert!(
        told.starts_with("warning: the ledger was rewound or rewritten: it has no entry "),
        "{told}"
    );
}

#[test]
fn a_ledger_that_goes_away_ends_the_reader_with_a_message() {
    let world = team();
    let follower = Follower::new(&world, ".", "log --follow");
    world.git(&["update-ref", "-d", "refs/coord/ledger"]);
    let (told, code) = follower.end(false);
    assert!(
        told.starts_with("error: the ledger of this repository is gone"),
        "{told}"
    );
    assert_eq!(code, Some(128));
}

#[test]
fn a_reader_that_goes_away_ends_the_command_at_once() {
    let world = team();
    let mut command = world.command("git-coord", &world.work());
    let mut child = command
        .args(["log", "--follow"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(700));
    drop(child.stdout.take());
    let began = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(141));
    assert!(began.elapsed() < Duration::from_secs(4));
}
