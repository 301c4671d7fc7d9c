//! Tests of parents: how deep they go, how many children they have, and what they cost.
//!
//! Not here: circles of parents and dependencies, which random ledgers look for (`sample::promises`).

use std::collections::BTreeSet;

use super::{cost::edit, *};
use crate::core::plan::rules::{ANCESTORS_MAX, PER_TASK_MAX};

fn parent(of: &TaskRef) -> Vec<TaskFact> {
    vec![TaskFact::Parent(Some(of.clone()))]
}

/// A chain of tasks, each a child of the one before it.
fn chain(plan: &mut Sample, length: usize) -> Vec<TaskRef> {
    let mut tasks: Vec<TaskRef> = Vec::new();
    for number in 0..length {
        let facts = tasks.last().map(parent).unwrap_or_default();
        tasks.push(plan.add(&format!("T{number}"), "x", facts));
    }
    tasks
}

#[test]
fn a_task_has_a_limited_number_of_ancestors_however_its_parents_came_together() {
    let mut plan = Sample::new();
    let upper = chain(&mut plan, ANCESTORS_MAX);
    let lowest = plan.add("lowest", "x", parent(&upper[ANCESTORS_MAX - 1]));
    told(&plan, None);
    plan.add("deeper", "x", parent(&lowest));
    told(&plan, Some(Code::TooMany));
    // The levels below a task count too, when it gets a parent.
    let top = plan.add("top", "x", Vec::new());
    plan.edit(&upper[0], parent(&top));
    told(&plan, Some(Code::TooMany));
    plan.edit(&upper[1], parent(&top));
    told(&plan, None);
    assert_eq!(plan.task(&upper[0]).children.len(), 0);
    assert_eq!(
        plan.state().ancestors(plan.index(&lowest)).count(),
        ANCESTORS_MAX
    );
}

#[test]
fn a_child_that_was_a_dependency_too_cannot_become_the_parent() {
    let mut plan = Sample::new();
    let child = plan.add("child", "x", Vec::new());
    let whole = plan.add("whole", "x", vec![TaskFact::DependencyAdded(child.clone())]);
    plan.edit(&child, parent(&whole));
    told(&plan, None);
    // The dependency goes, but the child stays one.
    let mut facts = vec![TaskFact::DependencyRemoved(child.clone())];
    facts.extend(parent(&child));
    plan.edit(&whole, facts.clone());
    told(&plan, Some(Code::Cycle));
    facts.reverse();
    plan.edit(&whole, facts);
    told(&plan, Some(Code::Cycle));
}

#[test]
fn a_parent_has_a_limited_number_of_children_and_each_of_them_one_parent() {
    let mut plan = Sample::new();
    let [a, b] = ["A", "B"].map(|id| plan.add(id, "x", Vec::new()));
    let mut last = a.clone();
    for number in 0..PER_TASK_MAX {
        last = plan.add(&format!("C{number}"), "x", parent(&a));
    }
    told(&plan, None);
    plan.add("one-more", "x", parent(&a));
    told(&plan, Some(Code::TooMany));
    plan.edit(&last, parent(&b));
    told(&plan, None);
    assert_eq!(plan.task(&a).children.len(), PER_TASK_MAX - 1);
    assert_eq!(plan.task(&b).children, BTreeSet::from([plan.index(&last)]));
    plan.edit(&last, vec![TaskFact::Parent(None)]);
    assert_eq!(plan.task(&last).parent, None);
    assert!(plan.task(&b).children.is_empty());
}

#[test]
fn one_entry_can_add_a_parent_with_as_many_children_as_a_parent_can_have() {
    let mut plan = Sample::new();
    let whole = plan.add("whole", "x", Vec::new());
    let child = |number: usize| {
        let id = format!("C{number}").parse().unwrap();
        Event::Task(TaskEvent::Added {
            id,
            title: text("x"),
            facts: parent(&whole),
        })
    };
    let children = (0..PER_TASK_MAX).map(child).collect();
    plan.all_by("ana", children);
    told(&plan, None);
    assert_eq!(plan.task(&whole).children.len(), PER_TASK_MAX);
}

#[test]
fn a_child_that_moves_between_large_parents_costs_the_allowance_of_its_actor() {
    let mut plan = Sample::new();
    let [a, b] = ["A", "B"].map(|id| plan.add(id, "x", Vec::new()));
    let mut child = a.clone();
    for number in 0..2 * 500 {
        let of = if number % 2 == 0 { &a } else { &b };
        child = plan.add(&format!("C{number}"), "x", parent(of));
    }
    let moves = |count: usize| {
        let to = [&a, &b].map(|of| edit(&child, parent(of)));
        (0..count).map(|number| to[number % 2].clone()).collect()
    };
    // A parent is copied once in an entry, however often a child comes and goes.
    plan.all_by("ana", moves(200));
    told(&plan, None);
    plan.all_by("ana", moves(3000));
    told(&plan, Some(Code::TooCostly));
    let again = (0..3000)
        .map(|_| TaskFact::Parent(Some(a.clone())))
        .collect();
    plan.edit(&child, again);
    told(&plan, Some(Code::TooCostly));
}
