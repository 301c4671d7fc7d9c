//! What an event says, in full: a line for each value that its subject leaves out or cuts.
//!
//! Not here: the subject (`core::entry::message`), and long texts in the tree of an entry (`render::text`).

use super::{
    attribute::{self, Attribute, AttributeValue},
    words,
};
use crate::core::{
    entry::{
        event::{
            Entry, Event, GuardrailEvent, LedgerEvent, ObservationEvent, ReviewEvent, RosterEvent,
            TaskEvent, TaskRef, WorkEvent,
            guardrail::{GuardrailDefinition, GuardrailResult},
            ledger::LedgerFact,
            observation::PullRequest,
            roster::{ActorFact, PolicyRule},
            task::TaskFact,
        },
        message,
    },
    values::text::{Text, quoted, visible},
    views::snapshot::ChecksDocument,
};

/// The lines of an entry: those of its event; of several events each one's sentence, and its lines below that.
pub fn lines_of(entry: &Entry) -> Vec<String> {
    if let [event] = entry.events.as_slice() {
        return details(event);
    }
    let events = entry.events.iter().flat_map(|event| {
        let sentence = message::sentence(entry, event);
        let below = details(event).into_iter().map(|line| format!("  {line}"));
        std::iter::once(sentence).chain(below)
    });
    events.collect()
}

/// The lines. Texts from people are quoted and made visible.
fn details(event: &Event) -> Vec<String> {
    let mut lines = Lines(Vec::new());
    match event {
        Event::Ledger(event) => ledger(&mut lines, event),
        Event::Roster(event) => roster(&mut lines, event),
        Event::Task(event) => task(&mut lines, event),
        Event::Work(event) => work(&mut lines, event),
        Event::Review(event) => review(&mut lines, event),
        Event::Guardrail(event) => guardrail(&mut lines, event),
        Event::Observation(event) => observation(&mut lines, event),
    }
    lines.0
}

/// Lines of the form `name: value`.
struct Lines(Vec<String>);

impl Lines {
    fn value(&mut self, name: &str, value: impl ToString) {
        self.0
            .push(format!("{name}: {}", visible(&value.to_string())));
    }
    fn some(&mut self, name: &str, value: Option<&impl ToString>) {
        value
            .into_iter()
            .for_each(|value| self.value(name, value.to_string()));
    }
    fn text(&mut self, name: &str, text: Option<&Text>) {
        text.into_iter()
            .for_each(|text| self.0.push(format!("{name}: {}", quoted(text.as_str()))));
    }
    fn flag(&mut self, name: &str, is_set: bool) {
        self.0.extend(is_set.then(|| name.to_owned()));
    }
    fn list<T: ToString>(&mut self, name: &str, values: &[T]) {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let shown = if values.is_empty() {
            "none".to_owned()
        } else {
            values.join(", ")
        };
        self.value(name, shown);
    }
    fn tasks(&mut self, name: &str, tasks: &[TaskRef]) {
        for task in tasks {
            self.value(name, &task.id);
        }
    }
}

fn ledger(lines: &mut Lines, event: &LedgerEvent) {
    match event {
        LedgerEvent::Created(founding) => {
            lines.value("kind", founding.kind);
            lines.value("email", &founding.email);
            lines.value("key", founding.key.fingerprint());
            let recovery = founding.recovery.as_ref().map(|key| key.fingerprint());
            lines.some("recovery key", recovery.as_ref());
            founding
                .facts
                .iter()
                .for_each(|fact| ledger_fact(lines, fact));
        }
        LedgerEvent::Configured(facts) => facts.iter().for_each(|fact| ledger_fact(lines, fact)),
        LedgerEvent::Upgraded(to) => {
            for (part, version) in to.parts() {
                lines.some(part, version.as_ref());
            }
        }
        LedgerEvent::Acknowledged { entry } => lines.value("entry", entry),
        LedgerEvent::Repaired => {}
    }
}

fn ledger_fact(lines: &mut Lines, fact: &LedgerFact) {
    match fact {
        LedgerFact::Title(title) => lines.text("title", title.as_ref()),
        LedgerFact::DayOffset(offset) => lines.value("days begin at", offset),
        LedgerFact::HomeRef(name) => lines.text("home ref", Some(name)),
        LedgerFact::HomeUrl(url) => lines.text("home address", url.as_ref()),
    }
}

