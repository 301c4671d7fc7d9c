//! The brief: the next steps of an actor.
//!
//! Not here: the text of the specification, which only the ledger has, and the command for each step
//! (`cli::task::steps`).

use serde::Serialize;

use super::task::TaskDocument;
use crate::core::{
    entry::event::{CommitId, guardrail::Guarded},
    plan::{
        graph::OpenTasks,
        state::{
            State, TaskIndex, guardrails::Subject, paths::Holder, standing::ReviewNeed, task::Task,
        },
    },
    values::{
        id::{ActorName, GuardId},
        task::{Approver, Role, Status, words},
        text::Text,
        time::Timestamp,
    },
    views::planning::{self, Meant},
};

words!(
    /// The relation of a task to the actor of the brief.
    BriefReason, "reason", "review, held, next" {
        /// It waits for a verdict of the actor.
        Review = "review",
        /// The actor holds it.
        Held = "held",
        /// The actor could claim it.
        Next = "next",
    }
);

/// A task of a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BriefTask {
    /// Its relation to the actor.
    pub why: BriefReason,
    /// The task.
    pub task: TaskDocument,
    /// The gates that nobody could approve if the actor takes the task.
    pub gates_without_reviewer: Vec<Approver>,
    /// The steps to claim it, report on it and finish it, in order. Not in the JSON, which has the commands for them.
    #[serde(skip)]
    pub steps: Vec<BriefStep>,
    /// Its index in the state; not in the JSON.
    #[serde(skip)]
    pub index: TaskIndex,
}

/// A step on a task, for the actor of the brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BriefStep {
    /// Read what the submitted commit changes.
    Read(CommitId),
    /// Tick the check of this number, from 1.
    Tick(usize),
    /// Approve the task at the commit that was read.
    Approve(Option<CommitId>),
    /// Reject the task at the commit that was read.
    Reject(Option<CommitId>),
    /// Claim the task, and make a worktree for it.
    ClaimWithWorktree,
    /// Change to the worktree of this label; without a label, to the worktree that was made.
    EnterWorktree(Option<Text>),
    /// Claim the task, in the worktree that it is bound to.
    Claim,
    /// Finish the step of the task with this number, from 1.
    FinishStep(usize),
    /// Look at the task.
    Show,
    /// Remove the task's blockers.
    Unblock,
    /// Run these required guardrails at the commit with the work.
    RunGuardrails(Vec<GuardId>),
    /// Ask for a review.
    Submit,
    /// Wait until these tasks are done or cancelled, without which the task cannot be done.
    AwaitDependencies(Vec<String>),
    /// Bring the work into the main branch, which finishes the task.
    Integrate,
    /// Finish the task at the commit with the work.
    Finish,
    /// Finish a parent, whose work is in its children.
    FinishParent,
}

/// The brief of `actor`: the tasks that wait for its verdict, the tasks that it holds, and the best `limit` tasks that
/// it could claim and that have no other owners. It also has the number of further such tasks.
pub fn brief(
    state: &State,
    seen_from: Timestamp,
    asking: Holder<'_>,
    limit: usize,
) -> (Vec<BriefTask>, usize) {
    let actor = asking.actor;
    let open = OpenTasks::of(state);
    let held = state.claimed().filter(|(_, task, claim)| {
        task.end.is_none() && !claim.expired(seen_from) && claim.actor == *actor
    });
    let ready = planning::ready(state, &open, seen_from, Some(asking)).into_iter();
    let next: Vec<TaskIndex> = ready
        .filter(|ready| ready.meant == Meant::ForYou)
        .map(|ready| ready.task)
        .collect();
    let more = next.len().saturating_sub(limit);
    let review = open.order().iter().copied();
    let review = review.filter(|index| awaits_verdict_of(state, *index, actor));
    let review = review.map(|index| (BriefReason::Review, index));
    let held = held.map(|(index, ..)| (BriefReason::Held, index));
    let next = next
        .into_iter()
        .take(limit)
        .map(|index| (BriefReason::Next, index));
    let tasks = review.chain(held).chain(next).map(|(why, index)| {
        let task = TaskDocument::of(state, index);
        let taker = (why != BriefReason::Review).then_some(actor);
        let gates = || state.gates_without_other_reviewer(state.task(index), taker);
        BriefTask {
            why,
            gates_without_reviewer: taker.map_or_else(Vec::new, |_| gates()),
            steps: steps(state, &task, index, why),
            task,
            index,
        }
    });
    (tasks.collect(), more)
}

/// Whether the review of this task needs a verdict that the actor can give.
pub fn awaits_verdict_of(state: &State, index: TaskIndex, actor: &ActorName) -> bool {
    let task = state.task(index);
    let reviewer = state.roster.has_role(actor, Role::Reviewer);
    let from_actor = |need: &ReviewNeed| match need {
        ReviewNeed::Gate(gate) => state.entitles(task, gate, actor),
        ReviewNeed::Approvals(_) | ReviewNeed::Check { .. } => reviewer,
    };
    let in_review = state.status_of(index) == Status::InReview;
    in_review && !task.is_work_of(actor) && state.review_needs(task).iter().any(from_actor)
}

