//! The guardrails of a `task_status.json`.
//!
//! Not here: running guardrails (`guard`).

use crate::exchange::{
    DraftGuardrail, FindingKind, GuardrailStatus,
    json::{
        dependencies::PlanNames,
        fields::{text, texts},
        tree::{self, JsonMember, JsonNode},
    },
    notes::Notes,
    words,
};

/// Reads an object with one member per guardrail. The key is the id; the value is
/// `{status, required, command, output_path, expected, depends_on}`.
pub(super) fn read(
    node: &JsonNode<'_>,
    names: &PlanNames,
    notes: &mut Notes,
) -> Vec<DraftGuardrail> {
    let Some(members) = node.members() else {
        if !node.is_empty() {
            notes.complain(node.line, "the guardrails must be an object");
        }
        return Vec::new();
    };
    members
        .iter()
        .filter_map(|member| read_one(member, names, notes))
        .collect()
}

fn read_one(
    member: &JsonMember<'_>,
    names: &PlanNames,
    notes: &mut Notes,
) -> Option<DraftGuardrail> {
    let Some(members) = member.node.members() else {
        notes.complain(
            member.line,
            format!(
                "guardrail '{}' must be an object",
                member.key.escape_debug()
            ),
        );
        return None;
    };
    let id = member
        .key
        .parse()
        .map_err(|error| notes.complain(member.line, format!("{error}")))
        .ok()?;
    let title = member.key.replace('_', " ");
    let mut guardrail = DraftGuardrail::new(id, member.line, title);
    for JsonMember { line, key, node } in members {
        let line = *line;
        match key.as_str() {
            "name" | "title" => {
                guardrail.title = text(node, line, notes).unwrap_or(guardrail.title)
            }
            "command" => guardrail.command = text(node, line, notes),
            "output_path" => guardrail.output_path = text(node, line, notes),
            "expected" | "expect" => guardrail.expect = text(node, line, notes),
            "environment" => {
                let names = node.elements().unwrap_or_default().iter();
                let names = names.filter_map(|it| it.scalar());
                guardrail.environment = names.map(ToOwned::to_owned).collect();
            }
            "required" => guardrail.required = required(node, line, notes),
            "status" => guardrail.status = status(node, line, notes),
            "depends_on" | "dependencies" => {
                read_dependencies(&mut guardrail, node, line, names, notes)
            }
            _ => {
                notes.find_each(FindingKind::UnknownKey, line, words::UNKNOWN_KEYS, key);
                guardrail.extra.insert(key.clone(), node.to_json());
            }
        }
    }
    Some(guardrail)
}

fn required(node: &JsonNode<'_>, line: usize, notes: &mut Notes) -> bool {
    match node.scalar() {
        Some("true") => true,
        Some("false") => false,
        _ if node.is_empty() => false,
        _ => {
            notes.complain(line, "'required' must be true or false");
            false
        }
    }
}

fn status(node: &JsonNode<'_>, line: usize, notes: &mut Notes) -> GuardrailStatus {
    let Some(text) = text(node, line, notes) else {
        return GuardrailStatus::NotRun;
    };
    let word = text.trim().to_lowercase().replace(['-', ' '], "_");
    match word.as_str() {
        "not_run" | "not_started" | "pending" | "todo" => GuardrailStatus::NotRun,
        "waiting" | "blocked" => GuardrailStatus::Waiting,
        "pass" | "passed" | "passing" | "ok" | "green" => GuardrailStatus::Pass,
        "fail" | "failed" | "failing" | "red" => GuardrailStatus::Fail,
        _ => {
            notes.complain(
                line,
                format!(
                    "'{}' is not a known status of a guardrail",
                    text.escape_debug()
                ),
            );
            GuardrailStatus::NotRun
        }
    }
}

/// Reads dependencies on tasks, by key or id. Other names are kept in `extra`, under `depends_on`.
fn read_dependencies(
    guardrail: &mut DraftGuardrail,
    node: &JsonNode<'_>,
    line: usize,
    names: &PlanNames,
    notes: &mut Notes,
) {
    let mut outside = Vec::new();
    for name in texts(node, line, notes) {
        match names.by_key(&name).or(names.by_id(&name)) {
            Some(id) => words::push_new(&mut guardrail.depends, id.clone()),
            None => outside.push(tree::quoted(&name)),
        }
    }
    if !outside.is_empty() {
        let list = outside.join(",");
        let message = format!(
            "guardrail '{}' depends on {list}, which is not a task of the file; the name is kept",
            guardrail.id
        );
        notes.find(FindingKind::Assumed, line, message);
        guardrail
            .extra
            .insert("depends_on".to_owned(), format!("[{list}]"));
    }
}
