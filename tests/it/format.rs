//! LEDGER_FORMAT.md and docs/format/ against the program: every example, every table of numbers, and the golden ledger.
//!
//! Not here: the story of the worked ledger (`golden`).

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use base64ct::{Base64, Encoding};
use git_coord::{
    core::{
        entry::{
            codec::{self, v1},
            event::{Entry, Event, PATH_DEPTH_MAX},
            message,
        },
        history::{
            judge::{Candidate, Flaw, Judge, Judgement, Signed},
            order::Done,
        },
        plan::{
            fields::Fields,
            reduce::Replay,
            refusal::{Code, LISTED_MAX},
            rules::{ANCESTORS_MAX, PER_TASK_MAX, TASKS_MAX},
            state::{
                State, allowance::LEFT_MAX, guardrails::RESULTS_MAX, policy::REVIEWED_BYTES_MAX,
                steps::STEPS_MAX, used_keys::KEYS_MAX,
            },
        },
        values::{
            branch::BRANCH_BYTES_MAX,
            email::EMAIL_BYTES_MAX,
            glob::{GLOB_BYTES_MAX, GLOB_NAMES_MAX},
            id::{Digest, EntryId, NAME_BYTES_MAX},
            key::{BLOB_BYTES_MAX, PublicKey},
            task::MINUTES_MAX,
            text::TEXT_BYTES_MAX,
            time::Timestamp,
            url::URL_BYTES_MAX,
        },
    },
    git::{
        commit::{self, HashKind},
        repository::{Environment, ObjectId, Repository},
        sign::{Verifier, allowed_signers},
    },
    ledger::{History, entry},
};

use self::files::snapshot_file;
use crate::{
    cbor::{self, Item},
    golden::{self, Golden},
};

mod companions;
mod files;
pub mod kinds;
mod limits;
mod reserved;
pub mod vectors;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the format's document, in reading order.
const PARTS: [&str; 8] = [
    "LEDGER_FORMAT.md",
    "docs/format/stock-git.md",
    "docs/format/strings.md",
    "docs/format/kinds.md",
    "docs/format/globs.md",
    "docs/format/limits.md",
    "docs/format/snapshots.md",
    "docs/format/worked-ledger.md",
];

