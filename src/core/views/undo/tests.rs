//! Undo on a plan that grows entry by entry.
//!
//! Not here: the command (the integration tests).

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::core::{
    entry::event::{TaskEvent, task::TaskFact},
    plan::{reduce::Replay, state::State},
    sample::{Sample, actor, any_sample, promises, text},
    values::task::{Approver, Priority},
};

proptest! {
    #[test]
    fn every_undo_keeps_the_promises_of_the_rules(
        mut plan in any_sample(),
        which in any::<Index>(),
        who in 0..4_usize,
    ) {
        let who = ["ana", "codex", "copilot", "claude"][who];
        let entries = plan.entries().to_vec();
        let undone = which.get(&entries[1..]);
        let mut replay = Replay::begin(&entries[0]).unwrap();
        let earlier = entries[1..].iter().take_while(|entry| entry.id != undone.id);
        earlier.for_each(|entry| replay.push(entry));
        let now = plan.state().clone();
        let undoing = undo(replay.state(), &now, undone, &actor(who));
        if !undoing.events.is_empty() {
            plan.all_by(who, undoing.events);
            let taken_back = plan.entries().last().unwrap();
            prop_assert_eq!(promises::broken(&now, plan.state(), taken_back), None);
        }
    }
}

/// Undoes the last entry of `plan`, with a new entry; returns the effects that stay.
fn undo_last(plan: &mut Sample, before: &State, who: &str) -> Vec<Stays> {
    let last = plan.entries().last().unwrap().clone();
    let undoing = undo(before, plan.state(), &last, &actor(who));
    for event in undoing.events {
        plan.by(who, event);
    }
    assert_eq!(plan.state().anomalies, []);
    undoing.stays
}

#[test]
fn undoing_a_mistaken_done_restores_its_review_and_claim() {
    let mut plan = Sample::new();
    let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
    let task = plan.add("B", "Breaker", vec![gate]);
    plan.claim("codex", &task);
    plan.submit("codex", &task);
    plan.approve("claude", &task);
    let before = plan.state().clone();
    plan.done("codex", &task);
    assert_eq!(undo_last(&mut plan, &before, "codex"), []);
    let found = plan.task(&task);
    assert!(found.end.is_none() && found.verdicts.len() == 1);
    assert!(found.is_held_by(&actor("codex")));
    plan.done("codex", &task);
    assert!(plan.task(&task).end.is_some());
}

#[test]
fn an_edit_is_undone_fact_by_fact() {
    let mut plan = Sample::new();
    let other = plan.add("A", "Other", vec![]);
    let facts = vec![
        TaskFact::StepAdded(text("one")),
        TaskFact::Priority(Some(Priority::Low)),
        TaskFact::LabelAdded(text("db")),
    ];
    let task = plan.add("B", "Breaker", facts);
    let step = plan.task(&task).steps[0].origin.mark();
    let before = plan.state().clone();
    plan.edit(
        &task,
        vec![
            TaskFact::Title(text("Something else")),
            TaskFact::Priority(None),
            TaskFact::LabelRemoved(text("db")),
            TaskFact::LabelAdded(text("web")),
            TaskFact::StepRemoved(step),
            TaskFact::StepAdded(text("two")),
            TaskFact::DependencyAdded(other),
            TaskFact::OwnerAdded(actor("codex")),
        ],
    );
    undo_last(&mut plan, &before, "ana");
    let was = before.task(plan.index(&task));
    let is = plan.task(&task);
    assert_eq!(
        (&is.fields.title, is.fields.priority, &is.fields.labels),
        (&was.fields.title, was.fields.priority, &was.fields.labels)
    );
    assert_eq!(
        (&is.depends, &is.fields.owners),
        (&was.depends, &was.fields.owners)
    );
    assert_eq!((is.steps.len(), &is.steps[0].text), (1, &text("one")));
}

