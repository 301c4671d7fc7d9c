//! Issues of beads, one JSON object per line: read, and written so that beads and we both read them again.
//!
//! What beads has no key for is in its `metadata`, under [`OWN`]. Not here: the keys inside it (`json`).

use std::collections::BTreeMap;

use super::dialect::{Dialect, Record, lines, minutes, same};
use crate::{
    core::{
        plan::state::State,
        values::{
            id::TaskId,
            json::to_json_line,
            task::{LinkKind, Priority, Status},
            time::Day,
        },
    },
    exchange::{
        Draft, DraftTask, FindingKind,
        json::{
            fields::{self, Keys},
            object::Object,
            tree::{self, JsonNode, Value},
        },
        notes::Notes,
        of_state::named,
        words,
    },
};

/// The member of `metadata` with our own keys.
const OWN: &str = "git_coord";

/// The headings below which a long text has what beads keeps apart, with the key for each.
const SECTIONS: &[(&str, &str)] = &[
    ("design", "Design"),
    ("notes", "Notes"),
    ("comments", "Comments"),
];

/// When the issue came about and changed. The ledger has times of its own.
const TIMES: &[&str] = &["created_at", "updated_at", "closed_at"];

pub(super) const DIALECT: Dialect = Dialect {
    id: "id",
    keys: &[
        ("title", "title", same),
        ("status", "status", status),
        // What each issue is, unless it says more.
        ("issue_type", "issue_type", |node, _| {
            (node.scalar() != Some("task")).then(|| node.clone())
        }),
        ("assignee", "owners", same),
        // The person to whom an agent answers.
        ("owner", "human_owner", same),
        ("estimated_minutes", "estimate", minutes),
        ("acceptance_criteria", "acceptance_criteria", lines),
        ("due_at", "due", same),
        ("defer_until", "defer", same),
        ("external_ref", "urls", same),
        ("metadata", "metadata", metadata),
    ],
    body: ("description", SECTIONS),
    known: Keys {
        derived: &["comment_count", "dependency_count", "dependent_count"],
        kept: KEPT,
    },
    states: &[
        ("open", Status::NotStarted),
        ("pinned", Status::NotStarted),
        ("hooked", Status::InProgress),
        ("tombstone", Status::Cancelled),
    ],
};

/// Keys that stay what they are.
const KEPT: &[&str] = &[
    "close_reason",
    "closed_at",
    "closed_by_session",
    "content_hash",
    "created_at",
    "created_by",
    "delete_reason",
    "deleted_at",
    "deleted_by",
    "ephemeral",
    "human_owner",
    "issue_type",
    "lease_expires_at",
    "metadata",
    "original_type",
    "pinned",
    "source_repo",
    "spec_id",
    "started_at",
    "updated_at",
];

/// Each issue as a task. Lines that are something else, such as a memory, are named.
pub(super) fn records<'t>(values: &[JsonNode<'t>], notes: &mut Notes) -> Vec<Record<'t>> {
    let mut records = Vec::new();
    for value in values {
        let kind = value.get("_type").and_then(JsonNode::scalar);
        if let Some(kind) = kind.filter(|kind| *kind != "issue") {
            let message = "lines that are not issues are left out";
            notes.find_each(FindingKind::Unreadable, value.line, message, kind);
            continue;
        }
        let Some(mut record) = DIALECT.record(value, notes) else {
            continue;
        };
        if let Some(own) = value.get("metadata").and_then(|it| it.get(OWN)) {
            take_own(&mut record, own);
        }
        records.push(record);
    }
    records
}

/// Adds what an export has in `metadata`; there, the later of two values counts. The exact status is only right as long as beads
/// has the word that was written beside it.
fn take_own<'t>(record: &mut Record<'t>, own: &JsonNode<'t>) {
    let status = record.members.iter().find(|member| member.key == "status");
    let status = status.and_then(|member| read_word(member.node.scalar()?));
    let exact = own
        .get("status")
        .and_then(|it| it.scalar()?.parse::<Status>().ok());
    let is_stale = exact.is_some_and(|exact| read_word(word_for(exact)) != status);
    record
        .members
        .retain(|member| !TIMES.contains(&member.key.as_str()));
    let own = own.members().unwrap_or_default().iter();
    let own = own.filter(|member| !(is_stale && member.key == "status"));
    record.members.extend(own.cloned());
}

