//! The attacks, each by its size: about linear in the bytes that the attacker writes.
//!
//! Not here: their costs (`growth`).

use std::ops::Range;

use git_coord::core::{
    entry::event::{
        Event, Mark, ObservationEvent, RosterEvent, TaskEvent, TaskRef, WorkEvent,
        observation::{ForgeKind, PullRequest, Source},
        roster::PolicyRule,
        task::TaskFact,
    },
    values::{
        id::EntryId,
        task::{Approver, Role},
    },
};

use super::{Line, actor_added, claimed, depends, edited, path, reference};

/// Small steps of work, as most entries are.
pub fn honest(size: usize) -> Line {
    let mut line = Line::new();
    for number in 0..size {
        let folder = format!("crates/c{}/src/m{number}/**/*.rs", number % 97);
        let tasks = line.add("coo", vec![(format!("T{number}"), vec![path(&folder)])]);
        if number % 10 == 0 {
            let actor = if number % 20 == 0 { "codex" } else { "rev" };
            let claim = line.claim(actor, &tasks[0]);
            line.by(actor, vec![progressed(&tasks[0], Some(claim), 50)]);
        }
    }
    line
}

/// An import of a chain of tasks.
pub fn chain(length: usize) -> Line {
    let mut line = Line::new();
    let mut tasks = Vec::new();
    for portion in 0..length.div_ceil(500) {
        let ids = (0..500).map(|number| (format!("T{}", 500 * portion + number), Vec::new()));
        tasks.extend(line.add("coo", ids.collect()));
    }
    for pairs in tasks.windows(2).collect::<Vec<_>>().chunks(400) {
        let edits = pairs
            .iter()
            .map(|pair| edited(&pair[1], vec![depends(&pair[0])]));
        line.by("coo", edits.collect());
    }
    line
}

fn progressed(task: &TaskRef, claim: Option<EntryId>, percent: u8) -> Event {
    Event::Work(WorkEvent::Progressed {
        task: task.clone(),
        claim: claim.map(|entry| Mark {
            entry: Some(entry),
            ..Mark::default()
        }),
        percent: percent.try_into().unwrap(),
    })
}

/// A glob of the longest kind, of repeated units.
fn hostile(unit: &str, length: usize, number: usize) -> TaskFact {
    let end = format!("/f{number:03}");
    path(&(unit.repeat((length - end.len()) / unit.len()) + &end))
}

/// Tasks with hostile globs, claimed in turns by two.
pub fn globs(unit: &'static str, length: usize, count: usize) -> impl Fn(usize) -> Line {
    move |claims| {
        let mut line = Line::new();
        for number in 0..claims {
            let paths = (0..count).map(|number| hostile(unit, length, number));
            let tasks = line.add("codex", vec![(format!("T{number}"), paths.collect())]);
            line.claim(if number % 2 == 0 { "codex" } else { "rev" }, &tasks[0]);
        }
        line
    }
}

/// Honest tasks, and a tenth as many claims of short globs that could name a file anywhere.
pub fn vague(size: usize) -> Line {
    let mut line = honest(size);
    for number in 0..size / 10 {
        let facts = vec![path(&format!("?*/f{number}"))];
        let tasks = line.add("codex", vec![(format!("V{number}"), facts)]);
        line.claim("codex", &tasks[0]);
    }
    line
}

/// Tasks with as many paths as possible, claimed and released again and again.
pub fn holding(length: usize) -> impl Fn(usize) -> Line {
    move |size| {
        let mut line = Line::new();
        let paths = (0..990).map(|number| path(&format!("{}{number}", "?".repeat(length))));
        let paths: Vec<TaskFact> = paths.map(fixed).collect();
        let task = line.add_large("codex", "A", paths);
        for _ in 0..size {
            let twice = (0..200_u16).flat_map(|number| {
                let claim = Mark {
                    event: 2 * number,
                    ..Mark::default()
                };
                let released = WorkEvent::Released {
                    task: task.clone(),
                    claim,
                };
                [claimed(&task), Event::Work(released)]
            });
            line.by("codex", twice.collect());
        }
        line
    }
}

