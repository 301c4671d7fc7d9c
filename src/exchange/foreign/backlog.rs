//! Tasks of Backlog.md: one Markdown file each, with YAML above it.
//!
//! Not here: finding the files (`cli`), and YAML (`yaml`).

use super::{
    dialect::{Dialect, Record, lines, member, same},
    yaml,
};
use crate::exchange::{
    FindingKind,
    bundle::{self, Part},
    json::{fields::Keys, found, tree::JsonNode},
    notes::Notes,
};

pub(super) const DIALECT: Dialect = Dialect {
    id: "id",
    keys: &[
        ("title", "title", same),
        ("assignee", "owners", same),
        ("milestone", "group", same),
        ("parent_task_id", "parent", same),
        ("subtasks", "children", same),
        ("due_date", "due", same),
        ("acceptance", "acceptance_criteria", lines),
    ],
    body: ("", &[]),
    known: Keys {
        derived: &[],
        kept: &[
            "created_date",
            "documentation",
            "modified_files",
            "onStatusChange",
            "ordinal",
            "references",
            "reporter",
            "type",
            "updated_date",
        ],
    },
    states: &[],
};

/// Whether a file begins with YAML that names a task.
pub(super) fn is_task(text: &str) -> bool {
    let parts = bundle::parts(text);
    let is_one = |part: &Part<'_>| {
        let has = |front: &str, key: &str| front.lines().any(|line| line.starts_with(key));
        let keys = ["id:", "title:", "status:"];
        split(part.text).is_some_and(|(front, _)| keys.iter().all(|key| has(front, key)))
    };
    parts.iter().any(is_one)
}

/// Each file as a task. One without YAML is named.
pub(super) fn records(text: &str, notes: &mut Notes) -> Vec<Record<'static>> {
    let mut records = Vec::new();
    for Part { name, before, text } in bundle::parts(text) {
        let Some((front, rest)) = split(text) else {
            if !text.trim().is_empty() {
                let message = "files that do not begin with the YAML of a task are left out";
                notes.find_each(
                    FindingKind::Unreadable,
                    before + 1,
                    message,
                    name.unwrap_or("it"),
                );
            }
            continue;
        };
        let node = match yaml::parse(front, before + 1) {
            Ok(Some(node)) => found::checked(Ok(node), notes),
            Ok(None) => Some(JsonNode::text(before + 1, "")),
            Err(complaint) => found::checked(Err(complaint), notes),
        };
        let Some(record) = node.and_then(|node| DIALECT.record(&node, notes)) else {
            continue;
        };
        let first = before + 2 + front.lines().count();
        records.push(with_document(record, rest, first, notes));
    }
    records
}

/// The YAML between two lines of dashes at the beginning, and the rest.
fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(['\n', '\r']);
    let rest = text
        .strip_prefix("---")?
        .trim_start_matches([' ', '\t', '\r'])
        .strip_prefix('\n')?;
    if rest.starts_with("---") {
        return Some(("", rest.split_once('\n').map_or("", |(_, rest)| rest)));
    }
    let end = rest.find("\n---")?;
    let (front, rest) = rest.split_at(end + 1);
    Some((front, rest.split_once('\n').map_or("", |(_, rest)| rest)))
}

/// Adds the document below the YAML: its acceptance criteria, and everything else as the long text.
fn with_document(
    mut record: Record<'static>,
    document: &str,
    first: usize,
    notes: &mut Notes,
) -> Record<'static> {
    let (mut criteria, mut body) = (Vec::new(), String::new());
    let mut in_criteria = false;
    for (line, text) in (first..).zip(document.lines()) {
        let bare = text.trim();
        let is_mark = bare.starts_with("<!-- ") && bare.ends_with(" -->");
        if bare.starts_with("## ") {
            in_criteria = bare.eq_ignore_ascii_case("## acceptance criteria");
        }
        let item = bare.strip_prefix("- [").and_then(|it| it.split_once("] "));
        match item.filter(|_| in_criteria) {
            Some((mark, item)) => {
                let numbered = item.strip_prefix('#').and_then(|it| it.split_once(' '));
                let item = numbered.map_or(item, |(_, item)| item);
                if mark != " " {
                    let message = "acceptance criteria have no ticks in the ledger";
                    notes.find_each(FindingKind::Unreadable, line, message, item);
                }
                criteria.push(JsonNode::text(line, item));
            }
            None if is_mark && (bare.contains(":BEGIN") || bare.contains(":END")) => {}
            None if in_criteria && (bare.is_empty() || bare.starts_with("## ")) => {}
            None => {
                body += text;
                body.push('\n');
            }
        }
    }
    let body = body
        .trim()
        .strip_prefix("## Description")
        .map_or(body.trim(), str::trim);
    if !body.is_empty() {
        let text = JsonNode::text(record.line, body);
        record.members.push(member("description", text));
    }
    if !criteria.is_empty() {
        let list = crate::exchange::json::tree::Value::List(criteria);
        record.members.push(member(
            "acceptance_criteria",
            JsonNode::made(record.line, list),
        ));
    }
    record
}
