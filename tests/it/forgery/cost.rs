//! Entries and objects that a modified client made to cost others time: each is refused alike on every machine, and costs
//! nothing later.
//!
//! Not here: how much the rules count (`core::plan::rules`), and how costs grow (`benches/growth.rs`).

use git_coord::{
    core::{
        entry::{
            codec,
            event::{
                Attachment, Event, Mark, TaskEvent, TaskRef, WorkEvent, task::TaskFact,
                work::Percent,
            },
        },
        values::id::{Digest, EntryId},
    },
    git::repository::ObjectKind,
    ledger::Author,
};

use crate::{
    forge::{Forge, open, payload},
    world::World,
};

/// Plants an entry, which has the form of one, and returns its id.
fn plant(forge: &Forge, author: &Author, events: Vec<Event>) -> EntryId {
    let entry = forge.next(author, events);
    let (id, _) = codec::decode(&codec::encode(&entry).unwrap()).unwrap();
    forge.plant(&forge.sign(&forge.parts(&entry), author));
    id
}

fn new_task(id: &str, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Added {
        id: id.parse().unwrap(),
        title: "x".parse().unwrap(),
        facts,
    })
}

fn task(id: &str, entry: Option<EntryId>, event: usize) -> TaskRef {
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

fn claimed(task: &TaskRef) -> Event {
    Event::Work(WorkEvent::claim(task.clone(), "4h".parse().unwrap()))
}

fn progressed(task: &TaskRef) -> Event {
    Event::Work(WorkEvent::Progressed {
        task: task.clone(),
        claim: None,
        percent: Percent::try_from(7).unwrap(),
    })
}

/// Globs of the longest kind: one long name each, of repeated units.
fn globs(unit: &str) -> Vec<TaskFact> {
    let glob = |number| unit.repeat(390 / unit.len()) + &format!("/f{number:02}");
    let path = |number| TaskFact::PathAdded(glob(number).parse().unwrap());
    (0..16).map(path).collect()
}

/// The last entry is refused as too costly, here and by a reader that has only the commits. Nothing that comes later is
/// any slower for it: work goes on, and a state without the entry has the same tasks.
#[track_caller]
fn is_too_costly_everywhere(forge: &Forge, entry: EntryId) {
    let state = forge.state();
    let anomaly = state.anomalies.last().unwrap();
    assert_eq!(
        (anomaly.entry, anomaly.refusal.code().as_str()),
        (entry, "too_costly")
    );
    let elsewhere = World::new();
    let home = forge.world.work();
    elsewhere.git(&[
        "fetch",
        "--quiet",
        home.to_str().unwrap(),
        "refs/coord/ledger:refs/coord/ledger",
    ]);
    let read = open(&elsewhere.work()).history().unwrap().into_state();
    assert_eq!(read.unwrap().digest(), state.digest());
    forge.is_good();
    forge.goes_on();
    let later = forge.state();
    assert_eq!(later.anomalies.len(), state.anomalies.len());
}

#[test]
fn claims_of_hostile_globs_are_too_costly_on_every_machine() {
    for unit in ["*a", "?*", "[!a]*", "[a-z]*"] {
        let forge = Forge::new();
        let facts = globs(unit);
        let [one, other] = ["B", "C"].map(|id| {
            let entry = plant(&forge, &forge.codex, vec![new_task(id, facts.clone())]);
            task(id, Some(entry), 0)
        });
        plant(&forge, &forge.codex, vec![claimed(&one)]);
        let last = plant(&forge, &forge.codex, vec![claimed(&other)]);
        is_too_costly_everywhere(&forge, last);
    }
}

#[test]
fn searches_of_a_dense_graph_are_too_costly_on_every_machine() {
    let forge = Forge::new();
    let mut layers: Vec<Vec<TaskRef>> = Vec::new();
    for layer in 0..4 {
        let name = |number: usize| format!("D{layer}-{number}");
        let below = layers.last().map(|layer| layer[0].clone());
        let added = (0..70).map(|number| {
            let beside = (0..number.min(40)).map(|on| task(&name(on), None, on));
            let on = below.clone().into_iter().chain(beside);
            new_task(&name(number), on.map(TaskFact::DependencyAdded).collect())
        });
        let entry = plant(&forge, &forge.codex, added.collect());
        layers.push(
            (0..70)
                .map(|number| task(&name(number), Some(entry), number))
                .collect(),
        );
    }
    // Each leads to much and is led to by much, and no dependency is there already.
    let attack = |number: usize| {
        let on = layers[2][60 - number / 40].clone();
        edited(&layers[3][number % 40], vec![TaskFact::DependencyAdded(on)])
    };
    let last = plant(&forge, &forge.ada, (0..350).map(attack).collect());
    is_too_costly_everywhere(&forge, last);
}

#[test]
fn work_on_many_large_tasks_at_once_is_too_costly_on_every_machine() {
    let forge = Forge::new();
    let step = |_| TaskFact::StepAdded("x".parse().unwrap());
    let mut tasks = Vec::new();
    for portion in 0..12 {
        let name = |number: usize| format!("L{portion}-{number}");
        let added = (0..11).map(|number| new_task(&name(number), (0..1000).map(step).collect()));
        let entry = plant(&forge, &forge.codex, added.collect());
        tasks.extend((0..11).map(|number| task(&name(number), Some(entry), number)));
    }
    let last = plant(&forge, &forge.codex, tasks.iter().map(progressed).collect());
    is_too_costly_everywhere(&forge, last);
}

#[test]
fn the_command_line_makes_no_entry_that_is_too_costly() {
    let forge = Forge::new();
    let world = &forge.world;
    for id in ["B", "C"] {
        let mut arguments = vec!["--actor=codex".to_owned(), "add".to_owned(), "x".to_owned()];
        arguments.push(format!("--id={id}"));
        arguments.extend((0..16).map(|number| format!("--path={}/f{number}", "*a".repeat(190))));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(world.coord(&arguments).code, 0);
    }
    assert_eq!(world.coord(&["--actor=codex", "claim", "B"]).code, 0);
    let before = forge.tip();
    let claim = ["--actor=codex", "claim", "C", "--json"];
    world.coord(&claim).failed("too_costly", 1);
    assert_eq!(forge.tip(), before);
    // Longer globs are none, and neither are those of more names.
    for glob in ["*a".repeat(201), "*/".repeat(41)] {
        let told = world.coord(&["--actor=codex", "add", "x", "--path", &glob, "--json"]);
        told.failed("usage", 129);
    }
}

/// The payload of an entry with one long text in it, made longer by its last byte.
fn one_byte_longer(payload: &[u8]) -> Vec<u8> {
    let length = [0x79, 0x01, 0x90];
    let at = payload
        .windows(3)
        .position(|bytes| bytes == length)
        .unwrap();
    let end = at + 3 + 0x190;
    [
        &payload[..at],
        &[0x79, 0x01, 0x91],
        &payload[at + 3..end],
        &payload[end - 1..],
    ]
    .concat()
}

#[test]
fn a_glob_beyond_the_caps_is_in_no_entry() {
    let forge = Forge::new();
    let facts = vec![TaskFact::PathAdded("a".repeat(400).parse().unwrap())];
    let entry = forge.next(&forge.codex, vec![new_task("B", facts)]);
    let longer = one_byte_longer(&payload(&entry));
    let raw = forge.sign(&forge.parts_with(&entry, &longer), &forge.codex);
    forge.quarantines(&raw, "the payload is malformed");
}

#[test]
fn commits_trees_and_blobs_of_any_size_are_refused_before_they_are_read() {
    let forge = Forge::new();
    let ledger = forge.ledger();
    let repository = ledger.repository();
    // Half a gigabyte of zeros would take that much memory; measuring it takes none.
    let zeros = vec![0; 80 << 20];
    let blob = repository.write(ObjectKind::Blob, &zeros).unwrap();
    let tree = repository.write_tree(&[("note", blob)]).unwrap();
    let mut entry = forge.next(&forge.ada, Vec::from([progressed(&forge.task("A"))]));
    entry.attachments = vec![Attachment {
        name: "note".parse().unwrap(),
        digest: Digest::of(b""),
        size: 64 << 20,
    }];
    let mut parts = forge.parts(&entry);
    parts.tree = tree.to_string();
    let tip = forge.tip();
    forge.plant(&forge.sign(&parts, &forge.ada));
    let data = forge.verified();
    assert!(data["broken"].to_string().contains("note"), "{data}");
    forge.set_tip(tip);

    let mut parts = forge.parts(&forge.next(&forge.ada, vec![progressed(&forge.task("A"))]));
    parts.message.insert_str(0, &"x".repeat(2 << 20));
    forge.plant(&forge.sign(&parts, &forge.ada));
    let told = forge.world.coord(&["list", "--json"]);
    assert_ne!(told.code, 0, "{told:?}");
    assert!(
        told.stderr.contains("more than any commit that is read"),
        "{told:?}"
    );
}

#[test]
fn readers_beside_hostile_tasks_that_nobody_claimed_answer_in_a_moment() {
    let forge = Forge::new();
    for portion in 0..15 {
        let name = |number: usize| format!("U{portion}-{number}");
        let added = (0..4).map(|number| new_task(&name(number), globs("*a")));
        plant(&forge, &forge.codex, added.collect());
    }
    let entry = plant(&forge, &forge.codex, vec![new_task("H", globs("*a"))]);
    plant(
        &forge,
        &forge.codex,
        vec![claimed(&task("H", Some(entry), 0))],
    );
    for rule in ["src/**/*.rs", "**/migrations/**", "*.sql"] {
        forge.does(&["policy", "paths", rule, "review", "role:reviewer"]);
    }
    for line in [
        "ready",
        "plan",
        "brief codex",
        "status",
        "list",
        "paths aaaa",
        "claim --next --dry-run",
        "claim U1-1 --dry-run",
        "report",
        "export --format json",
    ] {
        // Each took a minute when every glob was compared with every other; now it is a fraction of a second.
        let line = format!("ulimit -t 10; git-coord --actor codex {line}");
        let told = forge.world.shell(&line);
        assert!(matches!(told.code, 0 | 1), "{line}: {told:?}");
    }
}

#[test]
fn a_commit_of_thousands_of_files_is_checked_against_hostile_globs_in_a_moment() {
    let forge = Forge::new();
    let below = |number: usize| {
        let path = |facts: TaskFact| match facts {
            TaskFact::PathAdded(glob) => {
                TaskFact::PathAdded(format!("h{number}/{glob}").parse().unwrap())
            }
            other => other,
        };
        globs("*a").into_iter().map(path).collect()
    };
    for number in 0..12 {
        let id = format!("H{number}");
        let entry = plant(&forge, &forge.codex, vec![new_task(&id, below(number))]);
        plant(
            &forge,
            &forge.codex,
            vec![claimed(&task(&id, Some(entry), 0))],
        );
    }
    assert!(
        forge
            .state()
            .tasks()
            .filter(|(_, task)| task.claim.is_some())
            .count()
            > 6
    );
    let told = forge.world.shell(
        "git coord hooks install >/dev/null; name=$(printf 'a%.0s' $(seq 240))
         for h in 0 1 2 3 4 5 6 7 8 9 10 11; do mkdir -p h$h/$name; for n in $(seq 150); do : >h$h/$name/f$n; done; done
         git add . && ulimit -t 20 && git -c coord.actor=ada commit -q -m x && git coord paths h1/$name/f1",
    );
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn parents_that_move_to_and_fro_and_many_ways_between_tasks_cost_little() {
    let forge = Forge::new();
    let name = |number: usize| format!("P{number}");
    let added = (0..300).map(|number| new_task(&name(number), vec![]));
    let entry = plant(&forge, &forge.codex, added.collect());
    let at = |number: usize| task(&name(number), Some(entry), number);
    let under = |number: usize| edited(&at(number), vec![TaskFact::Parent(Some(at(number / 20)))]);
    plant(&forge, &forge.codex, (20..300).map(under).collect());
    for number in 1..6 {
        let moves = (0..980).map(|turn| TaskFact::Parent((turn % 2 == 0).then(|| at(0))));
        plant(
            &forge,
            &forge.codex,
            vec![edited(&at(number), moves.collect())],
        );
    }
    // 30 times 30 tasks, each after all of the layer before: 30^30 ways.
    let row = |layer: usize, number: usize| {
        let on = (0..30)
            .filter(|_| layer > 0)
            .map(|on| format!("L{}-{on}", layer - 1));
        format!(
            "| L{layer}-{number} | t | {} |\n",
            on.collect::<Vec<_>>().join(", ")
        )
    };
    let rows: String = (0..30)
        .flat_map(|layer| (0..30).map(move |number| row(layer, number)))
        .collect();
    let head = "| ID | Task | Depends |\n|---|---|---|\n";
    let place = forge.world.work();
    std::fs::write(place.join("lattice.md"), format!("{head}{rows}")).unwrap();
    let circle = rows.replace("| L0-0 | t |  |", "| L0-0 | t | L29-3 |");
    std::fs::write(place.join("circle.md"), format!("{head}{circle}")).unwrap();
    for (line, code) in [
        ("import circle.md", 128),
        ("import lattice.md", 0),
        ("plan", 0),
        ("ready", 0),
        ("list --tree", 0),
        ("edit L0-0 --depends L29-0", 1),
        ("edit L29-0 --parent L0-0", 1),
        ("verify", 0),
    ] {
        let line = format!("ulimit -t 20; git-coord --actor ada {line}");
        let told = forge.world.shell(&line);
        assert_eq!(told.code, code, "{line}: {}", told.stderr);
    }
}
