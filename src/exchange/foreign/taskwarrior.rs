//! Tasks of Taskwarrior, as `task export` prints them.
//!
//! Not here: how the file is divided into tasks (`foreign`).

use super::dialect::{Dialect, same};
use crate::{
    core::values::task::Status,
    exchange::{
        json::{
            fields::Keys,
            tree::{JsonNode, Value},
        },
        words,
    },
};

pub(super) const DIALECT: Dialect = Dialect {
    id: "uuid",
    keys: &[
        ("description", "title", same),
        ("status", "status", status),
        ("project", "group", same),
        ("tags", "labels", same),
        ("priority", "priority", same),
        ("due", "due", same),
        ("wait", "defer", same),
        ("scheduled", "defer", |node, task| {
            task.get("wait").is_none().then(|| node.clone())
        }),
        ("depends", "dependencies", depends),
        // The template of a recurring task.
        ("parent", "recurs_from", same),
    ],
    body: ("", &[("annotations", "Annotations")]),
    known: Keys {
        derived: &["id", "urgency"],
        kept: &[
            "end",
            "entry",
            "imask",
            "last",
            "mask",
            "modified",
            "recur",
            "recurs_from",
            "rtype",
            "start",
            "template",
            "until",
        ],
    },
    states: &[
        ("deleted", Status::Cancelled),
        ("recurring", Status::NotStarted),
        // It waits for a day, which is kept.
        ("waiting", Status::NotStarted),
    ],
};

/// A pending task that was started is in progress.
fn status<'t>(node: &JsonNode<'t>, task: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let is_started = node.scalar() == Some("pending") && task.get("start").is_some();
    let started = || Value::Text(Status::InProgress.as_str().to_owned());
    let value = if is_started {
        started()
    } else {
        node.value.clone()
    };
    Some(JsonNode::made(node.line, value))
}

/// A list, or a text with commas as versions before 2.6 write it.
fn depends<'t>(node: &JsonNode<'t>, _: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let Value::Text(text) = &node.value else {
        return Some(node.clone());
    };
    let names = words::name_list(text);
    let names = names
        .into_iter()
        .map(|name| JsonNode::text(node.line, name));
    Some(JsonNode::made(node.line, Value::List(names.collect())))
}
