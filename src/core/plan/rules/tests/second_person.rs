//! A second person reviews: nobody judges work to which they contributed, and nobody makes itself a reviewer.
//!
//! `claude` is a worker and a reviewer, and `codex` is a worker. Not here: other attempts to evade a rule (`evasions`).

use proptest::prelude::*;

use super::*;

fn role_gate() -> TaskFact {
    TaskFact::GateAdded(Approver::Role(Role::Reviewer))
}

/// A task that codex submitted and released, with a commit.
fn submitted_and_released(plan: &mut Sample) -> TaskRef {
    let task = plan.add("T", "Treasure", vec![role_gate()]);
    let claim = claim(plan, "codex", &task, How::default());
    by_codex(plan, &task, Some(claim), 'a');
    release(plan, "codex", &task, claim);
    told(plan, None);
    task
}

fn by_codex(plan: &mut Sample, task: &TaskRef, claim: Option<Mark>, at: char) {
    plan.by("codex", submitted(task, claim, at));
}

fn submitted(task: &TaskRef, claim: Option<Mark>, at: char) -> Event {
    Event::Review(ReviewEvent::Submitted {
        task: task.clone(),
        claim,
        commit: Some(commit(at)),
        pr: None,
    })
}

fn release(plan: &mut Sample, who: &str, task: &TaskRef, claim: Mark) {
    let task = task.clone();
    plan.by(who, Event::Work(WorkEvent::Released { task, claim }));
}

fn recorded(task: &TaskRef, claim: Option<Mark>, at: char) -> Event {
    Event::Work(WorkEvent::CommitRecorded {
        task: task.clone(),
        commit: commit(at),
        branch: None,
        claim,
    })
}

fn approved(task: &TaskRef, at: char) -> Event {
    Event::Review(ReviewEvent::Approved {
        task: task.clone(),
        commit: Some(commit(at)),
        note: None,
    })
}

fn edited(task: &TaskRef, fact: TaskFact) -> Event {
    Event::Task(TaskEvent::Edited {
        task: task.clone(),
        facts: vec![fact],
    })
}

#[test]
fn an_actor_that_recorded_a_commit_cannot_approve_the_task() {
    let mut plan = Sample::new();
    policy(&mut plan, PolicyRule::UnclaimedWork(true));
    let task = submitted_and_released(&mut plan);
    plan.by("claude", recorded(&task, None, 'e'));
    told(&plan, None);
    for at in ['e', 'a'] {
        plan.by("claude", approved(&task, at));
        told(&plan, Some(Code::OwnWork));
    }
}

#[test]
fn an_actor_whose_claim_ended_in_any_way_cannot_approve_the_task() {
    for ended in ["released", "taken over", "expired"] {
        let mut plan = Sample::new();
        let task = plan.add("T", "Treasure", vec![role_gate()]);
        let first = claim(&mut plan, "claude", &task, How::default());
        match ended {
            "released" => release(&mut plan, "claude", &task, first),
            "expired" => plan.lapse(120),
            _ => {}
        }
        let steal = How {
            steal: ended == "taken over",
            ..How::default()
        };
        let by = if steal.steal { "ana" } else { "codex" };
        let second = claim(&mut plan, by, &task, steal);
        plan.by(by, submitted(&task, Some(second), 'a'));
        told(&plan, None);
        plan.by("claude", approved(&task, 'a'));
        told(&plan, Some(Code::OwnWork));
    }
}

#[test]
fn work_stays_the_work_of_its_first_submitter_when_another_actor_submits_again() {
    let mut plan = Sample::new();
    let task = plan.add("T", "Treasure", vec![role_gate()]);
    let first = claim(&mut plan, "claude", &task, How::default());
    plan.by("claude", submitted(&task, Some(first), 'a'));
    release(&mut plan, "claude", &task, first);
    let second = claim(&mut plan, "codex", &task, How::default());
    by_codex(&mut plan, &task, Some(second), 'b');
    told(&plan, None);
    plan.by("claude", approved(&task, 'b'));
    told(&plan, Some(Code::OwnWork));
}