#[test]
fn undo_leaves_later_changes_alone() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![]);
    let before = plan.state().clone();
    plan.edit(&task, vec![TaskFact::LabelAdded(text("db"))]);
    let edited = plan.entries().last().unwrap().clone();
    plan.edit(&task, vec![TaskFact::LabelRemoved(text("db"))]);
    let undoing = undo(&before, plan.state(), &edited, &actor("ana"));
    assert_eq!(undoing, Undoing::default());
}

/// The undo of this entry in the present state.
fn undoing(plan: &Sample, before: &State, undone: &Accepted) -> Undoing {
    undo(before, plan.state(), undone, &undone.entry.actor)
}

#[test]
fn a_fact_that_was_set_again_later_keeps_its_last_value() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![]);
    plan.claim("codex", &task);
    let last = |plan: &Sample| plan.entries().last().unwrap().clone();
    let check = |plan: &Sample, before: &State, undone: &Accepted, stays: Stays| {
        let undoing = undoing(plan, before, undone);
        assert_eq!(
            (undoing.events.as_slice(), undoing.stays),
            (&[][..], vec![stays])
        );
    };

    let before = plan.state().clone();
    plan.edit(&task, vec![TaskFact::Title(text("Braker"))]);
    let edited = last(&plan);
    plan.edit(&task, vec![TaskFact::Title(text("The breaker"))]);
    let title = Stays::Attribute {
        name: "title",
        task: "B".to_owned(),
    };
    check(&plan, &before, &edited, title);

    plan.progress("codex", &task, 10);
    let progressed = last(&plan);
    plan.progress("codex", &task, 60);
    let later = Stays::LaterProgress("B".to_owned());
    check(&plan, &before, &progressed, later);

    plan.submit("codex", &task);
    let before = plan.state().clone();
    plan.approve("claude", &task);
    let approved = last(&plan);
    plan.reject("claude", &task);
    let later = Stays::LaterVerdict(actor("claude"));
    check(&plan, &before, &approved, later);

    let before = plan.state().clone();
    plan.done("codex", &task);
    let done = last(&plan);
    let reopened = undoing(&plan, &before, &done);
    reopened
        .events
        .into_iter()
        .for_each(|event| _ = plan.by("codex", event));
    plan.done("codex", &task);
    check(&plan, &before, &done, Stays::LaterEnd("B".to_owned()));
}

#[test]
fn claims_blockers_steps_and_verdicts_are_undone() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![TaskFact::StepAdded(text("one"))]);
    let start = plan.state().clone();
    plan.claim("codex", &task);
    undo_last(&mut plan, &start, "codex");
    assert!(plan.task(&task).claim.is_none());
    plan.claim("codex", &task);
    let before = plan.state().clone();
    plan.block("codex", &task, "no staging", None);
    undo_last(&mut plan, &before, "codex");
    assert_eq!(plan.task(&task).open_blockers().count(), 0);
    let before = plan.state().clone();
    plan.step("codex", &task, 1);
    undo_last(&mut plan, &before, "codex");
    assert_eq!(plan.task(&task).steps_done(), 0);
    plan.submit("codex", &task);
    let before = plan.state().clone();
    plan.approve("claude", &task);
    undo_last(&mut plan, &before, "claude");
    assert!(plan.task(&task).verdicts.is_empty());
}

#[test]
fn undo_lists_the_effects_that_it_cannot_undo() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![]);
    let before = plan.state().clone();
    plan.comment("codex", &task);
    let comment = Stays::Comment("B".parse().unwrap());
    assert_eq!(undo_last(&mut plan, &before, "codex"), [comment]);
    let before = plan.state().clone();
    let other = plan.add("C", "Added by mistake", vec![]);
    undo_last(&mut plan, &before, "ana");
    assert!(matches!(plan.task(&other).end, Some(ref end) if !end.done));
    let added = plan.entries().iter().rev().find(|accepted| {
        matches!(
            accepted.entry.events[..],
            [Event::Task(TaskEvent::Commented { .. })]
        )
    });
    assert!(added.is_some());
}
