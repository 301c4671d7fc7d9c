//! The standing of tasks, review gates and guardrails, in one word. Derived, never stored.
//!
//! Not here: the results of one guardrail (`guardrails`), the documents (`snapshot`), and the permission to change
//! something (`rules`).

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    State, TaskIndex,
    guardrails::{Guardrail, GuardrailRecord, GuardrailStatus, Subject},
    task::{Task, Verdict},
};
use crate::core::{
    entry::event::{
        CommitId,
        guardrail::{Guarded, GuardrailDefinition, Outcome},
        task::Integration,
    },
    plan::refusal::{Lack, OpenGuardrail},
    values::{
        id::{ActorName, GuardId},
        task::{Approver, Status, words},
        text::Text,
    },
};

words!(
    /// The state of a review gate.
    GateStanding, "gate state", "pending, approved, rejected" {
        /// No reviewer of the gate has given a verdict.
        Pending = "pending",
        /// A reviewer of the gate has approved.
        Approved = "approved",
        /// A reviewer of the gate has rejected, and none has approved.
        Rejected = "rejected",
    }
);

/// A missing part of a review, without which the task cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewNeed {
    /// An approval for this gate.
    Gate(Approver),
    /// This number of further approvals, by any reviewer.
    Approvals(u16),
    /// A tick on this item of the checklist.
    Check {
        /// Its number in the checklist, from 1.
        number: u16,
        /// Its text.
        item: Text,
    },
}

impl State {
    /// The status of a task. The first match applies: cancelled, done, in review, blocked (an open blocker), waiting
    /// (an unfinished dependency), approved, in progress (claimed, submitted or with progress), not started.
    ///
    /// An expired claim still counts as a claim: an actor began, and no entry says otherwise.
    pub fn status_of(&self, index: TaskIndex) -> Status {
        let task = self.task(index);
        match &task.end {
            Some(end) if end.done => Status::Done,
            Some(_) => Status::Cancelled,
            None if self.awaits_verdict(task) => Status::InReview,
            None if task.open_blockers().next().is_some() => Status::Blocked,
            None if self.waits(index) => Status::Waiting,
            None if task.in_review() && is_approved(task) => Status::Approved,
            None if has_begun(task) => Status::InProgress,
            None => Status::NotStarted,
        }
    }

    /// The gates of a task: its own, and those that policy adds for its paths.
    pub fn gates_of<'a>(&'a self, task: &'a Task) -> Cow<'a, BTreeSet<Approver>> {
        let by_policy = self.policy_gates(task);
        if by_policy.is_empty() {
            return Cow::Borrowed(&task.fields.gates);
        }
        Cow::Owned(&task.fields.gates | &by_policy)
    }

    /// The gates that policy adds for the paths of a task.
    fn policy_gates(&self, task: &Task) -> BTreeSet<Approver> {
        let paths = task.fields.paths.iter();
        let mut gates = BTreeSet::new();
        for by in paths.map(|path| self.policy.reviewers_of(path)) {
            gates.extend(by.iter().cloned());
        }
        gates
    }

