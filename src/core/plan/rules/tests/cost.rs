//! What an entry may cost: each kind of attack is refused as too costly or stays cheap, and honest work is not refused.
//!
//! Steps are counted, never seconds. Not here: who may do what (the other tests of this folder).

use std::ops::Range;

use super::*;
use crate::core::{
    entry::event::{ObservationEvent, observation::PullRequest},
    plan::state::steps::StepCount,
    sample::source,
};

pub(super) fn edit(task: &TaskRef, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Edited {
        task: task.clone(),
        facts,
    })
}
fn progress(task: &TaskRef) -> Event {
    Event::Work(WorkEvent::Progressed {
        task: task.clone(),
        claim: None,
        percent: 7.try_into().unwrap(),
    })
}
/// A task in the same entry as an event that names it.
fn beside(id: &str, event: u16) -> TaskRef {
    TaskRef {
        id: id.parse().unwrap(),
        mark: Mark {
            event,
            ..Mark::default()
        },
    }
}
fn added(id: &str, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Added {
        id: id.parse().unwrap(),
        title: text("x"),
        facts,
    })
}

/// Globs of the longest kind, which no beginning tells apart.
fn hostile(kind: &str, number: usize) -> Vec<TaskFact> {
    let glob = |number| {
        let end = format!("{number:03}");
        let room = 400 - end.len();
        let repeated = match kind {
            "folders" => "*/".repeat(39),
            unit => unit.repeat(room / unit.len()),
        };
        TaskFact::PathAdded(glob(&(repeated + &end)))
    };
    (0..number).map(glob).collect()
}

#[test]
fn long_globs_are_compared_within_a_bound() {
    for (kind, refusal) in [
        ("*a", Code::TooCostly),
        ("?", Code::TooCostly),
        ("[ab]*", Code::TooCostly),
        ("a*", Code::TooCostly),
        // Many short names are cheap, as long as they are few.
        ("folders", Code::PathsHeld),
    ] {
        let mut plan = Sample::new();
        let number = if kind == "folders" { 8 } else { 16 };
        let [a, b] = ["A", "B"].map(|id| plan.add(id, "x", hostile(kind, number)));
        plan.claim("codex", &a);
        plan.claim("claude", &b);
        told(&plan, Some(refusal));
        // Others, with paths of the usual kind, work on as far as these globs leave them files.
        let honest = plan.add(
            "C",
            "x",
            paths(&["src/core/values/glob.rs", "docs/speed.md"]),
        );
        plan.claim("copilot", &honest);
        told(&plan, (kind == "folders").then_some(Code::PathsHeld));
    }
}

#[test]
fn nobody_gathers_hostile_globs_in_small_portions() {
    let mut plan = Sample::new();
    let mut held = 0;
    for number in 0..100 {
        let task = plan.add(&format!("T{number}"), "x", hostile("*a", 1));
        plan.claim("codex", &task);
        held += usize::from(plan.task(&task).claim.is_some());
    }
    // Its own claims count too, although they are never in its way.
    assert!(held < 15, "{held}");
    let facts = hostile("?", 16);
    let task = plan.add("late", "x", Vec::new());
    plan.by("ana", edit(&task, facts));
    told(&plan, None);
    plan.claim("codex", &task);
    told(&plan, Some(Code::TooCostly));
}

#[test]
fn an_entry_that_is_too_costly_takes_all_that_it_may_take_and_no_more() {
    let mut plan = Sample::new();
    for number in 0..100 {
        let task = plan.add(&format!("T{number}"), "x", hostile("*a", 1));
        let before = plan.state().allowances.clone();
        plan.claim("codex", &task);
        let refusal = plan
            .state()
            .anomalies
            .last()
            .map(|anomaly| anomaly.refusal.code());
        if refusal == Some(Code::TooCostly) {
            let (mut expected, now) = (before, plan.state().effective);
            let most = expected.most(&actor("codex"), now);
            expected.spend(&actor("codex"), now, most.into(), 1);
            assert_eq!(plan.state().allowances, expected);
            return;
        }
    }
    panic!("no claim was too costly");
}

#[test]
fn honest_claims_beside_many_others_count_only_what_is_near() {
    let mut plan = Sample::new();
    for number in 0..300 {
        let folder = format!("crates/{number}/src/**/*.rs");
        let task = plan.add(&format!("T{number}"), "x", paths(&[&folder, "docs/a.md"]));
        plan.claim("codex", &task);
        told(&plan, None);
    }
    let task = plan.add("last", "x", paths(&["crates/299/src/lib.rs"]));
    let (steps, index) = (StepCount::default(), plan.index(&task));
    let wanted = &plan.task(&task).fields.paths;
    let near = plan.state().near_paths(index, wanted, &steps);
    assert_eq!((near.len(), steps.taken()), (1, 2 + 8 * 7));
}

