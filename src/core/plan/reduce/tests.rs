//! The effect of accepted entries on the state, where no rule depends on it.
//!
//! Not here: what the rules refuse (`rules::tests`).

use super::*;
use crate::core::{
    entry::event::{
        CommitId, GuardrailEvent, ReviewEvent, TaskEvent, WorkEvent, guardrail::Outcome,
        task::TaskFact,
    },
    sample::{Sample, actor, text},
    values::{
        id::{Digest, TargetName},
        task::Approver,
        time::{DayOffset, Span},
    },
};

#[test]
fn every_entry_is_counted_and_gives_the_time_but_a_refused_one_does_nothing_else() {
    let mut sample = Sample::new();
    let before = sample.state().clone();
    sample.by("codex", Event::Ledger(LedgerEvent::Configured(vec![])));
    let mut state = sample.into_state();
    assert_eq!(state.entries, before.entries + 1);
    assert_eq!(
        state.effective.seconds(),
        before.effective.seconds() + 60,
        "the entry is a minute later"
    );
    let refused = state.anomalies.pop().unwrap();
    assert_eq!(
        (refused.event, refused.at, refused.actor.as_str()),
        (0, state.effective, "codex")
    );
    (state.entries, state.effective) = (before.entries, before.effective);
    assert_eq!(state, before);
}

#[test]
fn an_admin_configures_the_ledger() {
    let mut sample = Sample::new();
    assert_eq!(sample.state().title, Some(text("Release 1.0")));
    let offset: DayOffset = 120_i64.try_into().unwrap();
    let facts = vec![
        LedgerFact::Title(None),
        LedgerFact::DayOffset(offset),
        LedgerFact::HomeRef(text("refs/heads/plan")),
        LedgerFact::HomeUrl(Some(text("https://example.org/plan.git"))),
    ];
    sample.by("ana", Event::Ledger(LedgerEvent::Configured(facts)));
    let entry = EntryId::of_payload(b"junk");
    sample.by("ana", Event::Ledger(LedgerEvent::Acknowledged { entry }));
    let state = sample.state();
    assert_eq!((&state.title, state.day_offset), (&None, offset));
    assert_eq!(state.home_ref, text("refs/heads/plan"));
    assert_eq!(state.home_url, Some(text("https://example.org/plan.git")));
    assert!(state.acknowledged.contains(&entry));
}

#[test]
fn a_guardrail_is_defined_recorded_and_removed_and_a_target_is_set() {
    let mut sample = Sample::new();
    let task = sample.add("A", "x", Vec::new());
    sample.guardrail("G1", "Lint", &[&task]);
    sample.record("codex", "G1", Outcome::Fail);
    sample.target("done", ">= 1");
    let index = sample.index(&task);
    let state = sample.state();
    let guardrail = &state.guardrails[&"G1".parse().unwrap()];
    assert_eq!(guardrail.title, text("Lint"));
    assert!(guardrail.depends.iter().eq([&index]));
    let result = guardrail.results.last().unwrap();
    assert_eq!((result.outcome, result.exit), (Outcome::Fail, Some(0)));
    let evidence = result.evidence.as_ref().unwrap();
    assert_eq!(evidence.digest, Digest::of(b"output"));
    let name: TargetName = "done".parse().unwrap();
    assert_eq!(state.targets[&name], text(">= 1"));
    let id = "G1".parse().unwrap();
    let removed = Event::Guardrail(GuardrailEvent::Removed { id });
    let unset = Event::Guardrail(GuardrailEvent::TargetSet {
        name,
        expression: None,
    });
    sample.all_by("ana", vec![removed, unset]);
    assert!(sample.state().guardrails.is_empty() && sample.state().targets.is_empty());
}

#[test]
fn facts_are_added_to_a_task_and_removed_from_it() {
    let mut sample = Sample::new();
    let other = sample.add("B", "x", Vec::new());
    let task = sample.add(
        "A",
        "x",
        vec![
            TaskFact::DependencyAdded(other.clone()),
            TaskFact::StepAdded(text("one")),
            TaskFact::StepAdded(text("two")),
            TaskFact::CheckAdded(text("read")),
            TaskFact::CheckAdded(text("tried")),
            TaskFact::Body(Some(text("body"))),
        ],
    );
    let body = sample.task(&task).body.clone().unwrap();
    assert_eq!(body.digest, Digest::of(b"body"));
    sample.step("ana", &task, 2);
    let done = |sample: &Sample| -> Vec<bool> {
        let steps = sample.task(&task).steps.iter();
        steps.map(|step| step.done).collect()
    };
    assert_eq!(done(&sample), [false, true]);
    sample.submit("ana", &task);
    for (item, ticked) in [("read", true), ("tried", true), ("read", false)] {
        let task = task.clone();
        let item = text(item);
        let event = ReviewEvent::CheckTicked { task, item, ticked };
        sample.by("claude", Event::Review(event));
    }
    let ticks: Vec<&str> = sample
        .task(&task)
        .ticks
        .iter()
        .map(|(item, _)| item.as_str())
        .collect();
    assert_eq!(ticks, ["tried"]);
    let first = sample.task(&task).steps[0].origin.mark();
    sample.edit(
        &task,
        vec![
            TaskFact::DependencyRemoved(other),
            TaskFact::StepRemoved(first),
            TaskFact::CheckRemoved(text("read")),
            TaskFact::Body(None),
        ],
    );
    assert_eq!(done(&sample), [true]);
    let changed = sample.task(&task);
    assert!(changed.depends.is_empty() && changed.body.is_none());
    assert_eq!(changed.ticks.len(), 1);
    sample.edit(&task, vec![TaskFact::CheckRemoved(text("tried"))]);
    assert!(sample.task(&task).ticks.is_empty());
}

