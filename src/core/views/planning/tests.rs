//! The properties of every plan, and small plans as examples.
//!
//! Not here: the display of a plan (`snapshot`, `render`).

use proptest::prelude::*;

use super::*;
use crate::core::{
    entry::event::{
        TaskRef,
        task::{TaskFact, Wave},
    },
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder},
    },
    sample::{Sample, actor, any_sample, glob},
    values::{
        id::ActorName,
        task::{Estimate, Priority, WorkingDay},
        time::{Span, Timestamp},
    },
};

fn depends(other: &TaskRef) -> TaskFact {
    TaskFact::DependencyAdded(other.clone())
}
fn priority(priority: Priority) -> TaskFact {
    TaskFact::Priority(Some(priority))
}
fn wave(number: u32, rank: u32) -> TaskFact {
    TaskFact::Wave(Some(Wave { number, rank }))
}
fn estimate(text: &str) -> TaskFact {
    TaskFact::Estimate(Some(Estimate::parse(text, WorkingDay::default()).unwrap()))
}
fn owner(name: &str) -> TaskFact {
    TaskFact::OwnerAdded(actor(name))
}

fn holder(actor: &ActorName) -> Holder<'_> {
    Holder {
        actor,
        worktree: None,
    }
}
fn names(state: &State, tasks: impl IntoIterator<Item = TaskIndex>) -> Vec<String> {
    tasks.into_iter().map(|task| state.shown(task)).collect()
}
fn ready_names(plan: &Sample, effective: Timestamp, asking: Option<&str>) -> Vec<String> {
    let (state, asking) = (plan.state(), asking.map(actor));
    let asking = asking.as_ref().map(holder);
    let found = ready(state, &OpenTasks::of(state), effective, asking);
    names(state, found.into_iter().map(|ready| ready.task))
}

#[test]
fn ready_tasks_are_sorted_by_priority_wave_unblocked_tasks_and_age() {
    let mut plan = Sample::new();
    plan.add("low", "x", vec![priority(Priority::Low)]);
    plan.add("old", "x", vec![]);
    let unblocks = plan.add("unblocks", "x", vec![]);
    plan.add("second", "x", vec![wave(2, 3)]);
    plan.add("rank-2", "x", vec![wave(1, 2)]);
    plan.add("rank-1", "x", vec![wave(1, 1), priority(Priority::Medium)]);
    plan.add("critical", "x", vec![priority(Priority::Critical)]);
    plan.add("waits", "x", vec![depends(&unblocks)]);
    let expected = [
        "critical", "rank-1", "rank-2", "second", "unblocks", "old", "low",
    ];
    assert_eq!(ready_names(&plan, plan.state().effective, None), expected);
}

#[test]
fn a_held_waiting_or_blocked_task_is_not_ready_until_that_ends() {
    let mut plan = Sample::new();
    let first = plan.add("A", "x", vec![]);
    let second = plan.add("B", "x", vec![depends(&first)]);
    let third = plan.add("C", "x", vec![]);
    plan.claim("codex", &first);
    let blocker = plan.block("codex", &third, "no staging", None);
    let now = plan.state().effective;
    assert_eq!(ready_names(&plan, now, None), [""; 0]);
    let later = |minutes| now.after(Span::from_minutes(minutes));
    assert_eq!(ready_names(&plan, later(241), None), ["A"]);
    plan.unblock("codex", &third, blocker);
    plan.done("codex", &first);
    assert_eq!(ready_names(&plan, now, None), ["B", "C"]);
    plan.claim("codex", &second);
    plan.submit("codex", &second);
    // Nobody has to approve it, so somebody else can finish it when the claim has expired.
    assert_eq!(ready_names(&plan, later(999), None), ["B", "C"]);
}

#[test]
fn tasks_of_other_owners_come_last() {
    let mut plan = Sample::new();
    plan.add(
        "theirs",
        "x",
        vec![owner("copilot"), priority(Priority::Critical)],
    );
    plan.add("shared", "x", vec![owner("copilot"), owner("codex")]);
    plan.add("free", "x", vec![priority(Priority::High)]);
    let now = plan.state().effective;
    assert_eq!(ready_names(&plan, now, None), ["theirs", "free", "shared"]);
    assert_eq!(
        ready_names(&plan, now, Some("codex")),
        ["free", "shared", "theirs"]
    );
}