    /// The state of a gate, and the actor whose verdict decided it. An approval of a commit before the last one is
    /// ignored.
    pub fn gate_standing(&self, task: &Task, gate: &Approver) -> (GateStanding, Option<ActorName>) {
        let named = |says: &dyn Fn(&ActorName, &Verdict) -> bool| {
            let mut verdicts = task.verdicts.iter();
            verdicts
                .find(|(actor, verdict)| says(actor, verdict) && self.entitles(task, gate, actor))
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

    /// The open gates of a task that nobody can approve at present: each of their actors owns or holds the task, or
    /// does not exist.
    pub fn gates_without_reviewer(&self, task: &Task) -> Vec<Approver> {
        self.gates_without_other_reviewer(task, None)
    }

    /// As [`gates_without_reviewer`](Self::gates_without_reviewer), if this actor takes the task.
    pub fn gates_without_other_reviewer(
        &self,
        task: &Task,
        taker: Option<&ActorName>,
    ) -> Vec<Approver> {
        let open = |gate: &&Approver| self.gate_standing(task, gate).0 != GateStanding::Approved;
        let could = |gate: &Approver| {
            let mut names = self.roster.actors().map(|(name, _)| name);
            names.any(|name| Some(name) != taker && self.may_approve(task, gate, name))
        };
        let gates = self.gates_of(task);
        let open = gates.iter().filter(open);
        open.filter(|gate| !could(gate)).cloned().collect()
    }

    /// Whether an open gate has no other reviewer than this actor, who could not approve work of its own.
    pub fn is_only_reviewer(&self, task: &Task, actor: &ActorName) -> bool {
        let without_it = self.gates_without_other_reviewer(task, Some(actor));
        !without_it.is_empty() && without_it.len() > self.gates_without_reviewer(task).len()
    }

    /// The missing parts of a task's review, in the order in which the rules check them.
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
        // Each open gate leads to one approval.
        let coming = approvals + needs.len();
        if !gates.is_empty() && coming < required {
            // The required number has 16 bits, so this fits.
            needs.push(ReviewNeed::Approvals((required - coming) as u16));
        }
        let unticked = task.unticked();
        needs.extend(unticked.map(|(number, item)| ReviewNeed::Check {
            number,
            item: item.clone(),
        }));
        needs
    }

    /// The status of a guardrail at a commit; why its last result does not say whether it passes there; and the result that
    /// decides, or else the last one. Without a subject the last result decides.
    pub fn guardrail_at<'a>(
        &self,
        guardrail: &'a Guardrail,
        subject: Option<Subject<'_>>,
    ) -> (GuardrailStatus, Option<Lack>, Option<&'a GuardrailRecord>) {
        let (by_last, last) = (self.guardrail_status(guardrail), guardrail.results.last());
        let Some(subject) = subject else {
            return (by_last, None, last);
        };
        let at = guardrail.results.at(subject);
        match guardrail.lack(subject) {
            None => (GuardrailStatus::Pass, None, at),
            Some(Lack::Fail) => (GuardrailStatus::Fail, None, at),
            Some(Lack::NotRun) => (by_last, None, None),
            // Nobody knows of which commit it is.
            Some(Lack::NoCommit) => (by_last, Some(Lack::NoCommit), last),
            Some(why) => (GuardrailStatus::Stale, Some(why), last),
        }
    }
    /// The definition of a guardrail, as an event has it.
    pub fn definition_of(&self, id: &GuardId, guardrail: &Guardrail) -> GuardrailDefinition {
        let depends = guardrail.depends.iter();
        GuardrailDefinition {
            id: id.clone(),
            title: guardrail.title.clone(),
            command: guardrail.command.clone(),
            expect: guardrail.expect.clone(),
            required: guardrail.required,
            depends: depends.map(|task| self.reference(*task)).collect(),
            time_limit: guardrail.time_limit,
            extra: guardrail.extra.clone(),
            environment: guardrail.environment.clone(),
        }
    }

