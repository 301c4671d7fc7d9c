//! Reads and writes the fields of a task in JSON, by their keys. Both JSON formats share them.
//!
//! Not here: ids, groups and dependencies, which differ between the formats (`task_status`, `task_list`,
//! `dependencies`).

use crate::{
    core::{
        entry::event::task::Wave,
        values::{
            branch::BranchName,
            id::{InvalidName, TaskId},
            task::{Approver, Estimate, Priority, Role, Status},
            text::Text,
        },
    },
    exchange::{
        DraftTask, FindingKind,
        json::{
            object::Object,
            progress,
            tree::{self, JsonMember, JsonNode, Value},
        },
        list_cell::{self, ITEMS},
        notes::Notes,
        short_text::{branch, glob, keep, short_text, unread},
        words,
    },
};

/// The maximum number of elements that a list of a task may have.
pub(super) const LIST_MAX: usize = 1000;

/// The keys of a format that no field of a task has, and that are not worth a finding.
pub(in crate::exchange) struct Keys {
    /// Keys whose values are left out, because they follow from the others.
    pub derived: &'static [&'static str],
    /// Keys whose values are kept as they are.
    pub kept: &'static [&'static str],
}

impl Keys {
    /// The keys of our own formats.
    pub const OURS: Self = Self {
        derived: &[],
        kept: &[],
    };
    /// The keys of a document of `status`.
    pub const OF_STATUS: Self = Self {
        derived: &["claim", "created", "updated", "waits_for", "children"],
        kept: &[],
    };
}