#[test]
fn a_gate_makes_its_own_author_no_reviewer_but_a_coordinators_gate_does() {
    let gates = [
        Approver::Actor(actor("copilot")),
        Approver::Role(Role::Worker),
    ];
    for own in gates {
        let own = TaskFact::GateAdded(own);
        let mut plan = Sample::new();
        policy(&mut plan, PolicyRule::ApprovalsRequired(2));
        let add = TaskEvent::Added {
            id: "T".parse().unwrap(),
            title: text("Treasure"),
            facts: vec![role_gate()],
        };
        let entry = plan.by("copilot", Event::Task(add));
        let task = TaskRef {
            id: "T".parse().unwrap(),
            mark: Mark {
                entry: Some(entry),
                ..Mark::default()
            },
        };
        let claim = claim(&mut plan, "codex", &task, How::default());
        by_codex(&mut plan, &task, Some(claim), 'a');
        plan.by("copilot", edited(&task, own.clone()));
        told(&plan, None);
        plan.by("copilot", approved(&task, 'a'));
        told(&plan, Some(Code::NotReviewer));
        plan.by("ana", edited(&task, own));
        plan.by("copilot", approved(&task, 'a'));
        told(&plan, None);
    }
}

#[test]
fn a_holder_cannot_cancel_a_task_that_it_neither_added_nor_owns() {
    let mut plan = Sample::new();
    let task = plan.add("T", "Treasure", Vec::new());
    let claim = claim(&mut plan, "codex", &task, How::default());
    let cancelled = TaskEvent::Cancelled {
        task: task.clone(),
        reason: None,
    };
    plan.by("codex", Event::Task(cancelled));
    told(&plan, Some(Code::NotPermitted));
    release(&mut plan, "codex", &task, claim);
    told(&plan, None);
}

/// One act of claude on the task: its kind, and a commit.
fn act(plan: &mut Sample, task: &TaskRef, kind: u8, at: char) {
    let held = plan.task(task).claim.as_ref();
    let held = held.map(|claim| claim.origin.mark());
    let gate = |by| edited(task, TaskFact::GateAdded(by));
    let owner = actor("claude");
    let event = match kind {
        0 => {
            claim(plan, "claude", task, How::default());
            return;
        }
        1 => submitted(task, held, at),
        2 => approved(task, at),
        3 => recorded(task, held, at),
        4 => Event::Work(WorkEvent::CommitRewritten {
            task: task.clone(),
            old: commit('a'),
            new: commit(at),
        }),
        5 => Event::Task(TaskEvent::Completed {
            task: task.clone(),
            claim: held,
            commit: Some(commit(at)),
            waiver: None,
            tree: None,
            integrated: None,
        }),
        6 => gate(Approver::Actor(owner)),
        7 => gate(Approver::Role(Role::Worker)),
        8 => edited(task, TaskFact::GateRemoved(Approver::Role(Role::Reviewer))),
        9 => edited(task, TaskFact::OwnerAdded(owner)),
        10 => edited(task, TaskFact::OwnerRemoved(owner)),
        11 => Event::Task(TaskEvent::Cancelled {
            task: task.clone(),
            reason: None,
        }),
        12 => Event::Task(TaskEvent::Reopened {
            task: task.clone(),
            reason: None,
            mistaken: at == 'e',
        }),
        _ => match held {
            Some(claim) => return release(plan, "claude", task, claim),
            None => return plan.done("claude", task),
        },
    };
    plan.by("claude", event);
}

proptest! {
    /// The work of one person, who is a worker and a reviewer, never passes a gate.
    #[test]
    fn no_sequence_of_one_persons_entries_ends_a_task_with_own_work_behind_a_gate(
        acts in prop::collection::vec((0..14_u8, prop::bool::ANY), 1..30),
        unclaimed in any::<bool>(),
    ) {
        let mut plan = Sample::new();
        policy(&mut plan, PolicyRule::UnclaimedWork(unclaimed));
        let task = submitted_and_released(&mut plan);
        let is_done = |plan: &Sample| plan.task(&task).end.as_ref().is_some_and(|end| end.done);
        for (kind, good) in acts {
            let was_done = is_done(&plan);
            act(&mut plan, &task, kind, if good { 'a' } else { 'e' });
            let found = plan.task(&task);
            let own = found.contributors.contains(&actor("claude"));
            let may_be_done = !own && found.commit == Some(commit('a'));
            prop_assert!(was_done || !is_done(&plan) || may_be_done);
        }
    }
}
