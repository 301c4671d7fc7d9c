//! Tests of claims, paths and reviews, one rule after the other.
//!
//! Not here: every role in every state (the integration tests check the whole table against real ledgers).

mod cost;
mod dependencies;
mod evasions;
mod guardrails;
mod parents;
mod permissions;
mod second_person;
mod steps;

use crate::core::{
    entry::event::{
        CommitId, Event, Mark, ReviewEvent, RosterEvent, TaskEvent, TaskRef, WorkEvent,
        roster::PolicyRule, task::TaskFact,
    },
    plan::{
        refusal::{Code, OpenGate, Overlap, Refusal, Taken},
        state::standing::{GateStanding, ReviewNeed},
    },
    sample::{Sample, actor, glob, text},
    values::{
        task::{Approver, Role},
        time::Span,
    },
};

/// The refusal of the last entry; none if it took effect.
#[track_caller]
fn told(plan: &Sample, expected: Option<Code>) {
    let last = plan.entries().last().unwrap().id;
    let refused = plan.state().anomalies.iter().find(|a| a.entry == last);
    assert_eq!(
        refused.map(|anomaly| anomaly.refusal.code()),
        expected,
        "{refused:?}"
    );
}

fn last_refusal(plan: &Sample) -> &Refusal {
    &plan.state().anomalies.last().unwrap().refusal
}

fn overlap(path: &str, held: &str, by: &str) -> Overlap {
    Overlap {
        path: text(path),
        held: text(held),
        by: by.parse().unwrap(),
    }
}

#[derive(Default, Clone, Copy)]
struct How {
    worktree: Option<&'static str>,
    share: bool,
    steal: bool,
    resume: bool,
}

fn claim(plan: &mut Sample, who: &str, task: &TaskRef, how: How) -> Mark {
    let event = WorkEvent::Claimed {
        task: task.clone(),
        lease: Span::from_minutes(60),
        worktree: how.worktree.map(text),
        steal: how.steal,
        share: how.share,
        resume: how.resume,
    };
    let entry = plan.by(who, Event::Work(event));
    Mark {
        entry: Some(entry),
        ..Mark::default()
    }
}

fn work_under(plan: &mut Sample, who: &str, task: &TaskRef, claim: Option<Mark>) {
    let percent = 40.try_into().unwrap();
    let task = task.clone();
    plan.by(
        who,
        Event::Work(WorkEvent::Progressed {
            task,
            claim,
            percent,
        }),
    );
}

fn policy(plan: &mut Sample, rule: PolicyRule) {
    plan.by("ana", Event::Roster(RosterEvent::PolicySet(rule)));
}

fn paths(globs: &[&str]) -> Vec<TaskFact> {
    globs
        .iter()
        .map(|path| TaskFact::PathAdded(glob(path)))
        .collect()
}

fn commit(letter: char) -> CommitId {
    String::from(letter).repeat(40).parse().unwrap()
}

#[test]
fn a_holder_that_continues_gets_a_new_claim_and_work_under_the_old_one_is_refused() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![]);
    let first = claim(&mut plan, "codex", &task, How::default());
    claim(
        &mut plan,
        "codex",
        &task,
        How {
            worktree: Some("other"),
            ..How::default()
        },
    );
    told(&plan, Some(Code::AlreadyYours));
    let resume = How {
        worktree: Some("other"),
        resume: true,
        ..How::default()
    };
    let second = claim(&mut plan, "codex", &task, resume);
    told(&plan, None);
    work_under(&mut plan, "codex", &task, Some(first));
    told(&plan, Some(Code::LeaseLost));
    work_under(&mut plan, "codex", &task, Some(second));
    told(&plan, None);
    claim(
        &mut plan,
        "copilot",
        &task,
        How {
            resume: true,
            ..How::default()
        },
    );
    told(&plan, Some(Code::ClaimHeld));
}

#[test]
fn a_coordinator_works_without_a_claim_unless_it_holds_one() {
    let mut plan = Sample::new();
    let task = plan.add("B", "Breaker", vec![]);
    claim(&mut plan, "codex", &task, How::default());
    work_under(&mut plan, "ana", &task, None);
    told(&plan, None);
    claim(
        &mut plan,
        "ana",
        &task,
        How {
            steal: true,
            ..How::default()
        },
    );
    told(&plan, None);
    work_under(&mut plan, "ana", &task, None);
    told(&plan, Some(Code::LeaseLost));
}