/// An issue that is put off to a day waits for nothing else.
fn status<'t>(node: &JsonNode<'t>, issue: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let is_put_off = node.scalar() == Some("deferred")
        && issue.get("defer_until").is_some_and(|it| !it.is_empty());
    let value = if is_put_off {
        Value::Text("not_started".to_owned())
    } else {
        node.value.clone()
    };
    Some(JsonNode::made(node.line, value))
}

/// The metadata without ours.
fn metadata<'t>(node: &JsonNode<'t>, _: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let Some(members) = node.members() else {
        return Some(node.clone());
    };
    let others = members.iter().filter(|member| member.key != OWN).cloned();
    let others: Vec<_> = others.collect();
    (!others.is_empty()).then(|| JsonNode::made(node.line, Value::Map(others)))
}

/// The word of beads for a status.
fn word_for(status: Status) -> &'static str {
    match status {
        Status::NotStarted | Status::Waiting => "open",
        Status::InProgress | Status::InReview | Status::Approved => "in_progress",
        Status::Blocked => "blocked",
        Status::Done | Status::Cancelled => "closed",
    }
}

/// The status that a word of beads is read as.
fn read_word(word: &str) -> Option<Status> {
    DIALECT.state(word).or_else(|| words::exact_status(word))
}

/// The word for a task: the one that it had in beads, if that still means the same.
fn word_of(task: &DraftTask) -> String {
    let remark = task
        .fields
        .extra
        .iter()
        .find(|(key, _)| key.as_str() == "status_remark");
    let word = remark.and_then(|(_, json)| serde_json::from_str::<String>(json.as_str()).ok());
    let word = word.filter(|word| DIALECT.state(word) == Some(task.status));
    let put_off = || match task.status {
        Status::NotStarted => task.fields.defer.is_some(),
        Status::Waiting => task
            .blockers
            .iter()
            .any(|it| it == Status::Waiting.as_str()),
        _ => false,
    };
    word.unwrap_or_else(|| {
        if put_off() {
            "deferred"
        } else {
            word_for(task.status)
        }
        .to_owned()
    })
}

/// The plan as JSON lines. [`super::read`] returns the same tasks again. `state` has the times of the tasks.
pub(in crate::exchange) fn write(draft: &Draft, state: &State) -> String {
    let mut text = String::new();
    for task in &draft.tasks {
        text += &to_json_line(&issue(task, state));
        text.push('\n');
    }
    text
}