fn steps(
    state: &State,
    document: &TaskDocument,
    index: TaskIndex,
    why: BriefReason,
) -> Vec<BriefStep> {
    let task = state.task(index);
    let is_open = !state.review_needs(task).is_empty();
    // Without gates and checks nobody has to give a verdict.
    let in_review = document.status == Status::InReview && is_open;
    let mut steps = match why {
        BriefReason::Review => return review(task),
        // Only the reviewers can do something.
        BriefReason::Held if in_review => return Vec::new(),
        BriefReason::Held => go_on(task),
        BriefReason::Next => begin(task),
    };
    match document.status {
        Status::Blocked => steps.push(BriefStep::Unblock),
        _ => {
            // Approved work is finished work.
            if is_open || task.submission.is_none() {
                steps.extend(unfinished_steps(document));
            }
            steps.extend(guardrails(state, task));
            if is_open {
                steps.push(BriefStep::Submit);
            } else {
                if state.policy.dependencies && !document.waits_for.is_empty() {
                    let on = document.waits_for.clone();
                    steps.push(BriefStep::AwaitDependencies(on));
                }
                steps.push(end(state, task));
            }
        }
    }
    steps
}

/// The step to run the required guardrails without which the task cannot be done.
fn guardrails(state: &State, task: &Task) -> Option<BriefStep> {
    let last = Subject {
        commit: task.commit.as_ref(),
        tree: None,
    };
    let open: Vec<GuardId> = state.open_guardrails(last).map(|open| open.id).collect();
    (state.guards(false) && !open.is_empty()).then_some(BriefStep::RunGuardrails(open))
}

/// The steps of a review: read the submitted commit, then approve or reject.
fn review(task: &Task) -> Vec<BriefStep> {
    let submission = task.submission.as_ref();
    let commit = submission.and_then(|submission| submission.commit.clone());
    let unticked = (1..)
        .zip(&task.fields.checks)
        .filter(|(_, item)| task.who_ticked(item).next().is_none());
    let ticks = unticked.map(|(number, _)| BriefStep::Tick(number));
    // The reviewer approves the commit that was read, even if another one is submitted meanwhile.
    let verdicts = [
        BriefStep::Approve(commit.clone()),
        BriefStep::Reject(commit.clone()),
    ];
    let read = commit.map(BriefStep::Read).into_iter();
    read.chain(ticks).chain(verdicts).collect()
}

/// The steps to begin: the claim with a worktree for the task, or in the worktree that the task has.
fn begin(task: &Task) -> Vec<BriefStep> {
    if !task.children.is_empty() {
        // The work was done in the children.
        return vec![BriefStep::Show, BriefStep::Claim];
    }
    let enter = BriefStep::EnterWorktree(task.worktree.clone());
    match task.worktree {
        None => vec![BriefStep::ClaimWithWorktree, enter],
        Some(_) => vec![enter, BriefStep::Claim],
    }
}

/// The step to go on: into the worktree in which the task is held.
fn go_on(task: &Task) -> Vec<BriefStep> {
    let held = task.claim.as_ref().and_then(|claim| claim.worktree.clone());
    let enter = held.map(|label| BriefStep::EnterWorktree(Some(label)));
    enter.into_iter().collect()
}

/// The steps of the task that are not done.
fn unfinished_steps(task: &TaskDocument) -> impl Iterator<Item = BriefStep> + '_ {
    let undone = (1..).zip(&task.steps).filter(|(_, step)| !step.done);
    undone.map(|(number, _)| BriefStep::FinishStep(number))
}

