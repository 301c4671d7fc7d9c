//! Refusals of every code, and of every form that the arguments of a code can have.
//!
//! Not here: refusing events (`plan::rules`).

use super::{actor, text};
use crate::core::{
    entry::event::CommitId,
    plan::refusal::{
        Action, Ending, HeldClaim, Lack, Limited, OpenGate, OpenGuardrail, Overlap, Refusal,
        Restricted, Taken,
    },
    values::{
        id::{EntryId, TaskName},
        task::{Approver, Role},
        time::Timestamp,
    },
};

/// The texts of people in [`samples`]; all other texts in them are names.
pub const TEXTS: [&str; 4] = ["src/*.rs", "src/main.rs", "note.md", "no secret in a log"];

/// Refusals of every code, in the order of the codes.
pub fn samples() -> Vec<Refusal> {
    let task = || name("B~x7f3");
    let codex = || actor("codex");
    let not_permitted = |action, task, roles: &[Role]| {
        Refusal::not_permitted(&actor("claude"), action, task, roles)
    };
    let taken = |files| {
        let claim = claim();
        Some(Taken { claim, files })
    };
    let mut all = vec![
        Refusal::ClaimHeld {
            task: task(),
            claim: claim(),
        },
        Refusal::AlreadyYours {
            task: task(),
            claim: claim(),
        },
        Refusal::PathsHeld {
            task: task(),
            files: files(),
            claim: claim(),
        },
        open_gates(),
        Refusal::OwnWork {
            task: task(),
            actor: codex(),
        },
        Refusal::NotReviewer {
            task: task(),
            actor: codex(),
        },
        Refusal::Cycle {
            task: task(),
            on: name("A"),
        },
        Refusal::Cycle {
            task: task(),
            on: task(),
        },
        Refusal::UnknownTask {
            task: "B".parse().unwrap(),
        },
    ];
    let both = &[Role::Coordinator, Role::Worker];
    all.extend(Action::ALL.iter().flat_map(|action| {
        [
            not_permitted(*action, Some(task()), both),
            not_permitted(*action, None, &[]),
        ]
    }));
    all.push(not_permitted(Action::TakeSnapshot, None, Role::ALL));
    all.extend([
        Refusal::NotOwner {
            task: task(),
            actor: codex(),
            owners: vec![actor("ana"), actor("copilot")],
            more: 3,
        },
        Refusal::LeaseLost {
            task: task(),
            taken: None,
        },
        Refusal::LeaseLost {
            task: task(),
            taken: taken(None),
        },
        Refusal::LeaseLost {
            task: task(),
            taken: taken(Some(files())),
        },
    ]);
    all.extend(Ending::ALL.iter().map(|how| Refusal::TaskEnded {
        task: task(),
        how: *how,
        actor: codex(),
        at: at(14),
    }));
    all.extend([
        Refusal::TaskOpen { task: task() },
        Refusal::NotClaimed { task: task() },
        Refusal::NotSubmitted { task: task() },
        Refusal::OtherCommit {
            task: task(),
            commit: commit('a'),
            submitted: Some(commit('b')),
        },
        Refusal::OtherCommit {
            task: task(),
            commit: commit('a'),
            submitted: None,
        },
        Refusal::UnknownStep {
            task: task(),
            number: Some(7),
        },
        Refusal::UnknownStep {
            task: task(),
            number: None,
        },
        Refusal::UnknownBlocker {
            task: task(),
            number: Some(7),
        },
        Refusal::UnknownBlocker {
            task: task(),
            number: None,
        },
        Refusal::UnknownActor { actor: codex() },
        Refusal::UnknownGuardrail {
            guardrail: "G1".parse().unwrap(),
        },
        Refusal::UnknownAttachment {
            name: text(TEXTS[2]),
        },
        Refusal::ActorExists { actor: codex() },
        Refusal::KeyTaken {
            actor: Some(codex()),
        },
        Refusal::KeyTaken { actor: None },
        Refusal::KeyUnknown { actor: codex() },
        Refusal::KeyRevoked { actor: codex() },
        Refusal::InactiveActor { actor: codex() },
        Refusal::IdempotencyKeyUsed {
            entry: EntryId::from_bytes([7; 32]),
        },
        Refusal::LastAdmin {
            actor: actor("ana"),
        },
        Refusal::RecoveryOnly { actor: codex() },
        Refusal::Repeated {
            entry: EntryId::from_bytes([0xab; 32]),
        },
    ]);
    all.extend(
        Restricted::ALL
            .iter()
            .map(|event| Refusal::Misplaced { event: *event }),
    );
    all.extend(Limited::ALL.iter().map(|what| Refusal::TooMany {
        task: (*what != Limited::ReviewedBytes).then(task),
        what: *what,
        most: 1000,
    }));
    all.extend([
        Refusal::NoVerdict {
            task: task(),
            actor: codex(),
        },
        Refusal::TooCostly {
            task: Some(task()),
            most: 2_000_000,
        },
        Refusal::TooCostly {
            task: None,
            most: 2_000_000,
        },
        Refusal::UnknownCheck {
            task: task(),
            item: text(TEXTS[3]),
        },
        Refusal::Waits {
            task: task(),
            on: vec![name("A")],
            more: 0,
        },
        Refusal::Waits {
            task: task(),
            on: vec![name("A"), name("A~k2p7")],
            more: 3,
        },
        Refusal::GuardrailOpen {
            task: task(),
            commit: None,
            guardrails: vec![open_guardrail("G1", Lack::NotRun)],
            more: 0,
        },
        Refusal::GuardrailOpen {
            task: task(),
            commit: Some(commit('1')),
            guardrails: Lack::ALL
                .iter()
                .map(|why| open_guardrail("G1", *why))
                .collect(),
            more: 2,
        },
        Refusal::NotIntegrated {
            task: task(),
            commit: commit('1'),
        },
    ]);
    all
}

/// A review that lacks a part of every kind.
fn open_gates() -> Refusal {
    let gate = |by: &str, again, reviewers: &[&str]| OpenGate {
        by: by.parse::<Approver>().unwrap(),
        again,
        reviewers: reviewers.iter().map(|name| actor(name)).collect(),
        more: u32::from(reviewers.len() > 1),
    };
    Refusal::GateOpen {
        task: name("B~x7f3"),
        gates: vec![
            gate("claude", false, &["claude"]),
            gate("ana", true, &["ana"]),
            gate("codex", false, &[]),
            gate("role:reviewer", false, &["claude", "ana"]),
        ],
        approvals: 2,
        checks: vec![1, 3],
        more: 4,
    }
}

fn name(name: &str) -> TaskName {
    name.parse().unwrap()
}

fn claim() -> HeldClaim {
    HeldClaim {
        actor: actor("codex"),
        since: at(10),
        until: at(14),
    }
}

fn files() -> Overlap {
    Overlap {
        path: text(TEXTS[0]),
        held: text(TEXTS[1]),
        by: name("A"),
    }
}

/// This hour of 2025-10-15.
fn at(hour: u64) -> Timestamp {
    Timestamp::from_seconds(1_760_486_400 + hour * 3600)
}

fn commit(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().unwrap()
}

fn open_guardrail(id: &str, why: Lack) -> OpenGuardrail {
    OpenGuardrail {
        id: id.parse().unwrap(),
        why,
        last: (why == Lack::OtherCommit).then(|| commit('2')),
    }
}
