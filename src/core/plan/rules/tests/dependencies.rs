//! Tests of finishing a task that depends on others.
//!
//! Not here: closing a circle (`evasions` and the integration tests).

use super::*;

/// Tasks of these ids, and one that depends on all of them and is held by `codex`.
fn plan_with(ids: &[&str]) -> (Sample, Vec<TaskRef>, TaskRef) {
    let mut plan = Sample::new();
    let others: Vec<TaskRef> = ids.iter().map(|id| plan.add(id, "x", vec![])).collect();
    let depends = others.iter().cloned().map(TaskFact::DependencyAdded);
    let task = plan.add("Z", "Last", depends.collect());
    plan.claim("codex", &task);
    (plan, others, task)
}

/// Tries to finish the task, and says which tasks it still waits for.
fn waits_for(plan: &mut Sample, task: &TaskRef) -> Option<(Vec<String>, u32)> {
    let known = plan.state().anomalies.len();
    plan.done("codex", task);
    let refused = plan.state().anomalies.get(known)?;
    match &refused.refusal {
        Refusal::Waits { on, more, .. } => {
            Some((on.iter().map(ToString::to_string).collect(), *more))
        }
        other => panic!("{other:?}"),
    }
}

fn on(names: &[&str]) -> Option<(Vec<String>, u32)> {
    Some((names.iter().map(|name| (*name).to_owned()).collect(), 0))
}

fn reopen(plan: &mut Sample, who: &str, task: &TaskRef) {
    let reopened = TaskEvent::Reopened {
        task: task.clone(),
        reason: None,
        mistaken: true,
    };
    plan.by(who, Event::Task(reopened));
}

#[test]
fn a_task_is_done_after_all_tasks_that_it_depends_on_are_done_or_cancelled() {
    let (mut plan, others, task) = plan_with(&["A", "B", "C"]);
    assert_eq!(waits_for(&mut plan, &task), on(&["A", "B", "C"]));
    plan.done("ana", &others[1]);
    assert_eq!(waits_for(&mut plan, &task), on(&["A", "C"]));
    plan.cancel(&others[0]);
    assert_eq!(waits_for(&mut plan, &task), on(&["C"]));
    plan.done("ana", &others[2]);
    assert_eq!(waits_for(&mut plan, &task), None);
    assert!(plan.task(&task).end.is_some());
}

#[test]
fn a_reopened_dependency_is_open_but_does_not_reopen_what_depended_on_it() {
    let (mut plan, others, task) = plan_with(&["A"]);
    plan.done("ana", &others[0]);
    reopen(&mut plan, "ana", &others[0]);
    assert_eq!(waits_for(&mut plan, &task), on(&["A"]));
    plan.done("ana", &others[0]);
    assert_eq!(waits_for(&mut plan, &task), None);
    reopen(&mut plan, "ana", &others[0]);
    assert!(plan.task(&task).end.is_some());
    // A task that is finished again is asked again.
    reopen(&mut plan, "codex", &task);
    assert_eq!(waits_for(&mut plan, &task), on(&["A"]));
}

#[test]
fn a_dependency_counts_only_while_the_task_has_it_and_not_through_an_ended_one() {
    let (mut plan, others, task) = plan_with(&["A"]);
    let far = plan.add("F", "Far", vec![]);
    let edited = |task: &TaskRef, fact| {
        Event::Task(TaskEvent::Edited {
            task: task.clone(),
            facts: vec![fact],
        })
    };
    plan.by("ana", edited(&others[0], TaskFact::DependencyAdded(far)));
    plan.cancel(&others[0]);
    assert_eq!(waits_for(&mut plan, &task), None);
    reopen(&mut plan, "codex", &task);
    reopen(&mut plan, "ana", &others[0]);
    assert_eq!(waits_for(&mut plan, &task), on(&["A"]));
    let removed = TaskFact::DependencyRemoved(others[0].clone());
    plan.by("ana", edited(&task, removed));
    assert_eq!(waits_for(&mut plan, &task), None);
}

#[test]
fn a_refusal_shows_a_task_of_a_shared_id_with_its_suffix_and_cuts_a_long_list() {
    let (mut plan, _, task) = plan_with(&["A", "A"]);
    let (names, _) = waits_for(&mut plan, &task).unwrap();
    assert_eq!(names[0], "A");
    assert!(names[1].starts_with("A~"), "{names:?}");
    let ids: Vec<String> = (0..13).map(|number| format!("T{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (mut plan, _, task) = plan_with(&ids);
    let (names, more) = waits_for(&mut plan, &task).unwrap();
    assert_eq!((names.len(), more), (10, 3));
}

#[test]
fn an_open_review_is_refused_before_an_open_dependency() {
    let (mut plan, _, task) = plan_with(&["A"]);
    let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
    plan.by(
        "ana",
        Event::Task(TaskEvent::Edited {
            task: task.clone(),
            facts: vec![gate],
        }),
    );
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
    plan.submit("codex", &task);
    plan.approve("claude", &task);
    assert_eq!(waits_for(&mut plan, &task), on(&["A"]));
}

#[test]
fn a_waiver_and_the_policy_let_a_task_be_done_before_its_dependencies() {
    let (mut plan, _, task) = plan_with(&["A"]);
    let waived = |claim| {
        Event::Task(TaskEvent::Completed {
            task: task.clone(),
            claim,
            commit: None,
            waiver: Some(text("it is urgent")),
            tree: None,
            integrated: None,
        })
    };
    let held = plan
        .task(&task)
        .claim
        .as_ref()
        .map(|claim| claim.origin.mark());
    plan.by("codex", waived(held));
    told(&plan, Some(Code::NotPermitted));
    plan.by("ana", waived(None));
    told(&plan, None);
    let (mut plan, _, task) = plan_with(&["A"]);
    policy(&mut plan, PolicyRule::Dependencies(false));
    assert_eq!(waits_for(&mut plan, &task), None);
    reopen(&mut plan, "codex", &task);
    policy(&mut plan, PolicyRule::Dependencies(true));
    assert_eq!(waits_for(&mut plan, &task), on(&["A"]));
}

#[test]
fn one_entry_can_finish_a_task_and_then_what_depends_on_it() {
    let (mut plan, others, task) = plan_with(&["A"]);
    let done = |task: &TaskRef| Event::Task(TaskEvent::completed(task.clone(), None));
    plan.all_by("ana", vec![done(&task), done(&others[0])]);
    told(&plan, Some(Code::Waits));
    assert!(plan.task(&others[0]).end.is_none());
    plan.all_by("ana", vec![done(&others[0]), done(&task)]);
    told(&plan, None);
}
