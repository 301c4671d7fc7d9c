//! The tables of kinds, facts and words in the format's document against the types of the program.
//!
//! Names are compared through JSON, which spells them out; numbers through CBOR. Not here: the examples.

use std::collections::{BTreeMap, HashMap};

use git_coord::core::{
    entry::{
        codec::{self, v1},
        event::{
            CommitId, Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, ReviewEvent,
            RosterEvent, TaskEvent, TaskRef, WorkEvent,
            guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome},
            ledger::{Founding, LedgerFact, Versions},
            observation::{
                CheckCounts, ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source,
                Worktree,
            },
            rename::rename,
            roster::{ActorFact, NewActor, PolicyRule},
            task::{Import, Integration, MergeMethod, TaskFact},
        },
    },
    plan::roster::KeyStanding,
    values::{
        id::{Digest, EntryId},
        key::PublicKey,
        task::{ActorKind, Approver, LinkKind, Priority, Risk, Role},
        time::{Span, Timestamp},
    },
};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{cbor, cbor::Item, document, part, table, unquoted, with};
use crate::golden::{self, text};

/// The names of an enum's variants, in order, out of serde's complaint about one that it does not have.
pub fn variants<T: DeserializeOwned>() -> Vec<String> {
    let attempts = [json!("?"), json!({"?": null})];
    let complaints = attempts
        .into_iter()
        .filter_map(|value| serde_json::from_value::<T>(value).err());
    let complaint = complaints.map(|error| error.to_string());
    let complaint = complaint
        .into_iter()
        .find(|text| text.contains("unknown variant"));
    let complaint = complaint.expect("a complaint about a variant");
    let (_, expected) = complaint.split_once("expected").unwrap();
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Every kind with every field, by number.
pub fn full() -> BTreeMap<(i128, i128), Event> {
    let events = [
        ledger(),
        roster(),
        tasks(),
        work(),
        reviews(),
        guardrails(),
        observations(),
    ];
    let numbered = events.into_iter().flatten().map(|event| {
        let item = cbor::read(&v1::to_canonical(&event));
        let (family, held) = item.variant();
        let (kind, _) = held[0].variant();
        ((family, kind), event)
    });
    numbered.collect()
}

fn key() -> PublicKey {
    golden::signer("ada").public_key().clone()
}
fn mark() -> Mark {
    Mark {
        entry: Some(EntryId::from_bytes([7; 32])),
        event: 1,
        item: 2,
    }
}
fn task() -> TaskRef {
    TaskRef {
        id: "A".parse().unwrap(),
        mark: mark(),
    }
}
fn commit() -> CommitId {
    "a".repeat(40).parse().unwrap()
}
fn time() -> Timestamp {
    Timestamp::from_seconds(1)
}

fn ledger() -> Vec<Event> {
    let founding = Founding {
        key: key(),
        kind: ActorKind::Human,
        email: "a@b".parse().unwrap(),
        recovery: Some(key()),
        facts: vec![LedgerFact::Title(None)],
        nonce: 1,
    };
    let versions = Versions {
        format: Some(1),
        rules: Some(1),
        state: Some(1),
        message: Some(1),
        files: Some(1),
    };
    let entry = EntryId::from_bytes([7; 32]);
    let events = [
        LedgerEvent::Created(Box::new(founding)),
        LedgerEvent::Upgraded(versions),
        LedgerEvent::Configured(Vec::new()),
        LedgerEvent::Acknowledged { entry },
        LedgerEvent::Repaired,
    ];
    events.map(Event::Ledger).into()
}

fn roster() -> Vec<Event> {
    let new = NewActor {
        name: "codex".parse().unwrap(),
        kind: ActorKind::Agent,
        email: "a@b".parse().unwrap(),
        roles: vec![Role::Worker],
        key: Some(key()),
    };
    let (actor, key) = (new.name.clone(), key());
    let events = [
        RosterEvent::ActorAdded(Box::new(new)),
        RosterEvent::ActorEdited {
            actor: actor.clone(),
            facts: vec![ActorFact::Kind(ActorKind::Human)],
        },
        RosterEvent::KeyAdded {
            actor: actor.clone(),
            key: key.clone(),
        },
        RosterEvent::KeyRetired {
            actor: actor.clone(),
            key: key.clone(),
        },
        RosterEvent::KeyRevoked {
            actor,
            key: key.clone(),
            since: Some(time()),
        },
        RosterEvent::RecoveryKeySet { key: Some(key) },
        RosterEvent::PolicySet(PolicyRule::PathReview {
            paths: "src/**".parse().unwrap(),
            by: vec![Approver::Role(Role::Reviewer)],
        }),
    ];
    events.map(Event::Roster).into()
}

fn tasks() -> Vec<Event> {
    let events = [
        TaskEvent::Added {
            id: "A".parse().unwrap(),
            title: text("A"),
            facts: vec![TaskFact::Group(None)],
        },
        TaskEvent::Edited {
            task: task(),
            facts: vec![
                TaskFact::DependencyAdded(task()),
                TaskFact::DependencyRemoved(task()),
                TaskFact::StepRemoved(mark()),
                TaskFact::Defer(None),
                TaskFact::Parent(Some(task())),
                TaskFact::LinkAdded(LinkKind::DiscoveredFrom, task()),
                TaskFact::LinkRemoved(LinkKind::Relates, task()),
                TaskFact::UrlAdded("https://example.org/7".parse().unwrap()),
                TaskFact::UrlRemoved("https://example.org/7".parse().unwrap()),
            ],
        },
        TaskEvent::Completed {
            task: task(),
            claim: Some(mark()),
            commit: Some(commit()),
            waiver: Some(text("x")),
            tree: Some(commit()),
            integrated: Some(Integration {
                commit: commit(),
                into: "main".parse().unwrap(),
                method: Some(MergeMethod::Merge),
                before: Some(commit()),
            }),
        },
        TaskEvent::Cancelled {
            task: task(),
            reason: Some(text("x")),
        },
        TaskEvent::Reopened {
            task: task(),
            reason: Some(text("x")),
            mistaken: true,
        },
        TaskEvent::Commented {
            task: task(),
            body: text("x"),
        },
        TaskEvent::Imported(Import {
            source: text("x"),
            format: text("x"),
            digest: Digest::of(b""),
            file: text("x"),
        }),
    ];
    events.map(Event::Task).into()
}

fn work() -> Vec<Event> {
    let (task, claim) = (task(), Some(mark()));
    let events = [
        WorkEvent::Claimed {
            task: task.clone(),
            lease: Span::from_minutes(1),
            worktree: Some(text("x")),
            steal: true,
            share: true,
            resume: true,
        },
        WorkEvent::Renewed {
            task: task.clone(),
            claim: mark(),
            lease: Some(Span::from_minutes(1)),
        },
        WorkEvent::Released {
            task: task.clone(),
            claim: mark(),
        },
        WorkEvent::Progressed {
            task: task.clone(),
            claim,
            percent: 1.try_into().unwrap(),
        },
        WorkEvent::StepSet {
            task: task.clone(),
            step: mark(),
            number: 1,
            done: true,
            claim,
        },
        WorkEvent::Blocked {
            task: task.clone(),
            reason: text("x"),
            on: Some(task.clone()),
        },
        WorkEvent::Unblocked {
            task: task.clone(),
            blocker: mark(),
            number: 1,
        },
        WorkEvent::CommitRecorded {
            task: task.clone(),
            commit: commit(),
            branch: Some("x".parse().unwrap()),
            claim,
        },
        WorkEvent::CommitRewritten {
            task: task.clone(),
            old: commit(),
            new: commit(),
        },
        WorkEvent::WorktreeBound {
            task: task.clone(),
            worktree: Some(text("x")),
        },
        WorkEvent::HandedOn {
            task,
            claim: mark(),
            to: "claude".parse().unwrap(),
            lease: Span::from_minutes(1),
            note: Some(text("x")),
        },
    ];
    events.map(Event::Work).into()
}

fn reviews() -> Vec<Event> {
    let task = task();
    let events = [
        ReviewEvent::Submitted {
            task: task.clone(),
            claim: Some(mark()),
            commit: Some(commit()),
            pr: Some(1),
        },
        ReviewEvent::Approved {
            task: task.clone(),
            commit: Some(commit()),
            note: Some(text("x")),
        },
        ReviewEvent::Rejected {
            task: task.clone(),
            commit: Some(commit()),
            note: text("x"),
        },
        ReviewEvent::Withdrawn { task: task.clone() },
        ReviewEvent::CheckTicked {
            task,
            item: text("x"),
            ticked: true,
        },
    ];
    events.map(Event::Review).into()
}

fn guardrails() -> Vec<Event> {
    let definition = GuardrailDefinition {
        id: "G".parse().unwrap(),
        title: text("x"),
        command: Some(text("x")),
        expect: Some(text("x")),
        required: true,
        depends: vec![task()],
        time_limit: Some(Span::from_minutes(1)),
        extra: vec![(text("x"), text("x"))],
        environment: vec![text("x")],
    };
    let result = GuardrailResult {
        id: "G".parse().unwrap(),
        outcome: Outcome::Pass,
        evidence: Some(text("x")),
        exit: Some(1),
        duration_milliseconds: Some(1),
        host: Some(text("x")),
        commit: Some(commit()),
        tree: Some(commit()),
        changed: vec![text("x")],
        command_digest: Some(Digest::of(b"")),
    };
    let events = [
        GuardrailEvent::Added(Box::new(definition)),
        GuardrailEvent::Removed {
            id: "G".parse().unwrap(),
        },
        GuardrailEvent::Recorded(Box::new(result)),
        GuardrailEvent::TargetSet {
            name: "x".parse().unwrap(),
            expression: Some(text("x")),
        },
    ];
    events.map(Event::Guardrail).into()
}

fn observations() -> Vec<Event> {
    let request = PullRequest {
        number: 1,
        title: Some(text("x")),
        state: Some(PullRequestState::Open),
        draft: Some(true),
        branch: Some(text("x")),
        commit: Some(commit()),
        base: Some(text("x")),
        author: Some(text("x")),
        checks: Some(CheckCounts {
            passing: 1,
            failing: 1,
            pending: 1,
        }),
        review: Some(ReviewDecision::Approved),
        mergeable: Some(true),
        labels: Some(vec![text("x")]),
        updated: Some(time()),
        merge_commit: Some(commit()),
    };
    let source = Source {
        forge: ForgeKind::Github,
        repository: "https://example.org/acme".parse().unwrap(),
    };
    let worktree = Worktree {
        label: text("x"),
        branch: Some(text("x")),
        head: Some(commit()),
        ahead: 1,
        behind: 1,
        dirty: 1,
        task: Some(task()),
        active: Some(time()),
    };
    let events = [
        ObservationEvent::PullRequests {
            source,
            seen: vec![request],
            gone: vec![2],
        },
        ObservationEvent::Worktrees {
            host: text("x"),
            seen: vec![worktree],
        },
        ObservationEvent::SnapshotTaken {
            label: Some("x".parse().unwrap()),
            state: Digest::of(b""),
            versions: (1, 1, 1),
        },
    ];
    events.map(Event::Observation).into()
}

#[test]
fn every_reference_follows_an_entry_that_is_appended_again() {
    let (old, new) = (EntryId::from_bytes([7; 32]), EntryId::from_bytes([8; 32]));
    let names = HashMap::from([(old, new)]);
    let holds = |event: &Event, id: EntryId| {
        let bytes = v1::to_canonical(event);
        bytes.windows(32).filter(|run| run == id.as_bytes()).count()
    };
    for (number, event) in full() {
        let [renamed] = rename(std::slice::from_ref(&event), &names)
            .try_into()
            .unwrap();
        assert_eq!(holds(&renamed, old), 0, "{number:?}");
        assert_eq!(holds(&renamed, new), holds(&event, old), "{number:?}");
    }
}

/// The document's section about a kind, from its heading to the next.
fn section(document: &str, number: (i128, i128)) -> &str {
    let heading = format!("\n### {}.{} ", number.0, number.1);
    let (_, rest) = document
        .split_once(&heading)
        .unwrap_or_else(|| panic!("{heading} is missing"));
    rest.split("\n##").next().unwrap()
}

fn kinds() -> [Vec<String>; 7] {
    [
        variants::<LedgerEvent>(),
        variants::<RosterEvent>(),
        variants::<TaskEvent>(),
        variants::<WorkEvent>(),
        variants::<ReviewEvent>(),
        variants::<GuardrailEvent>(),
        variants::<ObservationEvent>(),
    ]
}

#[test]
fn every_kind_has_a_section_a_sentence_and_a_full_sample() {
    let document = document();
    assert_eq!(variants::<Event>().len(), kinds().len());
    let mut numbers = Vec::new();
    for (family, names) in (0..).zip(kinds()) {
        assert_eq!(names.len() as i128, v1::KINDS[family as usize], "{names:?}");
        numbers.extend((0..names.len() as i128).map(|kind| (family, kind)));
    }
    assert_eq!(full().into_keys().collect::<Vec<_>>(), numbers);
    let headings = part("docs/format/kinds.md");
    let headings = headings
        .lines()
        .filter_map(|line| line.strip_prefix("### "));
    let headings: Vec<&str> = headings
        .map(|heading| heading.split(' ').next().unwrap())
        .collect();
    let sentences = table(&document, "## Sentences");
    let sentences: Vec<&str> = sentences.iter().map(|row| row[0].as_str()).collect();
    let numbers: Vec<String> = numbers
        .iter()
        .map(|(family, kind)| format!("{family}.{kind}"))
        .collect();
    assert_eq!(headings, numbers);
    assert_eq!(sentences, numbers);
}

#[test]
fn a_text_of_any_kind_needs_a_visible_character() {
    let mut texts = 0;
    for (number, event) in full() {
        let bytes = v1::to_canonical(&with(event));
        let entry = cbor::read(&bytes);
        let Item::Map(fields) = &entry else {
            panic!("an entry is a map");
        };
        let place = fields.iter().position(|(key, _)| *key == Item::Integer(5));
        let place = place.expect("events");
        for blank in [" ", "\u{200b}", "\u{a0}\u{3000}"] {
            for events in fields[place].1.with_each_text(blank) {
                let mut fields = fields.clone();
                fields[place].1 = events;
                let bytes = Item::Map(fields).write();
                assert!(codec::decode(&bytes).is_err(), "{number:?}: {bytes:x?}");
                texts += 1;
            }
        }
        assert!(codec::decode(&bytes).is_ok(), "{number:?}");
    }
    assert!(texts > 200, "{texts}");
}

/// The body of an event, as CBOR and as JSON.
fn body(event: &Event) -> (Item, serde_json::Value) {
    let item = cbor::read(&v1::to_canonical(event));
    let (_, held) = item.variant();
    let (_, held) = held[0].variant();
    let item = held.first().cloned().unwrap_or(Item::Map(Vec::new()));
    let only = |value: serde_json::Value| match value {
        serde_json::Value::Object(pairs) => pairs.into_iter().next().unwrap().1,
        _ => json!({}),
    };
    (item, only(only(serde_json::to_value(event).unwrap())))
}

#[test]
fn every_field_has_the_number_name_and_presence_of_the_program() {
    let document = document();
    for (number, event) in full() {
        let section = section(&document, number);
        if !section.contains("| no. | field |") {
            continue;
        }
        let rows = table(section, "");
        let (item, json) = body(&event);
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        let fields: Vec<i128> = (0..).take(item.pairs().len()).collect();
        let numbers: Vec<i128> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert_eq!(
            rows.iter().map(|row| &row[1]).collect::<Vec<_>>(),
            names,
            "{number:?}"
        );
        assert_eq!(numbers, fields, "{number:?}");
        for (place, row) in rows.iter().enumerate() {
            let optional = match row[3].as_str() {
                "always" => false,
                "optional" | "if any" | "if true" | "if not 0" => true,
                other => panic!("{number:?} {}: {other}", row[1]),
            };
            assert_eq!(
                decodes_without(&event, place),
                optional,
                "{number:?} {}",
                row[1]
            );
        }
    }
}

/// Whether the event is one without the field at this place.
fn decodes_without(event: &Event, place: usize) -> bool {
    let whole = v1::to_canonical(event);
    let item = cbor::read(&whole);
    let (family, held) = item.variant();
    let (kind, held) = held[0].variant();
    let mut pairs = held[0].pairs().to_vec();
    pairs.remove(place);
    let variant = |number: i128, held: Item| Item::Array(vec![Item::Integer(number), held]);
    let less = variant(family, variant(kind, Item::Map(pairs))).write();
    let payload = codec::encode(&with(event.clone())).unwrap();
    let start = payload
        .windows(whole.len())
        .position(|window| window == whole)
        .unwrap();
    let payload = [&payload[..start], &less, &payload[start + whole.len()..]].concat();
    codec::decode(&payload).is_ok()
}

#[test]
fn every_fact_has_a_row() {
    let document = document();
    for (heading, head, count) in [
        ("### 0.2 ", "| fact |", variants::<LedgerFact>().len()),
        ("### 1.1 ", "| fact |", variants::<ActorFact>().len()),
        ("### 1.6 ", "| rule |", variants::<PolicyRule>().len()),
        ("### 2.1 ", "| fact |", variants::<TaskFact>().len()),
    ] {
        let (_, rest) = document.split_once(heading).unwrap();
        let start = rest.find(head).unwrap();
        let rows = table(&rest[start..], "");
        let numbers: Vec<usize> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert_eq!(numbers, (0..count).collect::<Vec<_>>(), "{heading}");
    }
}

#[test]
fn words_are_numbered_as_in_the_program() {
    let document = document();
    let rows = table(&document, "**Words**");
    let said: BTreeMap<&str, Vec<String>> = rows
        .iter()
        .map(|row| {
            let words = row[1].split(", ").map(|word| unquoted(word).to_owned());
            (row[0].as_str(), words.collect())
        })
        .collect();
    let words = BTreeMap::from([
        ("role", variants::<Role>()),
        ("link kind", variants::<LinkKind>()),
        ("actor kind", variants::<ActorKind>()),
        ("priority", variants::<Priority>()),
        ("risk", variants::<Risk>()),
        ("outcome", variants::<Outcome>()),
        ("merge method", variants::<MergeMethod>()),
        ("guarded ends", variants::<Guarded>()),
        ("pull request state", variants::<PullRequestState>()),
        ("forge kind", variants::<ForgeKind>()),
        ("review decision", variants::<ReviewDecision>()),
        ("key standing", variants::<KeyStanding>()),
    ]);
    assert_eq!(said, words);
}
