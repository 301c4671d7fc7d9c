//! Writes a draft as a `task_status.json` of schema version 1.0. The summary is computed from the tasks.
//!
//! Reading the file gives the same draft again. Not here: reading (`task_status`).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{dependencies::PlanNames, fields, object::Object};
use crate::{
    core::values::{id::TaskId, json::to_json_pretty, task::Status, text::Text},
    exchange::{Draft, DraftGuardrail, DraftTask, words},
};

/// The file's text: two spaces per level, keys in a fixed order, a line feed at the end.
pub(in crate::exchange) fn task_status(draft: &Draft) -> String {
    let keys = keys(&draft.tasks);
    let mut file = Object::default();
    file.text("schema_version", "1.0");
    if let Some(title) = &draft.title {
        file.text("title", title);
    }
    file.object("tasks", groups(draft, &keys));
    if !draft.guardrails.is_empty() {
        let mut guardrails = Object::default();
        for one in &draft.guardrails {
            guardrails.object(one.id.as_str(), guardrail(one, &keys));
        }
        file.object("pre_audit_guardrails", guardrails);
    }
    let mut figures = summary(&draft.tasks);
    figures.extra(members_of(&draft.extra, "summary."));
    file.object("summary", figures);
    let mut metrics = Object::default();
    metrics.extra(members_of(&draft.extra, "metrics."));
    if !metrics.is_empty() {
        file.object("metrics", metrics);
    }
    let whole =
        |(key, _): &(&str, &str)| !key.starts_with("summary.") && !key.starts_with("metrics.");
    file.extra(members_of(&draft.extra, "").filter(whole));
    to_json_pretty(&file)
}

/// The key of every task: the key in the file that it came from, else its id. A key that is taken gets a `_`.
fn keys(tasks: &[DraftTask]) -> HashMap<&TaskId, String> {
    // A group is a member beside the tasks without one.
    let groups = tasks.iter().filter_map(|task| task.fields.group.as_ref());
    let mut taken: HashSet<String> = groups.map(|group| group.as_str().to_owned()).collect();
    let mut keys = HashMap::new();
    for task in tasks {
        let mut extra = task.fields.extra.iter();
        let kept = extra.find(|(key, _)| key.as_str() == "key");
        let kept = kept.and_then(|(_, json)| serde_json::from_str(json.as_str()).ok());
        let mut key: String = kept.unwrap_or_else(|| task.id.to_string());
        while !taken.insert(key.clone()) {
            key.push('_');
        }
        keys.insert(&task.id, key);
    }
    keys
}

fn members_of<'d>(
    extra: &'d BTreeMap<String, String>,
    prefix: &'d str,
) -> impl Iterator<Item = (&'d str, &'d str)> {
    extra
        .iter()
        .filter_map(move |(key, json)| Some((key.strip_prefix(prefix)?, json.as_str())))
}

/// The groups with their tasks. Tasks without a group are members beside the groups, and come first.
fn groups(draft: &Draft, keys: &HashMap<&TaskId, String>) -> Object {
    let mut groups: Vec<(&str, Object)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut all = Object::default();
    let mut names = PlanNames::default();
    for task in &draft.tasks {
        let key = keys.get(&task.id).map(String::as_str);
        names.add(key, &task.id, task.fields.title.as_str());
    }
    for one in &draft.tasks {
        let key = keys.get(&one.id).map_or(one.id.as_str(), String::as_str);
        let Some(group) = one.fields.group.as_ref().map(Text::as_str) else {
            all.object(key, task(one, keys, &names));
            continue;
        };
        let at = *places.entry(group).or_insert_with(|| {
            groups.push((group, Object::default()));
            groups.len() - 1
        });
        groups[at].1.object(key, task(one, keys, &names));
    }
    for (name, group) in groups {
        all.object(name, group);
    }
    all
}

fn task<'d>(task: &'d DraftTask, keys: &'d HashMap<&TaskId, String>, names: &PlanNames) -> Object {
    let blockers = task
        .blockers
        .iter()
        .map(|reason| match names.awaited(reason) {
            // As a text it would be read as a dependency.
            Some(_) => serde_json::json!({ "reason": reason }),
            None => reason.as_str().into(),
        });
    fields::write(task, |id| key_of(id, keys), blockers.collect())
}

fn key_of<'k>(id: &'k TaskId, keys: &'k HashMap<&TaskId, String>) -> &'k str {
    keys.get(id).map_or(id.as_str(), String::as_str)
}

fn guardrail(guardrail: &DraftGuardrail, keys: &HashMap<&TaskId, String>) -> Object {
    let mut object = Object::default();
    object.text("name", &guardrail.title);
    object.text("status", guardrail.status.as_str());
    object.put("required", guardrail.required);
    object.maybe("command", guardrail.command.as_deref());
    object.maybe("output_path", guardrail.output_path.as_deref());
    object.maybe("expected", guardrail.expect.as_deref());
    if !guardrail.environment.is_empty() {
        object.put(
            "environment",
            guardrail
                .environment
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        );
    }
    let outside: Vec<String> = guardrail
        .extra
        .get("depends_on")
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let inside = guardrail.depends.iter().map(|id| key_of(id, keys));
    object.put(
        "depends_on",
        inside
            .chain(outside.iter().map(String::as_str))
            .collect::<Vec<_>>(),
    );
    object.extra(members_of(&guardrail.extra, "").filter(|(key, _)| *key != "depends_on"));
    object
}

fn summary(tasks: &[DraftTask]) -> Object {
    let mut object = Object::default();
    object.put("total_tasks", tasks.len());
    for status in Status::ALL {
        let word = if *status == Status::Done {
            "completed"
        } else {
            status.as_str()
        };
        object.put(
            word,
            tasks.iter().filter(|task| task.status == *status).count(),
        );
    }
    let mut owners = Vec::new();
    for owner in tasks.iter().flat_map(|task| &task.fields.owners) {
        words::push_new(&mut owners, owner.as_str());
    }
    owners.sort_unstable();
    let mut by_owner = Object::default();
    for owner in owners {
        by_owner.put(
            owner,
            tasks
                .iter()
                .filter(|task| task.fields.owners.iter().any(|name| name.as_str() == owner))
                .count(),
        );
    }
    if !by_owner.is_empty() {
        object.object("by_owner", by_owner);
    }
    object
}
