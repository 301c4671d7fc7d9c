//! Who may write the events that are about no task, and who may work without a claim.
//!
//! Not here: claims, tasks and reviews (the other tests of this folder), and the roster (`roster`).

use super::*;
use crate::core::{
    entry::event::{
        GuardrailEvent, LedgerEvent, ObservationEvent,
        guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome},
        roster::ActorFact,
        task::Integration,
    },
    plan::{
        reduce,
        state::{RULES, STATE, task::End},
    },
    sample::{key_of, source},
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
    defined(id, false, depends)
}

fn defined(id: &str, required: bool, depends: Vec<TaskRef>) -> Event {
    Event::Guardrail(GuardrailEvent::Added(Box::new(GuardrailDefinition {
        id: id.parse().unwrap(),
        title: text("x"),
        command: None,
        expect: None,
        required,
        depends,
        time_limit: None,
        extra: Vec::new(),
        environment: Vec::new(),
    })))
}

/// The task is done, and its work is in `main`.
fn integrated(task: &TaskRef, at: char, waiver: Option<&str>) -> Event {
    Event::Task(TaskEvent::Completed {
        task: task.clone(),
        claim: None,
        commit: None,
        waiver: waiver.map(text),
        tree: None,
        integrated: Some(Integration {
            commit: commit(at),
            into: "main".parse().unwrap(),
            method: None,
            before: None,
        }),
    })
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
        source: source("github.com"),
        seen: Vec::new(),
        gone: Vec::new(),
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

#[test]
fn work_without_a_claim_is_refused_with_the_reason_that_helps_its_author() {
    let mut plan = Sample::new();
    policy(&mut plan, PolicyRule::UnclaimedWork(true));
    let task = plan.add("A", "x", Vec::new());
    work_under(&mut plan, "codex", &task, None);
    told(&plan, None);
    claim(&mut plan, "codex", &task, How::default());
    work_under(&mut plan, "copilot", &task, None);
    told(&plan, Some(Code::ClaimHeld));
    work_under(&mut plan, "codex", &task, None);
    told(&plan, Some(Code::LeaseLost));
    plan.lapse(100);
    // Its own claim has expired, and nobody else has the task.
    work_under(&mut plan, "codex", &task, None);
    told(&plan, Some(Code::LeaseLost));
    claim(&mut plan, "copilot", &task, How::default());
    work_under(&mut plan, "codex", &task, None);
    told(&plan, Some(Code::LeaseLost));
    plan.lapse(100);
    // Whom somebody has overtaken learns that first.
    work_under(&mut plan, "codex", &task, None);
    told(&plan, Some(Code::LeaseLost));
    work_under(&mut plan, "claude", &task, None);
    told(&plan, None);
}

#[test]
fn a_claim_is_named_by_its_holder_and_a_coordinator_whose_claim_has_run_out_needs_none() {
    let mut plan = Sample::new();
    let task = plan.add("A", "x", Vec::new());
    let held = claim(&mut plan, "codex", &task, How::default());
    work_under(&mut plan, "copilot", &task, Some(held));
    told(&plan, Some(Code::LeaseLost));
    work_under(&mut plan, "ana", &task, Some(held));
    told(&plan, Some(Code::LeaseLost));
    let other = plan.add("B", "x", Vec::new());
    claim(&mut plan, "ana", &other, How::default());
    plan.lapse(100_000);
    work_under(&mut plan, "ana", &other, None);
    told(&plan, None);
    // That work has renewed its claim.
    plan.lapse(100_000);
    claim(&mut plan, "codex", &other, How::default());
    told(&plan, None);
    // It learns that another actor took the task over, coordinator or not.
    work_under(&mut plan, "ana", &other, None);
    told(&plan, Some(Code::LeaseLost));
}

#[test]
fn a_task_has_room_for_a_thousand_verdicts_past_ones_included() {
    let mut plan = Sample::new();
    let task = plan.add("A", "x", Vec::new());
    plan.submit("codex", &task);
    for _ in 0..1000 {
        plan.approve("claude", &task);
    }
    told(&plan, None);
    plan.approve("claude", &task);
    told(&plan, Some(Code::TooMany));
    assert_eq!(plan.task(&task).past_verdicts.len(), 999);
}

#[test]
fn tasks_are_reserved_for_their_owners_if_policy_says_so_and_they_have_any() {
    let mut plan = Sample::new();
    policy(&mut plan, PolicyRule::UnclaimedWork(true));
    let free = plan.add("A", "x", Vec::new());
    let owned = plan.add("B", "x", vec![TaskFact::OwnerAdded(actor("codex"))]);
    work_under(&mut plan, "copilot", &owned, None);
    told(&plan, None);
    policy(&mut plan, PolicyRule::OwnersOnly(true));
    for (who, task, expected) in [
        ("copilot", &owned, Some(Code::NotOwner)),
        ("copilot", &free, None),
        ("codex", &owned, None),
    ] {
        work_under(&mut plan, who, task, None);
        told(&plan, expected);
    }
}

#[test]
fn a_list_of_a_task_has_room_for_a_thousand() {
    let mut plan = Sample::new();
    let label = |number: usize| TaskFact::LabelAdded(text(&number.to_string()));
    let task = plan.add("A", "x", (1..1000).map(label).collect());
    plan.edit(&task, vec![label(1000)]);
    told(&plan, None);
    plan.edit(&task, vec![label(1001)]);
    told(&plan, Some(Code::TooMany));
}

#[test]
fn where_work_is_integrated_a_worker_records_after_a_waived_end_of_which_all_else_stays() {
    let mut plan = Sample::new();
    let task = plan.add("A", "One", vec![gate("ana")]);
    plan.by("codex", integrated(&task, 'a', None));
    told(&plan, Some(Code::GateOpen));
    plan.by("codex", integrated(&task, 'a', Some("it is urgent")));
    told(&plan, Some(Code::NotPermitted));
    plan.by("ana", integrated(&task, 'a', Some("it is urgent")));
    told(&plan, None);
    let end = plan.task(&task).end.clone().unwrap();
    let reviewer = RosterEvent::ActorEdited {
        actor: actor("claude"),
        facts: vec![ActorFact::RoleRemoved(Role::Worker)],
    };
    plan.by("ana", Event::Roster(reviewer));
    for (who, at, refused) in [
        ("claude", 'b', Some(Code::NotPermitted)),
        ("codex", 'a', Some(Code::TaskEnded)),
        ("codex", 'b', None),
    ] {
        plan.by(who, integrated(&task, at, None));
        told(&plan, refused);
    }
    plan.by("codex", integrated(&task, 'c', Some("again")));
    told(&plan, Some(Code::TaskEnded));
    let mut now = plan.task(&task).end.clone().unwrap();
    let place = now.integrated.take().unwrap();
    assert_eq!(place.commit, commit('b'));
    assert_eq!(
        now,
        End {
            integrated: None,
            ..end
        }
    );
    // The guardrails that guard an integration guard a later one too.
    policy(&mut plan, PolicyRule::Guardrails(Guarded::Integrate));
    plan.by("ana", defined("G1", true, Vec::new()));
    plan.by("codex", integrated(&task, 'c', None));
    told(&plan, Some(Code::GuardrailOpen));
}
