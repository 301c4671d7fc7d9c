//! How many steps each event takes, as LEDGER_FORMAT.md, 14, counts them.
//!
//! Not here: what an attacker can do with them (`cost`).

use super::*;
use crate::core::{
    entry::event::{
        GuardrailEvent, ObservationEvent,
        guardrail::{GuardrailDefinition, GuardrailResult, Outcome},
        observation::{PullRequest, PullRequestState},
    },
    plan::{
        rules::{Place, check},
        state::steps::StepCount,
    },
    sample::{key_of, source},
    values::id::EntryId,
};

/// The steps of one entry with these events.
fn steps(plan: &Sample, who: &str, events: &[Event]) -> u64 {
    let last = plan.entries().last().unwrap();
    let mut entry = last.entry.clone();
    entry.actor = actor(who);
    entry.events = events.to_vec();
    let signer = key_of(who);
    let steps = StepCount::default();
    for (index, event) in (0..).zip(events) {
        let place = Place {
            id: EntryId::from_bytes([0xee; 32]),
            entry: &entry,
            signer: &signer,
            effective: last.effective,
            index,
            steps: &steps,
        };
        _ = check(plan.state(), &place, event);
    }
    steps.taken()
}

/// A task of two owners, a gate, two paths, three criteria, three checks, a label, an extra fact, a dependency and two steps.
fn large(plan: &mut Sample) -> TaskRef {
    let other = plan.add("B", "x", Vec::new());
    let mut facts = paths(&["lib/*", "docs/*"]);
    facts.extend([
        TaskFact::OwnerAdded(actor("codex")),
        TaskFact::OwnerAdded(actor("copilot")),
        TaskFact::GateAdded(Approver::Actor(actor("claude"))),
        TaskFact::CriterionAdded(text("one")),
        TaskFact::CriterionAdded(text("two")),
        TaskFact::CriterionAdded(text("three")),
        TaskFact::CheckAdded(text("read")),
        TaskFact::CheckAdded(text("tried")),
        TaskFact::CheckAdded(text("measured")),
        TaskFact::LabelAdded(text("x")),
        TaskFact::Extra(text("key"), Some(text("1"))),
        TaskFact::DependencyAdded(other),
        TaskFact::StepAdded(text("one")),
        TaskFact::StepAdded(text("two")),
    ]);
    plan.add("A", "x", facts)
}

/// 1 and the lengths of its lists.
const ITEMS: u64 = 17;

#[test]
fn a_task_counts_its_items_and_thirty_two_times_as_much_when_it_is_named_first() {
    let mut plan = Sample::new();
    let task = large(&mut plan);
    let progress = Event::Work(WorkEvent::Progressed {
        task: task.clone(),
        claim: None,
        percent: 7.try_into().unwrap(),
    });
    let events = vec![progress; 3];
    assert_eq!(steps(&plan, "ana", &events[..1]), 1 + 32 * ITEMS);
    assert_eq!(steps(&plan, "ana", &events), 3 + 34 * ITEMS);
    let target = Event::Guardrail(GuardrailEvent::TargetSet {
        name: "done".parse().unwrap(),
        expression: None,
    });
    assert_eq!(steps(&plan, "ana", &[target]), 1);
}

#[test]
fn a_fact_counts_the_list_that_it_looks_through() {
    let mut plan = Sample::new();
    let task = large(&mut plan);
    plan.submit("ana", &task);
    plan.by("claude", tick(&task));
    let step = plan.task(&task).steps[0].origin.mark();
    let edit = |facts: Vec<TaskFact>| {
        let task = task.clone();
        [Event::Task(TaskEvent::Edited { task, facts })]
    };
    let alone = 1 + 32 * (ITEMS + 2); // and a contributor and a tick
    for (fact, searched) in [
        (TaskFact::LabelAdded(text("y")), 0),
        (TaskFact::OwnerAdded(actor("ana")), 2 + 1),
        (TaskFact::OwnerRemoved(actor("codex")), 2 + 1),
        (TaskFact::CriterionAdded(text("four")), 3 + 1),
        (TaskFact::CriterionRemoved(text("one")), 3 + 1),
        (TaskFact::StepRemoved(step), 2 + 1),
        (TaskFact::CheckRemoved(text("tried")), 1 + 1),
    ] {
        let taken = steps(&plan, "ana", &edit(vec![fact.clone()]));
        assert_eq!(taken, alone + 1 + searched, "{fact:?}");
    }
    let added = Event::Task(TaskEvent::Added {
        id: "C".parse().unwrap(),
        title: text("x"),
        facts: vec![
            TaskFact::OwnerAdded(actor("ana")),
            TaskFact::LabelAdded(text("y")),
        ],
    });
    assert_eq!(steps(&plan, "ana", &[added]), 1 + (1 + 2) + 1);
}