#[test]
fn a_wave_has_the_tasks_that_the_waves_before_it_make_possible() {
    let mut plan = Sample::new();
    let first = plan.add("A", "x", vec![]);
    let second = plan.add("B", "x", vec![depends(&first)]);
    plan.add("C", "x", vec![depends(&first), depends(&second)]);
    plan.add("D", "x", vec![depends(&first), priority(Priority::High)]);
    plan.add("E", "x", vec![priority(Priority::Low)]);
    let waves_of = |plan: &Sample| -> Vec<Vec<String>> {
        let found = waves(plan.state(), &OpenTasks::of(plan.state()));
        found
            .into_iter()
            .map(|wave| names(plan.state(), wave))
            .collect()
    };
    assert_eq!(waves_of(&plan), [vec!["A", "E"], vec!["D", "B"], vec!["C"]]);
    plan.done("ana", &first);
    assert_eq!(waves_of(&plan), [vec!["D", "B", "E"], vec!["C"]]);
}

#[test]
fn a_task_declared_before_a_direct_or_indirect_dependency_is_a_contradiction() {
    let mut plan = Sample::new();
    let last = plan.add("last", "x", vec![wave(3, 9)]);
    let between = plan.add("between", "x", vec![depends(&last)]);
    plan.add("first", "x", vec![wave(1, 1), depends(&between)]);
    let same = plan.add("same", "x", vec![wave(2, 4)]);
    plan.add("early", "x", vec![wave(2, 3), depends(&same)]);
    plan.add("fine", "x", vec![wave(2, 5), depends(&same)]);
    let state = plan.state();
    let found = contradictions(state, &OpenTasks::of(state));
    let found: Vec<_> = found
        .iter()
        .map(|found| (state.shown(found.task), state.shown(found.waits_for)))
        .collect();
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(found, [pair("early", "same"), pair("first", "last")]);
    plan.done("ana", &last);
    let left = contradictions(plan.state(), &OpenTasks::of(plan.state()));
    assert_eq!(left.len(), 1);
}

#[test]
fn the_critical_path_is_the_longest_chain_and_all_other_tasks_have_slack() {
    let mut plan = Sample::new();
    let first = plan.add("A", "x", vec![estimate("1h-2h")]);
    let short = plan.add("B", "x", vec![estimate("30min"), depends(&first)]);
    let long = plan.add("C", "x", vec![estimate("2h"), depends(&first)]);
    plan.add("D", "x", vec![depends(&short), depends(&long)]);
    plan.add("E", "x", vec![estimate("15min")]);
    let state = plan.state();
    let schedule = Schedule::of(state, &OpenTasks::of(state), state.effective);
    assert_eq!(
        names(state, schedule.path().iter().copied()),
        ["A", "C", "D"]
    );
    assert_eq!(schedule.minutes(), 90 + 120);
    let timings: Vec<(u64, u64)> = state
        .tasks()
        .map(|(task, _)| schedule.timing(state, task))
        .map(|timing| (timing.start, timing.slack))
        .collect();
    assert_eq!(timings, [(0, 0), (90, 90), (90, 0), (210, 0), (0, 195)]);
}

#[test]
fn without_estimates_the_critical_path_is_the_longest_chain() {
    let mut plan = Sample::new();
    plan.add("alone", "x", vec![]);
    let first = plan.add("A", "x", vec![]);
    plan.add("B", "x", vec![depends(&first)]);
    let state = plan.state();
    let schedule = Schedule::of(state, &OpenTasks::of(state), state.effective);
    assert_eq!(names(state, schedule.path().iter().copied()), ["A", "B"]);
    assert_eq!(schedule.minutes(), 0);
}

#[test]
fn tasks_that_change_the_same_files_are_not_done_side_by_side() {
    let mut plan = Sample::new();
    let path = |path: &str| TaskFact::PathAdded(glob(path));
    let held = plan.add("held", "x", vec![path("src/**")]);
    plan.add("apart", "x", vec![owner("codex"), path("src/core/*.rs")]);
    plan.add(
        "beside",
        "x",
        vec![owner("codex"), owner("copilot"), path("docs/**")],
    );
    plan.add("free", "x", vec![]);
    plan.claim("codex", &held);
    let state = plan.state();
    assert_eq!(
        ready_names(&plan, state.effective, None),
        ["beside", "free"]
    );
    let lanes = lanes(state, &OpenTasks::of(state), state.effective);
    let of = |name: Option<&str>| {
        let lane = lanes.iter().find(|(owner, _)| *owner == name.map(actor));
        let (_, lane) = lane.unwrap();
        let apart = lane.apart.iter().map(|(task, _)| *task);
        [lane.holds.clone(), lane.could_take.clone(), apart.collect()]
            .map(|tasks| names(state, tasks).join(" "))
    };
    assert_eq!(of(Some("codex")), ["held", "beside", "apart"]);
    assert_eq!(of(Some("copilot")), ["", "beside", ""]);
    assert_eq!(of(None), ["", "free", ""]);
}

