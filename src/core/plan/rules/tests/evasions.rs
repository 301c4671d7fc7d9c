//! Attempts to evade the rules, one after the other.
//!
//! Not here: the normal use of the rules (the tests above this module).

use super::*;
use crate::core::{
    entry::event::{RosterEvent, roster::NewActor},
    sample::{email, glob, key_of},
    values::task::ActorKind,
};

fn mark_of(plan: &Sample, task: &TaskRef) -> Option<Mark> {
    let claim = plan.task(task).claim.as_ref();
    claim.map(|claim| claim.origin.mark())
}

fn holder(plan: &Sample, task: &TaskRef) -> Option<String> {
    let claim = plan.task(task).claim.as_ref();
    claim.map(|claim| claim.actor.to_string())
}

/// Lets a claim with a lease of one hour expire.
fn let_time_pass(plan: &mut Sample) {
    (0..61).for_each(|_| plan.target("mood", "good"));
}

fn done_at(plan: &mut Sample, task: &TaskRef, at: char) {
    let (claim, task) = (mark_of(plan, task), task.clone());
    let completed = TaskEvent::Completed {
        task,
        claim,
        commit: Some(commit(at)),
        waiver: None,
        tree: None,
        integrated: None,
    };
    plan.by("codex", Event::Task(completed));
}

#[test]
fn work_does_not_restore_an_expired_claim_whose_files_another_claim_took() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib/a"]));
    let outrun = claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    claim(&mut plan, "copilot", &two, How::default());
    told(&plan, None);
    assert_eq!(holder(&plan, &one), None);
    work_under(&mut plan, "codex", &one, Some(outrun));
    told(&plan, Some(Code::LeaseLost));
    let taken = Taken {
        claim: plan.task(&two).claim.as_ref().unwrap().into(),
        files: Some(overlap("lib", "lib/a", "B")),
    };
    let expected = Refusal::LeaseLost {
        task: "A".parse().unwrap(),
        taken: Some(taken),
    };
    assert_eq!(last_refusal(&plan), &expected);
    plan.block("codex", &one, "somebody is in the way", None);
    assert_eq!(holder(&plan, &one), None);
}

#[test]
fn a_sharing_claim_takes_no_files_from_an_expired_claim() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    let first = claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    let share = How {
        share: true,
        ..How::default()
    };
    claim(&mut plan, "copilot", &two, share);
    work_under(&mut plan, "codex", &one, Some(first));
    told(&plan, None);
}

#[test]
fn a_running_claim_that_shares_outlives_an_edit_and_the_work_of_the_other_holder() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    let first = claim(&mut plan, "codex", &one, How::default());
    let share = How {
        share: true,
        ..How::default()
    };
    claim(&mut plan, "copilot", &two, share);
    plan.edit(&one, paths(&["web"]));
    told(&plan, None);
    work_under(&mut plan, "codex", &one, Some(first));
    assert!(holder(&plan, &one).is_some() && holder(&plan, &two).is_some());
}

#[test]
fn files_added_to_a_task_are_taken_from_expired_claims() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["docs"]));
    claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    claim(&mut plan, "copilot", &two, How::default());
    plan.edit(&two, paths(&["lib/a"]));
    told(&plan, None);
    assert_eq!(holder(&plan, &one), None);
    // In the other direction: the task that gets the files has the expired claim.
    let_time_pass(&mut plan);
    claim(&mut plan, "codex", &one, How::default());
    told(&plan, None);
    assert_eq!(holder(&plan, &two), None);
}

#[test]
fn a_refused_entry_gives_back_the_files_that_it_took() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    let claimed =
        |task: &TaskRef| Event::Work(WorkEvent::claim(task.clone(), Span::from_minutes(60)));
    plan.all_by("copilot", vec![claimed(&two), claimed(&two)]);
    told(&plan, Some(Code::AlreadyYours));
    assert_eq!(holder(&plan, &one).as_deref(), Some("codex"));
    assert_eq!(holder(&plan, &two), None);
}

#[test]
fn a_submitter_cannot_release_the_task_and_approve_it() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![gate("claude")]);
    let claim = claim(&mut plan, "claude", &task, How::default());
    let event = ReviewEvent::Submitted {
        task: task.clone(),
        claim: Some(claim),
        commit: None,
        pr: None,
    };
    plan.by("claude", Event::Review(event));
    let released = WorkEvent::Released {
        task: task.clone(),
        claim,
    };
    plan.by("claude", Event::Work(released));
    told(&plan, None);
    plan.approve("claude", &task);
    told(&plan, Some(Code::OwnWork));
}

#[test]
fn an_approval_does_not_count_after_its_author_takes_over_the_work() {
    let mut plan = Sample::new();
    let facts = vec![gate("claude"), TaskFact::CheckAdded(text("no secrets"))];
    let task = reviewed(&mut plan, facts, 'a');
    plan.approve("claude", &task);
    let ticked = ReviewEvent::CheckTicked {
        task: task.clone(),
        item: text("no secrets"),
        ticked: true,
    };
    plan.by("claude", Event::Review(ticked));
    let_time_pass(&mut plan);
    claim(&mut plan, "claude", &task, How::default());
    plan.done("claude", &task);
    told(&plan, Some(Code::GateOpen));
    let needs = plan.state().review_needs(plan.task(&task));
    assert_eq!(needs.len(), 2);
}