fn part(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// All parts of the document.
fn document() -> String {
    PARTS.map(part).concat()
}

/// The text between the marks of an example.
fn example(document: &str, name: &str) -> String {
    let (_, rest) = document
        .split_once(&format!("<!-- golden:{name} -->\n"))
        .expect(name);
    rest.split_once("<!-- /golden -->")
        .expect(name)
        .0
        .to_owned()
}

/// The fenced blocks of this info string, in order.
fn blocks(document: &str, info: &str) -> Vec<String> {
    let fence = format!("```{info}\n");
    let starts = document
        .match_indices(&fence)
        .map(|(place, _)| place + fence.len());
    starts
        .map(|start| document[start..].split_once("```\n").unwrap().0.to_owned())
        .collect()
}

fn fenced(info: &str, text: &str) -> String {
    assert!(text.ends_with('\n'));
    format!("```{info}\n{text}```\n")
}

/// The lines of an example in hex, without the descriptions.
fn unhex(block: &str) -> Vec<u8> {
    let digits: String = block
        .lines()
        .map(|line| line.split('#').next().unwrap())
        .collect::<String>()
        .split_whitespace()
        .collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.as_bytes().chunks(2).map(byte).collect()
}

/// A commit of the worked ledger as the document has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed(BTreeMap<String, String>);

impl Listed {
    fn read(block: &str) -> Self {
        let pair = |line: &str| {
            let (key, value) = line.split_once(' ').unwrap();
            (key.to_owned(), value.trim_start().to_owned())
        };
        Self(block.lines().map(pair).collect())
    }
    fn get(&self, key: &str) -> &str {
        self.0
            .get(key)
            .unwrap_or_else(|| panic!("{key} of {self:?}"))
    }
    fn id(&self) -> EntryId {
        self.get("id").parse().unwrap()
    }
    fn digest(&self) -> Digest {
        self.get("state").parse().unwrap()
    }
    fn parents(&self) -> Vec<u32> {
        let parents = self.get("parents").split_whitespace();
        parents
            .filter(|parent| *parent != "none")
            .map(|parent| parent.parse().unwrap())
            .collect()
    }
    fn payload(&self) -> Option<Vec<u8>> {
        match self.get("payload") {
            "none" => None,
            base64 => Some(Base64::decode_vec(base64).unwrap()),
        }
    }
}

fn listed(document: &str) -> Vec<Listed> {
    let blocks = blocks(document, "coord-entry");
    assert!(blocks.len() > 20, "the worked ledger is in the document");
    blocks.iter().map(|block| Listed::read(block)).collect()
}

/// The keys of the worked ledger, by name.
fn keys(document: &str) -> BTreeMap<String, PublicKey> {
    let [block] = blocks(document, "coord-keys").try_into().unwrap();
    let key = |line: &str| {
        let (name, key) = line.split_once(' ').unwrap();
        (name.to_owned(), key.parse().unwrap())
    };
    block.lines().map(key).collect()
}

/// Every example as the document has to show it, by name.
fn examples(golden: &Golden) -> Vec<(&'static str, String)> {
    let raw = |number: usize| String::from_utf8(golden.commits[number].raw.clone()).unwrap();
    let payload = |number: usize| {
        let raw = raw(number);
        let (_, message) = raw.split_once("\n\n").unwrap();
        message::payload(message).unwrap()
    };
    let claim = cbor::read(&payload(6));
    let progressed = cbor::read(&payload(7));
    let field = |item: &Item, key: i128| {
        let mut pairs = item.pairs().iter();
        let found = pairs.find(|(found, _)| *found == Item::Integer(key));
        found.unwrap().1.clone()
    };
    let Item::Array(events) = field(&progressed, 5) else {
        panic!("events");
    };
    let history = History::read(&golden.repository, golden.commits[0].object).unwrap();
    let founded = history.state().unwrap();
    let keys: String = golden::SIGNERS
        .iter()
        .map(|name| format!("{name} {}\n", golden::signer(name).public_key()))
        .collect();
    let abc = format!(
        "payload {}\nforeign {}\n",
        EntryId::of_payload(b"abc"),
        EntryId::of_foreign_commit(b"abc")
    );
    let foreign = golden
        .commits
        .iter()
        .position(|commit| !entry::carries_payload(&commit.raw));
    let last = whole(golden);
    let signers = last
        .roster
        .actors()
        .flat_map(|(_, actor)| actor.keys.keys().map(|key| (actor.email.as_str(), key)));
    vec![
        ("genesis", fenced("coord-commit", &raw(0))),
        (
            "signers",
            fenced("coord-signers", &allowed_signers(signers)),
        ),
        ("event", fenced("coord-cbor", &events[0].annotated())),
        (
            "state",
            fenced("coord-state", &cbor::read(&founded.to_bytes()).annotated()),
        ),
        ("keys", fenced("coord-keys", &keys)),
        ("entries", entries(golden)),
        ("transaction", fenced("coord-commit", &raw(1))),
        ("foreign", fenced("coord-commit", &raw(foreign.unwrap()))),
        ("claim", fenced("coord-payload", &claim.annotated())),
        ("ids", fenced("coord-ids", &abc)),
        (
            "metrics",
            fenced("coord-metrics", &snapshot_file(golden, "metrics.json")),
        ),
    ]
}

fn whole(golden: &Golden) -> State {
    let tip = golden.commits.last().unwrap().object;
    History::read(&golden.repository, tip)
        .unwrap()
        .state()
        .unwrap()
}

/// The list of the worked ledger's commits, in order.
fn entries(golden: &Golden) -> String {
    let tip = golden.commits.last().unwrap().object;
    let history = History::read(&golden.repository, tip).unwrap();
    let mut list = String::new();
    let mut number = 0;
    let mut refused = 0;
    let mut verifier = Verifier::new();
    history.replay(|placed, state| {
        let told = &golden.commits[number];
        assert_eq!(placed.object, told.object, "the story is told in order");
        let parents: Vec<String> = told.parents.iter().map(ToString::to_string).collect();
        let parents = if parents.is_empty() {
            "none".to_owned()
        } else {
            parents.join(" ")
        };
        let candidate = entry::candidate(&told.raw, HashKind::Sha1, &mut verifier);
        let signer = candidate.content.as_ref().map_or("none", |signed| name_of(&signed.accepted.signer));
        let verdict = match &placed.node.verdict {
            Judgement::Quarantined { flaw, .. } => format!("quarantined {}", flaw.code()),
            _ if state.anomalies.len() > refused => {
                let anomaly = state.anomalies.last().unwrap();
                format!("refused {} {}", anomaly.refusal.code(), anomaly.event)
            }
            _ => "accepted".to_owned(),
        };
        refused = state.anomalies.len();
        let payload = candidate.content.map_or("none".to_owned(), |signed| {
            Base64::encode_string(&codec::encode(&signed.accepted.entry).unwrap())
        });
        let block = format!(
            "number    {number}\ncommit    {}\nparents   {parents}\nsigner    {signer}\nverdict   {verdict}\neffective {}\nid        {}\nstate     {}\npayload   {payload}\n",
            placed.object, placed.node.effective.seconds(), placed.node.id, state.digest(),
        );
        let _ = writeln!(list, "{}", fenced("coord-entry", &block));
        number += 1;
        true
    });
    assert_eq!(number, golden.commits.len());
    list.trim_end().to_owned() + "\n"
}

fn name_of(key: &PublicKey) -> &'static str {
    let mut names = golden::SIGNERS.into_iter();
    names
        .find(|name| golden::signer(name).public_key() == key)
        .unwrap()
}

