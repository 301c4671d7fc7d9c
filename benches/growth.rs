//! What hostile entries cost: each attack at three sizes, the seconds of a replay, and the exponent of their growth.
//!
//! Linear growth has the exponent 1. Also the time of the worst entry that the rules accept. Not here: the time of honest
//! ledgers (`core`, `against_git`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

use std::time::Instant;

use git_coord::core::{
    entry::event::{
        Entry, Event, LedgerEvent, Mark, ObservationEvent, RosterEvent, TaskEvent, TaskRef,
        WorkEvent,
        ledger::Founding,
        observation::{Checks, PullRequest, PullRequestState},
        roster::{NewActor, PolicyRule},
        task::TaskFact,
    },
    history::judge::{Candidate, Judge, Signed},
    plan::{
        graph::OpenTasks,
        reduce::{Accepted, Replay},
        state::State,
    },
    values::{
        id::{Digest, EntryId},
        key::PublicKey,
        task::{ActorKind, Role},
        time::{Span, Timestamp},
    },
    views::planning::ready,
};

/// Entries one after the other, without commits around them.
struct Line {
    entries: Vec<Accepted>,
}

fn key_of(name: &str) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(Digest::of(name.as_bytes()).as_bytes());
    PublicKey::from_blob(&blob).unwrap()
}

fn accepted(number: u64, actor: &str, events: Vec<Event>, parents: Vec<EntryId>) -> Accepted {
    let time = Timestamp::from_seconds(1_760_515_200 + number);
    let id = Digest::of(format!("{number} {actor}").as_bytes());
    Accepted {
        id: EntryId::from_bytes(*id.as_bytes()),
        effective: time,
        entry: Entry {
            format: 1,
            ledger: None,
            parents,
            actor: actor.parse().unwrap(),
            time,
            events,
            attachments: Vec::new(),
        },
        signer: key_of(actor),
    }
}

impl Line {
    fn new() -> Self {
        let founding = Founding {
            key: key_of("ada"),
            kind: ActorKind::Human,
            email: "ada@example.org".parse().unwrap(),
            recovery: None,
            facts: Vec::new(),
            nonce: 1,
        };
        let created = Event::Ledger(LedgerEvent::Created(Box::new(founding)));
        let mut line = Self {
            entries: vec![accepted(0, "ada", vec![created], Vec::new())],
        };
        for (name, role) in [
            ("coo", Role::Coordinator),
            ("codex", Role::Worker),
            ("rev", Role::Worker),
            ("obs", Role::Observer),
        ] {
            let new = NewActor {
                name: name.parse().unwrap(),
                kind: ActorKind::Agent,
                email: format!("{name}@example.org").parse().unwrap(),
                roles: vec![role],
                key: Some(key_of(name)),
            };
            line.by(
                "ada",
                vec![Event::Roster(RosterEvent::ActorAdded(Box::new(new)))],
            );
        }
        line
    }
    fn by(&mut self, actor: &str, events: Vec<Event>) -> EntryId {
        let entry = accepted(self.entries.len() as u64, actor, events, Vec::new());
        self.entries.push(entry);
        self.entries.last().unwrap().id
    }
    /// Adds tasks in one entry.
    fn add(&mut self, actor: &str, tasks: Vec<(String, Vec<TaskFact>)>) -> Vec<TaskRef> {
        let ids: Vec<String> = tasks.iter().map(|(id, _)| id.clone()).collect();
        let added = |(id, facts): (String, Vec<TaskFact>)| {
            Event::Task(TaskEvent::Added {
                id: id.parse().unwrap(),
                title: "x".parse().unwrap(),
                facts,
            })
        };
        let entry = self.by(actor, tasks.into_iter().map(added).collect());
        let of = |(event, id): (usize, &String)| reference(id, Some(entry), event);
        ids.iter().enumerate().map(of).collect()
    }
    fn claim(&mut self, actor: &str, task: &TaskRef) {
        let claimed = WorkEvent::Claimed {
            task: task.clone(),
            lease: Span::from_minutes(240),
            worktree: None,
            steal: false,
            share: false,
            resume: false,
        };
        self.by(actor, vec![Event::Work(claimed)]);
    }
    fn replay(&self) -> Replay {
        let (genesis, later) = self.entries.split_first().unwrap();
        let mut replay = Replay::begin(genesis).unwrap();
        later.iter().for_each(|entry| replay.push(entry));
        replay
    }
    fn state(&self) -> State {
        self.replay().into_state()
    }
}

fn reference(id: &str, entry: Option<EntryId>, event: usize) -> TaskRef {
    TaskRef {
        id: id.parse().unwrap(),
        mark: Mark {
            entry,
            event: event as u16,
            item: 0,
        },
    }
}
fn edited(task: &TaskRef, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Edited {
        task: task.clone(),
        facts,
    })
}
fn path(glob: &str) -> TaskFact {
    TaskFact::PathAdded(glob.parse().unwrap())
}
fn depends(on: &TaskRef) -> TaskFact {
    TaskFact::DependencyAdded(on.clone())
}
/// A glob of the longest kind.
fn hostile(length: usize, number: usize) -> TaskFact {
    let end = format!("{number:03}");
    path(&("*a".repeat((length - end.len()) / 2) + &end))
}

