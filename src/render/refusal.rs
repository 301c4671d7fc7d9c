//! The refusals of the rules as sentences for people, one for each code.
//!
//! Not here: the codes and their arguments (`core::plan::refusal`), and the command to try next (`cli::failure::hint`).

use std::{collections::BTreeSet, fmt::Display};

use crate::core::{
    entry::event::CommitId,
    plan::{
        refusal::{
            Action, Ending, HeldClaim, Lack, Limited, OpenGate, OpenGuardrail, Overlap, Refusal,
            Restricted, Taken,
        },
        state::standing::ReviewNeed,
    },
    values::{
        id::TaskName,
        task::{Approver, Role},
        text::{Text, brief},
        time::Timestamp,
    },
    views::snapshot::{AnomalyCause, NameAnomaly},
};
use crate::render::words;

/// The longest text of people that a sentence repeats, in characters.
const TEXT_MAX: usize = 60;

/// Why the rules refuse something, in lower case and without a full stop. Times are shown as they are seen from a time;
/// if none is given, with their dates.
pub fn sentence(refusal: &Refusal, seen_from: Option<Timestamp>) -> String {
    match refusal {
        Refusal::ClaimHeld { task, claim } => {
            let (actor, until) = (&claim.actor, until(claim, seen_from));
            format!("task '{task}' is claimed by {actor} {until}")
        }
        Refusal::AlreadyYours { task, claim } => {
            let (actor, until) = (&claim.actor, until(claim, seen_from));
            format!("you, {actor}, already hold task '{task}' {until}")
        }
        Refusal::PathsHeld { task, files, claim } => {
            format!("task '{task}' needs {}", held(files, claim, seen_from))
        }
        Refusal::GateOpen {
            task,
            gates,
            approvals,
            checks,
            more,
        } => {
            let needs = open_review(gates, *approvals, checks, *more);
            format!("the review of task '{task}' still needs {needs}")
        }
        Refusal::Waits { task, on, more } => {
            format!("task '{task}' still waits for {}", list(on, *more))
        }
        Refusal::GuardrailOpen {
            task,
            commit,
            guardrails,
            more,
        } => {
            let lacks = open_guardrails(guardrails, *more);
            match commit {
                Some(commit) => {
                    format!(
                        "required guardrails have not passed at {commit:.10}, the commit of task '{task}': {lacks}"
                    )
                }
                None => format!(
                    "required guardrails have not passed for task '{task}', which has no commit: {lacks}"
                ),
            }
        }
        Refusal::NotIntegrated { task, commit } => {
            format!("commit {commit:.12} of task '{task}' is not integrated")
        }
        Refusal::OwnWork { task, actor } => {
            format!("{actor} cannot give a verdict on task '{task}': it is {actor}'s own work")
        }
        Refusal::NotReviewer { task, actor } => {
            format!("{actor} is not a reviewer of task '{task}'")
        }
        Refusal::Cycle { task, on } if task == on => {
            format!("task '{task}' cannot refer to itself")
        }
        Refusal::Cycle { task, on } => {
            format!("tasks '{task}' and '{on}' would wait for each other")
        }
        Refusal::UnknownTask { task } => unknown_task(task),
        Refusal::NotPermitted {
            actor,
            action,
            task,
            roles,
        } => {
            let own = match action {
                Action::EditTask => ", or a worker that added, owns or holds it",
                Action::CancelTask => ", or a worker that added or owns it",
                Action::ReopenTask => {
                    ", the actor that ended it, or a worker that added or owns it"
                }
                _ => "",
            };
            let is_of_coordinators =
                roles.contains(&Role::Coordinator) && !roles.contains(&Role::Worker);
            let own = if is_of_coordinators { own } else { "" };
            let (action, roles) = (act(*action, task.as_ref()), any_of(roles));
            format!("{actor} cannot {action}: this needs {roles}{own}")
        }
        Refusal::NotOwner {
            task,
            actor,
            owners,
            more,
        } => {
            let owners = list(owners, *more);
            format!(
                "{actor} cannot work on task '{task}': the policy allows only its owners ({owners})"
            )
        }
        Refusal::LeaseLost { task, taken } => lease_lost(task, taken.as_ref(), seen_from),
        Refusal::TaskEnded {
            task, how, actor, ..
        } => {
            let how = match how {
                Ending::Done => "finished",
                Ending::Cancelled => "cancelled",
            };
            format!("{actor} has already {how} task '{task}'")
        }
        Refusal::TaskOpen { task } => format!("task '{task}' is neither done nor cancelled"),
        Refusal::NotClaimed { task } => format!("task '{task}' is not claimed"),
        Refusal::NotSubmitted { task } => format!("nobody asked for a review of task '{task}'"),
        Refusal::OtherCommit {
            task,
            commit,
            submitted,
        } => other_commit(task, commit, submitted.as_ref()),
        Refusal::UnknownStep { task, number } => match number {
            Some(number) => format!("task '{task}' has no step {number}"),
            None => format!("task '{task}' has no such step"),
        },
        Refusal::UnknownBlocker { task, number } => match number {
            Some(number) => format!("task '{task}' has no open blocker {number}"),
            None => format!("task '{task}' has no open blocker"),
        },
        Refusal::UnknownActor { actor } => format!("actor '{actor}' does not exist"),
        Refusal::UnknownGuardrail { guardrail } => {
            format!("guardrail '{guardrail}' does not exist")
        }
        Refusal::UnknownAttachment { name } => {
            format!("the entry has no attachment '{}'", short(name))
        }
        Refusal::ActorExists { actor } => format!("actor '{actor}' already exists"),
        Refusal::KeyTaken { actor: Some(actor) } => {
            format!("the key already belongs to actor '{actor}'")
        }
        Refusal::KeyTaken { actor: None } => "the key is the recovery key of the ledger".to_owned(),
        Refusal::KeyUnknown { actor } => format!("actor '{actor}' does not have this key"),
        Refusal::IdempotencyKeyUsed { entry } => {
            format!(
                "the idempotency key was used before, for entry {}",
                entry.short()
            )
        }
        Refusal::InactiveActor { actor } => format!("actor '{actor}' has no active key"),
        Refusal::KeyRevoked { actor } => format!("the key of actor '{actor}' was revoked"),
        Refusal::LastAdmin { actor } => {
            format!("a ledger needs an admin with a key, and '{actor}' is the last one")
        }
        Refusal::RecoveryOnly { actor } => {
            format!(
                "{actor} cannot replace the recovery key: only the recovery key itself can sign this"
            )
        }
        Refusal::Repeated { entry } => format!("entry {} has already taken effect", entry.short()),
        Refusal::Misplaced { event } => misplaced(*event).to_owned(),
        Refusal::TooMany { task, what, most } => match (what, task) {
            (Limited::Tasks, Some(task)) => {
                format!("cannot add task '{task}': a ledger can have at most {most} tasks")
            }
            (what, Some(task)) => {
                format!("task '{task}' has too many {what}: at most {most} are allowed")
            }
            (_, None) => {
                format!(
                    "the paths for which the policy asks for reviews can have at most {most} bytes together"
                )
            }
        },
        Refusal::NoVerdict { task, actor } => {
            format!("{actor} has not given a verdict on task '{task}'")
        }
        Refusal::TooCostly { task, most } => {
            let what = task.as_ref().map_or_else(
                || "this entry".to_owned(),
                |task| format!("this change of task '{task}'"),
            );
            format!("the rules would need more than {most} steps to check {what}")
        }
        Refusal::UnknownCheck { task, item } => {
            format!("task '{task}' has no checklist item '{}'", short(item))
        }
    }
}

