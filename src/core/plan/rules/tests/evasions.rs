//! Ways around the rules that somebody could try, one after the other.
//!
//! Not here: what the rules are for (the tests above this module).

use super::*;
use crate::core::{
    entry::event::{RosterEvent, roster::NewActor},
    sample::{email, key_of},
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

/// Lets a claim of an hour run out.
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
    };
    plan.by("codex", Event::Task(completed));
}

#[test]
fn work_does_not_bring_a_claim_back_whose_files_were_taken_meanwhile() {
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
fn a_claim_that_shares_takes_no_files_and_leaves_them_to_who_wakes_up() {
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
fn files_that_are_added_to_a_task_are_taken_from_who_has_run_out() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["docs"]));
    claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    claim(&mut plan, "copilot", &two, How::default());
    plan.edit(&two, paths(&["lib/a"]));
    told(&plan, None);
    assert_eq!(holder(&plan, &one), None);
    // The other way round: the task that gets the files is the one whose claim has run out.
    let_time_pass(&mut plan);
    claim(&mut plan, "codex", &one, How::default());
    told(&plan, None);
    assert_eq!(holder(&plan, &two), None);
}

#[test]
fn an_entry_that_is_refused_gives_back_the_files_that_it_took() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    claim(&mut plan, "codex", &one, How::default());
    let_time_pass(&mut plan);
    let claimed = |task: &TaskRef| {
        Event::Work(WorkEvent::Claimed {
            task: task.clone(),
            lease: Span::from_minutes(60),
            worktree: None,
            steal: false,
            share: false,
            resume: false,
        })
    };
    plan.all_by("copilot", vec![claimed(&two), claimed(&two)]);
    told(&plan, Some(Code::AlreadyYours));
    assert_eq!(holder(&plan, &one).as_deref(), Some("codex"));
    assert_eq!(holder(&plan, &two), None);
}

#[test]
fn who_asked_for_the_review_cannot_let_go_and_approve() {
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
fn an_approval_does_not_count_once_its_author_takes_the_work_over() {
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
fn what_is_done_is_the_commit_that_was_approved() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    plan.approve("claude", &task);
    done_at(&mut plan, &task, 'b');
    told(&plan, Some(Code::GateOpen));
    done_at(&mut plan, &task, 'a');
    told(&plan, None);
}

#[test]
fn a_verdict_is_on_a_commit_that_is_still_submitted() {
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
fn only_who_works_on_a_task_says_that_its_commit_is_another_one() {
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
fn the_review_that_policy_asks_for_is_not_shed_with_the_path() {
    let mut plan = Sample::new();
    let by = vec![Approver::Actor(actor("claude"))];
    let paths_of = text("identity/**");
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
        facts: vec![TaskFact::PathRemoved(text(path))],
    };
    plan.by("codex", Event::Task(without("identity/login.rs")));
    told(&plan, Some(Code::NotPermitted));
    plan.by("codex", Event::Task(without("docs")));
    told(&plan, None);
    plan.by("ana", Event::Task(without("identity/login.rs")));
    told(&plan, None);
}

#[test]
fn a_checklist_is_looked_at_anew_when_the_task_was_opened_again() {
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
fn where_tasks_are_left_to_their_owners_nobody_else_works_on_them_without_a_claim() {
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
fn a_reference_that_calls_a_task_by_another_name_points_at_nothing() {
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
fn an_admin_cannot_make_the_recovery_key_an_actor_s_to_revoke_it() {
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
