//! Events as sentences of a commit message. Version 1, part of the format.
//!
//! Each sentence has a verb, an object and the important detail. Text from people is cut to 60 characters,
//! and its control characters are made visible. Not here: the message around the sentences (`message`).

use crate::core::{
    entry::event::{
        CommitId, Entry, Event, GuardrailEvent, LedgerEvent, ObservationEvent, ReviewEvent,
        RosterEvent, TaskEvent, WorkEvent,
        guardrail::GuardrailResult,
        roster::{ActorFact, PolicyRule},
        task::TaskFact,
    },
    values::text::{Text, brief},
};

/// The number of characters that a sentence shows of a text from people.
const SHOWN: usize = 60;

pub(super) fn of(entry: &Entry, event: &Event) -> String {
    match event {
        Event::Ledger(event) => ledger(entry, event),
        Event::Roster(event) => roster(event),
        Event::Task(event) => task(entry, event),
        Event::Work(event) => work(entry, event),
        Event::Review(event) => review(entry, event),
        Event::Guardrail(event) => guardrail(event),
        Event::Observation(event) => observation(event),
    }
}

fn ledger(entry: &Entry, event: &LedgerEvent) -> String {
    match event {
        LedgerEvent::Created(_) => format!("create the ledger: {}", entry.actor),
        LedgerEvent::Upgraded(_) => "upgrade the ledger".to_owned(),
        LedgerEvent::Configured(_) => "configure the ledger".to_owned(),
        LedgerEvent::Acknowledged { entry } => format!("acknowledge {}", entry.short()),
        LedgerEvent::Repaired => "repair the ledger".to_owned(),
    }
}

fn roster(event: &RosterEvent) -> String {
    match event {
        RosterEvent::ActorAdded(new) => {
            let roles: Vec<&str> = new.roles.iter().map(|role| role.as_str()).collect();
            format!("add actor {}: {}{}", new.name, new.kind, list(&roles))
        }
        RosterEvent::ActorEdited { actor, facts } => {
            let facts: Vec<&str> = facts.iter().map(actor_fact).collect();
            format!("edit actor {actor}: {}", facts.join(", "))
        }
        RosterEvent::KeyAdded { actor, .. } => format!("add a key of {actor}"),
        RosterEvent::KeyRetired { actor, .. } => format!("retire a key of {actor}"),
        RosterEvent::KeyRevoked { actor, .. } => format!("revoke a key of {actor}"),
        RosterEvent::RecoveryKeySet { .. } => "set the recovery key".to_owned(),
        RosterEvent::PolicySet(rule) => format!("set policy: {}", policy(rule)),
    }
}

fn actor_fact(fact: &ActorFact) -> &'static str {
    match fact {
        ActorFact::Email(_) => "email",
        ActorFact::Kind(_) => "kind",
        ActorFact::RoleAdded(_) | ActorFact::RoleRemoved(_) => "roles",
    }
}

fn policy(rule: &PolicyRule) -> String {
    match rule {
        PolicyRule::DefaultLease(lease) => format!("default lease {lease}"),
        PolicyRule::MaxLease(lease) => format!("longest lease {lease}"),
        PolicyRule::BroadPaths(_) => "who may add broad paths".to_owned(),
        PolicyRule::Dependencies(first) => format!("dependencies {}", yes_or_no(*first)),
        PolicyRule::Guardrails(guarded) => format!("guardrails {guarded}"),
        PolicyRule::Integrated(first) => format!("integrated {}", yes_or_no(*first)),
        PolicyRule::WorkingDay(day) => format!("working day {day}"),
        PolicyRule::StealRoles(_) => "who may take a running claim".to_owned(),
        PolicyRule::ApprovalsRequired(number) => format!("{number} approvals"),
        PolicyRule::UnclaimedWork(allowed) => format!("unclaimed work {}", yes_or_no(*allowed)),
        PolicyRule::OwnersOnly(only) => format!("owners only {}", yes_or_no(*only)),
        PolicyRule::PathReview { paths, .. } => format!("review of {}", quoted(paths.text())),
    }
}

fn task(entry: &Entry, event: &TaskEvent) -> String {
    match event {
        TaskEvent::Added { id, title, .. } => format!("add {id}: {}", text(title)),
        TaskEvent::Edited { task, facts } => {
            let mut words: Vec<&str> = facts.iter().map(TaskFact::attribute).collect();
            words.dedup();
            format!("edit {}: {}", task.id, words.join(", "))
        }
        TaskEvent::Completed {
            task,
            commit,
            waiver,
            integrated,
            ..
        } => {
            let integrated = integrated.as_ref().map_or_else(String::new, |it| {
                let into = brief(it.into.as_str(), SHOWN);
                format!(", integrated {:.12} into '{into}'", it.commit)
            });
            let waived = waiver
                .as_ref()
                .map_or_else(String::new, |why| format!(", waived: {}", text(why)));
            format!(
                "done {}: {}{}{integrated}{waived}",
                task.id,
                entry.actor,
                at(commit.as_ref())
            )
        }
        TaskEvent::Cancelled { task, reason } => {
            format!("cancel {}{}", task.id, because(reason.as_ref()))
        }
        TaskEvent::Reopened { task, reason, .. } => {
            format!("reopen {}{}", task.id, because(reason.as_ref()))
        }
        TaskEvent::Commented { task, .. } => format!("comment on {}: {}", task.id, entry.actor),
        TaskEvent::Imported(import) => format!("import {}", quoted(&import.source)),
    }
}