/// A dense graph of tasks in one entry: each depends on all before it.
fn dense(plan: &mut Sample, size: usize) -> Vec<TaskRef> {
    let events = (0..size).map(|number| {
        let on = |event| TaskFact::DependencyAdded(beside(&format!("D{event}"), event as u16));
        added(&format!("D{number}"), (0..number).map(on).collect())
    });
    let entry = plan.all_by("codex", events.collect());
    let of = |number| TaskRef {
        id: format!("D{number}").parse().unwrap(),
        mark: Mark {
            entry: Some(entry),
            event: number as u16,
            item: 0,
        },
    };
    (0..size).map(of).collect()
}

#[test]
fn one_dependency_named_again_and_again_costs_one_search() {
    let mut plan = Sample::new();
    let tasks = dense(&mut plan, 100);
    let new = plan.add("new", "x", Vec::new());
    let fact = TaskFact::DependencyAdded(tasks[99].clone());
    plan.by("ana", edit(&new, vec![fact; 1000]));
    told(&plan, None);
    // In the middle of the graph, in each of many events.
    let fact = TaskFact::DependencyAdded(tasks[10].clone());
    let event = edit(&tasks[50], vec![fact; 10]);
    plan.all_by("ana", vec![event; 100]);
    told(&plan, None);
}

#[test]
fn searches_for_circles_are_bounded_for_the_whole_entry() {
    let mut plan = Sample::new();
    let tasks = dense(&mut plan, 100);
    let top = plan.add("top", "x", Vec::new());
    plan.edit(&top, vec![TaskFact::DependencyAdded(tasks[99].clone())]);
    let back = |on: &TaskRef| edit(on, vec![TaskFact::DependencyAdded(top.clone())]);
    plan.by("ana", back(&tasks[0]));
    told(&plan, Some(Code::Cycle));
    // A task that both leads to many and is led to by many, with a new dependency each time.
    let below = dense(&mut plan, 150);
    let join = |number: usize| {
        edit(
            &tasks[number % 100],
            vec![TaskFact::DependencyAdded(below[100 + number % 50].clone())],
        )
    };
    plan.all_by("ana", (0..500).map(join).collect());
    told(&plan, Some(Code::TooCostly));
}

#[test]
fn large_tasks_are_copied_and_searched_within_a_bound() {
    let mut plan = Sample::new();
    let steps = |count: usize| vec![TaskFact::StepAdded(text("x")); count];
    let large: Vec<TaskRef> = (0..200)
        .map(|number| plan.add(&format!("T{number}"), "x", steps(1000)))
        .collect();
    plan.all_by("ana", large.iter().map(progress).collect());
    told(&plan, Some(Code::TooCostly));
    plan.all_by("ana", large.iter().take(50).map(progress).collect());
    told(&plan, None);
    let owners = |number: usize| {
        let owner = |place| TaskFact::OwnerAdded(actor(&format!("o{number}-{place}")));
        (0..900).map(owner).collect()
    };
    let crowded = plan.add("crowd", "x", Vec::new());
    plan.by("ana", edit(&crowded, owners(0)));
    plan.all_by("ana", vec![edit(&crowded, owners(1)); 2]);
    told(&plan, Some(Code::TooCostly));
    let gone = TaskFact::OwnerRemoved(actor("o0-1"));
    plan.all_by("ana", vec![edit(&crowded, vec![gone; 500]); 10]);
    told(&plan, Some(Code::TooCostly));
}

#[test]
fn observations_that_remove_many_pull_requests_are_bounded() {
    let mut plan = Sample::new();
    let event = |host: &str, seen: Range<u64>, gone: Range<u64>| {
        let request = |number| PullRequest {
            number,
            ..PullRequest::default()
        };
        Event::Observation(ObservationEvent::PullRequests {
            source: source(host),
            seen: seen.map(request).collect(),
            gone: gone.collect(),
        })
    };
    for round in 0..20 {
        plan.by(
            "claude",
            event("forge", round * 1000..(round + 1) * 1000, 0..0),
        );
    }
    let unknown = edit(&beside("nothing", 900), Vec::new());
    plan.all_by("claude", vec![event("forge", 0..0, 0..20_000), unknown]);
    told(&plan, Some(Code::UnknownTask));
    assert_eq!(plan.state().pull_requests.iter().count(), 20_000);
    plan.all_by("claude", vec![event("other", 0..0, 0..20); 1000]);
    told(&plan, None);
    plan.by("claude", event("forge", 0..1, 0..140_000));
    told(&plan, Some(Code::TooCostly));
}