#[test]
fn a_claim_with_overlapping_globs_is_refused_unless_it_shares() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib/core/**", "docs"]));
    let two = plan.add("B", "Two", paths(&["lib/*/id.rs"]));
    let three = plan.add("C", "Three", paths(&["lib/cli/**"]));
    claim(&mut plan, "codex", &one, How::default());
    claim(&mut plan, "copilot", &two, How::default());
    told(&plan, Some(Code::PathsHeld));
    let expected = Refusal::PathsHeld {
        task: "B".parse().unwrap(),
        files: overlap("lib/*/id.rs", "lib/core/**", "A"),
        claim: plan.task(&one).claim.as_ref().unwrap().into(),
    };
    assert_eq!(last_refusal(&plan), &expected);
    claim(&mut plan, "copilot", &three, How::default());
    told(&plan, None);
    claim(
        &mut plan,
        "claude",
        &two,
        How {
            share: true,
            ..How::default()
        },
    );
    told(&plan, None);
}

#[test]
fn an_actor_conflicts_with_itself_only_from_another_worktree() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    let three = plan.add("C", "Three", paths(&["lib"]));
    let here = How {
        worktree: Some("here"),
        ..How::default()
    };
    claim(&mut plan, "codex", &one, here);
    claim(&mut plan, "codex", &two, here);
    told(&plan, None);
    claim(
        &mut plan,
        "codex",
        &three,
        How {
            worktree: Some("there"),
            ..here
        },
    );
    told(&plan, Some(Code::PathsHeld));
}

#[test]
fn a_path_held_by_another_claim_cannot_be_added_to_a_claimed_task() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["docs"]));
    claim(&mut plan, "codex", &one, How::default());
    plan.edit(&two, paths(&["lib/a"]));
    told(&plan, None);
    plan.edit(&two, vec![TaskFact::PathRemoved(glob("lib/a"))]);
    claim(&mut plan, "copilot", &two, How::default());
    plan.edit(&two, paths(&["lib/a"]));
    told(&plan, Some(Code::PathsHeld));
}

#[test]
fn the_end_of_a_claim_frees_its_paths() {
    let mut plan = Sample::new();
    let one = plan.add("A", "One", paths(&["lib"]));
    let two = plan.add("B", "Two", paths(&["lib"]));
    claim(&mut plan, "codex", &one, How::default());
    plan.done("codex", &one);
    claim(&mut plan, "copilot", &two, How::default());
    told(&plan, None);
}

fn reviewed(plan: &mut Sample, facts: Vec<TaskFact>, at: char) -> TaskRef {
    let task = plan.add("B", "Breaker", facts);
    let claim = Some(claim(plan, "codex", &task, How::default()));
    let event = ReviewEvent::Submitted {
        task: task.clone(),
        claim,
        commit: Some(commit(at)),
        pr: None,
    };
    plan.by("codex", Event::Review(event));
    told(plan, None);
    task
}

fn gate(name: &str) -> TaskFact {
    TaskFact::GateAdded(Approver::Actor(actor(name)))
}

#[test]
fn a_later_recorded_commit_makes_an_approval_stale() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    plan.approve("claude", &task);
    let claim = plan
        .task(&task)
        .claim
        .as_ref()
        .map(|claim| claim.origin.mark());
    let recorded = WorkEvent::CommitRecorded {
        task: task.clone(),
        commit: commit('b'),
        branch: None,
        claim,
    };
    let standing = |plan: &Sample| {
        let gate = Approver::Actor(actor("claude"));
        plan.state().gate_standing(plan.task(&task), &gate).0
    };
    assert_eq!(standing(&plan), GateStanding::Approved);
    plan.by("codex", Event::Work(recorded));
    assert_eq!(standing(&plan), GateStanding::Pending);
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
    plan.approve("claude", &task);
    // The approved commit was submitted, but it is not the last one.
    assert_eq!(standing(&plan), GateStanding::Pending);
}