/// Writes the examples into the document, the bundle and the state; run it when the format changes
/// on purpose: `cargo test --test it write_the_examples -- --ignored`.
#[test]
#[ignore = "it writes into the source tree"]
fn write_the_examples() {
    let golden = Golden::new();
    let mut parts = PARTS.map(part);
    for (name, example) in examples(&golden) {
        let mark = format!("<!-- golden:{name} -->\n");
        let text = parts
            .iter_mut()
            .find(|text| text.contains(&mark))
            .expect(name);
        let start = text.find(&mark).unwrap() + mark.len();
        let end = start + text[start..].find("<!-- /golden -->").unwrap();
        text.replace_range(start..end, &example);
    }
    for (name, text) in PARTS.iter().zip(parts) {
        fs::write(root().join(name), text).unwrap();
    }
    for (name, text) in companions::files() {
        fs::write(root().join(name), text).unwrap();
    }
    fs::write(
        root().join(vectors::WORKED),
        vectors::of_worked_ledger(&golden),
    )
    .unwrap();
    golden.bundle(&root().join("tests/golden/v1.bundle"));
    fs::write(
        root().join("tests/golden/v1.state.cbor"),
        whole(&golden).to_bytes(),
    )
    .unwrap();
}

#[test]
fn the_core_of_the_document_has_at_most_900_lines() {
    let lines = part(PARTS[0]).lines().count();
    assert!(lines <= 900, "{lines}");
}

#[test]
fn every_example_is_what_the_program_makes_today() {
    let document = document();
    for (name, expected) in examples(&Golden::new()) {
        assert_eq!(example(&document, name), expected, "{name}");
    }
}

#[test]
fn every_payload_in_the_document_decodes_and_encodes_to_itself() {
    let document = document();
    let listed = listed(&document);
    let hex = blocks(&document, "coord-payload");
    let payloads = listed.iter().filter_map(Listed::payload);
    for payload in payloads.chain(hex.iter().map(|block| unhex(block))) {
        let (id, entry) = codec::decode(&payload).unwrap();
        assert_eq!(codec::encode(&entry).unwrap(), payload);
        assert_eq!(id, EntryId::of_payload(&payload));
        assert_eq!(cbor::read(&payload).write(), payload, "{id}");
    }
    for block in blocks(&document, "coord-cbor") {
        let bytes = unhex(&block);
        let in_a_payload = |entry: &Listed| {
            let payload = entry.payload().unwrap_or_default();
            payload.windows(bytes.len()).any(|window| window == bytes)
        };
        assert!(listed.iter().any(in_a_payload), "{block}");
    }
}

#[test]
fn every_commit_in_the_document_reads_as_the_list_says() {
    let document = document();
    let listed = listed(&document);
    let commits = blocks(&document, "coord-commit");
    assert_eq!(commits.len(), 3);
    for raw in commits {
        let mut verifier = Verifier::new();
        let candidate = entry::candidate(raw.as_bytes(), HashKind::Sha1, &mut verifier);
        let Ok(signed) = candidate.content else {
            assert!(listed.iter().any(|entry| entry.id() == candidate.foreign));
            continue;
        };
        let entry = listed
            .iter()
            .find(|entry| entry.id() == signed.accepted.id)
            .unwrap();
        assert_eq!(keys(&document)[entry.get("signer")], signed.accepted.signer);
        let frame = commit::parse(raw.as_bytes(), HashKind::Sha1).unwrap();
        let payload = entry.payload().unwrap();
        assert_eq!(
            frame.message,
            message::render(&signed.accepted.entry, &payload)
        );
    }
}

