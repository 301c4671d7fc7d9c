//! The vectors in tests/golden/vectors against the program, at every commit, and their payloads against the schema. Those of the
//! worked ledger are made here.
//!
//! Not here: how the others are made, and the second reader (`tests/reader`).

use std::{collections::BTreeMap, fs, path::Path};

use base64ct::{Base64, Encoding};
use git_coord::{
    core::{
        entry::{
            codec::{self, v1},
            message,
        },
        history::judge::Judgement,
        plan::state::State,
        values::glob::Glob,
    },
    git::{
        commit::{self, HashKind},
        repository::{Environment, ObjectId, Repository},
        sign::Verifier,
    },
    ledger::{History, entry},
};
use serde_json::{Value, json};

use super::{companions::Schema, root};
use crate::{
    cbor::{self, Item},
    golden::{self, Golden},
};

/// The vectors of the worked ledger.
pub const WORKED: &str = "tests/golden/vectors/worked.jsonl";

/// The ledgers of all files: the lines of each, in order.
pub fn ledgers() -> BTreeMap<String, Vec<Value>> {
    let mut ledgers = BTreeMap::<String, Vec<Value>>::new();
    for file in fs::read_dir(root().join("tests/golden/vectors")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".jsonl") || name == "globs.jsonl" {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let ledger = line["ledger"].as_str().unwrap().to_owned();
            ledgers.entry(ledger).or_default().push(line);
        }
    }
    ledgers
}

/// The bytes of the commit.
pub fn raw(line: &Value) -> Vec<u8> {
    if let Some(raw) = line["raw"].as_str() {
        return Base64::decode_vec(raw).unwrap();
    }
    let deflated = Base64::decode_vec(line["deflated"].as_str().unwrap()).unwrap();
    let mut output = vec![0; 2 << 20];
    let (inflated, code) = zlib_rs::decompress_slice(&mut output, &deflated, Default::default());
    assert_eq!(format!("{code:?}"), "Ok");
    inflated.to_vec()
}

/// A new repository with these commits.
pub fn repository_of<'a>(folder: &Path, lines: impl Iterator<Item = &'a Value>) -> Repository {
    golden::git(folder, &["init", "--quiet", "."]);
    for line in lines {
        let raw = raw(line);
        let object = [format!("commit {}\0", raw.len()).as_bytes(), &raw].concat();
        let mut output = vec![0; zlib_rs::compress_bound(object.len())];
        let (deflated, code) = zlib_rs::compress_slice(&mut output, &object, Default::default());
        assert_eq!(format!("{code:?}"), "Ok");
        let (first, rest) = line["commit"].as_str().unwrap().split_at(2);
        let place = folder.join(".git/objects").join(first);
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(rest), deflated).unwrap();
    }
    Repository::discover(folder, Environment::isolated()).unwrap()
}

/// The vectors of the worked ledger.
pub fn of_worked_ledger(golden: &Golden) -> String {
    let tip = golden.commits.last().unwrap().object;
    let history = History::read(&golden.repository, tip).unwrap();
    let mut commits = golden.commits.iter();
    let (mut lines, mut refused) = (String::new(), 0);
    let mut verifier = Verifier::new();
    history.replay(|placed, state| {
        let raw = &commits.next().unwrap().raw;
        let content = entry::candidate(raw, HashKind::Sha1, &mut verifier).content;
        let signer = content.map(|signed| signed.accepted.signer.to_string());
        let new = state.anomalies.get(refused);
        refused = state.anomalies.len();
        let (verdict, flaw) = match &placed.node.verdict {
            Judgement::Quarantined { flaw, .. } => ("quarantined", Some(flaw.code())),
            _ if new.is_some() => ("refused", None),
            _ => ("accepted", None),
        };
        let refusal = new.map(|anomaly| {
            let item = cbor::read(&v1::to_canonical(&anomaly.refusal));
            let (code, arguments) = (anomaly.refusal.code(), &item.pairs()[1].1);
            json!({"event": anomaly.event, "code": code, "arguments": in_json(arguments)})
        });
        let line = json!({
            "ledger": "worked",
            "commit": placed.object.to_string(),
            "id": placed.node.id.to_string(),
            "signer": signer.ok(),
            "verdict": verdict,
            "flaw": flaw,
            "refusal": refusal,
            "effective": placed.node.effective.seconds(),
            "digest": state.digest().to_string(),
            "raw": Base64::encode_string(raw),
        });
        lines += &format!("{line}\n");
        true
    });
    lines
}

