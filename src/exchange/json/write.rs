//! Writes a draft as a `task_status.json` of schema version 1.0. The summary is computed from the tasks.
//!
//! `task_status` reads the file as the same draft again. Not here: that reading.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use crate::{
    core::values::{
        id::TaskId,
        json::to_json_pretty,
        task::{Estimate, Priority, Status},
    },
    exchange::{Draft, DraftGuardrail, DraftStep, DraftTask, words},
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
    if !metrics.0.is_empty() {
        file.object("metrics", metrics);
    }
    let whole =
        |(key, _): &(&str, &str)| !key.starts_with("summary.") && !key.starts_with("metrics.");
    file.extra(members_of(&draft.extra, "").filter(whole));
    to_json_pretty(&file)
}

/// The key of every task: the key in the file that it came from, else its id. A key that is taken gets a `_`.
fn keys(tasks: &[DraftTask]) -> HashMap<&TaskId, String> {
    let mut taken = HashSet::new();
    let mut keys = HashMap::new();
    for task in tasks {
        let kept = task
            .extra
            .get("key")
            .and_then(|json| serde_json::from_str(json).ok());
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
    for one in &draft.tasks {
        let key = keys.get(&one.id).map_or(one.id.as_str(), String::as_str);
        let Some(group) = one.group.as_deref() else {
            all.object(key, task(one, keys));
            continue;
        };
        let at = *places.entry(group).or_insert_with(|| {
            groups.push((group, Object::default()));
            groups.len() - 1
        });
        groups[at].1.object(key, task(one, keys));
    }
    for (name, group) in groups {
        all.object(name, group);
    }
    all
}

fn task(task: &DraftTask, keys: &HashMap<&TaskId, String>) -> Object {
    let mut object = Object::default();
    object.text("id", task.id.as_str());
    object.text("name", &task.title);
    let owners: Vec<&str> = task.owners.iter().map(|owner| owner.as_str()).collect();
    object.maybe("owner", (!owners.is_empty()).then(|| owners.join(" + ")));
    object.text(
        "status",
        if task.status == Status::Done {
            "completed"
        } else {
            task.status.as_str()
        },
    );
    object.maybe("priority", task.priority.map(Priority::as_str));
    if let Some(risk) = task.risk {
        object.text("risk", risk.as_str());
    }
    object.maybe("estimated_hours", task.estimate.map(hours));
    object.maybe("branch", task.branch.as_deref());
    object.put(
        "dependencies",
        task.depends
            .iter()
            .map(|id| key_of(id, keys))
            .collect::<Vec<_>>(),
    );
    object.maybe("pr_number", task.pr);
    if task.gates.is_empty() {
        object.put("critical_review", false);
    } else {
        let gates: Vec<String> = task.gates.iter().map(ToString::to_string).collect();
        object.text("critical_review", &format!("YES ({})", gates.join(" + ")));
    }
    object.maybe::<u64>("files_count", None);
    object.object("progress", progress(task));
    object.put("blockers", &task.blockers);
    for (key, list) in [
        ("paths", &task.paths),
        ("labels", &task.labels),
        ("acceptance_criteria", &task.accept),
    ] {
        if !list.is_empty() {
            object.put(key, list);
        }
    }
    if let Some(body) = &task.body {
        object.text("description", body);
    }
    for (key, number) in [("wave", task.wave), ("wave_rank", task.wave_rank)] {
        if let Some(number) = number {
            object.put(key, number);
        }
    }
    let own = |(key, _): &(&str, &str)| *key != "key" && !key.starts_with("progress.");
    object.extra(members_of(&task.extra, "").filter(own));
    object
}

fn key_of<'k>(id: &'k TaskId, keys: &'k HashMap<&TaskId, String>) -> &'k str {
    keys.get(id).map_or(id.as_str(), String::as_str)
}

/// A whole number of quarter hours as a number of hours; any other estimate as text.
fn hours(estimate: Estimate) -> serde_json::Value {
    let (low, high) = (estimate.low(), estimate.high());
    if low == high && low % 60 == 0 {
        return (low / 60).into();
    }
    if low == high && low % 15 == 0 {
        return (f64::from(low) / 60.0).into();
    }
    estimate.to_string().into()
}

fn progress(task: &DraftTask) -> Object {
    let mut object = Object::default();
    let done = task.steps.iter().filter(|step| step.done).count();
    object.put("total_steps", task.steps.len());
    object.put("completed_steps", done);
    object.put(
        "percentage",
        task.percent.unwrap_or_else(|| task.derived_percent()),
    );
    let counted = |(at, step): (usize, &DraftStep)| {
        step.text == format!("step {}", at + 1) && step.done == (at < done)
    };
    if !task.steps.iter().enumerate().all(counted) {
        let steps = task.steps.iter().map(|step| {
            let mut object = Object::default();
            object.text("text", &step.text);
            object.put("done", step.done);
            object
        });
        object.put("steps", steps.collect::<Vec<_>>());
    }
    object.extra(members_of(&task.extra, "progress."));
    object
}

fn guardrail(guardrail: &DraftGuardrail, keys: &HashMap<&TaskId, String>) -> Object {
    let mut object = Object::default();
    object.text("name", &guardrail.title);
    object.text("status", guardrail.status.as_str());
    object.put("required", guardrail.required);
    object.maybe("command", guardrail.command.as_deref());
    object.maybe("output_path", guardrail.output_path.as_deref());
    object.maybe("expected", guardrail.expect.as_deref());
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
    for owner in tasks.iter().flat_map(|task| &task.owners) {
        words::push_new(&mut owners, owner.as_str());
    }
    owners.sort_unstable();
    let mut by_owner = Object::default();
    for owner in owners {
        by_owner.put(
            owner,
            tasks
                .iter()
                .filter(|task| task.owners.iter().any(|name| name.as_str() == owner))
                .count(),
        );
    }
    if !by_owner.0.is_empty() {
        object.object("by_owner", by_owner);
    }
    object
}

/// A JSON object whose members keep the order in which they were added.
#[derive(Default)]
struct Object(Vec<(String, Json)>);

enum Json {
    Value(serde_json::Value),
    Raw(Box<RawValue>),
    Object(Object),
    List(Vec<Object>),
}

impl From<Vec<Object>> for Json {
    fn from(list: Vec<Object>) -> Self {
        Self::List(list)
    }
}

macro_rules! json_from {
    ($($type:ty),*) => {
        $(impl From<$type> for Json {
            fn from(value: $type) -> Self {
                Self::Value(serde_json::Value::from(value))
            }
        })*
    };
}
json_from!(
    &str,
    String,
    bool,
    u8,
    u32,
    u64,
    usize,
    serde_json::Value,
    Vec<&str>
);

impl From<&Vec<String>> for Json {
    fn from(list: &Vec<String>) -> Self {
        Self::Value(serde_json::Value::from(list.clone()))
    }
}

impl Object {
    fn put(&mut self, key: &str, value: impl Into<Json>) {
        self.0.push((key.to_owned(), value.into()));
    }
    fn text(&mut self, key: &str, text: &str) {
        self.put(key, text);
    }
    fn maybe<T: Into<Json>>(&mut self, key: &str, value: Option<T>) {
        self.put(
            key,
            value.map_or(Json::Value(serde_json::Value::Null), Into::into),
        );
    }
    fn object(&mut self, key: &str, object: Object) {
        self.0.push((key.to_owned(), Json::Object(object)));
    }
    /// Adds members from JSON text. One replaces a member of the same key only if that is `null`.
    fn extra<'e>(&mut self, members: impl Iterator<Item = (&'e str, &'e str)>) {
        for (key, json) in members {
            let Ok(raw) = RawValue::from_string(json.to_owned()) else {
                continue;
            };
            match self.0.iter_mut().find(|(known, _)| known == key) {
                Some((_, value @ Json::Value(serde_json::Value::Null))) => *value = Json::Raw(raw),
                Some(_) => {}
                None => self.0.push((key.to_owned(), Json::Raw(raw))),
            }
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}
