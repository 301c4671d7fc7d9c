//! Issues of GitHub, as `gh issue list --json …` and `gh issue view --json …` print them.
//!
//! Not here: asking GitHub, and pull requests (`forge`).

use super::dialect::{Dialect, pluck, same};
use crate::{
    core::values::task::Status,
    exchange::json::{
        fields::Keys,
        tree::{JsonNode, Value},
    },
};

pub(super) const DIALECT: Dialect = Dialect {
    id: "number",
    keys: &[
        ("title", "title", same),
        ("state", "status", state),
        ("stateReason", "state_reason", same),
        ("assignees", "owners", |node, _| pluck(node, "login")),
        ("labels", "labels", |node, _| pluck(node, "name")),
        ("author", "author", |node, _| pluck(node, "login")),
        ("issueType", "issue_type", |node, _| pluck(node, "name")),
        ("milestone", "group", |node, _| pluck(node, "title")),
        ("milestone", "due", |node, _| {
            node.get("dueOn").filter(|it| !it.is_empty()).cloned()
        }),
        ("url", "url", same),
        ("blockedBy", "dependencies", |node, _| pluck(node, "number")),
        ("blocking", "blocks", |node, _| pluck(node, "number")),
        ("parent", "parent", |node, _| pluck(node, "number")),
        ("subIssues", "children", |node, _| pluck(node, "number")),
    ],
    body: ("body", &[("comments", "Comments")]),
    known: Keys {
        derived: &["closed", "subIssuesSummary"],
        kept: &[
            "author",
            "closedAt",
            "closedByPullRequestsReferences",
            "createdAt",
            "isPinned",
            "issue_type",
            "state_reason",
            "updatedAt",
        ],
    },
    states: &[("open", Status::NotStarted), ("closed", Status::Done)],
};

/// A closed issue is done, unless its reason says that nobody will do it.
fn state<'t>(node: &JsonNode<'t>, issue: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let reason = issue
        .get("stateReason")
        .and_then(JsonNode::scalar)
        .unwrap_or_default();
    let is_dropped = ["NOT_PLANNED", "DUPLICATE"].contains(&reason);
    let word = if is_dropped {
        Value::Text("cancelled".to_owned())
    } else {
        node.value.clone()
    };
    Some(JsonNode::made(node.line, word))
}
