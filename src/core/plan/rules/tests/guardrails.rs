//! Tests of finishing a task that required guardrails guard.
//!
//! Not here: the results of a guardrail by themselves (`state::guardrails`).

use super::*;
use crate::core::{
    entry::event::{
        GuardrailEvent,
        guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome, command_digest},
    },
    plan::refusal::Lack,
    values::id::Digest,
};

fn definition(id: &str, command: &str) -> GuardrailDefinition {
    GuardrailDefinition {
        id: id.parse().unwrap(),
        title: text("It builds"),
        command: Some(text(command)),
        expect: None,
        required: true,
        depends: Vec::new(),
        time_limit: None,
        extra: Vec::new(),
        environment: Vec::new(),
    }
}

fn define(plan: &mut Sample, definition: &GuardrailDefinition) {
    let added = GuardrailEvent::Added(Box::new(definition.clone()));
    plan.by("ana", Event::Guardrail(added));
}

fn id_of(digit: char, length: usize) -> CommitId {
    digit.to_string().repeat(length).parse().unwrap()
}

fn commit(digit: char) -> CommitId {
    id_of(digit, 40)
}

/// A result of the command `make` at a commit, whose tree is `f`.
fn result(id: &str, outcome: Outcome, at: char) -> GuardrailResult {
    GuardrailResult {
        commit: Some(commit(at)),
        tree: Some(commit('f')),
        command_digest: Some(command_digest(&text("make"), &[])),
        ..GuardrailResult::new(id.parse().unwrap(), outcome)
    }
}

fn completed(plan: &Sample, task: &TaskRef, commit: Option<CommitId>) -> TaskEvent {
    let claim = plan.task(task).claim.as_ref();
    TaskEvent::Completed {
        task: task.clone(),
        claim: claim.map(|claim| claim.origin.mark()),
        commit,
        waiver: None,
        integrated: None,
        tree: None,
    }
}

/// Tries to finish the task at a commit, and says what is missing. If it is finished, it is reopened.
#[track_caller]
fn lacks(plan: &mut Sample, task: &TaskRef, at: Option<char>) -> Vec<(String, Lack)> {
    let event = completed(plan, task, at.map(commit));
    lacks_at(plan, task, event)
}

#[track_caller]
fn lacks_at(plan: &mut Sample, task: &TaskRef, end: TaskEvent) -> Vec<(String, Lack)> {
    let known = plan.state().anomalies.len();
    plan.by("codex", Event::Task(end));
    let Some(refused) = plan.state().anomalies.get(known) else {
        let reopened = TaskEvent::Reopened {
            task: task.clone(),
            reason: None,
            mistaken: true,
        };
        plan.by("codex", Event::Task(reopened));
        told(plan, None);
        return Vec::new();
    };
    match &refused.refusal {
        Refusal::GuardrailOpen { guardrails, .. } => guardrails
            .iter()
            .map(|open| (open.id.to_string(), open.why))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn missing(id: &str, why: Lack) -> Vec<(String, Lack)> {
    vec![(id.to_owned(), why)]
}

/// A task that codex holds, and the required guardrail `G1`.
fn guarded() -> (Sample, TaskRef) {
    let mut plan = Sample::new();
    let task = plan.add("A", "First", Vec::new());
    plan.claim("codex", &task);
    define(&mut plan, &definition("G1", "make"));
    (plan, task)
}

#[test]
fn a_task_is_done_only_at_a_commit_at_which_the_guardrail_passed_last() {
    let (mut plan, task) = guarded();
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::NotRun)
    );
    assert_eq!(lacks(&mut plan, &task, None), missing("G1", Lack::NotRun));
    plan.recorded("codex", result("G1", Outcome::Fail, '1'));
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::Fail)
    );
    plan.recorded("codex", result("G1", Outcome::Pass, '1'));
    assert_eq!(
        lacks(&mut plan, &task, Some('2')),
        missing("G1", Lack::OtherCommit)
    );
    assert_eq!(
        lacks(&mut plan, &task, None),
        missing("G1", Lack::OtherCommit)
    );
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    plan.recorded("codex", result("G1", Outcome::Fail, '2'));
    // A result of another commit changes nothing at the first one; a later failure there does.
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    plan.recorded("codex", result("G1", Outcome::Fail, '1'));
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::Fail)
    );
}