#[test]
fn the_worked_ledger_replays_from_the_document_alone() {
    let document = document();
    let keys = keys(&document);
    let mut judge = Judge::default();
    let mut replay: Option<Replay> = None;
    let listed = listed(&document);
    for (number, entry) in listed.iter().enumerate() {
        let content = match entry.payload() {
            None => Err(Flaw::Frame(String::new())),
            Some(payload) => Ok(signed(&payload, &keys[entry.get("signer")])),
        };
        let foreign = if entry.get("verdict").starts_with("quarantined") {
            entry.id()
        } else {
            EntryId::from_bytes([0; 32])
        };
        let judged = judge.push(&entry.parents(), Candidate { foreign, content });
        assert_eq!(judged as usize, number);
        let node = &judge.nodes()[number];
        assert_eq!(node.id, entry.id(), "{number}");
        assert_eq!(
            node.effective.seconds().to_string(),
            entry.get("effective"),
            "{number}"
        );
        let said = match &node.verdict {
            Judgement::Quarantined { flaw, .. } => format!("quarantined {}", flaw.code()),
            Judgement::Accepted(accepted) => match &mut replay {
                None => {
                    replay = Replay::begin(accepted);
                    "accepted".to_owned()
                }
                Some(replay) => {
                    let before = replay.state().anomalies.len();
                    replay.push(accepted);
                    let new = replay.state().anomalies.get(before);
                    new.map_or("accepted".to_owned(), |anomaly| {
                        format!("refused {} {}", anomaly.refusal.code(), anomaly.event)
                    })
                }
            },
            Judgement::Cached => panic!("nothing is cached"),
        };
        assert_eq!(said, entry.get("verdict"), "{number}");
        let state = replay.as_ref().unwrap().state();
        assert_eq!(state.digest(), entry.digest(), "{number}");
    }
    let tip = listed.len() as u32 - 1;
    let order = judge.order(tip, &mut Done::none(listed.len()));
    assert_eq!(order, Vec::from_iter(0..=tip));
    let state = replay.unwrap().into_state();
    let golden = fs::read(root().join("tests/golden/v1.state.cbor")).unwrap();
    assert_eq!(state.to_bytes(), golden);
    assert_eq!(cbor::read(&golden).write(), golden);
    let [founded] = blocks(&document, "coord-state").try_into().unwrap();
    let founded = cbor::read(&unhex(&founded));
    assert_eq!(digest_of(&founded), listed[0].digest());
}

/// The digest of a state by section 15 of the document, from its encoding alone.
fn digest_of(state: &Item) -> Digest {
    fn node(tag: u8, bytes: &[u8]) -> Vec<u8> {
        Digest::of(&[&[tag], bytes].concat()).as_bytes().to_vec()
    }
    let list = |records: &[Item]| {
        let mut digests: Vec<Vec<u8>> = records.iter().map(|it| node(0, &it.write())).collect();
        while digests.len() > 256 {
            digests = digests
                .chunks(256)
                .map(|run| node(1, &run.concat()))
                .collect();
        }
        node(1, &digests.concat())
    };
    let part = |part: &Item| match part {
        Item::Array(records) => list(records),
        other => node(0, &other.write()),
    };
    let fields = state.pairs().iter();
    let digests = fields.flat_map(|(number, field)| match number {
        Item::Integer(5) => field.pairs().iter().map(|(_, field)| part(field)).collect(),
        _ => vec![part(field)],
    });
    let digest = node(2, &digests.collect::<Vec<_>>().concat());
    Digest::from_bytes(digest.try_into().unwrap())
}

#[test]
fn the_state_digest_follows_from_the_encoding_alone() {
    let golden = Golden::new();
    let tip = golden.commits.last().unwrap().object;
    let history = History::read(&golden.repository, tip).unwrap();
    history.replay(|_, state| {
        let encoded = cbor::read(&state.to_bytes());
        assert_eq!(digest_of(&encoded), state.digest());
        true
    });
}

