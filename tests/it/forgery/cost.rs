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
    let mut entry = forge.next(&forge.ada, Vec::from([progressed(&task_a(&forge))]));
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

    let mut parts = forge.parts(&forge.next(&forge.ada, vec![progressed(&task_a(&forge))]));
    parts.message.insert_str(0, &"x".repeat(2 << 20));
    forge.plant(&forge.sign(&parts, &forge.ada));
    let told = forge.world.coord(&["list", "--json"]);
    assert_ne!(told.code, 0, "{told:?}");
    assert!(
        told.stderr.contains("more than any commit that is read"),
        "{told:?}"
    );
}

fn task_a(forge: &Forge) -> TaskRef {
    let state = forge.state();
    state.reference(state.names().resolve("A").unwrap())
}
