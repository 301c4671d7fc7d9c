//! One sentence per change.
//!
//! Text from people is cut to 60 characters, quoted, and its control characters are made visible. Not here: the values
//! as text (`values`).

use std::collections::BTreeSet;

use super::values::{self, Values};
use crate::core::{
    entry::event::task::TaskFact,
    plan::fields::AttributeChange,
    values::{
        id::ActorName,
        task::{Judgement, Status},
        text::{brief, quoted},
    },
    views::diff::{
        ActorChange, Change, Existence, GuardrailChange, ItemChange, Member, Pair,
        PullRequestChange, SettingChange, TargetChange, TaskChange, VerdictGiven,
    },
};
use crate::render::{attribute, words};

/// The maximum number of characters of a text from people that a sentence shows.
const SHOWN: usize = 60;

/// The sentence of a task: `task B: in_review → done, approved by claude`.
pub fn of_task(task: &TaskChange) -> String {
    let (id, title) = (&task.id, said(task.title.as_str()));
    match task.kind {
        Existence::Removed => format!("task {id}: removed: {title}"),
        Existence::Added => {
            let verdicts = task.changes.iter().map(|change| phrase(change, false));
            let verdicts: String = verdicts.map(|verdict| format!(", {verdict}")).collect();
            format!("task {id}: added, {}: {title}{verdicts}", task.status)
        }
        Existence::Changed => format!("task {id}: {}", phrases(task)),
    }
}

/// The sentence of a guardrail: `guardrail G1: pass → fail, by codex at 0123456789ab`.
pub fn of_guardrail(change: &GuardrailChange) -> String {
    let by = change.by.as_ref();
    let by = by.map_or_else(String::new, |by| format!(", by {by}"));
    let at = change.commit.as_ref();
    let at = at.map_or_else(String::new, |commit| format!(" at {commit:.12}"));
    let what = of_item(change, values::guardrail);
    format!("guardrail {}: {what}{by}{at}", change.id)
}

/// The sentence of a target: `target in_progress: 3..5 missed → 3..5 met`.
pub fn of_target(change: &TargetChange) -> String {
    format!("target {}: {}", change.id, of_item(change, values::target))
}

/// The sentence of a pull request: `pull request github.com/acme/plan#411: added, open, checks passing`.
pub fn of_pull_request(change: &PullRequestChange) -> String {
    let id = short(&values::on_forge(&change.id));
    let what = of_item(change, values::pull_request);
    format!("pull request {id}: {what}")
}

/// The sentence of an actor: `actor codex: worker → worker, key SHA256:XRUkcDLJYX revoked`.
pub fn of_actor(change: &ActorChange) -> String {
    format!("actor {}: {}", change.id, of_item(change, values::actor))
}

/// The sentence of a setting of the policy: `policy guardrails: done → no`.
pub fn of_setting(change: &SettingChange) -> String {
    let (name, value) = (short(&change.id), |value: &String| match &**value {
        "" => "admins only".to_owned(),
        value => value.to_owned(),
    });
    format!("policy {name}: {}", of_item(change, value))
}

fn of_item<K, V>(change: &ItemChange<K, V>, shown: impl Fn(&V) -> String) -> String {
    let shown = |value: &V| short(&shown(value));
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} → {}", shown(before), shown(after)),
        (None, Some(after)) => format!("added, {}", shown(after)),
        (_, None) => "removed".to_owned(),
    }
}

/// The changes of a task, as phrases.
///
/// If the task ended, its claim, steps and percentage are left out, because they follow from the end. If its steps
/// changed, the percentage is left out, because the steps say more.
fn phrases(task: &TaskChange) -> String {
    let changes = &task.changes;
    let ended = matches!(task.status, Status::Done | Status::Cancelled);
    let has_steps = changes.iter().any(|it| matches!(it, Change::Steps(_)));
    let is_left_out = |change: &&Change| match change {
        Change::Claim(_) | Change::Steps(_) => ended,
        Change::Percent(_) => ended || has_steps,
        _ => false,
    };
    let is_approved = changes.iter().any(is_approval);
    let shown = changes.iter().filter(|change| !is_left_out(change));
    let mut phrases: Vec<String> = shown.map(|change| phrase(change, is_approved)).collect();
    let editors: BTreeSet<&str> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Attribute(_, by) => Some(by.as_ref()?.as_str()),
            _ => None,
        })
        .collect();
    if !editors.is_empty() {
        let editors: Vec<&str> = editors.into_iter().collect();
        phrases.push(format!("edited by {}", editors.join(" and ")));
    }
    if phrases.is_empty() {
        return "changed".to_owned();
    }
    phrases.join(", ")
}

