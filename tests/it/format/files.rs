//! A snapshot's files as docs/format/snapshots.md describes them: their fields.
//!
//! Not here: the documents in the files (`core::views::snapshot`).

use std::collections::{BTreeMap, BTreeSet};

use git_coord::{core::views::snapshot, ledger::History};
use serde_json::Value;

use super::{document, listed, table, whole};
use crate::{
    cbor::{self, Item},
    golden::{self, Golden},
};

/// A file of the snapshot in the worked ledger.
pub fn snapshot_file(golden: &Golden, name: &str) -> String {
    let taken = &whole(golden).snapshots[0];
    let commit = golden.commits.iter().find(|it| it.id == taken.entry);
    let place = format!("{}:{name}", commit.unwrap().object);
    golden::git(golden.repository.common_dir(), &["show", &place])
}

/// The files of every state of the worked ledger, which together have something of everything.
fn files() -> Vec<BTreeMap<String, String>> {
    let golden = Golden::new();
    let tip = golden.commits.last().unwrap().object;
    let history = History::read(&golden.repository, tip).unwrap();
    let mut all = Vec::new();
    history.replay(|_, state| {
        let files = snapshot::files(state);
        let text = |(path, bytes)| (path, String::from_utf8(bytes).unwrap());
        all.push(files.into_iter().map(text).collect());
        true
    });
    all
}

/// Everything at a path in which `*` is any place of a list or map.
fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let names = path.split('/').filter(|name| !name.is_empty());
    names.fold(vec![value], |found, name| {
        let inner = |value: &'a Value| -> Vec<&'a Value> {
            match (name, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                ("*", Value::Object(fields)) => fields.values().collect(),
                _ => value.get(name).into_iter().collect(),
            }
        };
        found.into_iter().flat_map(inner).collect()
    })
}

#[test]
fn the_documents_have_the_fields_of_the_program() {
    let files = files();
    let places = BTreeMap::from([
        ("status file", "status.json:"),
        ("metrics file", "metrics.json:"),
        ("pull requests file", "pull-requests.json:"),
        ("worktrees file", "worktrees.json:"),
        ("summary", "status.json:summary"),
        ("sums", "status.json:summary/estimate_minutes"),
        ("count", "status.json:summary/by_owner/*"),
        ("task", "status.json:tasks/*"),
        ("claim", "status.json:tasks/*/claim"),
        ("children", "status.json:tasks/*/children"),
        ("link", "status.json:tasks/*/links/*"),
        ("progress", "status.json:tasks/*/progress"),
        ("step", "status.json:tasks/*/steps/*"),
        ("blocker", "status.json:tasks/*/blockers/*"),
        ("gate", "status.json:tasks/*/gates/*"),
        ("minutes", "status.json:tasks/*/estimate_minutes"),
        ("guardrail", "status.json:guardrails/*"),
        ("attached", "status.json:guardrails/*/evidence"),
        ("target", "status.json:targets/*"),
        ("anomaly", "status.json:anomalies/*"),
        ("seen", "worktrees.json:seen/*"),
        ("observed source", "pull-requests.json:sources/*"),
        ("pull request", "pull-requests.json:pull_requests/*"),
        ("checks result", "pull-requests.json:pull_requests/*/checks"),
        ("worktree", "worktrees.json:worktrees/*"),
    ]);
    let rows = table(&document(), "<!-- documents -->");
    let mut described = Vec::new();
    for row in &rows {
        let name = |field: &str| field.split('`').nth(1).map(str::to_owned);
        let (optional, always): (Vec<&str>, Vec<&str>) =
            (row[1].split(" · ")).partition(|field| field.contains("only then"));
        let fields: Vec<String> = always.into_iter().filter_map(name).collect();
        let optional: Vec<String> = optional.into_iter().filter_map(name).collect();
        // The one is a part of the other file, the other has no fields of its own.
        let Some(place) = places.get(row[0].as_str()) else {
            assert!(
                ["task file", "counts"].contains(&row[0].as_str()),
                "{}",
                row[0]
            );
            continue;
        };
        let (file, path) = place.split_once(':').unwrap();
        let mut found = 0;
        for files in &files {
            let file: Value = serde_json::from_str(&files[file]).unwrap();
            for object in at(&file, path).into_iter().filter_map(Value::as_object) {
                let keys = object.keys().filter(|key| !optional.contains(key));
                assert_eq!(fields, Vec::from_iter(keys.cloned()), "{}", row[0]);
                found += 1;
            }
        }
        assert!(found > 0, "there is no {} at {place}", row[0]);
        described.push(row[0].as_str());
    }
    described.sort_unstable();
    assert_eq!(described, Vec::from_iter(places.into_keys()));
}

/// Every text in a document but the keys.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Every text in a payload.
fn payload_texts(item: &Item) -> Vec<&str> {
    match item {
        Item::Text(text) => vec![text],
        Item::Array(items) => items.iter().flat_map(payload_texts).collect(),
        Item::Map(_) => {
            let values = item.pairs().iter().map(|(_, value)| value);
            values.flat_map(payload_texts).collect()
        }
        Item::Integer(_) | Item::Bytes(_) | Item::Simple(_) => Vec::new(),
    }
}

/// A sentence has a space, and so has no word, name, id or time of the format.
#[test]
fn a_machine_file_has_no_sentence_but_what_people_wrote() {
    let listed = listed(&document());
    let payloads = listed.iter().filter_map(|entry| entry.payload());
    let payloads: Vec<Item> = payloads.map(|payload| cbor::read(&payload)).collect();
    let written: BTreeSet<&str> = payloads.iter().flat_map(payload_texts).collect();
    let mut sentences = 0;
    for files in files() {
        for (name, file) in &files {
            let file: Value = serde_json::from_str(file).unwrap();
            for text in texts(&file).into_iter().filter(|text| text.contains(' ')) {
                assert!(written.contains(text), "{name}: {text}");
                sentences += 1;
            }
        }
    }
    assert!(sentences > 0);
}