/// An item with byte strings in hexadecimal.
fn in_json(item: &Item) -> Value {
    match item {
        Item::Integer(number) => i64::try_from(*number).unwrap().into(),
        Item::Bytes(bytes) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<String>().into()
        }
        Item::Text(text) => text.as_str().into(),
        Item::Array(items) => items.iter().map(in_json).collect(),
        Item::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| (in_json(key).to_string(), in_json(value)))
            .collect(),
        Item::Simple(20) => false.into(),
        Item::Simple(21) => true.into(),
        Item::Simple(_) => Value::Null,
    }
}

#[test]
fn the_worked_ledger_is_among_the_vectors() {
    let written = fs::read_to_string(root().join(WORKED)).unwrap();
    assert!(
        written == of_worked_ledger(&Golden::new()),
        "{WORKED} is old: cargo test --test it write_the_examples -- --ignored"
    );
}

/// The lines of the commits in the order.
pub fn followed(lines: &[Value]) -> impl Iterator<Item = &Value> {
    lines
        .iter()
        .filter(|line| line["verdict"] != "not followed")
}

#[test]
fn the_program_says_of_every_commit_what_the_vectors_say() {
    let folder = tempfile::tempdir().unwrap();
    let ledgers = ledgers();
    let repository = repository_of(folder.path(), ledgers.values().flatten());
    let (schema, mut count) = (Schema::read(), 0);
    for (name, lines) in &ledgers {
        let mut followed = followed(lines);
        let tip = self::followed(lines).last().unwrap()["commit"].as_str();
        let tip = ObjectId::from_hex(tip.unwrap().as_bytes()).unwrap();
        let history = History::read(&repository, tip).unwrap();
        let mut refused = 0;
        let state = history.replay(|placed, state| {
            let line = followed.next().unwrap();
            count += 1;
            let case = format!("{name}: {} {}", line["commit"], line["case"]);
            assert_eq!(line["commit"], placed.object.to_string(), "{case}");
            assert_eq!(line["id"], placed.node.id.to_string(), "{case}");
            let effective = placed.node.effective.seconds();
            assert_eq!(line["effective"], effective, "{case}");
            assert_eq!(line["digest"], state.digest().to_string(), "{case}");
            let verdict = match &placed.node.verdict {
                Judgement::Quarantined { flaw, .. } => format!("quarantined {}", flaw.code()),
                Judgement::Cached => panic!("nothing is cached"),
                Judgement::Accepted(accepted) => {
                    let key = line["signer"].as_str().unwrap().split(' ').nth(1);
                    let key = Base64::decode_vec(key.unwrap()).unwrap();
                    assert_eq!(key, accepted.signer.blob(), "{case}");
                    refusal(state, &mut refused)
                }
            };
            assert_eq!(said(line), verdict, "{case}");
            true
        });
        assert!(followed.next().is_none(), "{name}");
        let state = state.unwrap().to_bytes();
        assert_eq!(schema.check("state", &state), Ok(()), "{name}");
    }
    assert!(count > 2_000, "{count}");
}

/// The refusal of the last entry, if it was refused; `known` counts those before.
fn refusal(state: &State, known: &mut usize) -> String {
    let new = state.anomalies.get(*known);
    *known = state.anomalies.len();
    new.map_or("accepted".to_owned(), |anomaly| {
        format!("refused {} {}", anomaly.refusal.code(), anomaly.event)
    })
}

