//! Lines that are joined: the counterexamples of the order (docs/counterexamples.md), as commits that the program reads.
//!
//! Not here: the order of any history (`core::history::order`, `core::replay_tests`).

use git_coord::{
    core::{
        entry::event::{Entry, Event, TaskRef, WorkEvent},
        values::time::{Span, Timestamp},
    },
    git::repository::ObjectId,
    ledger::Author,
};
use serde_json::Value;

use crate::forge::{Forge, Parts, added, id_of, replaced};

/// An entry of a line, and the commit that holds it.
struct Placed {
    entry: Entry,
    object: ObjectId,
}

/// Writes an entry on these parents, so many seconds after the tip, without moving the ledger.
fn write(
    forge: &Forge,
    author: &Author,
    parents: &[&Placed],
    after: u64,
    events: Vec<Event>,
) -> Placed {
    let (entry, parts) = make(forge, author, parents, after, events);
    let object = forge.write(&forge.sign(&parts, author));
    Placed { entry, object }
}

fn make(
    forge: &Forge,
    author: &Author,
    parents: &[&Placed],
    after: u64,
    events: Vec<Event>,
) -> (Entry, Parts) {
    let mut entry = forge.next(author, events);
    entry.time = Timestamp::from_seconds(begin(forge) + after);
    if !parents.is_empty() {
        entry.parents = parents.iter().map(|parent| id_of(&parent.entry)).collect();
    }
    let mut parts = forge.parts(&entry);
    if !parents.is_empty() {
        parts.parents = parents
            .iter()
            .map(|parent| parent.object.to_string())
            .collect();
    }
    (entry, parts)
}

/// The effective time of the tip, from which the lines of a test part.
fn begin(forge: &Forge) -> u64 {
    forge.ledger().current().unwrap().state.effective.seconds()
}

fn claimed(forge: &Forge) -> Event {
    let state = forge.state();
    let task: TaskRef = state.reference(state.names().resolve("A").unwrap());
    Event::Work(WorkEvent::claim(task, Span::from_minutes(600)))
}

/// The holder of the task `A`, as of a time or now.
fn holder(forge: &Forge, at: Option<u64>) -> Option<String> {
    let at = at.map(|seconds| format!("--at=@{seconds}"));
    let mut line = vec!["show", "A", "--json"];
    line.extend(at.as_deref());
    let data = forge.world.coord(&line).data("coord.show/1");
    let claim = &data["task"]["claim"];
    claim["actor"].as_str().map(str::to_owned)
}

fn refused(data: &Value) -> Vec<(&str, &str)> {
    let refused = data["refused"].as_array().unwrap().iter();
    refused
        .map(|found| {
            (
                found["actor"].as_str().unwrap(),
                found["code"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn a_claim_dated_before_one_that_was_published_comes_after_it_at_every_time() {
    let forge = Forge::new();
    let start = begin(&forge);
    let published = write(&forge, &forge.ada, &[], 10, vec![claimed(&forge)]);
    let ghost = write(&forge, &forge.codex, &[], 5, vec![claimed(&forge)]);
    let join = write(&forge, &forge.codex, &[&published, &ghost], 12, Vec::new());
    forge.set_tip(join.object);
    assert_eq!(holder(&forge, None).as_deref(), Some("ada"));
    // The ledger never was in a state in which codex had it, so no time shows one.
    assert_eq!(holder(&forge, Some(start + 7)), None);
    assert_eq!(holder(&forge, Some(start + 11)).as_deref(), Some("ada"));
    assert_eq!(refused(&forge.verified()), [("codex", "claim_held")]);
    forge.is_good();
}

#[test]
fn entries_after_an_ignored_commit_are_not_older_than_those_before_it() {
    let forge = Forge::new();
    let start = begin(&forge);
    let parent = write(&forge, &forge.ada, &[], 10, vec![claimed(&forge)]);
    let (_, parts) = make(&forge, &forge.ada, &[&parent], 5, vec![added("X")]);
    let bad = replaced(&forge.sign(&parts, &forge.ada), "Task X", "Task Y");
    forge.set_tip(parent.object);
    let bad_object = forge.plant(&bad);
    let mut next = forge.next(&forge.ada, vec![added("B")]);
    next.time = Timestamp::from_seconds(start + 6);
    let next = forge.plant(&forge.sign(&forge.parts(&next), &forge.ada));
    let times = forge.ledger().history().unwrap();
    let times: Vec<u64> = times
        .mainline()
        .take(3)
        .map(|placed| placed.node.effective.seconds() - start)
        .collect();
    assert_eq!(times, [10, 10, 10]);
    assert_eq!(forge.tip(), next);
    forge.names(bad_object, "its message is not the one");
    // As of 7 there is neither the claim nor any entry after it.
    assert_eq!(holder(&forge, Some(start + 7)), None);
    assert_eq!(holder(&forge, Some(start + 10)).as_deref(), Some("ada"));
}

#[test]
fn work_done_offline_while_the_key_was_revoked_is_refused_and_verify_passes() {
    let forge = Forge::new();
    let offline = write(&forge, &forge.codex, &[], 5, vec![claimed(&forge)]);
    forge.does(&["actor", "revoke-key", "codex"]);
    let mut join = forge.next(&forge.ada, Vec::new());
    join.parents.push(id_of(&offline.entry));
    let mut parts = forge.parts(&join);
    parts.parents.push(offline.object.to_string());
    forge.plant(&forge.sign(&parts, &forge.ada));
    assert_eq!(holder(&forge, None), None);
    assert_eq!(refused(&forge.verified()), [("codex", "key_revoked")]);
    forge.is_good();
    assert_eq!(forge.world.coord(&["verify", "--strict"]).code, 1);
}

#[test]
fn an_entry_dated_far_ahead_moves_the_time_and_stops_nobody() {
    let forge = Forge::new();
    let far = 10 * 365 * 86_400;
    let ahead = write(&forge, &forge.codex, &[], far, vec![claimed(&forge)]);
    forge.set_tip(ahead.object);
    assert_eq!(holder(&forge, None).as_deref(), Some("codex"));
    forge.goes_on();
    forge.is_good();
}