/// The sentence for a missing task. `given` is any text that the user typed.
pub fn unknown_task(given: impl Display) -> String {
    format!("task '{given}' does not exist")
}

/// The review checklist of a task has no item of this number.
pub fn unknown_check(task: impl Display, number: u16) -> String {
    format!("task '{task}' has no checklist item {number}")
}

/// The sentence of an anomaly: an event without effect, or a task with another name than its author meant.
pub fn anomaly(cause: &AnomalyCause, seen_from: Option<Timestamp>) -> String {
    match cause {
        AnomalyCause::Refused(refusal) => sentence(refusal, seen_from),
        AnomalyCause::Named(NameAnomaly::DuplicateName { id, shown }) => {
            format!("task '{id}' existed already; this one is '{shown}'")
        }
    }
}

/// What a review needs: `claude, 1 more approval, checklist item 'tested'`; none if it needs nothing.
pub fn review_needs(needs: &[ReviewNeed]) -> Option<String> {
    let words = needs.iter().map(|need| match need {
        ReviewNeed::Gate(gate) => gate.to_string(),
        ReviewNeed::Approvals(number) => more_approvals(*number),
        ReviewNeed::Check { item, .. } => format!("checklist item '{}'", short(item)),
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn open_review(gates: &[OpenGate], approvals: u16, checks: &[u16], more: u32) -> String {
    let mut needs: Vec<String> = gates.iter().map(open_gate).collect();
    if approvals > 0 {
        needs.push(more_approvals(approvals));
    }
    needs.extend(
        checks
            .iter()
            .map(|number| format!("checklist item {number}")),
    );
    list(&needs, more)
}

fn more_approvals(number: u16) -> String {
    match number {
        1 => "1 more approval".to_owned(),
        number => format!("{number} more approvals"),
    }
}

/// A gate with the actors that can still approve it, unless its name says that.
fn open_gate(gate: &OpenGate) -> String {
    let OpenGate {
        by,
        again,
        reviewers,
        more,
    } = gate;
    let who = match by {
        _ if *again => "again, because the commit changed".to_owned(),
        Approver::Actor(_) if reviewers.is_empty() => "cannot approve its own work".to_owned(),
        Approver::Role(_) if reviewers.is_empty() => {
            "no actor with this role can approve".to_owned()
        }
        Approver::Actor(_) => return by.to_string(),
        Approver::Role(_) => list(reviewers, *more),
    };
    format!("{by} ({who})")
}

fn lease_lost(task: &TaskName, taken: Option<&Taken>, seen_from: Option<Timestamp>) -> String {
    match taken {
        None => format!("your claim of task '{task}' has ended; nobody holds the task"),
        Some(Taken { claim, files: None }) => {
            let (actor, until) = (&claim.actor, until(claim, seen_from));
            format!(
                "your claim of task '{task}' has ended; {actor} holds the task under a later claim {until}"
            )
        }
        Some(Taken {
            claim,
            files: Some(files),
        }) => format!(
            "your claim of task '{task}' has ended; the task needs {}",
            held(files, claim, seen_from)
        ),
    }
}

fn held(files: &Overlap, claim: &HeldClaim, seen_from: Option<Timestamp>) -> String {
    let (path, held) = (short(&files.path), short(&files.held));
    let (actor, until) = (&claim.actor, until(claim, seen_from));
    format!(
        "'{path}', but {actor} holds '{held}' for task '{}' {until}",
        files.by
    )
}

fn until(claim: &HeldClaim, seen_from: Option<Timestamp>) -> String {
    match seen_from {
        Some(now) => words::until(claim.until, now),
        None => format!("until {}", claim.until.dated()),
    }
}

fn other_commit(task: &TaskName, commit: &CommitId, submitted: Option<&CommitId>) -> String {
    match submitted {
        Some(submitted) => {
            format!(
                "task '{task}' was submitted with commit {submitted:.12}, not with {commit:.12}"
            )
        }
        None => format!("task '{task}' was not submitted with commit {commit:.12}"),
    }
}

fn misplaced(event: Restricted) -> &'static str {
    match event {
        Restricted::Genesis => "a genesis must be the first entry of a ledger",
        Restricted::Repair => "a repair must have two parents and hold no other event",
        Restricted::RosterChange => "an entry that changes the roster cannot hold other events",
        Restricted::Snapshot => {
            "an entry with a snapshot must have one parent and hold no other event"
        }
    }
}

/// The words for an action, to follow "cannot".
fn act(action: Action, task: Option<&TaskName>) -> String {
    let task = task.map_or_else(|| "a task".to_owned(), |task| format!("task '{task}'"));
    match action {
        Action::UpgradeLedger => "upgrade the ledger".to_owned(),
        Action::ConfigureLedger => "configure the ledger".to_owned(),
        Action::AcknowledgeEntry => "acknowledge an ignored (quarantined) commit".to_owned(),
        Action::RepairLedger => "repair the ledger".to_owned(),
        Action::ChangeRoster => "change the roster".to_owned(),
        Action::SetRecoveryKey => "set the recovery key".to_owned(),
        Action::SetPolicy => "change the policy".to_owned(),
        Action::AddTask => format!("add {task}"),
        Action::EditTask => format!("edit {task}"),
        Action::AssignTask => format!("assign {task} to other actors"),
        Action::UnassignTask => format!("remove other owners from {task}"),
        Action::LowerReview => format!("remove review conditions from {task}"),
        Action::FinishWithWaiver => format!("finish {task} with a waiver"),
        Action::CancelTask => format!("cancel {task}"),
        Action::ReopenTask => format!("reopen {task}"),
        Action::CommentOnTask => format!("comment on {task}"),
        Action::ImportPlan => "import a plan".to_owned(),
        Action::ClaimTask => format!("claim {task}"),
        Action::StealClaim => format!("take over the running claim of {task}"),
        Action::ReleaseClaim => format!("release another actor's claim of {task}"),
        Action::WorkOnTask => format!("work on {task}"),
        Action::BlockTask => format!("block {task}"),
        Action::UnblockTask => format!("unblock {task}"),
        Action::DefineGuardrail => "define a guardrail".to_owned(),
        Action::RemoveGuardrail => "remove a guardrail".to_owned(),
        Action::RecordGuardrail => "record the result of a guardrail".to_owned(),
        Action::SetTarget => "set a target".to_owned(),
        Action::RecordObservation => "record an observation".to_owned(),
        Action::TakeSnapshot => "take a snapshot".to_owned(),
        Action::HandOnClaim => format!("hand on the claim of {task}"),
        Action::AddBroadPath => format!("add a path without a fixed name to {task}"),
    }
}

/// `the role admin`, `the role coordinator, worker or admin`, `a role`.
fn any_of(roles: &BTreeSet<Role>) -> String {
    if roles.len() == Role::ALL.len() {
        return "a role".to_owned();
    }
    let others = roles.iter().filter(|role| **role != Role::Admin);
    let others: Vec<&str> = others.map(|role| role.as_str()).collect();
    match others.as_slice() {
        [] => "the role admin".to_owned(),
        others => format!("the role {} or admin", others.join(", ")),
    }
}

/// Guardrails that have not passed, and why: `G1 (failed), G2 (not run)`.
pub fn open_guardrails(open: &[OpenGuardrail], more: u32) -> String {
    let open: Vec<String> = open.iter().map(open_guardrail).collect();
    list(&open, more)
}

fn open_guardrail(open: &OpenGuardrail) -> String {
    format!("{} ({})", open.id, lack(open.why, open.last.as_ref()))
}

/// Why a guardrail has not passed at a commit; `last` is the commit of its last result.
fn lack(why: Lack, last: Option<&CommitId>) -> String {
    match (why, last) {
        (Lack::NotRun, _) => "not run".to_owned(),
        (Lack::Fail, _) => "failed".to_owned(),
        (Lack::OtherCommit, Some(last)) => format!("last run at {last:.10}"),
        (Lack::OtherCommit, None) => "last run at another commit".to_owned(),
        (Lack::ChangedFiles, _) => "last run with changed files".to_owned(),
        (Lack::OtherDefinition, _) => "defined anew since it ran".to_owned(),
        (Lack::NoCommit, _) => "last result without a commit".to_owned(),
    }
}

fn list(items: &[impl Display], more: u32) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    let items = items.join(", ");
    match more {
        0 => items,
        more => format!("{items} and {more} more"),
    }
}

fn short(text: &Text) -> String {
    brief(text.as_str(), TEXT_MAX)
}

#[cfg(test)]
mod tests {
    use crate::core::{
        plan::state::records::Anomaly,
        sample::{Sample, refusals::samples},
        views::snapshot,
    };

    #[test]
    fn no_file_of_a_snapshot_holds_a_sentence() {
        let mut state = Sample::day().into_state();
        let first = state.anomalies[0].clone();
        let refused = samples().into_iter().map(|refusal| Anomaly {
            refusal,
            ..first.clone()
        });
        state.anomalies = refused.collect();
        let files = snapshot::files(&state);
        for anomaly in snapshot::status(&state).anomalies {
            let sentence = super::anomaly(&anomaly.cause, None);
            for (path, bytes) in &files {
                let text = String::from_utf8_lossy(bytes);
                assert!(!text.contains(&sentence), "{path}: {sentence}");
            }
        }
    }
}