fn said(line: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    match &*word(&line["verdict"]) {
        "quarantined" => format!("quarantined {}", word(&line["flaw"])),
        "refused" => {
            let refusal = &line["refusal"];
            format!("refused {} {}", word(&refusal["code"]), refusal["event"])
        }
        other => other.to_owned(),
    }
}

#[test]
fn the_program_compares_globs_as_the_vectors_do() {
    let pairs = fs::read_to_string(root().join("tests/golden/vectors/globs.jsonl")).unwrap();
    for line in pairs.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let glob = |key: &str| -> Glob { line[key].as_str().unwrap().parse().unwrap() };
        let (first, second) = (glob("first"), glob("second"));
        assert_eq!(line["overlap"], first.overlaps(&second), "{line}");
        assert_eq!(line["overlap"], second.overlaps(&first), "{line}");
    }
}

/// The bad payloads that fit the schema, by their cases: the document has in words what a schema cannot say about encodings,
/// numbers of items, orders, relations of fields, and characters. The paths of attachments are cases too.
const ONLY_IN_WORDS: &[&str] = &[
    "a longer integer",
    "a longer length",
    "an indefinite length",
    "keys in another order",
    "an actor .lock writes",
    "a join of one line",
    "17 parents",
    "1,001 events",
    "257 attachments",
    "a name twice",
    "names that are not sorted",
    "more than 64 MiB",
    "fact: low above high",
    "fact: an estimate above ten years",
    "fact: an owner .pub",
    "fact: no owner .lock",
    "fact: an approver .LOCK",
    "fact: a glob of 41 names",
    "fact: an invisible glob",
    "fact: a branch of a dash",
    "fact: HEAD",
    "fact: a branch that ends in .lock",
    "fact: two dots",
    "fact: a part that begins with a dot",
    "fact: an empty part",
    "fact: a branch that ends in a dot",
    "fact: @{",
    "fact: a space in a branch",
    "fact: a star in a branch",
    "fact: DEL in a branch",
    "fact: an invisible branch",
    "fact: a mark with event 0",
    "fact: the 30th of February",
    "fact: a day of 1969",
    "fact: % before letters",
    "fact: a letter beyond ASCII",
    "fact: a host that begins with a dash",
    "fact: 2,001 bytes",
    "fact: an invisible label",
    "fact: a label of spaces",
    "1,001 facts",
    "an actor .pub",
    "an actor .lock",
    "an address with a space",
    "an address with white space",
    "an address with an invisible character",
    "an address with a selector",
    "an address with <",
    "a key of DSA",
    "a key whose algorithm is longer",
    "a working day of 59 seconds",
    "a working day of more than a day",
    "handed on to .pub",
    "101 labels of a pull request",
    "16 titles of 4,000 bytes and one of 1,300",
];

#[test]
fn the_schema_takes_the_payloads_of_all_vectors_and_refuses_the_bad_ones() {
    let schema = Schema::read();
    let (mut good, mut bad, mut taken) = (0, 0, Vec::new());
    for lines in ledgers().into_values() {
        let signed = lines.iter().filter(|line| line["flaw"] != "frame");
        for line in signed {
            let raw = raw(line);
            let Some(payload) = commit::parse(&raw, HashKind::Sha1)
                .ok()
                .and_then(|frame| message::payload(frame.message))
            else {
                continue;
            };
            let fits = schema.check("payload", &payload);
            if codec::decode(&payload).is_ok() {
                good += 1;
                assert_eq!(fits, Ok(()), "{line}");
            } else if fits.is_err() {
                bad += 1;
            } else {
                taken.push(line["case"].as_str().unwrap_or_default().to_owned());
            }
        }
    }
    taken.retain(|case| !case.starts_with("the path "));
    assert_eq!(taken, ONLY_IN_WORDS);
    assert!(good > 2_000 && bad > 100, "{good} {bad}");
}