fn roster(lines: &mut Lines, event: &RosterEvent) {
    match event {
        RosterEvent::ActorAdded(new) => {
            lines.value("email", &new.email);
            let key = new.key.as_ref().map(|key| key.fingerprint());
            lines.some("key", key.as_ref());
        }
        RosterEvent::ActorEdited { facts, .. } => {
            for fact in facts {
                match fact {
                    ActorFact::Email(email) => lines.value("email", email),
                    ActorFact::Kind(kind) => lines.value("kind", kind),
                    ActorFact::RoleAdded(role) => lines.value("role added", role),
                    ActorFact::RoleRemoved(role) => lines.value("role removed", role),
                }
            }
        }
        RosterEvent::KeyAdded { key, .. } | RosterEvent::KeyRetired { key, .. } => {
            lines.value("key", key.fingerprint());
        }
        RosterEvent::KeyRevoked { key, since, .. } => {
            lines.value("key", key.fingerprint());
            lines.some("suspect since", since.as_ref());
        }
        RosterEvent::RecoveryKeySet { key } => {
            let key = key.as_ref().map(|key| key.fingerprint());
            lines.some("key", key.as_ref());
        }
        RosterEvent::PolicySet(rule) => policy(lines, rule),
    }
}

/// The values that the subject leaves out.
fn policy(lines: &mut Lines, rule: &PolicyRule) {
    match rule {
        PolicyRule::StealRoles(roles) | PolicyRule::BroadPaths(roles) => lines.list("roles", roles),
        PolicyRule::PathReview { by, .. } => lines.list("review by", by),
        _ => {}
    }
}

fn task(lines: &mut Lines, event: &TaskEvent) {
    match event {
        TaskEvent::Added { title, facts, .. } => {
            lines.text("title", Some(title));
            facts.iter().for_each(|it| fact(lines, it));
        }
        TaskEvent::Edited { facts, .. } => facts.iter().for_each(|it| fact(lines, it)),
        TaskEvent::Completed {
            commit,
            waiver,
            integrated,
            ..
        } => {
            lines.some("commit", commit.as_ref());
            let integrated = integrated.as_ref();
            let integrated = integrated.map(|it| format!("{} into {}", it.commit, it.into));
            lines.some("integrated", integrated.as_ref());
            lines.text("waived", waiver.as_ref());
        }
        TaskEvent::Cancelled { reason, .. } => lines.text("reason", reason.as_ref()),
        TaskEvent::Reopened {
            reason, mistaken, ..
        } => {
            lines.text("reason", reason.as_ref());
            lines.flag("its review stands", *mistaken);
        }
        TaskEvent::Commented { .. } => {}
        TaskEvent::Imported(import) => {
            lines.text("file", Some(&import.source));
            lines.text("format", Some(&import.format));
            lines.value("digest", import.digest);
        }
    }
}

/// A fact about a task; the specification is a text of its own.
fn fact(lines: &mut Lines, fact: &TaskFact) {
    let Attribute { key, noun, value } = attribute::after(fact);
    let shown = |value: &str| {
        if attribute::is_free(key) {
            quoted(value)
        } else {
            visible(value).into_owned()
        }
    };
    lines.0.extend(match value {
        AttributeValue::One(None) => Some(format!("{noun}: none")),
        AttributeValue::One(Some(value)) | AttributeValue::Added(value) => {
            Some(format!("{noun}: {}", shown(&value)))
        }
        AttributeValue::Removed(member) => Some(format!("no longer {noun}: {}", shown(&member))),
        AttributeValue::Elsewhere => None,
    });
}

fn work(lines: &mut Lines, event: &WorkEvent) {
    match event {
        WorkEvent::Claimed {
            lease,
            worktree,
            steal,
            share,
            resume,
            ..
        } => {
            lines.value("lease", lease);
            lines.text("worktree", worktree.as_ref());
            lines.flag("it takes over a running claim", *steal);
            lines.flag("it shares paths with other claims", *share);
            lines.flag("it replaces the actor's own claim", *resume);
        }
        WorkEvent::HandedOn { lease, .. } => lines.value("lease", lease),
        WorkEvent::Renewed { lease, .. } => lines.some("lease", lease.as_ref()),
        WorkEvent::Blocked { reason, on, .. } => {
            lines.text("reason", Some(reason));
            lines.some("on", on.as_ref().map(|on| &on.id));
        }
        WorkEvent::CommitRecorded { commit, branch, .. } => {
            lines.value("commit", commit);
            lines.some(
                "branch",
                branch.as_ref().map(|it| it.as_str().to_owned()).as_ref(),
            );
        }
        WorkEvent::CommitRewritten { old, new, .. } => {
            lines.value("commit before", old);
            lines.value("commit after", new);
        }
        WorkEvent::WorktreeBound { worktree, .. } => lines.text("worktree", worktree.as_ref()),
        WorkEvent::Released { .. }
        | WorkEvent::Progressed { .. }
        | WorkEvent::StepSet { .. }
        | WorkEvent::Unblocked { .. } => {}
    }
}

fn review(lines: &mut Lines, event: &ReviewEvent) {
    match event {
        ReviewEvent::Submitted { commit, pr, .. } => {
            lines.some("commit", commit.as_ref());
            lines.some("pull request", pr.as_ref());
        }
        ReviewEvent::Approved { commit, .. } | ReviewEvent::Rejected { commit, .. } => {
            lines.some("commit", commit.as_ref());
        }
        ReviewEvent::CheckTicked { item, .. } => lines.text("item", Some(item)),
        ReviewEvent::Withdrawn { .. } => {}
    }
}