#[test]
fn policy_adds_gates_by_path_and_requires_more_approvals() {
    let mut plan = Sample::new();
    let by = vec![Approver::Actor(actor("claude"))];
    policy(
        &mut plan,
        PolicyRule::PathReview {
            paths: glob("identity/**"),
            by,
        },
    );
    policy(&mut plan, PolicyRule::ApprovalsRequired(2));
    let task = reviewed(&mut plan, paths(&["identity/login.rs"]), 'a');
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
    plan.approve("copilot", &task);
    told(&plan, Some(Code::NotReviewer));
    plan.approve("claude", &task);
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
    let needs = plan.state().review_needs(plan.task(&task));
    assert_eq!(needs, [ReviewNeed::Approvals(1)]);
    let role = crate::core::entry::event::roster::ActorFact::RoleAdded(Role::Reviewer);
    let edited = RosterEvent::ActorEdited {
        actor: actor("copilot"),
        facts: vec![role],
    };
    plan.by("ana", Event::Roster(edited));
    plan.approve("copilot", &task);
    plan.done("codex", &task);
    told(&plan, None);
    let elsewhere = plan.add("C", "Elsewhere", paths(&["docs"]));
    plan.done("codex", &elsewhere);
    told(&plan, None);
}

#[test]
fn a_task_cannot_end_before_every_item_of_its_checklist_is_ticked() {
    let mut plan = Sample::new();
    let facts = vec![gate("claude"), TaskFact::CheckAdded(text("no secrets"))];
    let task = reviewed(&mut plan, facts, 'a');
    plan.approve("claude", &task);
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
    let ticked = ReviewEvent::CheckTicked {
        task: task.clone(),
        item: text("no secrets"),
        ticked: true,
    };
    plan.by("codex", Event::Review(ticked.clone()));
    told(&plan, Some(Code::OwnWork));
    plan.by("claude", Event::Review(ticked));
    plan.done("codex", &task);
    told(&plan, None);
}

#[test]
fn reopening_a_mistaken_end_keeps_the_review() {
    let mut plan = Sample::new();
    let task = reviewed(&mut plan, vec![gate("claude")], 'a');
    plan.approve("claude", &task);
    plan.done("codex", &task);
    let mistaken = |mistaken| {
        let task = task.clone();
        Event::Task(TaskEvent::Reopened {
            task,
            reason: None,
            mistaken,
        })
    };
    plan.by("codex", mistaken(true));
    assert_eq!(plan.task(&task).verdicts.len(), 1);
    plan.done("codex", &task);
    told(&plan, None);
    plan.by("codex", mistaken(false));
    plan.done("codex", &task);
    told(&plan, Some(Code::GateOpen));
}

#[test]
fn a_refusal_names_the_actors_who_can_still_approve() {
    let mut plan = Sample::new();
    let role = TaskFact::GateAdded(Approver::Role(Role::Reviewer));
    let task = reviewed(&mut plan, vec![gate("claude"), gate("codex"), role], 'a');
    let open = |by: &str, again: bool, reviewers: &[&str]| OpenGate {
        by: by.parse().unwrap(),
        again,
        reviewers: reviewers.iter().map(|name| actor(name)).collect(),
        more: 0,
    };
    let check = |plan: &mut Sample, gates: Vec<OpenGate>| {
        plan.done("codex", &task);
        let expected = Refusal::GateOpen {
            task: "B".parse().unwrap(),
            gates,
            approvals: 0,
            checks: Vec::new(),
            more: 0,
        };
        assert_eq!(last_refusal(plan), &expected);
    };
    let own_work = open("codex", false, &[]);
    let gates = vec![
        open("claude", false, &["claude"]),
        own_work.clone(),
        open("role:reviewer", false, &["claude"]),
    ];
    check(&mut plan, gates);
    plan.approve("claude", &task);
    let claim = plan.task(&task).claim.as_ref();
    let recorded = WorkEvent::CommitRecorded {
        task: task.clone(),
        commit: commit('b'),
        branch: None,
        claim: claim.map(|claim| claim.origin.mark()),
    };
    plan.by("codex", Event::Work(recorded));
    let gates = vec![
        open("claude", true, &["claude"]),
        own_work,
        open("role:reviewer", true, &["claude"]),
    ];
    check(&mut plan, gates);
}
