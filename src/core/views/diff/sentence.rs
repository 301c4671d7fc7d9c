//! What changed, in sentences: `task B: in_progress → done, approved by claude`.
//!
//! Text from people is made visible and cut to 60 characters. Not here: what changed (`task`).

use super::task::{Change, Existence};
use crate::core::values::{
    id::ActorName,
    task::Status,
    text::{Text, brief},
};

/// The characters of a text from people that a sentence shows.
const SHOWN: usize = 60;

pub(super) fn of_item(
    kind: &str,
    id: &str,
    before: Option<&str>,
    after: Option<&str>,
    by: Option<&ActorName>,
) -> String {
    let by = by.map_or_else(String::new, |by| format!(", by {by}"));
    let what = match (before, after) {
        (Some(before), Some(after)) => format!("{} → {}", short(before), short(after)),
        (None, Some(after)) => format!("added, {}", short(after)),
        (Some(_), None) => "gone".to_owned(),
        (None, None) => "unchanged".to_owned(),
    };
    format!("{kind} {id}: {what}{by}")
}

pub(super) fn of_lone_task(id: &str, kind: Existence, status: Status, title: &Text) -> String {
    let title = short(title.as_str());
    match kind {
        Existence::Removed => format!("task {id}: not there, {title}"),
        Existence::Added | Existence::Changed => format!("task {id}: {kind}, {status}: {title}"),
    }
}

/// The sentence of a task that changed. What follows from its end is not told beside it.
pub(super) fn of_task(id: &str, status: Status, changes: &[Change]) -> String {
    let ended = matches!(status, Status::Done | Status::Cancelled);
    let has = |what: &str| changes.iter().any(|change| change.what == what);
    let approved =
        |change: &Change| change.what == "verdict" && change.after.as_deref() == Some("approved");
    let is_approved = changes.iter().any(approved);
    let mut phrases = Vec::new();
    for change in changes {
        match change.what {
            "status" => {
                phrases.push(arrow(change));
                phrases.extend(ender(change, status).filter(|_| !is_approved));
            }
            "claim" | "percent" | "steps" if ended => {}
            "percent" if has("steps") => {}
            "percent" => phrases.push(arrow(change)),
            _ => phrases.push(phrase(change)),
        }
    }
    if phrases.is_empty() {
        phrases.push("changed".to_owned());
    }
    format!("task {id}: {}", phrases.join(", "))
}

/// Who ended a task, or asked for its review.
fn ender(change: &Change, status: Status) -> Option<String> {
    let by = change.by.as_ref()?;
    match status {
        Status::Done => Some(format!("done by {by}")),
        Status::Cancelled => Some(format!("cancelled by {by}")),
        Status::InReview => Some(format!("submitted by {by}")),
        Status::NotStarted | Status::Waiting | Status::InProgress | Status::Blocked => None,
    }
}

fn phrase(change: &Change) -> String {
    let by = change.by.as_ref().map_or("nobody", ActorName::as_str);
    let name = noun(change.what);
    match (change.what, &change.before, &change.after) {
        ("verdict", _, Some(verdict)) => format!("{verdict} by {by}"),
        ("claim", _, Some(_)) => format!("claimed by {by}"),
        ("claim", Some(holder), None) => format!("no longer claimed by {holder}"),
        ("title", Some(before), _) => format!("renamed from '{}'", short(before)),
        ("blocker", None, Some(reason)) => format!("blocked: {}", short(reason)),
        ("blocker", Some(reason), None) => format!("unblocked: {}", short(reason)),
        ("depends_on", None, Some(other)) => format!("depends on {other}"),
        ("depends_on", Some(other), None) => format!("no longer depends on {other}"),
        ("comments", before, after) => comments(before.as_deref(), after.as_deref()),
        ("body", ..) => "another specification".to_owned(),
        ("commit", _, Some(commit)) => format!("commit {}", brief(commit, 12)),
        ("gates" | "labels" | "paths" | "accept", None, Some(member)) => {
            format!("{name} {} added", short(member))
        }
        ("gates" | "labels" | "paths" | "accept", Some(member), None) => {
            format!("{name} {} removed", short(member))
        }
        _ => format!("{name} {}", arrow(change)),
    }
}

/// A field as a word.
fn noun(what: &'static str) -> &'static str {
    match what {
        "pr" => "pull request",
        "gates" => "review by",
        "labels" => "label",
        "paths" => "path",
        "accept" => "criterion",
        other => other,
    }
}

fn comments(before: Option<&str>, after: Option<&str>) -> String {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    match number(after).checked_sub(number(before)) {
        Some(1) => "1 new comment".to_owned(),
        Some(more) => format!("{more} new comments"),
        None => "fewer comments".to_owned(),
    }
}

fn arrow(change: &Change) -> String {
    let side = |side: &Option<String>| side.as_deref().map_or("none".to_owned(), short);
    format!("{} → {}", side(&change.before), side(&change.after))
}

pub(super) fn short(text: &str) -> String {
    brief(text, SHOWN)
}