#[test]
fn a_task_can_only_end_with_its_approved_commit() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    plan.approve("claude", &task);
    done_at(&mut plan, &task, 'b');
    told(&plan, Some(Code::GateOpen));
    done_at(&mut plan, &task, 'a');
    told(&plan, None);
}

#[test]
fn a_verdict_on_a_replaced_commit_is_refused() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    let approved = |at| ReviewEvent::Approved {
        task: task.clone(),
        commit: Some(commit(at)),
        note: None,
    };
    plan.by("claude", Event::Review(approved('b')));
    told(&plan, Some(Code::OtherCommit));
    let expected = Refusal::OtherCommit {
        task: "B".parse().unwrap(),
        commit: commit('b'),
        submitted: Some(commit('a')),
    };
    assert_eq!(last_refusal(&plan), &expected);
    plan.by("claude", Event::Review(approved('a')));
    told(&plan, None);
}

#[test]
fn only_an_actor_working_on_a_task_can_record_its_rewritten_commit() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    plan.approve("claude", &task);
    let recorded = WorkEvent::CommitRecorded {
        task: task.clone(),
        commit: commit('b'),
        branch: None,
        claim: mark_of(&plan, &task),
    };
    plan.by("codex", Event::Work(recorded));
    let rewritten = WorkEvent::CommitRewritten {
        task: task.clone(),
        old: commit('b'),
        new: commit('a'),
    };
    plan.by("copilot", Event::Work(rewritten.clone()));
    told(&plan, Some(Code::ClaimHeld));
    plan.by("codex", Event::Work(rewritten));
    told(&plan, None);
}

#[test]
fn a_worker_cannot_remove_a_path_that_needs_a_review() {
    let mut plan = Sample::new();
    let by = vec![Approver::Actor(actor("claude"))];
    let paths_of = glob("identity/**");
    policy(
        &mut plan,
        PolicyRule::PathReview {
            paths: paths_of,
            by,
        },
    );
    let task = plan.add("B", "Login", paths(&["identity/login.rs", "docs"]));
    claim(&mut plan, "codex", &task, How::default());
    let without = |path: &str| TaskEvent::Edited {
        task: task.clone(),
        facts: vec![TaskFact::PathRemoved(glob(path))],
    };
    plan.by("codex", Event::Task(without("identity/login.rs")));
    told(&plan, Some(Code::NotPermitted));
    plan.by("codex", Event::Task(without("docs")));
    told(&plan, None);
    plan.by("ana", Event::Task(without("identity/login.rs")));
    told(&plan, None);
}

#[test]
fn a_reopened_task_needs_its_checklist_ticked_again() {
    let mut plan = Sample::new();
    let facts = vec![TaskFact::CheckAdded(text("no secrets"))];
    let task = reviewed(&mut plan, facts, 'a');
    let ticked = ReviewEvent::CheckTicked {
        task: task.clone(),
        item: text("no secrets"),
        ticked: true,
    };
    plan.by("claude", Event::Review(ticked));
    plan.done("codex", &task);
    told(&plan, None);
    let reopened = TaskEvent::Reopened {
        task: task.clone(),
        reason: None,
        mistaken: false,
    };
    plan.by("codex", Event::Task(reopened));
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
}

#[test]
fn only_owners_work_without_a_claim_where_policy_reserves_tasks_for_owners() {
    let mut plan = Sample::new();
    policy(&mut plan, PolicyRule::OwnersOnly(true));
    let facts = vec![TaskFact::OwnerAdded(actor("codex"))];
    let task = plan.add("B", "Breaker", facts);
    work_under(&mut plan, "copilot", &task, None);
    told(&plan, Some(Code::NotOwner));
    plan.done("copilot", &task);
    told(&plan, Some(Code::NotOwner));
    work_under(&mut plan, "codex", &task, None);
    told(&plan, None);
}

#[test]
fn a_reference_with_a_wrong_task_name_is_refused() {
    let mut plan = Sample::new();
    let task = plan.add("A", "One", vec![]);
    plan.add("B", "Two", vec![]);
    let lie = TaskRef {
        id: "B".parse().unwrap(),
        ..task
    };
    plan.cancel(&lie);
    told(&plan, Some(Code::UnknownTask));
}

#[test]
fn an_admin_cannot_revoke_the_recovery_key_by_giving_it_to_an_actor() {
    let mut plan = Sample::new();
    let recovery = key_of("recovery");
    let set = |key: &str| RosterEvent::RecoveryKeySet {
        key: Some(key_of(key)),
    };
    plan.by("ana", Event::Roster(set("codex")));
    told(&plan, Some(Code::KeyTaken));
    plan.by("ana", Event::Roster(set("recovery")));
    told(&plan, None);
    let added = RosterEvent::KeyAdded {
        actor: actor("ana"),
        key: recovery.clone(),
    };
    plan.by("ana", Event::Roster(added));
    told(&plan, Some(Code::KeyTaken));
    let new = NewActor {
        name: actor("eve"),
        kind: ActorKind::Agent,
        email: email("eve@example.org"),
        roles: Vec::new(),
        key: Some(recovery),
    };
    plan.by("ana", Event::Roster(RosterEvent::ActorAdded(Box::new(new))));
    told(&plan, Some(Code::KeyTaken));
}