fn issue(task: &DraftTask, state: &State) -> Object {
    let fields = &task.fields;
    let kept: BTreeMap<&str, &str> = (fields.extra.iter())
        .map(|(key, json)| (key.as_str(), json.as_str()))
        .filter(|(key, _)| KEPT.contains(key))
        .collect();
    let mut issue = Object::default();
    issue.text("id", task.id.as_str());
    issue.text("title", fields.title.as_str());
    let mut rest = task.body.as_deref().unwrap_or_default();
    let mut parts = vec![("description", String::new())];
    // Each section begins behind the last one.
    for (key, heading) in SECTIONS.iter().filter(|(key, _)| *key != "comments") {
        let mark = format!("## {heading}\n\n");
        let first = || rest.strip_prefix(&mark).map(|after| ("", after));
        let later = || rest.split_once(&format!("\n\n{mark}"));
        let found = first().or_else(|| later().filter(|(before, _)| !before.trim().is_empty()));
        if let Some((before, after)) = found.filter(|(_, after)| !after.trim().is_empty()) {
            let last = parts.last_mut().into_iter();
            last.for_each(|(_, text)| before.clone_into(text));
            parts.push((key, String::new()));
            rest = after;
        }
    }
    parts
        .last_mut()
        .into_iter()
        .for_each(|(_, text)| rest.clone_into(text));
    for (key, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
        issue.text(key, text);
    }
    if !fields.criteria.is_empty() {
        let lines: Vec<String> = fields.criteria.iter().map(|it| format!("- {it}")).collect();
        issue.text("acceptance_criteria", &lines.join("\n"));
    }
    let word = word_of(task);
    issue.text("status", &word);
    let priority = fields.priority.map(|priority| match priority {
        Priority::Critical => 0,
        Priority::High => 1,
        Priority::Medium => 2,
        Priority::Low => 3u8,
    });
    if let Some(priority) = priority {
        issue.put("priority", priority);
    }
    if !kept.contains_key("issue_type") {
        issue.text("issue_type", "task");
    }
    if let Some(owner) = fields.owners.first() {
        issue.text("assignee", owner.as_str());
    }
    if let Some(estimate) = fields.estimate {
        issue.put("estimated_minutes", estimate.high());
    }
    if let Some(index) = named(state, &task.id) {
        let known = state.task(index);
        for (key, time) in [("created_at", known.created), ("updated_at", known.updated)] {
            if !kept.contains_key(key) {
                issue.text(key, &time.to_string());
            }
        }
        // beads wants the time of the end of each closed issue.
        if word == "closed" && !kept.contains_key("closed_at") {
            issue.text("closed_at", &known.updated.to_string());
        }
    }
    let midnight = |day: Day| format!("{day}T00:00:00Z");
    for (key, day) in [("due_at", fields.due), ("defer_until", fields.defer)] {
        if let Some(day) = day {
            issue.text(key, &midnight(day));
        }
    }
    if let Some(url) = fields.urls.first() {
        issue.text("external_ref", url.as_str());
    }
    issue.some_texts("labels", &fields.labels);
    let relation = |kind: &str, other: &str| {
        let mut relation = Object::default();
        relation.text("issue_id", task.id.as_str());
        relation.text("depends_on_id", other);
        relation.text("type", kind);
        relation
    };
    let blocks = task
        .depends
        .iter()
        .map(|id| relation("blocks", id.as_str()));
    let parent = task
        .parent
        .iter()
        .map(|id| relation("parent-child", id.as_str()));
    let links = task.links.iter().map(|(kind, id)| {
        let kind = match kind {
            LinkKind::DiscoveredFrom => "discovered-from",
            LinkKind::Duplicates => "duplicates",
            LinkKind::Relates => "related",
        };
        relation(kind, id.as_str())
    });
    let relations: Vec<Object> = blocks.chain(parent).chain(links).collect();
    if !relations.is_empty() {
        issue.put("dependencies", relations);
    }
    let mut metadata = Object::default();
    let theirs = kept.get("metadata").and_then(|json| tree::parse(json).ok());
    let theirs = theirs.iter().filter_map(|it| it.members()).flatten();
    let theirs: Vec<(&str, String)> = theirs
        .map(|member| (member.key.as_str(), member.node.to_json()))
        .collect();
    metadata.extra(theirs.iter().map(|(key, json)| (*key, json.as_str())));
    let own = own(task, &word);
    // Also if it is empty: it marks the times as ours.
    metadata.object(OWN, own);
    issue.object("metadata", metadata);
    let human = kept.get("human_owner").map(|json| ("owner", *json));
    let as_they_are = kept.into_iter().filter(|(key, _)| *key != "human_owner");
    issue.extra(as_they_are.chain(human));
    issue
}

/// What beads has no key for, with our keys. `word` is the word for its status.
fn own(task: &DraftTask, word: &str) -> Object {
    let fields = &task.fields;
    // As a text, a reason that names a task would be read as a dependency.
    let reason = |reason: &String| serde_json::json!({ "reason": reason });
    let blockers: Vec<serde_json::Value> = task.blockers.iter().map(reason).collect();
    let mut own = fields::write(task, TaskId::as_str, blockers.into());
    let is_range = fields.estimate.is_some_and(|it| it.low() != it.high());
    let has_extra = |starts: &str| {
        fields
            .extra
            .keys()
            .any(|key| key.as_str().starts_with(starts))
    };
    own.retain(|key| match key {
        "id" | "name" | "priority" | "dependencies" | "parent" | "links" | "labels" | "due"
        | "defer" | "description" => false,
        "status" => {
            let is_put_off = word == "deferred" && fields.defer.is_some();
            let read = if is_put_off {
                Some(Status::NotStarted)
            } else {
                read_word(word)
            };
            read != Some(task.status)
        }
        "status_remark" => DIALECT.state(word) != Some(task.status),
        "owner" => fields.owners.len() > 1,
        "estimated_hours" => is_range,
        "branch" => fields.branch.is_some(),
        "pr_number" => fields.pull_request.is_some() || has_extra(key),
        "critical_review" => !fields.gates.is_empty() || has_extra(key),
        "progress" => !task.steps.is_empty() || task.percent.is_some() || has_extra("progress."),
        "blockers" => !task.blockers.is_empty(),
        "urls" => fields.urls.len() > 1,
        "files_count" => has_extra(key),
        key => !KEPT.contains(&key) || TIMES.contains(&key),
    });
    if let Some(group) = &fields.group {
        own.text("group", group.as_str());
    }
    own
}