#[test]
fn a_change_of_any_field_of_any_record_changes_the_digest() {
    let state = whole(&Golden::new());
    let item = cbor::read(&state.to_bytes());
    let (mut tried, mut unread) = (0, 0);
    for other in item.with_one_change() {
        let bytes = other.write();
        match State::from_bytes(&bytes).filter(|read| read.to_bytes() == bytes) {
            Some(other) => assert_ne!(other.digest(), state.digest(), "{tried}"),
            // Such as a word that does not exist, or a name with another character.
            None => unread += 1,
        }
        tried += 1;
    }
    assert!(tried > 250 && unread < tried / 8, "{unread} of {tried}");
}

#[test]
fn the_order_in_which_records_came_does_not_change_the_digest() {
    let state = whole(&Golden::new());
    let item = cbor::read(&state.to_bytes());
    let mut reversed = 0;
    for field in [8, 9, 10, 11, 12, 15, 19, 20] {
        let mut other = item.clone();
        let Item::Map(fields) = &mut other else {
            panic!("a state is a map");
        };
        let Item::Array(records) = &mut fields[field].1 else {
            panic!("field {field} is a list");
        };
        reversed += usize::from(records.len() > 1);
        records.reverse();
        let read = State::from_bytes(&other.write()).unwrap();
        assert_eq!(read.digest(), state.digest(), "{field}");
    }
    assert!(reversed >= 3, "{reversed}");
}

fn signed(payload: &[u8], signer: &PublicKey) -> Signed {
    let (id, entry) = codec::decode(payload).unwrap();
    let email = format!("{}@example.org", entry.actor);
    Signed::new(id, entry, signer.clone(), &email)
}

/// A new repository into which the golden bundle was fetched.
fn from_the_bundle(folder: &std::path::Path) -> Repository {
    let bundle = root().join("tests/golden/v1.bundle");
    let fetched = "refs/coord/ledger:refs/coord/ledger";
    golden::git(folder, &["init", "--quiet", "."]);
    golden::git(
        folder,
        &["fetch", "--quiet", bundle.to_str().unwrap(), fetched],
    );
    Repository::discover(folder, Environment::isolated()).unwrap()
}

#[test]
fn the_golden_bundle_always_reads_to_the_same_digests() {
    let folder = tempfile::tempdir().unwrap();
    let repository = from_the_bundle(folder.path());
    let document = document();
    let listed = listed(&document);
    let tip = listed.last().unwrap();
    let object = ObjectId::from_hex(tip.get("commit").as_bytes()).unwrap();
    let history = History::read(&repository, object).unwrap();
    assert_eq!(history.placed().len(), listed.len());
    let mut entries = listed.iter();
    history.replay(|placed, state| {
        let entry = entries.next().unwrap();
        assert_eq!(placed.object.to_string(), entry.get("commit"));
        assert_eq!(
            (placed.node.id, state.digest()),
            (entry.id(), entry.digest())
        );
        true
    });
    let report = git_coord::ledger::Ledger::new(repository).verify().unwrap();
    assert!(report.is_good(), "{report:?}");
    assert_eq!((report.snapshots.len(), report.quarantined.len()), (1, 2));
    golden::git(folder.path(), &["fsck", "--strict"]);
}

#[test]
fn stock_git_verifies_every_entry_of_the_golden_bundle() {
    let folder = tempfile::tempdir().unwrap();
    from_the_bundle(folder.path());
    let document = document();
    let [signers] = blocks(&document, "coord-signers").try_into().unwrap();
    let file = folder.path().join("signers");
    fs::write(&file, signers).unwrap();
    let setting = format!("gpg.ssh.allowedSignersFile={}", file.display());
    let recovery = |entry: &&Listed| !["recovery", "eve", "none"].contains(&entry.get("signer"));
    for entry in listed(&document).iter().filter(recovery) {
        golden::git(
            folder.path(),
            &["-c", &setting, "verify-commit", entry.get("commit")],
        );
    }
}