fn seconds<R>(run: impl Fn() -> R) -> f64 {
    let time = || {
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed().as_secs_f64()
    };
    // The fastest of three: other work on the machine only adds.
    (0..3).map(|_| time()).fold(f64::INFINITY, f64::min)
}

/// Prints the seconds at each size, and the exponent between the first and the last.
fn growth<R>(
    attack: &str,
    sizes: [usize; 3],
    made: impl Fn(usize) -> Line,
    run: impl Fn(&Line) -> R,
) {
    let times = sizes.map(|size| {
        let line = made(size);
        seconds(|| run(&line))
    });
    let factor = sizes[2] as f64 / sizes[0] as f64;
    let exponent = (times[2] / times[0]).ln() / factor.ln();
    let shown: Vec<String> = sizes
        .iter()
        .zip(times)
        .map(|(size, time)| format!("{size} {time:.4}"))
        .collect();
    println!("{attack:60} {:45} exponent {exponent:.2}", shown.join("  "));
}

/// Pairs of tasks with hostile globs, claimed one after the other; the size is the number of claims.
fn globs(length: usize, count: usize) -> impl Fn(usize) -> Line {
    move |claims| {
        let mut line = Line::new();
        for number in 0..claims {
            let paths = (0..count).map(|number| hostile(length, number)).collect();
            let tasks = line.add("codex", vec![(format!("T{number}"), paths)]);
            let actor = if number % 2 == 0 { "codex" } else { "rev" };
            line.claim(actor, &tasks[0]);
        }
        line
    }
}

fn chain(length: usize) -> Line {
    let mut line = Line::new();
    let mut tasks = Vec::new();
    for portion in 0..length.div_ceil(500) {
        let ids = (0..500).map(|number| (format!("T{}", 500 * portion + number), Vec::new()));
        tasks.extend(line.add("coo", ids.collect()));
    }
    for pairs in tasks.windows(2).collect::<Vec<_>>().chunks(500) {
        let edits = pairs
            .iter()
            .map(|pair| edited(&pair[1], vec![depends(&pair[0])]));
        line.by("coo", edits.collect());
    }
    line
}

/// As many entries that build a dense graph as entries that attack it, in all directions.
fn circles(size: usize) -> Line {
    let mut line = Line::new();
    let mut tasks: Vec<TaskRef> = Vec::new();
    for entry in 0..size {
        let on = |number: usize| {
            (0..number).map(|on| depends(&reference(&format!("D{entry}-{on}"), None, on)))
        };
        let dense = (0..90).map(|number| (format!("D{entry}-{number}"), on(number).collect()));
        let last = tasks.last().cloned();
        tasks.extend(line.add("codex", dense.collect()));
        if let Some(last) = last {
            line.by(
                "codex",
                vec![edited(&tasks[tasks.len() - 90], vec![depends(&last)])],
            );
        }
    }
    for entry in 0..size {
        let attack = |number: usize| {
            let (from, to) = (number % tasks.len(), (number * 7 + entry) % tasks.len());
            edited(
                &tasks[from.max(to)],
                vec![depends(&tasks[from.min(to)]); 10],
            )
        };
        line.by("coo", (0..500).map(attack).collect());
    }
    line
}

fn honest(size: usize) -> Line {
    let mut line = Line::new();
    for number in 0..size {
        let folder = format!("crates/c{}/src/m{number}/**/*.rs", number % 97);
        let tasks = line.add("coo", vec![(format!("T{number}"), vec![path(&folder)])]);
        if number % 10 == 0 {
            line.claim(if number % 20 == 0 { "codex" } else { "rev" }, &tasks[0]);
        }
    }
    line
}

fn see(from: u64, count: u64) -> Event {
    let request = |number| PullRequest {
        number,
        title: "x".parse().unwrap(),
        state: PullRequestState::Open,
        branch: "b".parse().unwrap(),
        checks: Checks::None,
    };
    Event::Observation(ObservationEvent::PullRequests {
        source: "forge".parse().unwrap(),
        seen: (from..from + count).map(request).collect(),
        complete: false,
    })
}

/// So many thousand pull requests, then 20 times as many entries of two events.
fn observations(size: usize) -> Line {
    let mut line = Line::new();
    for round in 0..size as u64 {
        line.by("obs", vec![see(1000 * round, 1000)]);
    }
    for _ in 0..20 * size {
        line.by("obs", vec![see(1, 1), see(2, 1)]);
    }
    line
}

