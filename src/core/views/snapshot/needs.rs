//! What a person must look at first, in the order in which it hurts.
//!
//! Not here: the words for it (`render::words`), and what is new for one actor (`news`).

use super::{
    document::{StatusDocument, TargetDocument},
    observed::{GuardrailDocument, PullRequestDocument},
    task::TaskDocument,
};
use crate::core::{
    entry::event::observation::ReviewDecision,
    plan::state::{State, guardrails::GuardrailStatus, standing::GateStanding},
    values::{task::Status, time::Timestamp},
};

/// Something that a person must look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need<'a> {
    /// A task has an open blocker.
    Blocked(&'a TaskDocument),
    /// A reviewer rejected the work, and nobody has asked for a new review.
    Rejected(&'a TaskDocument),
    /// The last result of a guardrail is a failure.
    Guardrail(&'a GuardrailDocument),
    /// An open pull request has failing checks, conflicts, or changes that its reviewers want.
    PullRequest(&'a PullRequestDocument),
    /// A task waits for a verdict.
    Review(&'a TaskDocument),
    /// The lease of a claim is over, and nobody works on the task any more.
    Lapsed(&'a TaskDocument),
    /// The due day of an open task is over.
    Overdue(&'a TaskDocument),
    /// A target is missed.
    Target(&'a TargetDocument),
}

/// What a person must look at, seen from a time. `document` is that of `state`.
pub fn needs<'a>(
    state: &State,
    document: &'a StatusDocument,
    seen_from: Timestamp,
) -> Vec<Need<'a>> {
    let today = seen_from.day(state.day_offset);
    let open = || {
        let tasks = document.tasks.iter();
        tasks.filter(|task| !matches!(task.status, Status::Done | Status::Cancelled))
    };
    let has = |status| open().filter(move |task| task.status == status);
    let is_rejected = |task: &&TaskDocument| {
        let mut gates = task.gates.iter();
        task.status != Status::InReview && gates.any(|gate| gate.state == GateStanding::Rejected)
    };
    let is_lapsed = |task: &&TaskDocument| {
        let claim = task.claim.as_ref();
        task.status == Status::InProgress && claim.is_some_and(|claim| claim.until < seen_from)
    };
    let is_overdue = |task: &&TaskDocument| task.due.is_some_and(|due| due < today);
    let failing = document.guardrails.iter();
    let failing = failing.filter(|it| it.status == GuardrailStatus::Fail);
    let stuck = document.pull_requests.iter().filter(|it| is_stuck(it));
    let missed = document.targets.iter().filter(|it| it.met == Some(false));
    (has(Status::Blocked).map(Need::Blocked))
        .chain(open().filter(is_rejected).map(Need::Rejected))
        .chain(failing.map(Need::Guardrail))
        .chain(stuck.map(Need::PullRequest))
        .chain(has(Status::InReview).map(Need::Review))
        .chain(open().filter(is_lapsed).map(Need::Lapsed))
        .chain(open().filter(is_overdue).map(Need::Overdue))
        .chain(missed.map(Need::Target))
        .collect()
}

/// Whether somebody has to do something before an open pull request can be merged.
fn is_stuck(request: &PullRequestDocument) -> bool {
    let is_refused = request.review == Some(ReviewDecision::ChangesRequested);
    request.is_red() || request.is_open() && (is_refused || request.mergeable == Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{guardrail::Outcome, task::TaskFact},
        sample::Sample,
        views::snapshot::status,
    };

    fn kinds(plan: &Sample) -> Vec<String> {
        let document = status(plan.state());
        let needs = needs(plan.state(), &document, plan.state().effective);
        let shown = needs.iter().map(|need| {
            let kind = format!("{need:?}");
            kind.split('(').next().unwrap_or_default().to_owned()
        });
        shown.collect()
    }

    #[test]
    fn what_stops_the_work_comes_before_what_waits() {
        let kinds = kinds(&Sample::day());
        assert_eq!(kinds, ["Blocked", "Review", "Target"]);
    }

    #[test]
    fn a_lapsed_claim_a_past_due_day_and_a_red_guardrail_need_a_person() {
        let mut plan = Sample::new();
        let task = plan.add("A", "x", Vec::new());
        plan.claim("codex", &task);
        assert!(kinds(&plan).is_empty());
        let due = plan.state().effective.day(plan.state().day_offset);
        plan.edit(&task, vec![TaskFact::Due(Some(due))]);
        plan.guardrail("G1", "State sweep", &[]);
        plan.record("claude", "G1", Outcome::Fail);
        assert_eq!(kinds(&plan), ["Guardrail"]);
        plan.lapse(3 * 24 * 60);
        plan.comment("ana", &task);
        assert_eq!(kinds(&plan), ["Guardrail", "Lapsed", "Overdue"]);
    }

    #[test]
    fn rejected_work_needs_a_person_until_it_is_submitted_again() {
        let mut plan = Sample::day();
        let index = plan.state().names().resolve("B").unwrap();
        let task = plan.state().reference(index);
        plan.reject("claude", &task);
        assert!(kinds(&plan).contains(&"Rejected".to_owned()));
        plan.submit("codex", &task);
        assert!(!kinds(&plan).contains(&"Rejected".to_owned()));
    }
}