/// Reads the members of a task, except its id, title, dependencies and blockers. Unknown members go to `extra`.
pub(super) fn read(
    task: &mut DraftTask,
    members: &[JsonMember<'_>],
    keys: &Keys,
    notes: &mut Notes,
) {
    let (mut progress, mut wave, mut rank) = (None, None, None);
    let number = |node: &JsonNode<'_>| node.count().and_then(|n| u32::try_from(n).ok());
    let mut body = Body::default();
    for JsonMember { line, key, node } in members {
        let line = *line;
        match key.as_str() {
            "id" | "name" | "title" | "dependencies" | "depends_on" | "blockers" | "parent"
            | "parent_id" | "links" => {}
            key if keys.derived.contains(&key) => {}
            "group" if task.fields.group.is_none() => {
                let group = text(node, line, notes);
                task.fields.group = group.and_then(|it| short_text(line, "group", &it, notes));
            }
            "owner" | "owners" | "assignee" | "assigned_to" => {
                task.fields.owners = names(task, key, node, line, notes, words::actors);
            }
            "status" | "state" => read_status(task, node, line, notes),
            "priority" => {
                task.fields.priority = word(task, key, node, line, notes, words::priority);
            }
            "risk" | "risk_level" => {
                task.fields.risk = word(task, key, node, line, notes, words::risk);
            }
            "estimated_hours" | "estimated_time" | "estimate" => {
                read_estimate(task, key, node, line, notes)
            }
            "estimate_minutes" => {
                let bound = |key| node.get(key).and_then(JsonNode::count)?.try_into().ok();
                let bounds = bound("low").zip(bound("high"));
                task.fields.estimate =
                    bounds.and_then(|(low, high)| Estimate::from_minutes(low, high));
            }
            "due" | "due_at" | "due_date" | "deadline" => {
                task.fields.due = word(task, key, node, line, notes, words::day);
            }
            "defer" | "defer_until" | "not_before" => {
                task.fields.defer = word(task, key, node, line, notes, words::day);
            }
            "url" | "urls" | "html_url" | "external_ref" => {
                task.fields.urls = names(task, key, node, line, notes, words::urls)
                    .into_iter()
                    .collect();
            }
            "branch" => {
                task.fields.branch = {
                    text(node, line, notes).and_then(|text| branch(&task.id, line, &text, notes))
                }
            }
            "pr_number" | "pr" => read_pr(task, key, node, line, notes),
            "critical_review" | "review" | "gates" => read_review(task, key, node, line, notes),
            "files" | "paths" => {
                let texts = match node.elements() {
                    Some(_) => texts(node, line, notes),
                    // A text is written as a cell of a table is.
                    None => text(node, line, notes)
                        .map(|text| list_cell::split(&text, ITEMS))
                        .unwrap_or_default(),
                };
                let globs = texts.iter().filter_map(|text| glob(line, text, notes));
                task.fields.paths = globs.collect();
            }
            "labels" | "tags" => {
                let labels = shorts(node, "label", line, notes);
                task.fields.labels.extend(labels);
            }
            "checklist" => task
                .fields
                .checks
                .extend(shorts(node, "check", line, notes)),
            "accept" | "acceptance" | "acceptance_criteria" => {
                task.fields.criteria = acceptance(node, line, notes);
            }
            "description" => body.description = text(node, line, notes),
            "outputs" => body.outputs = texts(node, line, notes),
            "commands" => body.commands = texts(node, line, notes),
            "notes" => body.notes = texts(node, line, notes),
            "parallel_group" => {
                let group = text(node, line, notes);
                let label = group.map(|group| format!("parallel:{group}"));
                let label = label.and_then(|label| short_text(line, "label", &label, notes));
                task.fields.labels.extend(label);
            }
            "wave" => wave = number(node),
            "wave_rank" => rank = number(node),
            "steps" => progress::read_steps(task, node, line, notes),
            "progress" => progress = Some((line, node)),
            "files_count" | "status_remark" => keep_node(task, key, node, line, notes),
            key if keys.kept.contains(&key) => keep_node(task, key, node, line, notes),
            _ => {
                notes.find_each(FindingKind::UnknownKey, line, words::UNKNOWN_KEYS, key);
                keep_node(task, key, node, line, notes);
            }
        }
    }
    let rank = rank.unwrap_or_default();
    task.fields.wave = wave.map(|number| Wave { number, rank });
    if let Some((line, node)) = progress {
        progress::read(task, node, line, notes);
    }
    task.body = body.to_markdown();
}

pub(super) fn keep_node(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) {
    if !matches!(node.value, Value::Null) {
        keep(task, key, &node.to_json(), line, notes);
    }
}

/// The strings of a list, or a single string, that become members of an attribute.
fn shorts(
    node: &JsonNode<'_>,
    what: &str,
    line: usize,
    notes: &mut Notes,
) -> impl Iterator<Item = Text> {
    let texts = texts(node, line, notes);
    let short = |text: &String| short_text(line, what, text, notes);
    let short: Vec<Text> = texts.iter().filter_map(short).collect();
    short.into_iter()
}

/// A string; numbers and booleans are read as they are written. Lists and objects are left out, with a finding.
pub(in crate::exchange) fn text(
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) -> Option<String> {
    if node.is_empty() {
        return None;
    }
    if node.scalar().is_none() {
        let message = "a list or an object is left out where a text is expected";
        notes.find(FindingKind::Unreadable, line, message);
    }
    node.scalar().map(str::to_owned)
}

/// The strings of a list, or a single string as a list of one.
pub(super) fn texts(node: &JsonNode<'_>, line: usize, notes: &mut Notes) -> Vec<String> {
    lined_texts(node, line, notes)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// The strings of a list, or a single string as a list of one, each with its line.
pub(super) fn lined_texts(
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) -> Vec<(usize, String)> {
    let one = |node: &JsonNode<'_>, line, notes: &mut Notes| {
        text(node, line, notes).map(|text| (line, text))
    };
    match node.elements() {
        Some(elements) if elements.len() > LIST_MAX => {
            let count = elements.len();
            let message =
                format!("a list is left out: it has {count} elements; the limit is {LIST_MAX}");
            notes.find(FindingKind::Unreadable, line, message);
            Vec::new()
        }
        Some(elements) => elements
            .iter()
            .filter_map(|element| one(element, element.line, notes))
            .collect(),
        None => one(node, line, notes).into_iter().collect(),
    }
}

/// The acceptance criteria: a list, or an object whose members become `key: value`.
fn acceptance(node: &JsonNode<'_>, line: usize, notes: &mut Notes) -> Vec<Text> {
    let value = |node: &JsonNode<'_>| node.scalar().map_or_else(|| node.to_json(), str::to_owned);
    let texts = match node.members() {
        None => texts(node, line, notes),
        Some(members) => {
            let pair = |it: &JsonMember<'_>| format!("{}: {}", it.key, value(&it.node));
            members.iter().map(pair).collect()
        }
    };
    let mut criteria = Vec::new();
    for text in texts {
        let criterion = short_text(line, "criterion", &text, notes);
        criterion
            .into_iter()
            .for_each(|it| words::push_new(&mut criteria, it));
    }
    criteria
}

/// Names in a text or a list of texts. Names that cannot be read are findings, and the value is kept as text.
fn names<T: PartialEq>(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
    read: fn(&str) -> words::Names<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    let mut is_read = true;
    for text in texts(node, line, notes) {
        let names = read(&text);
        names
            .read
            .into_iter()
            .for_each(|name| words::push_new(&mut all, name));
        for error in &names.unread {
            unread(line, error, notes);
            is_read = false;
        }
    }
    if !is_read {
        keep_node(task, key, node, line, notes);
    }
    all
}

/// One word. A word that cannot be read is a finding, and is kept as text.
fn word<T>(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
    read: fn(&str) -> Result<T, InvalidName>,
) -> Option<T> {
    let text = text(node, line, notes).filter(|text| !words::says_nothing(text))?;
    let word = read(&text);
    if let Err(error) = &word {
        unread(line, error, notes);
        keep_node(task, key, node, line, notes);
    }
    word.ok()
}

fn read_status(task: &mut DraftTask, node: &JsonNode<'_>, line: usize, notes: &mut Notes) {
    let Some(text) = text(node, line, notes) else {
        return;
    };
    match words::status(&text) {
        Some((status, remark)) => {
            task.status = status;
            if remark.is_empty() {
                return;
            }
            if matches!(status, Status::Waiting | Status::Blocked) {
                task.blockers.push(remark);
            } else {
                keep(task, "status_remark", &tree::quoted(&remark), line, notes);
            }
        }
        None => {
            let message = "not a known status, so the task is not started; kept as text";
            notes.find_each(FindingKind::Unreadable, line, message, &text);
            keep(task, "status_remark", &tree::quoted(&text), line, notes);
        }
    }
}

fn read_estimate(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) {
    let written = match node.elements() {
        Some([low, high]) => low
            .scalar()
            .zip(high.scalar())
            .map(|(low, high)| format!("{low}-{high}")),
        _ => node.scalar().map(str::to_owned),
    };
    task.fields.estimate = written
        .as_deref()
        .and_then(|text| words::estimate(text, notes.working_day));
    let nothing = node.is_empty() || written.as_deref().is_some_and(words::says_nothing);
    if task.fields.estimate.is_none() && !nothing {
        let message = "not a duration such as 30min or 2-3h, kept as text";
        notes.find_each(FindingKind::Unreadable, line, message, &node.to_json());
        keep_node(task, key, node, line, notes);
    }
}

fn read_pr(task: &mut DraftTask, key: &str, node: &JsonNode<'_>, line: usize, notes: &mut Notes) {
    let text = text(node, line, notes).filter(|text| !words::says_nothing(text));
    let Some(text) = text else {
        return;
    };
    task.fields.pull_request = text.trim().trim_start_matches(['#', '!']).parse().ok();
    if task.fields.pull_request.is_none() {
        let message = "not a pull request number, kept as text";
        notes.find_each(FindingKind::Unreadable, line, message, &text);
        keep_node(task, key, node, line, notes);
    }
}

/// Reads a review: `true`, a name, a list of names, or an object with `required` and `reviewer`.
fn read_review(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    line: usize,
    notes: &mut Notes,
) {
    let mut gates = Vec::new();
    let by = |element: &JsonNode<'_>| element.get("by")?.scalar()?.parse().ok();
    let objects = node
        .elements()
        .filter(|all| all.iter().any(|it| it.members().is_some()));
    if let Some(objects) = objects {
        gates.extend(objects.iter().filter_map(by));
    } else if node.members().is_none() {
        gates = names(task, key, node, line, notes, words::gates);
    } else {
        keep_node(task, "critical_review_detail", node, line, notes);
        let reviewer = node
            .get("reviewer")
            .or(node.get("reviewers"))
            .or(node.get("by"));
        if node.get("required").and_then(JsonNode::scalar) != Some("false") {
            if let Some(reviewer) = reviewer {
                gates = names(task, key, reviewer, line, notes, words::gates);
            }
            if gates.is_empty() {
                gates.push(Approver::Role(Role::Reviewer));
            }
        }
    }
    if gates == [Approver::Role(Role::Reviewer)] && node.scalar() == Some("true") {
        let id = task.id.as_str();
        notes.find_each(FindingKind::Assumed, line, words::NO_REVIEWER, id);
    }
    task.fields.gates = gates.into_iter().collect();
}

/// The members that together become the long text of a task.
#[derive(Default)]
struct Body {
    description: Option<String>,
    outputs: Vec<String>,
    commands: Vec<String>,
    notes: Vec<String>,
}

impl Body {
    fn to_markdown(&self) -> Option<String> {
        let list = |texts: &[String]| {
            texts
                .iter()
                .map(|text| format!("- {text}"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let mut parts: Vec<String> = self.description.iter().cloned().collect();
        if !self.outputs.is_empty() {
            parts.push(format!("**Outputs**\n\n{}", list(&self.outputs)));
        }
        if !self.commands.is_empty() {
            parts.push(format!(
                "**Commands**\n\n```sh\n{}\n```",
                self.commands.join("\n")
            ));
        }
        if !self.notes.is_empty() {
            parts.push(format!("**Notes**\n\n{}", self.notes.join("\n\n")));
        }
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
}

/// A task as an object, which [`read`] reads as the same task. `key_of` gives the key of another task, and `blockers` is a
/// list.
pub(in crate::exchange) fn write<'k>(
    task: &'k DraftTask,
    key_of: impl Fn(&'k TaskId) -> &'k str,
    blockers: serde_json::Value,
) -> Object {
    let fields = &task.fields;
    let mut object = Object::default();
    object.text("id", task.id.as_str());
    object.text("name", fields.title.as_str());
    let owners: Vec<&str> = fields.owners.iter().map(|owner| owner.as_str()).collect();
    object.maybe("owner", (!owners.is_empty()).then(|| owners.join(" + ")));
    object.text(
        "status",
        if task.status == Status::Done {
            "completed"
        } else {
            task.status.as_str()
        },
    );
    object.maybe("priority", fields.priority.map(Priority::as_str));
    if let Some(risk) = fields.risk {
        object.text("risk", risk.as_str());
    }
    object.maybe("estimated_hours", fields.estimate.map(hours));
    object.maybe("branch", fields.branch.as_ref().map(BranchName::as_str));
    let depends: Vec<&str> = task.depends.iter().map(&key_of).collect();
    object.put("dependencies", depends);
    if let Some(parent) = &task.parent {
        object.text("parent", key_of(parent));
    }
    let links = task.links.iter();
    let links: Vec<String> = links
        .map(|(kind, other)| format!("{kind}:{}", key_of(other)))
        .collect();
    object.some_texts("links", &links);
    object.maybe("pr_number", fields.pull_request);
    if fields.gates.is_empty() {
        object.put("critical_review", false);
    } else {
        let gates: Vec<String> = fields.gates.iter().map(ToString::to_string).collect();
        object.text("critical_review", &format!("YES ({})", gates.join(" + ")));
    }
    object.maybe::<u64>("files_count", None);
    object.object("progress", progress::write(task));
    object.put("blockers", blockers);
    object.some_texts("paths", &fields.paths);
    object.some_texts("labels", &fields.labels);
    object.some_texts("acceptance_criteria", &fields.criteria);
    object.some_texts("checklist", &fields.checks);
    if let Some(due) = fields.due {
        object.text("due", &due.to_string());
    }
    if let Some(day) = fields.defer {
        object.text("defer", &day.to_string());
    }
    object.some_texts("urls", &fields.urls);
    if let Some(body) = &task.body {
        object.text("description", body);
    }
    if let Some(wave) = fields.wave {
        object.put("wave", wave.number);
        object.put("wave_rank", wave.rank);
    }
    let extra = fields.extra.iter();
    let extra = extra.map(|(key, json)| (key.as_str(), json.as_str()));
    object.extra(extra.filter(|(key, _)| *key != "key" && !key.starts_with("progress.")));
    object
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