/// The cells of the rows of the first table after a heading or mark.
fn table(document: &str, after: &str) -> Vec<Vec<String>> {
    let (_, rest) = document
        .split_once(after)
        .unwrap_or_else(|| panic!("{after} is missing"));
    let rows = rest.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

fn unquoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

#[test]
fn the_codes_of_refusals_are_those_of_the_program() {
    let document = document();
    let rows = table(&document, "*Codes*");
    let said = rows
        .iter()
        .map(|row| (row[0].parse().unwrap(), unquoted(&row[1])));
    let codes = Code::ALL.iter().map(|code| code.as_str()).enumerate();
    assert_eq!(Vec::from_iter(said), Vec::from_iter(codes));
}

#[test]
fn the_flaws_are_those_of_the_program() {
    let document = document();
    let rows = table(&document, "The flaws, by the words");
    let mut said: Vec<&str> = rows.iter().map(|row| unquoted(&row[0])).collect();
    let mut flaws = Flaw::CODES.to_vec();
    said.sort_unstable();
    flaws.sort_unstable();
    assert_eq!(said, flaws);
}

#[test]
fn the_records_have_the_fields_of_the_program() {
    let document = document();
    let golden = fs::read(root().join("tests/golden/v1.state.cbor")).unwrap();
    let state = serde_json::to_value(State::from_bytes(&golden).unwrap()).unwrap();
    let places = BTreeMap::from([
        ("state", ""),
        ("roster", "/roster"),
        ("actor", "/roster/actors/0/1"),
        ("key record", "/roster/actors/0/1/keys/0/1"),
        ("policy", "/policy"),
        ("task", "/tasks/0"),
        ("fields", "/tasks/0/fields"),
        ("step", "/tasks/0/steps/0"),
        ("claim", "/tasks/2/claim"),
        ("handed", "/tasks/2/claim/handed"),
        ("used key", "/used_keys/0/1/0"),
        ("blocker", "/tasks/0/blockers/0"),
        ("submission", "/tasks/0/submission"),
        ("verdict", "/tasks/0/verdicts/0/1"),
        ("past verdict", "/tasks/0/past_verdicts/0"),
        ("end", "/tasks/0/end"),
        ("attached", "/tasks/0/body"),
        ("guardrail", "/guardrails/0/1"),
        ("result", "/guardrails/0/1/results/0"),
        ("seen pull request", "/pull_requests/0/1"),
        ("seen worktrees", "/worktrees/0/1"),
        ("snapshot", "/snapshots/0"),
        ("import record", "/imports/0"),
        ("anomaly", "/anomalies/0"),
        ("refusal", "/anomalies/0/refusal"),
    ]);
    let shown = format!("{:#?}", Fields::default());
    let lines = shown.lines().filter_map(|line| line.strip_prefix("    "));
    let attributes = lines.filter(|line| !line.starts_with([' ', '}', ']']));
    let attributes: Vec<String> = attributes
        .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
        .collect();
    let mut rows = table(&document, "<!-- records -->");
    // Every actor of the golden ledger has the most steps left, so its state has no allowance.
    rows.retain(|row| row[0] != "allowance");
    assert_eq!(rows.len(), places.len());
    for row in rows {
        let (optional, always): (Vec<&str>, Vec<&str>) =
            (row[1].split(" · ")).partition(|field| field.contains(", if "));
        let name = |field: &str| field.split('`').nth(1).unwrap().to_owned();
        let fields: Vec<String> = always.into_iter().map(name).collect();
        let optional: Vec<String> = optional.into_iter().map(name).collect();
        let place = places[row[0].as_str()];
        let record = state.pointer(place).and_then(serde_json::Value::as_object);
        let record = record.unwrap_or_else(|| panic!("{} at {place}", row[0]));
        let names: Vec<String> = if row[0] == "fields" {
            // What is not set is left out.
            attributes.clone()
        } else {
            let keys = record.keys().filter(|key| !optional.contains(key));
            keys.cloned().collect()
        };
        assert_eq!(fields, names, "{}", row[0]);
    }
}

#[test]
fn every_link_leads_to_a_heading() {
    let document = document();
    let anchor = |heading: &str| -> String {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let headings: Vec<String> = document
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(anchor)
        .collect();
    let links = document
        .split("](#")
        .skip(1)
        .map(|rest| rest.split_once(')').unwrap().0);
    for link in links {
        assert!(headings.iter().any(|heading| heading == link), "{link}");
    }
}

fn with(event: Event) -> Entry {
    Entry {
        format: 1,
        ledger: None,
        parents: Vec::new(),
        actor: "ada".parse().unwrap(),
        time: Timestamp::from_seconds(0),
        events: vec![event],
        attachments: Vec::new(),
        idempotency_key: None,
    }
}
