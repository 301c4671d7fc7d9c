//! Acts of a team at work: claims of every kind, files, reviews, ends, policy, keys. The rules refuse many of them.
//!
//! Not here: the other acts of a plan (`any`), and graphs of entries (`replay_tests`).

use super::{Sample, actor, email, key_of, text};
use crate::core::{
    entry::event::{
        CommitId, Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, Origin, ReviewEvent,
        RosterEvent, TaskEvent, TaskRef, WorkEvent,
        guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome},
        ledger::{LedgerFact, Versions},
        roster::{ActorFact, NewActor, PolicyRule},
        task::{Import, Integration, TaskFact},
    },
    plan::state::{State, TaskIndex, task::Task},
    values::{
        id::{Digest, EntryId},
        task::{ActorKind, Approver, Role},
        time::Span,
    },
};

/// Globs, some of which can match the same file.
const GLOBS: [&str; 7] = [
    "lib/**",
    "lib/a",
    "lib/*/x.rs",
    "docs",
    "**/x.rs",
    "web",
    "**/*.rs",
];

/// The number of kinds of events.
pub const EVENTS: usize = 28;
/// The first of the kinds that edit a task.
const EDITS: usize = 26;
/// The number of kinds of acts: the events, a change of the roster, and the passing of time.
pub(super) const KINDS: usize = EVENTS + 2;

/// Performs one act of this kind on a task or on the team; `number` decides the details.
pub(super) fn perform(sample: &mut Sample, who: &str, task: &TaskRef, kind: usize, number: u8) {
    let owner = sample.task(task).fields.owners.first().cloned();
    let who = match &owner {
        // Another actor may seldom edit it.
        Some(owner) if (EDITS..EVENTS).contains(&kind) => owner.as_str(),
        _ => who,
    };
    let event = match kind {
        ..EVENTS => event(sample.state(), task, kind, number),
        EVENTS => Event::Roster(of_roster(who, number)),
        _ => return sample.lapse(u64::from(number) * 3),
    };
    // Every third entry holds the event twice; the rules refuse the second one, or it undoes the first.
    match number % 3 {
        0 if !matches!(event, Event::Roster(_)) => {
            let (first, second) = (event.clone(), event);
            sample.all_by(who, vec![first, second])
        }
        _ => sample.by(who, event),
    };
}

/// An event of this kind on a task, by an actor that knows this state; `number` decides the details.
pub fn event(state: &State, task: &TaskRef, kind: usize, number: u8) -> Event {
    let has = |bit: u8| number & (1 << bit) != 0;
    let found = state.find(task, state.ledger);
    let found = found.map(|index| state.task(index));
    let held = found.and_then(|task| task.claim.as_ref());
    let held = held.map(|claim| claim.origin.mark());
    let task = task.clone();
    match kind {
        0..=2 => Event::Work(WorkEvent::Claimed {
            task,
            lease: Span::from_minutes(5 + u64::from(number)),
            worktree: has(0).then(|| text("other")),
            steal: has(1),
            share: has(2) && has(3),
            resume: has(4),
        }),
        3 => Event::Work(WorkEvent::Renewed {
            task,
            claim: held.unwrap_or_default(),
            lease: has(0).then(|| Span::from_minutes(u64::from(number))),
        }),
        4 if has(0) => Event::Work(WorkEvent::HandedOn {
            task,
            claim: held.unwrap_or_default(),
            to: actor(["codex", "claude", "ana"][usize::from(number) % 3]),
            lease: Span::from_minutes(5 + u64::from(number)),
            note: None,
        }),
        4 => Event::Work(WorkEvent::Released {
            task,
            claim: held.unwrap_or_default(),
        }),
        5 | 6 => edited(task, vec![path(number)]),
        7 => edited(task, vec![TaskFact::PathRemoved(glob(number))]),
        8 => Event::Work(WorkEvent::CommitRecorded {
            task,
            commit: commit(number),
            branch: None,
            claim: held,
        }),
        9 => of_review(found, task, number, held),
        16..20 => due(found, task, number, held),
        20.. => any_other(state, found, task, kind, number),
        10 => edited(
            task,
            vec![gate(number), TaskFact::CheckAdded(text("no secrets"))],
        ),
        11 => Event::Task(TaskEvent::Completed {
            task,
            claim: held,
            commit: has(0).then(|| commit(number / 2)),
            waiver: number.is_multiple_of(5).then(|| text("it is urgent")),
            tree: None,
            integrated: has(1).then(|| Integration {
                commit: commit(number / 3),
                into: "main".parse().unwrap(),
                method: None,
                before: None,
            }),
        }),
        12 => Event::Task(TaskEvent::Reopened {
            task,
            reason: None,
            mistaken: has(0),
        }),
        13 => Event::Roster(RosterEvent::PolicySet(rule(number))),
        14 => {
            let others: Vec<TaskIndex> = state.tasks().map(|(index, _)| index).collect();
            let other = others.get(usize::from(number) % others.len().max(1));
            let other = other.map_or_else(|| task.clone(), |index| state.reference(*index));
            edited(task, vec![TaskFact::DependencyAdded(other)])
        }
        _ => Event::Work(WorkEvent::Progressed {
            task,
            claim: held,
            percent: number.min(100).try_into().unwrap(),
        }),
    }
}

