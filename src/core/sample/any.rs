//! Random ledgers: random acts of the actors, many of which the rules refuse.
//!
//! Not here: the properties of every ledger (the tests that use this).

use proptest::prelude::*;

use super::{Sample, actor, teamwork, text};
use crate::core::{
    entry::event::{
        Event, RosterEvent, TaskRef, guardrail::Outcome, observation::PullRequestState,
        roster::ActorFact, task::TaskFact,
    },
    values::{
        task::{Approver, Estimate, LinkKind, Priority, Role},
        text::Text,
    },
};

/// An act on a task: the actor, the task, the kind of act, a number, and a text.
type Act = (usize, usize, usize, u8, String);

/// A ledger of up to sixty acts.
pub fn any_sample() -> impl Strategy<Value = Sample> {
    (Just(Sample::new()), any_acts()).prop_map(|(sample, acts)| sample_after(sample, &acts))
}

/// A ledger of up to sixty acts of a team with any roles, under any policy.
pub fn any_team() -> impl Strategy<Value = Sample> {
    let roles = prop::sample::subsequence(Role::ALL.to_vec(), 0..=2);
    let policy = prop::collection::vec(0..=100u8, 0..4);
    let start = (prop::array::uniform3(roles), policy).prop_map(|(roles, policy)| {
        let mut sample = Sample::new();
        for (name, roles) in ["codex", "copilot", "claude"].into_iter().zip(roles) {
            let removed = Role::ALL.iter().copied().map(ActorFact::RoleRemoved);
            let added = roles.into_iter().map(ActorFact::RoleAdded);
            let facts = removed.chain(added).collect();
            let actor = actor(name);
            sample.by(
                "ana",
                Event::Roster(RosterEvent::ActorEdited { actor, facts }),
            );
        }
        for number in policy {
            let rule = RosterEvent::PolicySet(teamwork::rule(number));
            sample.by("ana", Event::Roster(rule));
        }
        sample
    });
    (start, any_acts()).prop_map(|(sample, acts)| sample_after(sample, &acts))
}

fn any_acts() -> impl Strategy<Value = Vec<Act>> {
    let words = prop_oneof!["[ -~]{1,20}", "\\PC{1,20}", any::<String>(),]
        .prop_filter("a text", |text| {
            text.len() < 500 && text.parse::<Text>().is_ok()
        });
    let act = (
        0..4usize,
        0..8usize,
        0..16 + teamwork::KINDS,
        0..=100u8,
        words,
    );
    prop::collection::vec(act, 0..60)
}

fn sample_after(mut sample: Sample, acts: &[Act]) -> Sample {
    for act in acts {
        perform(&mut sample, act);
    }
    sample
}

fn perform(sample: &mut Sample, act: &Act) {
    let (who, which, what, number, words) = act;
    let who = ["ana", "codex", "copilot", "claude"][*who];
    let tasks = sample.state().tasks();
    let tasks: Vec<TaskRef> = tasks
        .map(|(index, _)| sample.state().reference(index))
        .collect();
    let Some(task) = tasks.get(which % tasks.len().max(1)).cloned() else {
        sample.add("A", words, Vec::new());
        return;
    };
    match what {
        0 | 1 => {
            let other = tasks.last().cloned().unwrap_or_else(|| task.clone());
            let facts = facts(who, *number, words, other);
            sample.add(["A", "B", "C"][usize::from(number % 3)], words, facts);
        }
        2 | 3 => _ = sample.claim(who, &task),
        4 => sample.progress(who, &task, *number),
        5 => _ = sample.block(who, &task, words, tasks.last()),
        6 => sample.submit(who, &task),
        7 => sample.approve(who, &task),
        8 => sample.reject(who, &task),
        9 => sample.done(who, &task),
        10 => sample.cancel(&task),
        11 => sample.comment(who, &task),
        12 => sample.edit(&task, change(*number, words, &tasks)),
        13 => {
            sample.guardrail("G1", words, &[&task]);
            sample.record(who, "G1", Outcome::Fail);
        }
        14 => sample.target("in_progress", words),
        16.. => teamwork::perform(sample, who, &task, what - 16, *number),
        _ => {
            sample.pull_request((*number).into(), words, PullRequestState::Open);
            sample.worktree(words, &task);
        }
    }
}

fn change(number: u8, words: &str, tasks: &[TaskRef]) -> Vec<TaskFact> {
    let other = tasks[usize::from(number) % tasks.len()].clone();
    match number % 4 {
        0 => vec![TaskFact::Title(text(words))],
        1 if number < 50 => vec![TaskFact::DependencyRemoved(other)],
        1 => vec![TaskFact::Parent((number < 90).then_some(other))],
        2 if number > 90 => vec![TaskFact::LinkRemoved(LinkKind::Relates, other)],
        2 if number > 70 => vec![TaskFact::LinkAdded(LinkKind::Relates, other)],
        2 if number > 40 => vec![
            TaskFact::DependencyRemoved(other.clone()),
            TaskFact::Parent(Some(other)),
        ],
        _ => vec![TaskFact::DependencyAdded(other)],
    }
}

fn facts(who: &str, number: u8, words: &str, other: TaskRef) -> Vec<TaskFact> {
    let minutes = u32::from(number);
    vec![
        TaskFact::Group(Some(text(words))),
        TaskFact::OwnerAdded(actor(who)),
        TaskFact::Priority(Some(Priority::ALL[usize::from(number % 4)])),
        TaskFact::Estimate(Estimate::from_minutes(minutes, minutes * 2)),
        TaskFact::DependencyAdded(other),
        TaskFact::GateAdded(Approver::Actor(actor("claude"))),
        TaskFact::StepAdded(text(words)),
        TaskFact::LabelAdded(text(words)),
        TaskFact::Defer(format!("2025-10-{}", 10 + number % 10).parse().ok()),
        TaskFact::UrlAdded(format!("https://example.org/{number}").parse().unwrap()),
        teamwork::path(number),
    ]
}