/// The same path below a folder of its own.
fn fixed(path: TaskFact) -> TaskFact {
    match path {
        TaskFact::PathAdded(glob) => TaskFact::PathAdded(format!("d/{glob}").parse().unwrap()),
        other => other,
    }
}

/// Paths that come and go on a claimed task with many of them.
pub fn paths_come_and_go(size: usize) -> Line {
    let mut line = Line::new();
    let paths = (0..990).map(|number| path(&format!("d/{number}")));
    let task = line.add_large("codex", "A", paths.collect());
    line.claim("codex", &task);
    let glob = "d/new".parse().unwrap();
    let both = [path("d/new"), TaskFact::PathRemoved(glob)];
    for _ in 0..size {
        let facts = both.iter().cycle().take(980).cloned();
        line.by("codex", vec![edited(&task, facts.collect())]);
        let events = both.iter().cycle().take(600);
        line.by(
            "codex",
            events
                .map(|fact| edited(&task, vec![fact.clone()]))
                .collect(),
        );
    }
    line
}

/// As many entries that build a dense graph as entries that attack it, in all directions.
pub fn circles(size: usize) -> Line {
    let mut line = Line::new();
    let mut tasks: Vec<TaskRef> = Vec::new();
    for entry in 0..size {
        let on = |number: usize| {
            (0..number).map(|on| depends(&reference(&format!("D{entry}-{on}"), None, on)))
        };
        let dense = (0..70).map(|number| (format!("D{entry}-{number}"), on(number).collect()));
        let last = tasks.last().cloned();
        tasks.extend(line.add("codex", dense.collect()));
        if let Some(last) = last {
            line.by(
                "codex",
                vec![edited(&tasks[tasks.len() - 70], vec![depends(&last)])],
            );
        }
    }
    for entry in 0..size {
        let attack = |number: usize| {
            let (from, to) = (number % tasks.len(), (number * 7 + entry) % tasks.len());
            edited(&tasks[from.max(to)], vec![depends(&tasks[from.min(to)])])
        };
        for portion in 0..20 {
            let attacks = (20 * portion..20 * (portion + 1)).map(attack);
            line.by("coo", attacks.collect());
        }
    }
    line
}

/// Facts that look through lists of a thousand.
pub fn lists(size: usize) -> Line {
    let mut line = Line::new();
    let owner = |number: usize| format!("o{number:03}").parse().unwrap();
    let criterion = |number: usize| format!("c{number:03}").parse().unwrap();
    let step = |number: usize| format!("s{number:03}").parse().unwrap();
    let facts = (0..990).flat_map(|number| {
        [
            TaskFact::OwnerAdded(owner(number)),
            TaskFact::CriterionAdded(criterion(number)),
            TaskFact::StepAdded(step(number)),
            TaskFact::LabelAdded(step(number)),
        ]
    });
    let task = line.add_large("coo", "A", facts.collect());
    for _ in 0..size {
        for count in [300, 500, 990] {
            let owners = (0..count).map(|number| TaskFact::OwnerAdded(owner(989 - number % 10)));
            line.by("coo", vec![edited(&task, owners.collect())]);
            let criteria =
                (0..count).map(|number| TaskFact::CriterionAdded(criterion(989 - number % 10)));
            line.by("coo", vec![edited(&task, criteria.collect())]);
        }
    }
    line
}

/// Large tasks, and entries of two events that name as many of them as they may: each is copied, in case it is refused.
pub fn copies(size: usize) -> Line {
    let mut line = Line::new();
    let text = "x".repeat(50);
    let facts = (0..990).map(|_| TaskFact::StepAdded(text.parse().unwrap()));
    let facts: Vec<TaskFact> = facts.collect();
    let ids = 0..2 * size;
    let ids = ids.map(|number| line.add_large("coo", &format!("A{number}"), facts.clone()));
    let tasks: Vec<TaskRef> = ids.collect();
    for _ in 0..8 * size {
        let named = tasks.iter().take(124);
        line.by("coo", named.map(|task| progressed(task, None, 7)).collect());
    }
    line
}