fn is_approval(change: &Change) -> bool {
    matches!(change, Change::Verdict(given) if given.judgement == Judgement::Approved)
}

/// One change as a phrase. If the task was approved, the reviewer is named, and not the actor that ended the task.
fn phrase(change: &Change, is_approved: bool) -> String {
    let values = values::of(change);
    match change {
        Change::Status(pair, by) => {
            let by = by.as_ref().filter(|_| !is_approved);
            let ender = by.and_then(|by| ender(pair.after, by));
            arrow(&values) + &ender.unwrap_or_default()
        }
        Change::Waiver(reason) => format!("waived: {}", said(reason.as_str())),
        Change::Verdict(given) => verdict(given),
        Change::Claim(pair) => claim(pair),
        Change::Attribute(
            AttributeChange {
                inverse: TaskFact::Title(before),
                ..
            },
            _,
        ) => format!("renamed from {}", said(before.as_str())),
        Change::Attribute(..) if values.is_member => member(&values),
        Change::Attribute(..) => format!("{} {}", values.noun, arrow(&values)),
        Change::Percent(_) => arrow(&values),
        Change::Dependency(Member::Added(other)) => format!("depends on {other}"),
        Change::Dependency(Member::Removed(other)) => format!("no longer depends on {other}"),
        Change::Parent(_) => format!("parent {}", arrow(&values)),
        Change::Link(kind, Member::Added(other)) => format!("{} {other}", words::link(*kind)),
        Change::Link(kind, Member::Removed(other)) => {
            format!("no longer {} {other}", words::link(*kind))
        }
        Change::Blocker(Member::Added(reason), _) => format!("blocked: {}", said(reason.as_str())),
        Change::Blocker(Member::Removed(reason), _) => {
            format!("unblocked: {}", said(reason.as_str()))
        }
        Change::Body(_) => "specification changed".to_owned(),
        Change::Commit(Pair {
            after: Some(commit),
            ..
        }) => format!("commit {}", brief(&commit.to_string(), 12)),
        Change::Integrated(integration) => words::integrated(integration),
        Change::Comments(pair) => comments(pair),
        Change::Steps(_) | Change::Commit(_) | Change::Worktree(_) => {
            format!("{} {}", values.noun, arrow(&values))
        }
    }
}

/// The phrase with the actor that ended a task or submitted it.
fn ender(status: Status, by: &ActorName) -> Option<String> {
    match status {
        Status::Done => Some(format!(", done by {by}")),
        Status::Cancelled => Some(format!(", cancelled by {by}")),
        Status::InReview => Some(format!(", submitted by {by}")),
        Status::NotStarted
        | Status::Waiting
        | Status::InProgress
        | Status::Blocked
        | Status::Approved => None,
    }
}

/// The phrase of a verdict: `rejected by claude at 0123456789ab: “tests are missing”`.
fn verdict(given: &VerdictGiven) -> String {
    let VerdictGiven {
        judgement,
        by,
        commit,
        note,
        ..
    } = given;
    let at = commit.as_ref();
    let at = at.map_or_else(String::new, |commit| format!(" at {commit:.12}"));
    let note = note.as_ref();
    let note = note.map_or_else(String::new, |note| format!(": {}", said(note.trim())));
    format!("{judgement} by {by}{at}{note}")
}

fn claim(holder: &Pair<Option<ActorName>>) -> String {
    match (&holder.before, &holder.after) {
        (_, Some(now)) => format!("claimed by {now}"),
        (Some(before), None) => format!("no longer claimed by {before}"),
        (None, None) => "not claimed".to_owned(),
    }
}

fn comments(number: &Pair<u32>) -> String {
    match number.after.checked_sub(number.before) {
        Some(1) => "1 new comment".to_owned(),
        Some(more) => format!("{more} new comments"),
        None => "fewer comments".to_owned(),
    }
}

fn member(values: &Values<'_>) -> String {
    let noun = values.noun;
    match (&values.before, &values.after) {
        (Some(gone), None) => format!("{noun} {} removed", shown(gone, values)),
        (_, after) => format!("{noun} {} added", side(after, values)),
    }
}

fn arrow(values: &Values<'_>) -> String {
    format!(
        "{} → {}",
        side(&values.before, values),
        side(&values.after, values)
    )
}

fn side(value: &Option<String>, values: &Values<'_>) -> String {
    let value = value.as_deref();
    value.map_or_else(|| "none".to_owned(), |value| shown(value, values))
}

/// A value; those that may be any text are quoted.
fn shown(value: &str, values: &Values<'_>) -> String {
    if values.what == "worktree" || attribute::is_free(values.what) {
        said(value)
    } else {
        short(value)
    }
}