/// The events that mostly need another role than that of a worker.
fn any_other(state: &State, found: Option<&Task>, task: TaskRef, kind: usize, number: u8) -> Event {
    let names = ["ana", "codex", "copilot", "claude"];
    let other = actor(names[usize::from(number / 8) % names.len()]);
    let role = Role::ALL[usize::from(number / 4) % Role::ALL.len()];
    let key = key_of(&format!("key {number}"));
    let first = |step: Option<Origin>| step.map(|origin| origin.mark()).unwrap_or_default();
    match (kind, number % 8) {
        (20, 0) => Event::Task(TaskEvent::Cancelled { task, reason: None }),
        (20, 1) => Event::Task(TaskEvent::Commented {
            task,
            body: text("body"),
        }),
        (20, 2) => Event::Task(TaskEvent::Imported(Import {
            source: text("plan.md"),
            format: text("markdown"),
            digest: Digest::of(b"body"),
            file: text("body"),
        })),
        (20, 3) => Event::Work(WorkEvent::WorktreeBound {
            task,
            worktree: Some(text("other")),
        }),
        (20, _) => Event::Task(TaskEvent::Added {
            id: task.id,
            title: text("more"),
            facts: vec![path(number), TaskFact::OwnerAdded(other), gate(number)],
        }),
        (21, n) => of_guardrail(n),
        (22, 0..4) => Event::Observation(ObservationEvent::Worktrees {
            host: text("desk"),
            seen: Vec::new(),
        }),
        (22, _) => Event::Observation(ObservationEvent::SnapshotTaken {
            label: None,
            state: state.digest(),
            versions: (1, 1, 1),
        }),
        (23, 0) => Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
            name: actor(&format!("new-{number}")),
            kind: ActorKind::Agent,
            email: email("new@example.org"),
            roles: vec![role],
            key: Some(key),
        }))),
        (23, 1) => Event::Roster(RosterEvent::KeyAdded { actor: other, key }),
        (23, 2) => Event::Roster(RosterEvent::RecoveryKeySet { key: Some(key) }),
        (23, 3) => Event::Roster(RosterEvent::ActorEdited {
            actor: other,
            facts: vec![ActorFact::RoleRemoved(role)],
        }),
        (23, _) => Event::Roster(RosterEvent::ActorEdited {
            actor: other,
            facts: vec![ActorFact::RoleAdded(role)],
        }),
        (24, 0..3) => Event::Ledger(LedgerEvent::Configured(vec![LedgerFact::Title(Some(
            text("another"),
        ))])),
        (24, 3..6) => Event::Ledger(LedgerEvent::Acknowledged {
            entry: EntryId::from_bytes([number; 32]),
        }),
        (24, _) => Event::Ledger(LedgerEvent::Upgraded(Versions {
            rules: Some(1),
            ..Versions::default()
        })),
        (25, 0..3) => Event::Work(WorkEvent::Blocked {
            task,
            reason: text("it rains"),
            on: None,
        }),
        (25, 3..6) => Event::Work(WorkEvent::Unblocked {
            blocker: first(found.and_then(|task| Some(task.open_blockers().next()?.origin))),
            number: 1,
            task,
        }),
        (25, _) => Event::Work(WorkEvent::StepSet {
            step: first(found.and_then(|task| Some(task.steps.first()?.origin))),
            number: 1,
            done: number.is_multiple_of(2),
            claim: found.and_then(|task| Some(task.claim.as_ref()?.origin.mark())),
            task,
        }),
        (EDITS.., 0) => edited(task, vec![TaskFact::OwnerAdded(other)]),
        (EDITS.., 1 | 4) => edited(task, vec![TaskFact::OwnerRemoved(other)]),
        (EDITS.., 2) => edited(task, vec![TaskFact::CheckRemoved(text("no secrets"))]),
        (EDITS.., 3) => edited(
            task,
            vec![
                TaskFact::StepAdded(text("a step")),
                TaskFact::PullRequest(Some(7)),
            ],
        ),
        _ => {
            let gates = found.into_iter().flat_map(|task| &task.fields.gates);
            edited(task, gates.cloned().map(TaskFact::GateRemoved).collect())
        }
    }
}