/// Entries of a thousand comments.
pub fn comments(size: usize) -> Line {
    let mut line = Line::new();
    let facts = (0..990).map(|_| TaskFact::StepAdded("x".parse().unwrap()));
    let task = line.add_large("coo", "A", facts.collect());
    for _ in 0..size {
        let commented = Event::Task(TaskEvent::Commented {
            task: task.clone(),
            body: "x".parse().unwrap(),
        });
        let steps = vec![progressed(&task, None, 7); 900];
        line.by("codex", steps);
        line.by("codex", vec![commented; 900]);
    }
    line
}

fn see(seen: Range<u64>, gone: Range<u64>) -> Event {
    let request = |number| PullRequest {
        number,
        ..PullRequest::default()
    };
    Event::Observation(ObservationEvent::PullRequests {
        source: Source {
            forge: ForgeKind::Other,
            repository: "https://forge/acme".parse().unwrap(),
        },
        seen: seen.map(request).collect(),
        gone: gone.collect(),
    })
}

/// So many thousand pull requests.
fn seen(size: usize) -> Line {
    let mut line = Line::new();
    for round in 0..size as u64 {
        line.by("obs", vec![see(1000 * round..1000 * (round + 1), 0..0)]);
    }
    line
}

/// So many thousand pull requests, then 20 times as many entries of two events.
pub fn observations(size: usize) -> Line {
    let mut line = seen(size);
    for _ in 0..20 * size {
        line.by("obs", vec![see(1..2, 0..0), see(2..3, 0..0)]);
    }
    line
}

/// So many thousand pull requests, then entries that would forget as many as a payload can name and are refused for their
/// second event, and one that is not refused.
pub fn forgotten(size: usize) -> Line {
    let mut line = seen(size);
    let nothing = edited(&reference("X", None, 900), Vec::new());
    for _ in 0..20 * size {
        line.by("obs", vec![see(0..0, 0..20_000), nothing.clone()]);
    }
    line.by("obs", vec![see(0..0, 0..20_000)]);
    line
}

/// Policy that wants reviews of many long globs, and tasks that meet them all.
pub fn reviewed_paths(size: usize) -> Line {
    let mut line = Line::new();
    let rule = |number| {
        let TaskFact::PathAdded(paths) = hostile("*a", 400, number) else {
            unreachable!("a path")
        };
        let by = vec![Approver::Role(Role::Reviewer)];
        Event::Roster(RosterEvent::PolicySet(PolicyRule::PathReview { paths, by }))
    };
    line.by("coo", (0..12).map(rule).collect());
    for number in 0..size {
        let paths = vec![hostile("*a", 400, 0)];
        let task = line
            .add("coo", vec![(format!("T{number}"), paths)])
            .remove(0);
        line.by(
            "coo",
            vec![Event::Task(TaskEvent::completed(task.clone(), None))],
        );
        let removed = (0..12).map(|_| match hostile("*a", 400, 1) {
            TaskFact::PathAdded(path) => TaskFact::PathRemoved(path),
            other => other,
        });
        line.by("coo", vec![edited(&task, removed.collect())]);
    }
    line
}

/// Entries of an admin that add 400 actors each.
pub fn actors(size: usize) -> Line {
    let mut line = Line::new();
    for entry in 0..size {
        let added = (0..400).map(|number| actor_added(&format!("a{entry}-{number}"), Role::Worker));
        line.by("ada", added.collect());
    }
    line
}

/// Entries whose thousandth event is refused.
pub fn refused(size: usize) -> Line {
    let mut line = Line::new();
    let nothing = edited(&reference("X", None, 999), Vec::new());
    for number in 0..size {
        let added = (0..600).map(|event| {
            Event::Task(TaskEvent::Added {
                id: format!("T{number}-{event}").parse().unwrap(),
                title: "x".parse().unwrap(),
                facts: vec![TaskFact::LabelAdded("x".parse().unwrap())],
            })
        });
        line.by("codex", added.chain([nothing.clone()]).collect());
    }
    line
}