#[test]
fn without_a_commit_of_its_own_an_end_is_at_the_last_commit_of_the_task() {
    let (mut plan, task) = guarded();
    plan.recorded("codex", result("G1", Outcome::Pass, '1'));
    let recorded = |plan: &Sample, digit| {
        let claim = plan.task(&task).claim.as_ref();
        Event::Work(WorkEvent::CommitRecorded {
            task: task.clone(),
            commit: commit(digit),
            branch: None,
            claim: claim.map(|claim| claim.origin.mark()),
        })
    };
    let event = recorded(&plan, '2');
    plan.by("codex", event);
    assert_eq!(
        lacks(&mut plan, &task, None),
        missing("G1", Lack::OtherCommit)
    );
    let Refusal::GuardrailOpen { commit: at, .. } = last_refusal(&plan) else {
        panic!();
    };
    assert_eq!(*at, Some(commit('2')));
    let event = recorded(&plan, '1');
    plan.by("ana", event);
    plan.claim("codex", &task);
    let event = recorded(&plan, '1');
    plan.by("codex", event);
    assert_eq!(lacks(&mut plan, &task, None), []);
}

#[test]
fn a_result_of_another_commit_with_the_same_tree_counts_if_the_end_names_the_tree() {
    for length in [40, 64] {
        let (mut plan, task) = guarded();
        plan.recorded(
            "codex",
            GuardrailResult {
                commit: Some(id_of('1', length)),
                tree: Some(id_of('f', length)),
                ..result("G1", Outcome::Pass, '1')
            },
        );
        let at = |plan: &Sample, tree| match completed(plan, &task, Some(id_of('2', length))) {
            TaskEvent::Completed {
                task,
                claim,
                commit,
                waiver,
                integrated: None,
                ..
            } => TaskEvent::Completed {
                task,
                claim,
                commit,
                waiver,
                integrated: None,
                tree,
            },
            other => other,
        };
        for (tree, expected) in [
            (None, missing("G1", Lack::OtherCommit)),
            (Some(id_of('e', length)), missing("G1", Lack::OtherCommit)),
            (Some(id_of('f', length)), Vec::new()),
        ] {
            let end = at(&plan, tree);
            assert_eq!(lacks_at(&mut plan, &task, end), expected);
        }
    }
}

#[test]
fn a_result_of_changed_files_of_no_commit_or_of_another_command_does_not_count() {
    let (mut plan, task) = guarded();
    let good = result("G1", Outcome::Pass, '1');
    let changed = GuardrailResult {
        changed: vec![text("file")],
        ..good.clone()
    };
    plan.recorded("codex", changed.clone());
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::ChangedFiles)
    );
    let nowhere = GuardrailResult {
        commit: None,
        tree: None,
        ..good.clone()
    };
    plan.recorded("codex", nowhere);
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::NoCommit)
    );
    let other = GuardrailResult {
        command_digest: Some(Digest::of(b"true")),
        ..good.clone()
    };
    plan.recorded("codex", other);
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::OtherDefinition)
    );
    plan.recorded("codex", good);
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    // Nor does it take away what a result of the commit says.
    plan.recorded("codex", changed);
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
}

#[test]
fn a_new_command_output_or_environment_ends_the_results_and_a_new_title_does_not() {
    let passed = || {
        let (mut plan, task) = guarded();
        plan.recorded("codex", result("G1", Outcome::Pass, '1'));
        (plan, task)
    };
    let now = definition("G1", "make");
    let titled = GuardrailDefinition {
        title: text("Another title"),
        ..now.clone()
    };
    let (mut plan, task) = passed();
    define(&mut plan, &titled);
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    let expecting = GuardrailDefinition {
        expect: Some(text("ok")),
        ..now.clone()
    };
    let seeing = GuardrailDefinition {
        environment: vec![text("CI")],
        ..now.clone()
    };
    for other in [definition("G1", "true"), expecting, seeing] {
        let (mut plan, task) = passed();
        define(&mut plan, &other);
        assert_eq!(
            lacks(&mut plan, &task, Some('1')),
            missing("G1", Lack::OtherDefinition)
        );
        define(&mut plan, &now);
        assert_eq!(
            lacks(&mut plan, &task, Some('1')),
            missing("G1", Lack::OtherDefinition)
        );
    }
    let (mut plan, task) = passed();
    let id = "G1".parse().unwrap();
    plan.by("ana", Event::Guardrail(GuardrailEvent::Removed { id }));
    assert_eq!(lacks(&mut plan, &task, None), []);
    define(&mut plan, &now);
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G1", Lack::NotRun)
    );
}