fn candidate(accepted: &Accepted) -> Candidate {
    let email = format!("{}@example.org", accepted.entry.actor);
    let signed = Signed::new(
        accepted.id,
        accepted.entry.clone(),
        accepted.signer.clone(),
        &email,
    );
    Candidate {
        foreign: accepted.id,
        content: Ok(signed),
    }
}

/// Two lines of events that the rules refuse, and joins that bring them together one by one.
fn joins(size: usize, event: &Event) -> Judge {
    let base = Line::new();
    let mut judge = Judge::default();
    let ledger = base.entries[0].id;
    let mut number = 1000;
    let mut push = |judge: &mut Judge, actor: &str, events: Vec<Event>, parents: Vec<u32>| {
        let ids = parents
            .iter()
            .map(|parent| judge.nodes()[*parent as usize].id);
        let mut entry = accepted(number, actor, events, ids.collect());
        entry.entry.ledger = (!parents.is_empty()).then_some(ledger);
        if parents.is_empty() {
            entry.id = ledger;
        }
        number += 1;
        judge.push(&parents, candidate(&entry))
    };
    let mut tip = 0;
    for (place, entry) in base.entries.iter().enumerate() {
        let parents = if place == 0 { vec![] } else { vec![tip] };
        tip = push(
            &mut judge,
            entry.entry.actor.as_str(),
            entry.entry.events.clone(),
            parents,
        );
    }
    let mut line = |judge: &mut Judge| {
        let mut last = tip;
        let mut all = Vec::new();
        for _ in 0..size {
            last = push(judge, "codex", vec![event.clone()], vec![last]);
            all.push(last);
        }
        all
    };
    let (one, other) = (line(&mut judge), line(&mut judge));
    let mut last = *one.last().unwrap();
    for brought in other {
        last = push(&mut judge, "codex", Vec::new(), vec![last, brought]);
    }
    judge
}

/// The time of each entry of a line that the rules accept, the longest.
fn worst(line: &Line) -> f64 {
    let (genesis, later) = line.entries.split_first().unwrap();
    let mut replay = Replay::begin(genesis).unwrap();
    let mut worst: f64 = 0.0;
    for entry in later {
        let refused = replay.state().anomalies.len();
        let start = Instant::now();
        replay.push(entry);
        let took = start.elapsed().as_secs_f64();
        if replay.state().anomalies.len() == refused {
            worst = worst.max(took);
        }
    }
    worst
}

fn main() {
    let replay = |line: &Line| line.state();
    for length in [100, 400] {
        let attack = format!("claims of tasks with 16 globs of {length} bytes, replay");
        growth(&attack, [10, 40, 160], globs(length, 16), replay);
    }
    growth(
        "claims of tasks with 1 glob of 400 bytes, replay",
        [50, 200, 800],
        globs(400, 1),
        replay,
    );
    growth(
        "dense graphs and attacks on them, replay",
        [4, 8, 16],
        circles,
        replay,
    );
    growth(
        "import of a chain, replay",
        [4000, 8000, 16000],
        chain,
        replay,
    );
    growth(
        "honest tasks with paths, a tenth claimed: replay",
        [1000, 2000, 4000],
        honest,
        replay,
    );
    for (name, made) in [
        ("honest", honest as fn(usize) -> Line),
        ("hostile", |size| globs(400, 1)(size / 10)),
    ] {
        let sizes = [1000, 2000, 4000];
        let times = sizes.map(|size| {
            let state = made(size).state();
            seconds(|| ready(&state, &OpenTasks::of(&state), state.effective, None).len())
        });
        let exponent = (times[2] / times[0]).ln() / 4f64.ln();
        println!(
            "{:60} {:?} exponent {exponent:.2}",
            format!("ready, {name} tasks {sizes:?}"),
            times.map(|it| (it * 1e4).round() / 1e4)
        );
    }
    growth(
        "pull requests, and entries of two events: replay",
        [10, 20, 40],
        observations,
        replay,
    );
    for (name, event) in [
        (
            "policy",
            RosterEvent::PolicySet(PolicyRule::OwnersOnly(true)),
        ),
        (
            "key",
            RosterEvent::KeyAdded {
                actor: "codex".parse().unwrap(),
                key: key_of("more"),
            },
        ),
    ] {
        let event = Event::Roster(event);
        let sizes = [1000, 2000, 4000];
        let times = sizes.map(|size| seconds(|| joins(size, &event)));
        let exponent = (times[2] / times[0]).ln() / 4f64.ln();
        println!(
            "{:60} {:?} exponent {exponent:.2}",
            format!("refused {name} events and joins {sizes:?}"),
            times.map(|it| (it * 1e4).round() / 1e4)
        );
    }
    for (name, line) in [
        ("globs", globs(400, 3)(20)),
        ("many globs", globs(100, 12)(20)),
        ("circles", circles(16)),
        ("chain", chain(4000)),
        ("observations", observations(10)),
    ] {
        println!(
            "worst accepted entry, {name:40} {:.2} ms",
            1e3 * worst(&line)
        );
    }
}
