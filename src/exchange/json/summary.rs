//! Figures that people write by hand under `summary` and `metrics`.
//!
//! Not here: comparing the figures with the tasks (`contradictions`).

use crate::exchange::{
    Draft, FindingKind,
    contradictions::{Claim, Subject},
    json::tree::{JsonMember, JsonNode},
    notes::Notes,
    words,
};

/// The claims in an object of figures. A member without a figure about tasks is kept in the draft's `extra`.
pub(super) fn read(
    node: &JsonNode<'_>,
    source: &'static str,
    draft: &mut Draft,
    notes: &mut Notes,
) -> Vec<Claim> {
    let mut claims = Vec::new();
    let name = source.trim_start_matches("the ");
    for JsonMember { line, key, node } in node.members().unwrap_or_default() {
        let before = claims.len();
        let mut claim = |line, subject, count| {
            claims.push(Claim {
                line,
                source,
                subject,
                count,
            })
        };
        match (subject(key), node.count(), node.members()) {
            (Some(subject), Some(count), _) => claim(*line, subject, count),
            (None, _, Some(members)) => {
                for member in members {
                    let count = member
                        .node
                        .count()
                        .or_else(|| member.node.get("total")?.count());
                    if let (Some(subject), Some(count)) = (part(key, &member.key), count) {
                        claim(member.line, subject, count);
                    }
                }
            }
            _ => {}
        }
        if claims.len() == before {
            let message = format!("'{name}.{key}' cannot be checked against the tasks; it is kept");
            notes.find(FindingKind::UnknownKey, *line, message);
            draft.extra.insert(format!("{name}.{key}"), node.to_json());
        }
    }
    claims
}

/// The subject of a key: `total_tasks`, `completed`, `in_progress_tasks`, `critical_reviews`.
fn subject(key: &str) -> Option<Subject> {
    let key = key.to_lowercase();
    match key.as_str() {
        "total" | "total_tasks" | "tasks" | "tasks_total" | "task_count" => {
            return Some(Subject::Total);
        }
        "critical_reviews" | "critical_reviews_required" | "reviews_required" => {
            return Some(Subject::Reviews);
        }
        "percent"
        | "percentage"
        | "completion_percentage"
        | "completion_percent"
        | "percent_complete" => {
            return Some(Subject::Percent);
        }
        _ => {}
    }
    let word = key
        .strip_suffix("_tasks")
        .or(key.strip_prefix("tasks_"))
        .unwrap_or(&key);
    words::exact_status(word).map(Subject::Status)
}

/// The subject of `name` inside the object `key`: `by_owner`, `by_priority`, `by_status`, `by_group`.
fn part(key: &str, name: &str) -> Option<Subject> {
    match key.strip_prefix("by_").or(key.strip_suffix("_breakdown"))? {
        "owner" | "agent" | "assignee" => words::actor(name).ok().map(Subject::Owner),
        "priority" => words::priority(name).ok().map(Subject::Priority),
        "status" => words::exact_status(name).map(Subject::Status),
        "group" | "category" => Some(Subject::Group(name.to_owned())),
        _ => None,
    }
}