#[test]
fn only_required_guardrails_whose_own_tasks_are_finished_guard() {
    let (mut plan, task) = guarded();
    let other = plan.add("B", "Other", Vec::new());
    let waiting = GuardrailDefinition {
        depends: vec![other.clone(), task.clone()],
        ..definition("G2", "make")
    };
    define(&mut plan, &waiting);
    let optional = GuardrailDefinition {
        required: false,
        ..definition("G3", "make")
    };
    define(&mut plan, &optional);
    plan.recorded("codex", result("G1", Outcome::Pass, '1'));
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    plan.cancel(&other);
    // The task itself is open while it is being finished.
    assert_eq!(lacks(&mut plan, &task, Some('1')), []);
    let freed = GuardrailDefinition {
        depends: vec![other],
        ..waiting
    };
    define(&mut plan, &freed);
    assert_eq!(
        lacks(&mut plan, &task, Some('1')),
        missing("G2", Lack::NotRun)
    );
}

#[test]
fn a_waiver_and_the_policy_let_a_task_be_done_before_its_guardrails() {
    let (mut plan, task) = guarded();
    let TaskEvent::Completed {
        task: named, claim, ..
    } = completed(&plan, &task, None)
    else {
        panic!();
    };
    let waived = |claim| {
        Event::Task(TaskEvent::Completed {
            task: named.clone(),
            claim,
            commit: None,
            waiver: Some(text("the machine is down")),
            integrated: None,
            tree: None,
        })
    };
    plan.by("codex", waived(claim));
    told(&plan, Some(Code::NotPermitted));
    plan.by("ana", waived(None));
    told(&plan, None);
    for (rule, expected) in [
        (Guarded::Done, missing("G1", Lack::NotRun)),
        (Guarded::Integrate, Vec::new()),
        (Guarded::No, Vec::new()),
    ] {
        let (mut plan, task) = guarded();
        policy(&mut plan, PolicyRule::Guardrails(rule));
        assert_eq!(lacks(&mut plan, &task, None), expected, "{rule}");
    }
}

#[test]
fn of_many_commits_the_results_recorded_last_are_kept_and_a_list_is_cut() {
    use crate::core::plan::state::guardrails::RESULTS_MAX;
    let (mut plan, task) = guarded();
    let at = |number: usize| -> CommitId { format!("{number:040x}").parse().unwrap() };
    let passed = |number| GuardrailResult {
        commit: Some(at(number)),
        tree: None,
        ..result("G1", Outcome::Pass, '1')
    };
    plan.recorded("codex", passed(0));
    plan.recorded("codex", passed(1));
    plan.recorded("codex", passed(0));
    for number in 2..=RESULTS_MAX {
        plan.recorded("codex", passed(number));
    }
    let results = &plan.state().guardrails[&"G1".parse().unwrap()].results;
    assert_eq!(results.len(), RESULTS_MAX);
    let end = completed(&plan, &task, Some(at(1)));
    assert_eq!(
        lacks_at(&mut plan, &task, end),
        missing("G1", Lack::OtherCommit)
    );
    for kept in [0, 2, RESULTS_MAX] {
        let end = completed(&plan, &task, Some(at(kept)));
        assert_eq!(lacks_at(&mut plan, &task, end), [], "{kept}");
    }
    for number in 2..=13 {
        define(&mut plan, &definition(&format!("G{number}"), "make"));
    }
    assert_eq!(lacks(&mut plan, &task, Some('1')).len(), 10);
    let Refusal::GuardrailOpen { more, .. } = last_refusal(&plan) else {
        panic!();
    };
    assert_eq!(*more, 3);
}