fn guardrail(lines: &mut Lines, event: &GuardrailEvent) {
    match event {
        GuardrailEvent::Added(definition) => {
            let GuardrailDefinition {
                title,
                command,
                expect,
                required,
                depends,
                time_limit,
                extra,
                environment,
                ..
            } = &**definition;
            lines.text("title", Some(title));
            lines.text("command", command.as_ref());
            lines.text("expected output", expect.as_ref());
            lines.flag("it is required", *required);
            lines.tasks("after", depends);
            lines.some("time limit", time_limit.as_ref());
            for variable in environment {
                lines.text("variable", Some(variable));
            }
            for (key, value) in extra {
                lines.text(&visible(key.as_str()), Some(value));
            }
        }
        GuardrailEvent::Recorded(result) => {
            let GuardrailResult {
                exit,
                duration_milliseconds,
                host,
                commit,
                changed,
                ..
            } = &**result;
            lines.some("commit", commit.as_ref());
            for file in changed {
                lines.text("changed file", Some(file));
            }
            lines.some("exit status", exit.as_ref());
            lines.some("milliseconds", duration_milliseconds.as_ref());
            lines.text("host", host.as_ref());
        }
        GuardrailEvent::TargetSet { expression, .. } => lines.text("target", expression.as_ref()),
        GuardrailEvent::Removed { .. } => {}
    }
}

/// A line for each value that was observed, with the number before it.
fn pull_request(lines: &mut Lines, it: &PullRequest) {
    let mut of_one = Lines(Vec::new());
    of_one.text("title", it.title.as_ref());
    of_one.some("state", it.state.as_ref());
    of_one.some("draft", it.draft.as_ref());
    of_one.text("branch", it.branch.as_ref());
    of_one.some("commit", it.commit.as_ref());
    of_one.text("base", it.base.as_ref());
    of_one.text("author", it.author.as_ref());
    if let Some(counts) = it.checks {
        let result = counts.result();
        let checks = words::checks(Some(ChecksDocument { result, counts }));
        of_one.value("checks", checks);
    }
    of_one.some("review", it.review.as_ref());
    of_one.some("mergeable", it.mergeable.as_ref());
    if let Some(labels) = &it.labels {
        of_one.list("labels", labels);
    }
    of_one.some("updated", it.updated.as_ref());
    of_one.some("merge commit", it.merge_commit.as_ref());
    let number = it.number;
    if of_one.0.is_empty() {
        lines.0.push(format!("#{number}"));
    }
    let numbered = of_one.0.into_iter().map(|line| format!("#{number} {line}"));
    lines.0.extend(numbered);
}

fn observation(lines: &mut Lines, event: &ObservationEvent) {
    match event {
        ObservationEvent::PullRequests { source, seen, gone } => {
            lines.value("repository", &source.repository);
            lines.value("forge", source.forge);
            seen.iter().for_each(|it| pull_request(lines, it));
            if !gone.is_empty() {
                lines.list("gone", gone);
            }
        }
        ObservationEvent::Worktrees { seen, .. } => {
            for it in seen {
                let branch = it
                    .branch
                    .as_ref()
                    .map_or("no branch", |branch| branch.as_str());
                lines.value(&visible(it.label.as_str()), branch);
            }
        }
        ObservationEvent::SnapshotTaken { state, .. } => lines.value("state", state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, text},
    };

    #[test]
    fn every_value_of_an_edit_is_told_and_texts_of_people_are_quoted() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        let facts = vec![
            TaskFact::Group(Some(text("a\nb"))),
            TaskFact::Priority(None),
            TaskFact::OwnerRemoved("codex".parse().unwrap()),
            TaskFact::DependencyAdded(task.clone()),
        ];
        let edited = Event::Task(TaskEvent::Edited {
            task: task.clone(),
            facts,
        });
        assert_eq!(
            details(&edited),
            [
                "group: “a\\nb”",
                "priority: none",
                "no longer owner: codex",
                "depends on: B"
            ]
        );
        let cancelled = TaskEvent::Cancelled {
            task,
            reason: Some(text("it is ” too late")),
        };
        let told = details(&Event::Task(cancelled));
        assert_eq!(told, ["reason: “it is \\u{201d} too late”"]);
    }

    #[test]
    fn a_line_is_told_for_every_kind_of_event_that_has_more_than_its_subject() {
        for accepted in Sample::day().entries() {
            for event in &accepted.entry.events {
                for line in details(event) {
                    assert!(
                        !line.is_empty() && !line.contains('\n'),
                        "{event:?}: {line:?}"
                    );
                }
            }
        }
    }
}
