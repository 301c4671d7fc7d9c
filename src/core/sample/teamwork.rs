//! Acts of a team at work: claims of every kind, files, reviews, ends, policy, keys. The rules refuse many of them.
//!
//! Not here: the other acts of a plan (`any`), and graphs of entries (`replay_tests`).

use super::{Sample, actor, key_of, text};
use crate::core::{
    entry::event::{
        CommitId, Event, Mark, ReviewEvent, RosterEvent, TaskEvent, TaskRef, WorkEvent,
        roster::{ActorFact, PolicyRule},
        task::TaskFact,
    },
    plan::state::{State, TaskIndex, task::Task},
    values::{
        task::{Approver, Role},
        time::Span,
    },
};

/// Globs, some of which can match the same file.
const GLOBS: [&str; 6] = ["lib/**", "lib/a", "lib/*/x.rs", "docs", "**/x.rs", "web"];

/// The number of kinds of events.
pub const EVENTS: usize = 20;
/// The number of kinds of acts: the events, a change of the roster, and the passing of time.
pub(super) const KINDS: usize = EVENTS + 2;

/// Performs one act of this kind on a task or on the team; `number` decides the details.
pub(super) fn perform(sample: &mut Sample, who: &str, task: &TaskRef, kind: usize, number: u8) {
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
        16.. => due(found, task, number, held),
        10 => edited(
            task,
            vec![gate(number), TaskFact::CheckAdded(text("no secrets"))],
        ),
        11 => Event::Task(TaskEvent::Completed {
            task,
            claim: held,
            commit: has(0).then(|| commit(number / 2)),
            waiver: number.is_multiple_of(16).then(|| text("it is urgent")),
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
            let new = commit.or(rewritten.clone());
            let (Some(old), Some(new)) = (rewritten, new) else {
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

fn rule(number: u8) -> PolicyRule {
    match number % 6 {
        4 => PolicyRule::MaxLease(Span::from_minutes(u64::from(number))),
        0 => PolicyRule::StealRoles(vec![Role::Worker]),
        1 => PolicyRule::ApprovalsRequired(u16::from(number % 4)),
        2 => PolicyRule::UnclaimedWork(number < 50),
        3 => PolicyRule::OwnersOnly(number < 30),
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
