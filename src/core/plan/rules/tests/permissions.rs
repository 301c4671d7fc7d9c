//! Who may write the events that are about no task, and where.
//!
//! Not here: tasks, work and reviews (the other tests of this folder), and the roster (`roster`).

use super::*;
use crate::core::{
    entry::event::{
        GuardrailEvent, LedgerEvent, ObservationEvent,
        guardrail::{GuardrailDefinition, GuardrailResult, Outcome},
    },
    plan::{
        reduce,
        state::{RULES, STATE},
    },
    sample::key_of,
    values::id::{Digest, EntryId},
};

/// The refusal of an entry with so many parents.
fn refusal(plan: &Sample, who: &str, parents: usize, events: &[Event]) -> Option<Code> {
    let mut entry = plan.entries().last().unwrap().clone();
    entry.id = EntryId::from_bytes([0xee; 32]);
    entry.signer = key_of(who);
    entry.entry.actor = actor(who);
    entry.entry.parents = vec![entry.id; parents];
    entry.entry.events = events.to_vec();
    let applied = reduce::try_apply(&mut plan.state().clone(), &entry);
    applied.err().map(|(_, refusal)| refusal.code())
}

fn guardrail(id: &str, depends: Vec<TaskRef>) -> Event {
    Event::Guardrail(GuardrailEvent::Added(Box::new(GuardrailDefinition {
        id: id.parse().unwrap(),
        title: text("x"),
        command: None,
        expect: None,
        required: false,
        depends,
        time_limit: None,
        extra: Vec::new(),
    })))
}

fn recorded(id: &str, evidence: Option<&str>) -> Event {
    let mut result = GuardrailResult::new(id.parse().unwrap(), Outcome::Fail);
    result.evidence = evidence.map(text);
    Event::Guardrail(GuardrailEvent::Recorded(Box::new(result)))
}

#[test]
fn only_an_admin_configures_acknowledges_and_repairs() {
    let plan = Sample::new();
    let entry = EntryId::from_bytes([7; 32]);
    let configured = Event::Ledger(LedgerEvent::Configured(Vec::new()));
    let acknowledged = Event::Ledger(LedgerEvent::Acknowledged { entry });
    let repaired = Event::Ledger(LedgerEvent::Repaired);
    for (event, parents) in [(&configured, 1), (&acknowledged, 1), (&repaired, 2)] {
        let one = std::slice::from_ref(event);
        assert_eq!(refusal(&plan, "ana", parents, one), None, "{event:?}");
        let by_worker = refusal(&plan, "codex", parents, one);
        assert_eq!(by_worker, Some(Code::NotPermitted), "{event:?}");
    }
    for (parents, events) in [
        (1, vec![repaired.clone()]),
        (3, vec![repaired.clone()]),
        (2, vec![repaired.clone(), configured.clone()]),
        (2, vec![configured, repaired]),
        (1, vec![plan.entries()[0].entry.events[0].clone()]),
    ] {
        let misplaced = refusal(&plan, "ana", parents, &events);
        assert_eq!(misplaced, Some(Code::Misplaced), "{events:?}");
    }
}

#[test]
fn a_snapshot_is_the_only_event_of_an_entry_with_one_parent() {
    let plan = Sample::new();
    let taken = Event::Observation(ObservationEvent::SnapshotTaken {
        label: None,
        state: Digest::of(b""),
        versions: (RULES, STATE, 1),
    });
    let seen = Event::Observation(ObservationEvent::PullRequests {
        source: text("github"),
        seen: Vec::new(),
        complete: false,
    });
    for (parents, events, expected) in [
        (1, vec![taken.clone()], None),
        (0, vec![taken.clone()], Some(Code::Misplaced)),
        (2, vec![taken.clone()], Some(Code::Misplaced)),
        (1, vec![taken.clone(), seen.clone()], Some(Code::Misplaced)),
        (2, vec![seen.clone(), seen], None),
    ] {
        assert_eq!(refusal(&plan, "codex", parents, &events), expected);
    }
}

#[test]
fn coordinators_define_guardrails_and_workers_record_what_exists() {
    let mut plan = Sample::new();
    let task = plan.add("A", "x", Vec::new());
    plan.by("ana", guardrail("G1", Vec::new()));
    let none = TaskRef {
        id: "Z".parse().unwrap(),
        mark: Mark::default(),
    };
    let removed = |id: &str| {
        Event::Guardrail(GuardrailEvent::Removed {
            id: id.parse().unwrap(),
        })
    };
    let target = Event::Guardrail(GuardrailEvent::TargetSet {
        name: "done".parse().unwrap(),
        expression: None,
    });
    for (who, event, expected) in [
        ("ana", guardrail("G2", vec![task.clone()]), None),
        (
            "ana",
            guardrail("G2", vec![task, none]),
            Some(Code::UnknownTask),
        ),
        (
            "codex",
            guardrail("G2", Vec::new()),
            Some(Code::NotPermitted),
        ),
        ("ana", removed("G1"), None),
        ("ana", removed("G2"), Some(Code::UnknownGuardrail)),
        ("codex", removed("G1"), Some(Code::NotPermitted)),
        ("codex", recorded("G1", None), None),
        ("codex", recorded("G2", None), Some(Code::UnknownGuardrail)),
        ("codex", recorded("G1", Some("output")), None),
        (
            "codex",
            recorded("G1", Some("missing")),
            Some(Code::UnknownAttachment),
        ),
        ("ana", target.clone(), None),
        ("codex", target, Some(Code::NotPermitted)),
    ] {
        let one = std::slice::from_ref(&event);
        assert_eq!(refusal(&plan, who, 1, one), expected, "{who} {event:?}");
    }
}