/// A plan of `count` tasks. Each waits for the one before it.
fn chain(count: u16) -> State {
    let mut plan = Sample::new();
    let mut before: Option<TaskRef> = None;
    for number in 0..count {
        let mut facts = vec![estimate("1h")];
        facts.extend(before.as_ref().map(depends));
        before = Some(plan.add(&format!("T{number}"), "x", facts));
    }
    plan.into_state()
}

#[test]
fn a_chain_of_ten_thousand_tasks_is_planned() {
    let state = chain(10_000);
    let open = OpenTasks::of(&state);
    assert_eq!(waves(&state, &open).len(), 10_000);
    let schedule = Schedule::of(&state, &open, state.effective);
    assert_eq!(schedule.path(), open.order());
    assert_eq!(schedule.minutes(), 600_000);
    assert_eq!(ready(&state, &open, state.effective, None).len(), 1);
    assert_eq!(contradictions(&state, &open), []);
}

proptest! {
    #[test]
    fn every_open_task_is_in_one_wave_after_its_dependencies(sample in any_sample()) {
        let state = sample.into_state();
        let waves = waves(&state, &OpenTasks::of(&state));
        let placed: Vec<(TaskIndex, usize)> = (0..)
            .zip(&waves)
            .flat_map(|(number, wave)| wave.iter().map(move |task| (*task, number)))
            .collect();
        let open = state.tasks().filter(|(_, task)| task.end.is_none()).count();
        prop_assert_eq!(placed.len(), open);
        let wave_of = |wanted| placed.iter().find(|(task, _)| *task == wanted).map(|(_, wave)| *wave);
        for (task, wave) in &placed {
            let before = state.waits_for(*task).map(wave_of).max();
            prop_assert_eq!(before.flatten().map_or(0, |before| before + 1), *wave);
        }
    }

    #[test]
    fn the_critical_path_is_the_longest_chain_and_has_no_slack(sample in any_sample()) {
        let state = sample.into_state();
        let open = OpenTasks::of(&state);
        let schedule = Schedule::of(&state, &open, state.effective);
        let minutes = |task| expected_minutes(&state, task).unwrap_or(0);
        let sum: u64 = schedule.path().iter().copied().map(minutes).sum();
        let first = schedule.path().first();
        let start = first.map_or(0, |first| schedule.timing(&state, *first).start);
        prop_assert_eq!(start + sum, schedule.minutes());
        for pair in schedule.path().windows(2) {
            prop_assert!(state.waits_for(pair[1]).any(|task| task == pair[0]));
        }
        for task in open.order() {
            let timing = schedule.timing(&state, *task);
            let on_path = schedule.path().contains(task);
            prop_assert!(!on_path || timing.slack == 0);
            prop_assert!(timing.start + minutes(*task) + timing.slack <= schedule.minutes());
            for before in state.waits_for(*task) {
                prop_assert!(schedule.timing(&state, before).start + minutes(before) <= timing.start);
            }
        }
    }

    #[test]
    fn a_ready_task_is_ready_for_everybody_and_waits_for_nothing(sample in any_sample()) {
        let state = sample.into_state();
        let open = OpenTasks::of(&state);
        let all = ready(&state, &open, state.effective, None);
        for found in &all {
            prop_assert!(state.waits_for(found.task).next().is_none());
            prop_assert!(state.task(found.task).open_blockers().next().is_none());
        }
        let codex = actor("codex");
        let mut for_one = ready(&state, &open, state.effective, Some(holder(&codex)));
        prop_assert!(for_one.is_sorted_by_key(|ready| ready.meant));
        for_one.sort_by_cached_key(|ready| Rank::of(&state, &open, ready.task));
        let tasks = |ready: &[Ready]| ready.iter().map(|ready| ready.task).collect::<Vec<_>>();
        // A task whose files codex holds is ready only for codex.
        for_one.retain(|ready| all.iter().any(|other| other.task == ready.task));
        let mut for_codex = all.clone();
        for_codex.retain(|ready| {
            let task = state.task(ready.task);
            !state.policy.owners_only || task.fields.owners.is_empty() || task.is_owned_by(&codex)
        });
        prop_assert_eq!(tasks(&for_one), tasks(&for_codex));
        let taken: usize = lanes(&state, &open, state.effective)

            .iter()
            .map(|(_, lane)| lane.could_take.len() + lane.apart.len() + lane.more)
            .sum();
        let wanted: usize = all.iter().map(|ready| state.task(ready.task).fields.owners.len().max(1)).sum();
        prop_assert!(taken >= wanted);
    }
}
