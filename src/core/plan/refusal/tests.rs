//! Refusals in the state contain only numbers, names and texts that people wrote, as LEDGER_FORMAT.md lists them.
//!
//! Not here: the reasons for a refusal (`rules`), and the sentences (`render::refusal`).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::core::{
    entry::codec::v1,
    plan::state::{State, records::Anomaly},
    sample::{
        Sample, any_sample,
        refusals::{TEXTS, samples},
        texts::texts,
    },
};

const FORMAT: &str = include_str!("../../../../LEDGER_FORMAT.md");

/// The cells of the first table after a mark, by row.
fn table(mark: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = FORMAT.split_once(mark).unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches(['|', ' ']).split(" | ").collect())
        .collect()
}

/// The names in a list such as `` `task` task name · `claim` held claim ``.
fn names(cell: &'static str) -> Vec<&'static str> {
    cell.split(" · ")
        .map(|argument| argument.split('`').nth(1).unwrap())
        .collect()
}

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn a_refusal_is_a_numbered_code_with_the_arguments_of_the_format() {
    let rows = table("*Codes*");
    let codes: Vec<&str> = rows.iter().map(|row| row[1].trim_matches('`')).collect();
    let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes, known);
    for refusal in samples() {
        let code = refusal.code();
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], code.as_str());
        assert_eq!(
            keys(&json["arguments"]),
            names(rows[code as usize][2]),
            "{code}"
        );
        let cbor = v1::to_canonical(&refusal);
        // A map with two keys: 0 has the number of the code, 1 its arguments.
        let number = code as u8;
        let head = match number {
            0..24 => vec![0xa2, 0x00, number, 0x01],
            _ => vec![0xa2, 0x00, 0x18, number, 0x01],
        };
        assert!(cbor.starts_with(&head), "{code}: {cbor:x?}");
        assert_eq!(v1::from_canonical::<Refusal>(&cbor), Ok(refusal));
    }
}

#[test]
fn there_is_a_sample_of_every_code() {
    let seen: BTreeSet<Code> = samples().iter().map(Refusal::code).collect();
    assert_eq!(seen, Code::ALL.iter().copied().collect());
}

#[test]
fn the_records_and_words_of_arguments_match_the_format() {
    let mut records: BTreeMap<&str, Value> = BTreeMap::new();
    let all: Vec<Value> = samples()
        .iter()
        .map(|it| serde_json::to_value(it).unwrap())
        .collect();
    for (record, place) in [
        ("held claim", "/arguments/claim"),
        ("overlap", "/arguments/files"),
        ("taken", "/arguments/taken"),
        ("open gate", "/arguments/gates/0"),
        ("open guardrail", "/arguments/guardrails/0"),
    ] {
        let mut found = all.iter().filter_map(|it| it.pointer(place));
        let found = found.find(|it| it.is_object()).unwrap();
        records.insert(record, found.clone());
    }
    let rows = table("<!-- arguments -->");
    assert_eq!(rows.len(), records.len());
    for row in rows {
        assert_eq!(names(row[1]), keys(&records[row[0]]), "{}", row[0]);
    }
    let lists: [(&str, Vec<&str>); 5] = [
        (
            "action",
            Action::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "ending",
            Ending::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "restricted event",
            Restricted::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            "limited list",
            Limited::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        ("lack", Lack::ALL.iter().map(|word| word.as_str()).collect()),
    ];
    let rows = table("<!-- words of refusals -->");
    assert_eq!(rows.len(), lists.len());
    for (row, (name, words)) in rows.iter().zip(lists) {
        let numbered = words.iter().enumerate();
        let numbered: Vec<String> = numbered
            .map(|(no, word)| format!("{no} `{word}`"))
            .collect();
        assert_eq!((row[0], row[1].to_owned()), (name, numbered.join(", ")));
    }
}

/// The texts of a state that are not in `said`, except suffixes of tasks that have the same id.
fn composed(state: &State, said: &BTreeSet<String>) -> Vec<String> {
    let is_name = |text: &str| {
        let id = text.split('~').next().unwrap();
        text.parse::<TaskName>().is_ok() && said.contains(id)
    };
    // The default of a genesis that does not set it.
    let is_default = |text: &str| text == "refs/coord/ledger";
    let texts = texts(&state.to_bytes()).into_iter();
    texts
        .filter(|text| !is_name(text) && !is_default(text) && !said.contains(text))
        .collect()
}

fn said(sample: &Sample) -> BTreeSet<String> {
    let entries = sample.entries().iter();
    entries
        .flat_map(|it| texts(&v1::to_canonical(&it.entry)))
        .collect()
}

#[test]
fn no_refusal_adds_composed_text_to_the_state() {
    let sample = Sample::day();
    let mut said = said(&sample);
    said.extend(TEXTS.map(str::to_owned));
    said.insert("A".to_owned());
    let mut state = sample.into_state();
    let first = state.anomalies[0].clone();
    state
        .anomalies
        .extend(samples().into_iter().map(|refusal| Anomaly {
            refusal,
            ..first.clone()
        }));
    assert_eq!(composed(&state, &said), [""; 0]);
    // Examples that the test must find: a sentence, a list, a number with a unit.
    for sentence in ["again, for the last commit", "codex, claude", "1 more"] {
        let refusal = Refusal::UnknownAttachment {
            name: sentence.parse().unwrap(),
        };
        state.anomalies[0].refusal = refusal;
        assert_eq!(composed(&state, &said), [sentence]);
    }
}

proptest! {
    #[test]
    fn every_text_of_a_state_is_a_name_or_was_written_by_an_actor(sample in any_sample()) {
        prop_assert_eq!(composed(sample.state(), &said(&sample)), Vec::<String>::new());
    }

    #[test]
    fn a_long_list_in_a_refusal_is_cut_and_counts_the_rest(length in 0..50u32) {
        let (first, more) = listed(0..length);
        prop_assert_eq!(first.len() as u32 + more, length);
        prop_assert!(first.len() <= LISTED_MAX);
    }
}