fn work(entry: &Entry, event: &WorkEvent) -> String {
    let actor = &entry.actor;
    match event {
        WorkEvent::Claimed {
            task, lease, steal, ..
        } => {
            let taken = if *steal { ", taken over" } else { "" };
            let until = entry.time.after(*lease).seen_from(entry.time);
            format!(
                "claim {}: {actor}, until {}{taken}",
                task.id,
                until.replace(" UTC", "Z")
            )
        }
        WorkEvent::Renewed { task, .. } => format!("renew {}: {actor}", task.id),
        WorkEvent::HandedOn { task, to, .. } => format!("hand on {}: {actor} to {to}", task.id),
        WorkEvent::Released { task, .. } => format!("release {}: {actor}", task.id),
        WorkEvent::Progressed { task, percent, .. } => {
            format!("progress {}: {}%", task.id, u8::from(*percent))
        }
        WorkEvent::StepSet {
            task, number, done, ..
        } => {
            format!(
                "step {} of {}: {}",
                number,
                task.id,
                if *done { "done" } else { "not done" }
            )
        }
        WorkEvent::Blocked { task, reason, on } => {
            let on = on
                .as_ref()
                .map_or_else(String::new, |on| format!(" (on {})", on.id));
            format!("block {}: {}{on}", task.id, text(reason))
        }
        WorkEvent::Unblocked { task, number, .. } => {
            format!("unblock {}: blocker {number}", task.id)
        }
        WorkEvent::CommitRecorded { task, commit, .. } => {
            format!("commit for {}{}", task.id, at(Some(commit)))
        }
        WorkEvent::CommitRewritten { task, new, .. } => {
            format!("rewrite a commit of {}{}", task.id, at(Some(new)))
        }
        WorkEvent::WorktreeBound {
            task,
            worktree: Some(worktree),
        } => {
            format!("bind {} to worktree {}", task.id, quoted(worktree))
        }
        WorkEvent::WorktreeBound {
            task,
            worktree: None,
        } => format!("unbind {} from its worktree", task.id),
    }
}

fn review(entry: &Entry, event: &ReviewEvent) -> String {
    let actor = &entry.actor;
    match event {
        ReviewEvent::Submitted { task, commit, .. } => {
            format!("submit {}: {actor}{}", task.id, at(commit.as_ref()))
        }
        ReviewEvent::Approved { task, commit, .. } => {
            format!("approve {}: {actor}{}", task.id, at(commit.as_ref()))
        }
        ReviewEvent::Rejected { task, commit, .. } => {
            format!("reject {}: {actor}{}", task.id, at(commit.as_ref()))
        }
        ReviewEvent::Withdrawn { task } => format!("withdraw the verdict on {}: {actor}", task.id),
        ReviewEvent::CheckTicked { task, item, ticked } => {
            format!(
                "{} {} of {}",
                if *ticked { "tick" } else { "untick" },
                quoted(item),
                task.id
            )
        }
    }
}

fn guardrail(event: &GuardrailEvent) -> String {
    match event {
        GuardrailEvent::Added(definition) => {
            format!("guardrail {}: {}", definition.id, text(&definition.title))
        }
        GuardrailEvent::Removed { id } => format!("remove guardrail {id}"),
        GuardrailEvent::Recorded(result) => {
            let GuardrailResult {
                id,
                outcome,
                commit,
                ..
            } = &**result;
            format!("guardrail {id}: {outcome}{}", at(commit.as_ref()))
        }
        GuardrailEvent::TargetSet {
            name,
            expression: Some(expression),
        } => {
            format!("target {name}: {}", text(expression))
        }
        GuardrailEvent::TargetSet {
            name,
            expression: None,
        } => format!("remove target {name}"),
    }
}

fn observation(event: &ObservationEvent) -> String {
    match event {
        ObservationEvent::PullRequests { source, seen, .. } => {
            let source = source.to_string();
            format!(
                "observe {} pull requests on '{}'",
                seen.len(),
                brief(&source, SHOWN)
            )
        }
        ObservationEvent::Worktrees { host, seen } => {
            format!("observe {} worktrees of {}", seen.len(), quoted(host))
        }
        ObservationEvent::SnapshotTaken {
            label: Some(label), ..
        } => format!("snapshot {label}"),
        ObservationEvent::SnapshotTaken { label: None, .. } => "snapshot".to_owned(),
    }
}

fn text(text: &Text) -> String {
    brief(text.as_str(), SHOWN)
}

fn quoted(words: &Text) -> String {
    format!("'{}'", text(words))
}

fn because(reason: Option<&Text>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {}", text(reason)))
}

/// The first twelve digits of a commit id.
fn at(commit: Option<&CommitId>) -> String {
    commit.map_or_else(String::new, |commit| format!(", commit {commit:.12}"))
}

fn list(words: &[&str]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(", {}", words.join(", "))
    }
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