#[test]
fn a_guardrail_counts_what_is_copied_and_a_pull_request_sixteen() {
    let mut plan = Sample::new();
    let (task, other) = (large(&mut plan), plan.add("C", "x", Vec::new()));
    let mut definition = GuardrailDefinition {
        id: "G1".parse().unwrap(),
        title: text("x"),
        command: Some(text("x")),
        expect: None,
        required: false,
        depends: vec![task, other],
        time_limit: None,
        extra: vec![(text("key"), text("1"))],
        environment: vec![text("CI")],
    };
    let mut added = |id: &str| {
        definition.id = id.parse().unwrap();
        Event::Guardrail(GuardrailEvent::Added(Box::new(definition.clone())))
    };
    plan.by("ana", added("G1"));
    assert_eq!(steps(&plan, "ana", &[added("G2")]), 1 + 2);
    // Its items, and a byte of its command.
    let copied = 32 * 4 + 1;
    assert_eq!(steps(&plan, "ana", &[added("G1")]), 1 + 2 + copied);
    let id = || "G1".parse().unwrap();
    let result = GuardrailResult {
        changed: vec![text("a"), text("b")],
        ..GuardrailResult::new(id(), Outcome::Fail)
    };
    let recorded = Event::Guardrail(GuardrailEvent::Recorded(Box::new(result)));
    let removed = Event::Guardrail(GuardrailEvent::Removed { id: id() });
    let taken = |plan: &Sample, event: &Event| steps(plan, "ana", std::slice::from_ref(event));
    assert_eq!(taken(&plan, &removed), 1 + copied);
    assert_eq!(taken(&plan, &recorded), 1 + copied + 2);
    plan.by("ana", recorded.clone());
    assert_eq!(taken(&plan, &removed), 1 + copied + 32);
    plan.pull_request(1, "x", PullRequestState::Open);
    let seen = |number| PullRequest {
        number,
        ..PullRequest::default()
    };
    for (gone, count) in [(Vec::new(), 2), (vec![1, 9], 4)] {
        let seen = ObservationEvent::PullRequests {
            source: source("github.com"),
            seen: vec![seen(7), seen(8)],
            gone,
        };
        assert_eq!(
            steps(&plan, "ana", &[Event::Observation(seen)]),
            1 + 16 * count
        );
    }
}

fn tick(task: &TaskRef) -> Event {
    Event::Review(ReviewEvent::CheckTicked {
        task: task.clone(),
        item: text("read"),
        ticked: true,
    })
}

#[test]
fn a_review_counts_its_gates_among_its_answers_and_their_authors_among_the_owners() {
    let mut plan = Sample::new();
    let task = large(&mut plan);
    policy(
        &mut plan,
        PolicyRule::PathReview {
            paths: glob("lib/**"),
            by: vec![Approver::Role(Role::Reviewer)],
        },
    );
    plan.submit("ana", &task);
    plan.approve("claude", &task);
    plan.by("claude", tick(&task));
    let items = ITEMS + 3; // and a contributor, a verdict, a tick
    // Comparing lib/* with lib/** takes 1 + 2 · 3 steps, docs/* with lib/** none.
    let gates = (1 + 7) + 1;
    assert_eq!(
        steps(&plan, "claude", &[tick(&task)]),
        1 + 32 * items + gates
    );
    let completed = Event::Task(TaskEvent::completed(task.clone(), None));
    // Two gates and three checks; a verdict, a tick and four actors; two owners. The end of a claim frees two paths.
    let review = (2 + 3) * (1 + 1 + 4) * (1 + 2);
    assert_eq!(
        steps(&plan, "ana", &[completed]),
        1 + 32 * items + gates + review + 2 * 256
    );
}

#[test]
fn the_end_of_a_task_counts_the_guardrails_and_more_of_the_required_ones() {
    let mut plan = Sample::new();
    let task = plan.add("A", "x", Vec::new());
    let completed = [Event::Task(TaskEvent::completed(task.clone(), None))];
    let alone = steps(&plan, "ana", &completed);
    for (number, (required, results)) in (1..).zip([(false, 3), (true, 2)]) {
        let id = format!("G{number}").parse().unwrap();
        let definition = GuardrailDefinition {
            id,
            title: text("x"),
            command: None,
            expect: None,
            required,
            depends: vec![task.clone()],
            time_limit: None,
            extra: Vec::new(),
            environment: Vec::new(),
        };
        let id = definition.id.clone();
        let added = GuardrailEvent::Added(Box::new(definition));
        plan.by("ana", Event::Guardrail(added));
        for digit in 0..results {
            let result = GuardrailResult {
                commit: digit.to_string().repeat(40).parse().ok(),
                ..GuardrailResult::new(id.clone(), Outcome::Pass)
            };
            plan.recorded("ana", result);
        }
    }
    let guarded = 1 + (1 + 32 + 2);
    assert_eq!(steps(&plan, "ana", &completed), alone + guarded);
}