/// The step that finishes the task, as the policies ask.
fn end(state: &State, task: &Task) -> BriefStep {
    if !task.children.is_empty() && task.commit.is_none() {
        return BriefStep::FinishParent;
    }
    // Otherwise `done` would leave out the guardrails that an integration runs.
    let is_guarded = state.policy.guardrails == Guarded::Integrate
        && state.required_guardrails().next().is_some();
    if state.policy.integrated || is_guarded {
        BriefStep::Integrate
    } else {
        BriefStep::Finish
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, RosterEvent, WorkEvent, roster::PolicyRule, task::TaskFact},
        sample::{Sample, actor, text},
    };

    fn told(plan: &Sample, limit: usize) -> (Vec<BriefTask>, usize) {
        told_to("codex", plan, limit)
    }
    fn told_to(name: &str, plan: &Sample, limit: usize) -> (Vec<BriefTask>, usize) {
        let state = plan.state();
        let asking = Holder {
            actor: &actor(name),
            worktree: None,
        };
        brief(state, state.effective, asking, limit)
    }

    #[test]
    fn held_tasks_come_before_the_next_ones_each_with_its_steps() {
        let mut plan = Sample::new();
        let steps = ["write it", "test it"].map(|step| TaskFact::StepAdded(text(step)));
        let held = plan.add("B", "Circuit-Breaker", steps.to_vec());
        plan.add("1", "x", vec![]);
        let bound = plan.add("2", "x", vec![]);
        let bound = WorkEvent::WorktreeBound {
            task: bound,
            worktree: Some(text("there")),
        };
        plan.by("ana", Event::Work(bound));
        plan.add("3", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        plan.claim("codex", &held);
        plan.step("codex", &held, 1);
        let (tasks, more) = told(&plan, 2);
        assert_eq!(more, 0);
        let tasks: Vec<(&str, &str, &[BriefStep])> = tasks
            .iter()
            .map(|brief| (brief.why.as_str(), brief.task.id.as_str(), &*brief.steps))
            .collect();
        let there = BriefStep::EnterWorktree(Some(text("shadow")));
        let held = [there, BriefStep::FinishStep(2), BriefStep::Finish];
        let rest = [BriefStep::Finish];
        let first = [BriefStep::ClaimWithWorktree, BriefStep::EnterWorktree(None)];
        let second = [
            BriefStep::EnterWorktree(Some(text("there"))),
            BriefStep::Claim,
        ];
        assert_eq!(
            tasks,
            [
                ("held", "B", &held[..]),
                ("next", "1", &[&first[..], &rest].concat()),
                ("next", "2", &[&second[..], &rest].concat()),
            ]
        );
        assert_eq!(told(&plan, 1).1, 1);
    }

    #[test]
    fn a_submitted_task_that_nobody_has_to_approve_is_finished() {
        let mut plan = Sample::new();
        let task = plan.add("B", "x", vec![]);
        plan.claim("codex", &task);
        plan.submit("codex", &task);
        let steps = told(&plan, 0).0.remove(0).steps;
        assert_eq!(steps.last(), Some(&BriefStep::Finish));
    }

    #[test]
    fn a_held_task_is_finished_after_what_it_depends_on_if_the_policy_wants_that() {
        let mut plan = Sample::new();
        let first = plan.add("A", "x", vec![]);
        let task = plan.add("B", "x", vec![TaskFact::DependencyAdded(first.clone())]);
        plan.claim("codex", &task);
        let last = |plan: &Sample| {
            let steps = told(plan, 0).0.remove(0).steps;
            steps[steps.len() - 2..].to_vec()
        };
        let wait = BriefStep::AwaitDependencies(vec!["A".to_owned()]);
        let there = BriefStep::EnterWorktree(Some(text("shadow")));
        let at_once = [there, BriefStep::Finish];
        assert_eq!(last(&plan), [wait, BriefStep::Finish]);
        let rule = RosterEvent::PolicySet(PolicyRule::Dependencies(false));
        plan.by("ana", Event::Roster(rule));
        assert_eq!(last(&plan), at_once);
        let rule = RosterEvent::PolicySet(PolicyRule::Dependencies(true));
        plan.by("ana", Event::Roster(rule));
        plan.cancel(&first);
        assert_eq!(last(&plan), at_once);
    }

    #[test]
    fn an_approved_task_is_integrated_or_finished_as_the_policy_says() {
        let mut plan = Sample::new();
        let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
        let task = plan.add("B", "x", vec![gate]);
        plan.claim("codex", &task);
        plan.submit("codex", &task);
        plan.approve("claude", &task);
        let steps = |plan: &Sample| told(plan, 0).0.remove(0).steps;
        let enter = BriefStep::EnterWorktree(Some(text("shadow")));
        assert_eq!(steps(&plan), [enter.clone(), BriefStep::Finish]);
        let rule = RosterEvent::PolicySet(PolicyRule::Integrated(true));
        plan.by("ana", Event::Roster(rule));
        assert_eq!(steps(&plan), [enter, BriefStep::Integrate]);
    }

    #[test]
    fn a_parent_without_a_commit_has_nothing_to_integrate() {
        let mut plan = Sample::new();
        let parent = plan.add("E", "x", vec![]);
        let child = plan.add("C", "x", vec![TaskFact::Parent(Some(parent))]);
        let rule = RosterEvent::PolicySet(PolicyRule::Integrated(true));
        plan.by("ana", Event::Roster(rule));
        plan.cancel(&child);
        let steps = told(&plan, 1).0.remove(0).steps;
        assert_eq!(steps.last(), Some(&BriefStep::FinishParent));
    }

    #[test]
    fn a_gated_task_is_submitted_and_comes_first_for_its_reviewer() {
        let mut plan = Sample::new();
        let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
        let task = plan.add("B", "x", vec![gate]);
        plan.claim("codex", &task);
        let steps = |plan: &Sample| told(plan, 0).0[0].steps.clone();
        let there = BriefStep::EnterWorktree(Some(text("shadow")));
        assert_eq!(steps(&plan), [there, BriefStep::Submit]);
        plan.submit("codex", &task);
        assert_eq!(steps(&plan), []);
        let (tasks, _) = told_to("claude", &plan, 1);
        assert_eq!(tasks[0].why, BriefReason::Review);
        let verdicts = [BriefStep::Approve(None), BriefStep::Reject(None)];
        assert_eq!(tasks[0].steps, verdicts);
        plan.approve("claude", &task);
        assert_eq!(steps(&plan).last(), Some(&BriefStep::Finish));
    }
}