#[test]
fn a_gate_has_an_author_unless_that_actor_decides_on_reviews_anyway() {
    let mut sample = Sample::new();
    let task = sample.add("A", "x", Vec::new());
    let gate = || Approver::Actor(actor("claude"));
    let claim = sample.claim("codex", &task);
    let edit = |facts| {
        let task = task.clone();
        Event::Task(TaskEvent::Edited { task, facts })
    };
    sample.by("codex", edit(vec![TaskFact::GateAdded(gate())]));
    assert_eq!(sample.task(&task).gates_by[&gate()], actor("codex"));
    sample.edit(&task, vec![TaskFact::GateAdded(gate())]);
    assert!(sample.task(&task).gates_by.is_empty());
    sample.by("codex", edit(vec![TaskFact::GateAdded(gate())]));
    assert!(sample.task(&task).gates_by.is_empty());
    sample.edit(&task, vec![TaskFact::GateRemoved(gate())]);
    sample.by("codex", edit(vec![TaskFact::GateAdded(gate())]));
    assert_eq!(sample.task(&task).gates_by.len(), 1);
    sample.edit(&task, vec![TaskFact::GateRemoved(gate())]);
    assert!(sample.task(&task).gates_by.is_empty());
    assert_eq!(
        sample.task(&task).claim.as_ref().map(|it| it.origin.mark()),
        Some(claim)
    );
}

#[test]
fn work_renews_the_claim_of_its_holder_alone() {
    let mut sample = Sample::new();
    let task = sample.add("A", "x", Vec::new());
    let claim = sample.claim("codex", &task);
    let renewed = |sample: &Sample| sample.task(&task).claim.as_ref().unwrap().renewed;
    let since = renewed(&sample);
    let progress = |claim| {
        Event::Work(WorkEvent::Progressed {
            task: task.clone(),
            claim,
            percent: 40.try_into().unwrap(),
        })
    };
    sample.by("ana", progress(None));
    assert_eq!(renewed(&sample), since);
    assert_eq!(sample.task(&task).reported_percent, Some(40));
    sample.by("codex", progress(Some(claim)));
    assert_eq!(renewed(&sample), sample.state().effective);
    let lease = Span::from_minutes(7);
    let renewal = WorkEvent::Renewed {
        task: task.clone(),
        claim,
        lease: Some(lease),
    };
    sample.by("codex", Event::Work(renewal));
    let held = sample.task(&task).claim.as_ref().unwrap();
    assert_eq!(
        (held.lease, held.renewed),
        (lease, sample.state().effective)
    );
}

#[test]
fn a_blocker_is_cleared_alone_and_a_rewritten_commit_replaces_the_recorded_one() {
    let mut sample = Sample::new();
    let task = sample.add("A", "x", Vec::new());
    let first = sample.block("ana", &task, "one", None);
    sample.block("ana", &task, "two", None);
    sample.unblock("ana", &task, first);
    let blockers = sample.task(&task).blockers.iter();
    let blockers: Vec<(u16, bool)> = blockers.map(|it| (it.number, it.cleared)).collect();
    assert_eq!(blockers, [(1, true), (2, false)]);
    let commit = |digit: char| -> CommitId { String::from(digit).repeat(40).parse().unwrap() };
    let claim = sample.claim("codex", &task);
    let recorded = WorkEvent::CommitRecorded {
        task: task.clone(),
        claim: Some(claim),
        commit: commit('a'),
        branch: Some("one".parse().unwrap()),
    };
    sample.by("codex", Event::Work(recorded));
    for (old, new, expected) in [('b', 'c', 'a'), ('a', 'd', 'd')] {
        let rewritten = WorkEvent::CommitRewritten {
            task: task.clone(),
            old: commit(old),
            new: commit(new),
        };
        sample.by("codex", Event::Work(rewritten));
        assert_eq!(sample.task(&task).commit, Some(commit(expected)));
    }
    let branch = sample.task(&task).fields.branch.as_ref();
    assert_eq!(branch.map(|branch| branch.as_str()), Some("one"));
}