    /// The status of a guardrail by its last result, of whatever commit that is.
    pub fn guardrail_status(&self, guardrail: &Guardrail) -> GuardrailStatus {
        match guardrail.results.last().filter(|last| !last.outdated) {
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

    /// The required guardrails that apply: all tasks on which they depend are done or cancelled.
    pub fn required_guardrails(&self) -> impl Iterator<Item = (&GuardId, &Guardrail)> {
        let required = self.guardrails.iter().filter(|(_, it)| it.required);
        required.filter(|(_, it)| self.guardrail_waits_for(it).next().is_none())
    }
    /// The required guardrails that apply and have not passed at a commit.
    pub fn open_guardrails(&self, subject: Subject<'_>) -> impl Iterator<Item = OpenGuardrail> {
        self.required_guardrails()
            .filter_map(move |(id, guardrail)| {
                let last = guardrail.results.last();
                Some(OpenGuardrail {
                    id: id.clone(),
                    why: guardrail.lack(subject)?,
                    last: last.and_then(|last| last.commit.clone()),
                })
            })
    }
    /// Whether required guardrails have to pass before a task is done; `integrated`, if its work is in the target branch.
    pub fn guards(&self, integrated: bool) -> bool {
        match self.policy.guardrails {
            Guarded::Done => true,
            Guarded::Integrate => integrated,
            Guarded::No => false,
        }
    }
    /// The commit at which guardrails have to pass before a task is done: the one that its end names, else its last one; or
    /// the one with which the target branch has its work, if the policy guards integrations.
    pub fn guarded_commit<'a>(
        &'a self,
        index: TaskIndex,
        named: Option<&'a CommitId>,
        integrated: Option<&'a Integration>,
    ) -> Option<&'a CommitId> {
        match self.policy.guardrails {
            Guarded::Integrate => integrated.map(|it| &it.commit),
            Guarded::Done | Guarded::No => named.or(self.task(index).commit.as_ref()),
        }
    }

    /// Whether a review is open: it was requested, nobody rejected, and a part of it is missing.
    fn awaits_verdict(&self, task: &Task) -> bool {
        task.in_review() && !self.review_needs(task).is_empty()
    }

    /// Whether this actor can approve a gate of the task.
    pub fn may_approve(&self, task: &Task, gate: &Approver, actor: &ActorName) -> bool {
        self.entitles(task, gate, actor) && !task.is_work_of(actor)
    }

    /// Whether a gate of the task makes this actor a reviewer: it names the actor or a role of it. A gate that the actor
    /// added itself does not, unless a coordinator or the policy wants it too.
    pub fn entitles(&self, task: &Task, gate: &Approver, actor: &ActorName) -> bool {
        let own = task.gates_by.get(gate) == Some(actor);
        self.gate_names(gate, actor) && (!own || self.policy_gates(task).contains(gate))
    }

    /// Whether a gate names this actor or a role of it.
    pub fn gate_names(&self, gate: &Approver, actor: &ActorName) -> bool {
        match gate {
            Approver::Actor(name) => name == actor,
            Approver::Role(role) => self.roster.has_role(actor, *role),
        }
    }
}

/// Whether an approval counts. Work that nobody has to approve is not approved.
fn is_approved(task: &Task) -> bool {
    let mut verdicts = task.verdicts.iter();
    verdicts.any(|(actor, verdict)| task.counts(actor, verdict))
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
    fn a_task_passes_from_not_started_through_review_to_done() {
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
        assert_eq!(status(&plan), "approved");
        plan.done("codex", &task);
        assert_eq!(status(&plan), "done");
    }

    #[test]
    fn the_first_matching_status_applies() {
        let mut plan = Sample::new();
        let first = plan.add("A", "First", Vec::new());
        let second = plan.add(
            "B",
            "Second",
            vec![TaskFact::DependencyAdded(first.clone()), gate()],
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
        assert_eq!(status(&plan), "approved");
        plan.cancel(&second);
        assert_eq!(status(&plan), "cancelled");
    }

    #[test]
    fn submitted_work_that_nobody_has_to_approve_is_in_progress() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        let status = |plan: &Sample| plan.state().status_of(plan.index(&task)).as_str();
        plan.claim("codex", &task);
        plan.submit("codex", &task);
        assert_eq!(status(&plan), "in_progress");
        plan.approve("claude", &task);
        assert_eq!(status(&plan), "approved");
    }

    #[test]
    fn a_gate_that_names_only_owners_or_holders_of_the_task_has_no_reviewer() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", vec![gate()]);
        let without = |plan: &Sample| plan.state().gates_without_reviewer(plan.task(&task)).len();
        assert_eq!(without(&plan), 0);
        plan.claim("claude", &task);
        assert_eq!(without(&plan), 1);
    }

    #[test]
    fn any_actor_with_the_role_can_approve_a_role_gate() {
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
