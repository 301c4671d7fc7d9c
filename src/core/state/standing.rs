//! Where things stand, in one word: tasks, review gates, guardrails. Derived, never stored.
//!
//! Not here: what a document says of them (`snapshot`), and whether a change is allowed (`rules`).

use super::{State, TaskIndex, records::Guardrail, task::Task};
use crate::core::{
    event::guardrail::Outcome,
    id::ActorName,
    task::{Approver, Status, words},
};

words!(
    /// What a review gate says.
    GateStanding, "gate state", "pending, approved, rejected" {
        /// Nobody whom it names has given a verdict.
        Pending = "pending",
        /// Somebody whom it names has approved.
        Approved = "approved",
        /// Somebody whom it names has rejected, and nobody has approved.
        Rejected = "rejected",
    }
);

words!(
    /// What is known of a guardrail.
    GuardrailStatus, "guardrail status", "not_run, waiting, pass, fail" {
        /// It has not run.
        NotRun = "not_run",
        /// It has not run, and depends on an unfinished task.
        Waiting = "waiting",
        /// It passed when it last ran.
        Pass = "pass",
        /// It failed when it last ran.
        Fail = "fail",
    }
);

impl State {
    /// Where a task stands: the first that holds of cancelled, done, in review, blocked (an open
    /// blocker), waiting (an unfinished dependency), in progress (claimed, submitted or progressed),
    /// not started.
    ///
    /// A claim counts also when its lease has run out: somebody began, and no entry said otherwise.
    pub fn status_of(&self, index: TaskIndex) -> Status {
        let task = self.task(index);
        match &task.end {
            Some(end) if end.done => Status::Done,
            Some(_) => Status::Cancelled,
            None if self.awaits_verdict(task) => Status::InReview,
            None if task.open_blockers().next().is_some() => Status::Blocked,
            None if self.waits(index) => Status::Waiting,
            None if has_begun(task) => Status::InProgress,
            None => Status::NotStarted,
        }
    }

    /// What a gate says, and who made it say so.
    pub fn gate_standing(&self, task: &Task, gate: &Approver) -> (GateStanding, Option<ActorName>) {
        let verdict = |approved: bool| {
            let mut named = task.verdicts.iter();
            named
                .find(|(actor, verdict)| {
                    verdict.approved == approved && self.gate_names(gate, actor)
                })
                .map(|(actor, _)| actor.clone())
        };
        match (verdict(true), verdict(false)) {
            (Some(actor), _) => (GateStanding::Approved, Some(actor)),
            (None, Some(actor)) => (GateStanding::Rejected, Some(actor)),
            (None, None) => (GateStanding::Pending, None),
        }
    }

    /// What is known of a guardrail.
    pub fn guardrail_status(&self, guardrail: &Guardrail) -> GuardrailStatus {
        let unfinished = |task: &TaskIndex| self.task(*task).end.is_none();
        match &guardrail.result {
            Some(result) if result.outcome == Outcome::Pass => GuardrailStatus::Pass,
            Some(_) => GuardrailStatus::Fail,
            None if guardrail.depends.iter().any(unfinished) => GuardrailStatus::Waiting,
            None => GuardrailStatus::NotRun,
        }
    }

    /// A review was asked for and has not come to its end: nobody rejected, and a gate is open or,
    /// where there are no gates, nobody approved.
    fn awaits_verdict(&self, task: &Task) -> bool {
        let approved = |gate: &Approver| self.gate_standing(task, gate).0 == GateStanding::Approved;
        let over = !task.verdicts.is_empty() && task.gates.iter().all(approved);
        task.in_review() && !over
    }

    fn gate_names(&self, gate: &Approver, actor: &ActorName) -> bool {
        match gate {
            Approver::Actor(name) => name == actor,
            Approver::Role(role) => self.roster.has_role(actor, *role),
        }
    }
}

fn has_begun(task: &Task) -> bool {
    task.claim.is_some()
        || task.submission.is_some()
        || task.reported_percent.is_some()
        || task.percent() > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        event::task::TaskFact,
        sample::{Sample, actor},
    };

    fn gate() -> TaskFact {
        TaskFact::GateAdded(Approver::Actor(actor("claude")))
    }

    #[test]
    fn a_task_goes_from_not_started_through_review_to_done() {
        let mut plan = Sample::new();
        let task = plan.add(
            "B",
            "Breaker",
            vec![TaskFact::OwnerAdded(actor("codex")), gate()],
        );
        let status = |plan: &Sample| plan.state().status_of(plan.index(&task)).as_str();
        assert_eq!(status(&plan), "not_started");
        plan.claim("codex", &task);
        assert_eq!(status(&plan), "in_progress");
        plan.submit("codex", &task);
        assert_eq!(status(&plan), "in_review");
        plan.reject("claude", &task);
        assert_eq!(status(&plan), "in_progress");
        plan.submit("codex", &task);
        assert_eq!(status(&plan), "in_review");
        plan.approve("claude", &task);
        assert_eq!(status(&plan), "in_progress");
        plan.done("codex", &task);
        assert_eq!(status(&plan), "done");
    }

    #[test]
    fn the_first_word_that_holds_is_the_status() {
        let mut plan = Sample::new();
        let first = plan.add("A", "First", Vec::new());
        let second = plan.add(
            "B",
            "Second",
            vec![TaskFact::DependencyAdded(first.clone())],
        );
        let status = |plan: &Sample| plan.state().status_of(plan.index(&second)).as_str();
        plan.claim("codex", &second);
        assert_eq!(status(&plan), "waiting");
        let blocker = plan.block("codex", &second, "no staging", None);
        assert_eq!(status(&plan), "blocked");
        plan.submit("codex", &second);
        assert_eq!(status(&plan), "in_review");
        plan.approve("claude", &second);
        assert_eq!(status(&plan), "blocked");
        plan.unblock("codex", &second, blocker);
        plan.cancel(&first);
        assert_eq!(status(&plan), "in_progress");
        plan.cancel(&second);
        assert_eq!(status(&plan), "cancelled");
    }

    #[test]
    fn a_gate_of_a_role_is_passed_by_anybody_who_has_it() {
        let mut plan = Sample::new();
        let role = TaskFact::GateAdded(
            "role:reviewer"
                .parse()
                .unwrap_or(Approver::Actor(actor("x"))),
        );
        let task = plan.add("B", "Breaker", vec![role]);
        plan.claim("codex", &task);
        plan.submit("codex", &task);
        let standing = |plan: &Sample| {
            let found = plan.task(&task);
            let gate = found.gates.first().cloned();
            gate.map(|gate| plan.state().gate_standing(found, &gate))
        };
        assert_eq!(standing(&plan), Some((GateStanding::Pending, None)));
        plan.reject("claude", &task);
        assert_eq!(
            standing(&plan),
            Some((GateStanding::Rejected, Some(actor("claude"))))
        );
        plan.approve("claude", &task);
        assert_eq!(
            standing(&plan),
            Some((GateStanding::Approved, Some(actor("claude"))))
        );
    }
}