fn of_guardrail(number: u8) -> Event {
    let id = "G1".parse().unwrap();
    Event::Guardrail(match number {
        0 | 1 => GuardrailEvent::Removed { id },
        2 | 3 => GuardrailEvent::TargetSet {
            name: "done".parse().unwrap(),
            expression: Some(text(">= 50%")),
        },
        4 | 5 => GuardrailEvent::Recorded(Box::new(GuardrailResult::new(id, Outcome::Pass))),
        _ => GuardrailEvent::Added(Box::new(GuardrailDefinition {
            id,
            title: text("It builds"),
            command: Some(text("make")),
            expect: None,
            required: number == 7,
            depends: Vec::new(),
            time_limit: None,
            extra: Vec::new(),
            environment: Vec::new(),
        })),
    })
}

fn edited(task: TaskRef, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Edited { task, facts })
}
fn glob(number: u8) -> crate::core::values::glob::Glob {
    super::glob(GLOBS[usize::from(number) % GLOBS.len()])
}
pub(super) fn path(number: u8) -> TaskFact {
    TaskFact::PathAdded(glob(number))
}
fn commit(number: u8) -> CommitId {
    let digit = char::from(b'a' + number % 3);
    digit.to_string().repeat(40).parse().unwrap()
}
fn gate(number: u8) -> TaskFact {
    let names = [
        Approver::Actor(actor("claude")),
        Approver::Actor(actor("codex")),
        Approver::Role(Role::Reviewer),
        Approver::Role(Role::Worker),
    ];
    TaskFact::GateAdded(names[usize::from(number % 4)].clone())
}

fn of_review(found: Option<&Task>, task: TaskRef, number: u8, claim: Option<Mark>) -> Event {
    let commit = number.is_multiple_of(2).then(|| commit(number / 2));
    let rewritten = found.and_then(|task| task.commit.clone());
    Event::Review(match number % 6 {
        0 => ReviewEvent::Withdrawn { task },
        1 => ReviewEvent::CheckTicked {
            task,
            item: text("no secrets"),
            ticked: number < 90,
        },
        2 => ReviewEvent::Submitted {
            task,
            claim,
            commit,
            pr: None,
        },
        3 => ReviewEvent::Approved {
            task,
            commit,
            note: None,
        },
        4 => ReviewEvent::Rejected {
            task,
            commit,
            note: text("note"),
        },
        _ => {
            let new = self::commit(number / 6);
            let Some(old) = rewritten else {
                return Event::Review(ReviewEvent::Withdrawn { task });
            };
            return Event::Work(WorkEvent::CommitRewritten { task, old, new });
        }
    })
}

/// The next event of a task's review: its submission, or a verdict on the submitted commit.
fn due(found: Option<&Task>, task: TaskRef, number: u8, claim: Option<Mark>) -> Event {
    let submission = found.and_then(|task| task.submission.as_ref());
    Event::Review(match submission {
        None => ReviewEvent::Submitted {
            task,
            claim,
            commit: Some(commit(number)),
            pr: None,
        },
        Some(asked) if number.is_multiple_of(5) => ReviewEvent::Rejected {
            task,
            commit: asked.commit.clone(),
            note: text("note"),
        },
        Some(asked) => ReviewEvent::Approved {
            task,
            commit: asked.commit.clone(),
            note: None,
        },
    })
}

pub fn rule(number: u8) -> PolicyRule {
    match number % 11 {
        10 => PolicyRule::WorkingDay(format!("{}min", number + 1).parse().unwrap()),
        8 => PolicyRule::Guardrails(Guarded::ALL[usize::from(number) % 3]),
        9 => PolicyRule::Integrated(number < 80),
        7 => PolicyRule::Dependencies(number < 40),
        4 => PolicyRule::MaxLease(Span::from_minutes(u64::from(number))),
        0 => PolicyRule::StealRoles(vec![Role::Worker]),
        1 => PolicyRule::ApprovalsRequired(u16::from(number % 4)),
        2 => PolicyRule::UnclaimedWork(number < 50),
        3 => PolicyRule::OwnersOnly(number < 30),
        5 => PolicyRule::BroadPaths(vec![Role::Worker]),
        _ => PolicyRule::PathReview {
            paths: glob(number / 6),
            by: if number < 60 {
                vec![Approver::Role(Role::Reviewer)]
            } else {
                Vec::new()
            },
        },
    }
}

fn of_roster(who: &str, number: u8) -> RosterEvent {
    let (actor, key) = (actor(who), key_of(who));
    match number % 8 {
        0 => RosterEvent::KeyRetired { actor, key },
        1 if number > 80 => RosterEvent::KeyRevoked {
            actor,
            key,
            since: None,
        },
        2 | 3 => RosterEvent::ActorEdited {
            actor,
            facts: vec![ActorFact::RoleRemoved(Role::Reviewer)],
        },
        _ => RosterEvent::ActorEdited {
            actor,
            facts: vec![ActorFact::RoleAdded(Role::Reviewer)],
        },
    }
}
