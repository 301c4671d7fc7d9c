//! What hostile entries cost: for each attack the seconds of a replay at three sizes, the exponent of their growth, the
//! seconds for each megabyte of commits, and the longest times of an entry that the rules accept and that they refuse.
//!
//! Linear growth has the exponent 1. Not here: the time of honest ledgers (`core`, `against_git`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that cannot go on should stop"
)]

mod hostile;

use git_coord::core::{
    entry::event::{Event, RosterEvent, roster::PolicyRule},
    history::judge::{Candidate, Judge, Signed},
    plan::{
        graph::OpenTasks,
        reduce::{Accepted, Replay},
    },
    views::planning::ready,
};
use hostile::{Line, accepted, attacks, key_of};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike as _,
};

/// The processor time of this process so far, in seconds: other work on the machine does not count.
fn processor() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
}

fn seconds<R>(run: impl Fn() -> R) -> f64 {
    let time = || {
        let start = processor();
        let kept = std::hint::black_box(run());
        let took = processor() - start;
        drop(kept);
        took
    };
    // The fastest of five: other work on the machine takes away the caches.
    (0..5).map(|_| time()).fold(f64::INFINITY, f64::min)
}

/// Prints the seconds at each size, the exponent between the first and the last, and more.
fn row(name: &str, sizes: [usize; 3], times: [f64; 3], more: &str) {
    let factor = sizes[2] as f64 / sizes[0] as f64;
    let exponent = (times[2] / times[0]).ln() / factor.ln();
    let shown: Vec<String> = sizes
        .iter()
        .zip(times)
        .map(|(size, time)| format!("{size} {time:.4}"))
        .collect();
    println!("{name:44} {:36} {exponent:5.2} {more}", shown.join("  "));
}

/// The replay of an attack at three sizes.
fn replayed(name: &str, sizes: [usize; 3], made: impl Fn(usize) -> Line) {
    let lines = sizes.map(made);
    let times = [0, 1, 2].map(|size| seconds(|| lines[size].replay()));
    let megabytes = lines[2].bytes() as f64 / 1e6;
    let [accepted, refused] = longest(&lines[2]);
    let more = format!(
        "{:8.0} ms/MB {accepted:7.2} ms {refused:7.2} ms",
        1e3 * times[2] / megabytes
    );
    row(name, sizes, times, &more);
}

/// The longest time of an entry that the rules accept, and of one that they refuse, in milliseconds.
fn longest(line: &Line) -> [f64; 2] {
    let times = || {
        let (genesis, later) = line.entries.split_first().unwrap();
        let mut replay = Replay::begin(genesis).unwrap();
        let of = |entry: &Accepted| {
            let refused = replay.state().anomalies.len();
            let start = processor();
            replay.push(entry);
            let took = 1e3 * (processor() - start);
            (took, replay.state().anomalies.len() > refused)
        };
        later.iter().map(of).collect::<Vec<_>>()
    };
    let mut fastest = times();
    for _ in 0..2 {
        for (entry, (took, _)) in fastest.iter_mut().zip(times()) {
            entry.0 = entry.0.min(took);
        }
    }
    [false, true].map(|refused| {
        let times = fastest.iter().filter(|entry| entry.1 == refused);
        times.map(|(took, _)| *took).fold(0.0, f64::max)
    })
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
    let mut base = Line::new();
    for entry in &mut base.entries {
        // Everybody has the address of their name here.
        if let [Event::Roster(RosterEvent::ActorAdded(new))] = &mut entry.entry.events[..] {
            new.email = format!("{}@example.org", new.name).parse().unwrap();
        }
    }
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

fn judged(name: &str, event: RosterEvent) {
    let (sizes, event) = ([1000, 2000, 4000], Event::Roster(event));
    row(
        name,
        sizes,
        sizes.map(|size| seconds(|| joins(size, &event))),
        "",
    );
}

fn asked(name: &str, made: impl Fn(usize) -> Line) {
    let sizes = [1000, 2000, 4000];
    let times = sizes.map(|size| {
        let state = made(size).replay().into_state();
        seconds(|| ready(&state, &OpenTasks::of(&state), state.effective, None).len())
    });
    row(name, sizes, times, "");
}

fn main() {
    println!(
        "{:44} {:36} {:5} {:>14} {:>10} {:>10}",
        "replay of", "size and seconds", "exp.", "a megabyte", "accepted", "refused"
    );
    replayed("honest work", [1000, 2000, 4000], attacks::honest);
    replayed("import of a chain", [4000, 8000, 16000], attacks::chain);
    for (unit, length, count) in [
        ("*a", 400, 1),
        ("*a", 400, 3),
        ("*a", 400, 16),
        ("*a", 100, 12),
        ("?*", 400, 3),
        ("[!a]", 400, 3),
        ("[a-cx-z]*", 400, 3),
        ("*/", 80, 16),
    ] {
        let name = format!("claims of {count} globs of {length} bytes '{unit}'");
        replayed(&name, [20, 60, 180], attacks::globs(unit, length, count));
    }
    replayed(
        "claims of 990 short paths, again and again",
        [2, 4, 8],
        attacks::holding(3),
    );
    replayed(
        "claims of 990 long paths, again and again",
        [2, 4, 8],
        attacks::holding(380),
    );
    replayed(
        "paths that come and go",
        [2, 4, 8],
        attacks::paths_come_and_go,
    );
    replayed(
        "dense graphs and attacks on them",
        [4, 8, 16],
        attacks::circles,
    );
    replayed("lists of a thousand", [4, 8, 16], attacks::lists);
    replayed("copies of large tasks", [16, 32, 64], attacks::copies);
    replayed(
        "comments and work on a large task",
        [4, 8, 16],
        attacks::comments,
    );
    replayed(
        "pull requests, and entries of two events",
        [10, 20, 40],
        attacks::observations,
    );
    replayed(
        "pull requests forgotten, in vain",
        [10, 20, 40],
        attacks::forgotten,
    );
    replayed(
        "pull requests forgotten, many",
        [100, 125, 150],
        attacks::forgotten,
    );
    replayed(
        "paths that policy wants reviewed",
        [20, 60, 180],
        attacks::reviewed_paths,
    );
    replayed("actors", [2, 4, 8], attacks::actors);
    replayed(
        "entries refused at their last event",
        [10, 20, 40],
        attacks::refused,
    );
    asked("ready, honest tasks", attacks::honest);
    asked("ready, honest tasks and vague claims", attacks::vague);
    asked("ready, hostile tasks", |size| {
        attacks::globs("*a", 400, 1)(size / 10)
    });
    judged(
        "refused policy events and joins",
        RosterEvent::PolicySet(PolicyRule::OwnersOnly(true)),
    );
    judged(
        "refused key events and joins",
        RosterEvent::KeyAdded {
            actor: "codex".parse().unwrap(),
            key: key_of("more"),
        },
    );
}
