//! Where things stand, in one word: tasks, review gates, guardrails. Derived, never stored.
//!
//! Not here: what a document says of them (`snapshot`), and whether a change is allowed (`rules`).

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    State, TaskIndex,
    records::Guardrail,
    task::{Task, Verdict},
};
use crate::core::{
    entry::event::guardrail::Outcome,
    values::{
        glob::Glob,
        id::ActorName,
        task::{Approver, Status, words},
        text::Text,
    },
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

/// Something that a review needs before its task can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewNeed {
    /// Approval by whom this names.
    Gate(Approver),
    /// So many more approvals, by anybody who may give one.
    Approvals(u16),
    /// An item of the checklist that nobody ticked.
    Check {
        /// Its number in the checklist, from 1.
        number: u16,
        /// What it says.
        item: Text,
    },
}

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

    /// Who has to approve a task: those that its own gates name, and those that policy names for its paths.
    pub fn gates_of<'a>(&'a self, task: &'a Task) -> Cow<'a, BTreeSet<Approver>> {
        if self.policy.path_reviews.is_empty() || task.fields.paths.is_empty() {
            return Cow::Borrowed(&task.fields.gates);
        }
        let mut gates = task.fields.gates.clone();
        for (reviewed, by) in &self.policy.path_reviews {
            let reviewed = Glob::new(reviewed.as_str());
            let mut paths = task
                .fields
                .paths
                .iter()
                .map(|path| Glob::new(path.as_str()));
            if paths.any(|path| path.overlaps(&reviewed)) {
                gates.extend(by.iter().cloned());
            }
        }
        Cow::Owned(gates)
    }

    /// What a gate says, and who made it say so. An approval of an earlier commit than the last says nothing.
    pub fn gate_standing(&self, task: &Task, gate: &Approver) -> (GateStanding, Option<ActorName>) {
        let named = |says: &dyn Fn(&ActorName, &Verdict) -> bool| {
            let mut verdicts = task.verdicts.iter();
            verdicts
                .find(|(actor, verdict)| says(actor, verdict) && self.gate_names(gate, actor))
                .map(|(actor, _)| actor.clone())
        };
        let approved = named(&|actor, verdict| task.counts(actor, verdict));
        let rejected = || named(&|_, verdict| !verdict.approved);
        match (approved, rejected()) {
            (Some(actor), _) => (GateStanding::Approved, Some(actor)),
            (None, Some(actor)) => (GateStanding::Rejected, Some(actor)),
            (None, None) => (GateStanding::Pending, None),
        }
    }

    /// The open gates of a task that nobody can pass as things are: whom they name owns or holds it, or is not there.
    pub fn gates_without_reviewer(&self, task: &Task) -> Vec<Approver> {
        let open = |gate: &&Approver| self.gate_standing(task, gate).0 != GateStanding::Approved;
        let could = |gate: &Approver| {
            let mut names = self.roster.actors().map(|(name, _)| name);
            names.any(|name| self.gate_names(gate, name) && !task.is_work_of(name))
        };
        let gates = self.gates_of(task);
        let open = gates.iter().filter(open);
        open.filter(|gate| !could(gate)).cloned().collect()
    }

    /// What a review of this task still needs, in the order in which it is asked.
    pub fn review_needs(&self, task: &Task) -> Vec<ReviewNeed> {
        let gates = self.gates_of(task);
        let open = |gate: &&Approver| self.gate_standing(task, gate).0 != GateStanding::Approved;
        let mut needs: Vec<ReviewNeed> = gates
            .iter()
            .filter(open)
            .cloned()
            .map(ReviewNeed::Gate)
            .collect();
        let approvals = task.verdicts.iter();
        let counts = |(actor, verdict): &(&ActorName, &Verdict)| task.counts(actor, verdict);
        let approvals = approvals.filter(counts).count();
        let required = usize::from(self.policy.approvals_required);
        // Each open gate brings one approval.
        let coming = approvals + needs.len();
        if !gates.is_empty() && coming < required {
            // At most the required number, which has 16 bits.
            needs.push(ReviewNeed::Approvals((required - coming) as u16));
        }
        let unticked = task.unticked();
        needs.extend(unticked.map(|(number, item)| ReviewNeed::Check {
            number,
            item: item.clone(),
        }));
        needs
    }

    /// What is known of a guardrail.
    pub fn guardrail_status(&self, guardrail: &Guardrail) -> GuardrailStatus {
        match &guardrail.result {
            Some(result) if result.outcome == Outcome::Pass => GuardrailStatus::Pass,
            Some(_) => GuardrailStatus::Fail,
            None if self.guardrail_waits_for(guardrail).next().is_some() => {
                GuardrailStatus::Waiting
            }
            None => GuardrailStatus::NotRun,
        }
    }

    /// The unfinished tasks that a guardrail depends on.
    pub fn guardrail_waits_for<'a>(
        &'a self,
        guardrail: &'a Guardrail,
    ) -> impl Iterator<Item = TaskIndex> + 'a {
        let depends = guardrail.depends.iter().copied();
        depends.filter(|task| self.task(*task).end.is_none())
    }

    /// A review was asked for and has not come to its end: nobody rejected, and it still needs something or
    /// nobody approved.
    fn awaits_verdict(&self, task: &Task) -> bool {
        let mut verdicts = task.verdicts.iter();
        let approved = verdicts.any(|(actor, verdict)| task.counts(actor, verdict));
        task.in_review() && !(approved && self.review_needs(task).is_empty())
    }

    /// Whether an actor is one of those whom a gate names.
    pub fn gate_names(&self, gate: &Approver, actor: &ActorName) -> bool {
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
        entry::event::task::TaskFact,
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
    fn a_gate_that_names_only_who_owns_or_holds_the_task_has_no_reviewer() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", vec![gate()]);
        let without = |plan: &Sample| plan.state().gates_without_reviewer(plan.task(&task)).len();
        assert_eq!(without(&plan), 0);
        plan.claim("claude", &task);
        assert_eq!(without(&plan), 1);
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
            let gate = found.fields.gates.first().cloned();
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