fn said(text: &str) -> String {
    quoted(&short(text))
}

fn short(text: &str) -> String {
    brief(text, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{TaskRef, guardrail::Outcome, observation::PullRequestState, task::Wave},
        sample::{Sample, actor, text},
        views::diff::diff,
    };

    /// Compares the sentences for the changes that `act` makes to the sample day.
    fn check(act: impl FnOnce(&mut Sample), expected: &[&str]) {
        let mut day = Sample::day();
        let before = day.state().clone();
        let known = day.entries().len();
        act(&mut day);
        let entries = &day.entries()[known..];
        let diff = diff(&before, day.state(), entries, &|_| None);
        let mut sentences: Vec<String> = diff.tasks.iter().map(of_task).collect();
        sentences.extend(diff.guardrails.iter().map(of_guardrail));
        sentences.extend(diff.targets.iter().map(of_target));
        sentences.extend(diff.pull_requests.iter().map(of_pull_request));
        sentences.extend(diff.actors.iter().map(of_actor));
        assert_eq!(sentences, expected);
    }
    fn task(day: &Sample, name: &str) -> TaskRef {
        let index = day.state().names().resolve(name).unwrap();
        day.state().reference(index)
    }

    #[test]
    fn an_approved_task_that_is_done_names_its_reviewer() {
        check(
            |day| {
                let breaker = task(day, "B");
                day.approve("claude", &breaker);
                day.done("codex", &breaker);
            },
            &[
                "task B: in_review → done, approved by claude",
                "task CC-3: waiting → not_started",
            ],
        );
    }

    #[test]
    fn a_task_that_is_done_without_review_names_its_actor() {
        check(
            |day| {
                let shadow = task(day, "1");
                day.done("codex", &shadow);
            },
            &[
                "task 1: in_progress → done, done by codex",
                "task B~2zk0: waiting → not_started",
                "guardrail G2: waiting → not_run",
            ],
        );
    }

    #[test]
    fn verdicts_claims_steps_and_progress_have_phrases() {
        check(
            |day| {
                let breaker = task(day, "B");
                day.reject("claude", &breaker);
                day.step("codex", &breaker, 2);
                let sandbox = task(day, "G");
                day.claim("copilot", &sandbox);
                let shadow = task(day, "1");
                day.progress("codex", &shadow, 60);
            },
            &[
                "task 1: 40% → 60%",
                "task B: in_review → in_progress, rejected by claude, steps 1/2 → 2/2",
                "task G: not_started → in_progress, claimed by copilot",
                "target in_progress: 3..5 missed → 3..5 met",
            ],
        );
    }

    #[test]
    fn blockers_comments_and_edits_have_phrases() {
        check(
            |day| {
                let shadow = task(day, "1");
                day.block("codex", &shadow, "no\nquota", None);
                day.comment("claude", &shadow);
                day.edit(
                    &shadow,
                    vec![
                        TaskFact::Title(text("Shadow")),
                        TaskFact::OwnerAdded(actor("claude")),
                        TaskFact::Priority(None),
                        TaskFact::Wave(Some(Wave { number: 3, rank: 9 })),
                        TaskFact::Branch(Some("feat/shadow".parse().unwrap())),
                        TaskFact::DependencyAdded(task(day, "G")),
                    ],
                );
            },
            &[
                "task 1: in_progress → blocked, renamed from “Shadow-Diff Harness”, \
               owner claude added, priority high → none, branch none → feat/shadow, \
               wave 1 → 3, depends on G, blocked: “no\\nquota”, 1 new comment, edited by ana",
            ],
        );
    }

    #[test]
    fn new_and_changed_items_have_sentences() {
        check(
            |day| {
                day.add("New", "A | new\u{1b} one", Vec::new());
                day.record("codex", "G1", Outcome::Fail);
                day.target("in_progress", "1");
                day.pull_request(410, "x", PullRequestState::Merged);
                day.pull_request(411, "y", PullRequestState::Open);
            },
            &[
                "task New: added, not_started: “A | new\\u{1b} one”",
                "guardrail G1: pass → fail, by codex at 0123456789ab",
                "target in_progress: 3..5 missed → 1 met",
                "pull request github.com/acme#410: open, checks passing → merged, checks passing",
                "pull request github.com/acme#411: added, open, checks passing",
            ],
        );
    }

    #[test]
    fn a_task_that_only_the_first_state_has_is_removed() {
        let mut day = Sample::day();
        let before = day.state().clone();
        day.add("New", "x", Vec::new());
        let back = diff(day.state(), &before, &[], &|_| None);
        assert_eq!(of_task(&back.tasks[0]), "task New: removed: “x”");
    }
}
