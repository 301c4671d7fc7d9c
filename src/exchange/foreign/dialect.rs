//! The keys and the words of another program: a table of each, and how a task of theirs becomes one with our keys.
//!
//! Not here: the tables (one file per program), and reading our keys (`json`).

use crate::{
    core::values::task::Status,
    exchange::{
        json::{
            fields::Keys,
            tree::{JsonMember, JsonNode, Value},
        },
        notes::Notes,
        words,
    },
};

/// Makes our value of one of theirs; the second is the whole task.
pub(super) type Convert = for<'t> fn(&JsonNode<'t>, &JsonNode<'t>) -> Option<JsonNode<'t>>;

/// How a program writes its tasks.
pub(super) struct Dialect {
    /// The key of the id.
    pub id: &'static str,
    /// A key of theirs, our key for it, and how its value becomes ours. A key may have several rows.
    pub keys: &'static [(&'static str, &'static str, Convert)],
    /// The keys whose texts are the long text of a task: the first one, and the others with a heading for each.
    pub body: (&'static str, &'static [(&'static str, &'static str)]),
    /// Keys that have no field of a task.
    pub known: Keys,
    /// Their words for a status, in lower case and with spaces, where ours mean something else or nothing.
    pub states: &'static [(&'static str, Status)],
}

/// A task of another program with our keys. Besides them, `blocks` and `children` name other tasks.
pub(super) struct Record<'t> {
    pub id: String,
    pub line: usize,
    pub members: Vec<JsonMember<'t>>,
}

impl Record<'_> {
    /// Adds a value.
    pub fn add(&mut self, key: &str, text: impl Into<String>) {
        self.members
            .push(member(key, JsonNode::text(self.line, text)));
    }
}

impl Dialect {
    /// Each of these values as a task. One that is not an object with an id is a complaint.
    pub fn records<'t>(&self, values: &[JsonNode<'t>], notes: &mut Notes) -> Vec<Record<'t>> {
        let record = |value: &JsonNode<'t>| self.record(value, notes);
        values.iter().filter_map(record).collect()
    }

    pub fn record<'t>(&self, task: &JsonNode<'t>, notes: &mut Notes) -> Option<Record<'t>> {
        let (line, key) = (task.line, self.id);
        if task.members().is_none() {
            notes.complain(line, "a task must be an object");
            return None;
        }
        let Some(id) = task.get(key).and_then(JsonNode::scalar) else {
            notes.complain(line, format!("the task has no '{key}'"));
            return None;
        };
        Some(Record {
            id: id.to_owned(),
            line,
            members: self.members(task),
        })
    }

    /// The members with our keys; empty ones are left out.
    fn members<'t>(&self, task: &JsonNode<'t>) -> Vec<JsonMember<'t>> {
        let (first, parts) = self.body;
        let mut ours: Vec<JsonMember<'t>> = body(task, first, parts).into_iter().collect();
        for JsonMember { line, key, node } in task.members().unwrap_or_default() {
            let is_of_body = key == first || parts.iter().any(|(part, _)| part == key);
            if node.is_empty() || key == self.id || is_of_body {
                continue;
            }
            let rows = self.keys.iter().filter(|(theirs, ..)| theirs == key);
            let is_known = rows.clone().next().is_some();
            let read = rows.filter_map(|(_, key, convert)| Some((*key, convert(node, task)?)));
            let as_it_is = (!is_known).then(|| (key.as_str(), node.clone()));
            for (key, node) in read.chain(as_it_is) {
                let (line, key) = (*line, key.to_owned());
                let word = if key == "status" { node.scalar() } else { None };
                match word.and_then(|word| Some((word, self.state(word)?))) {
                    Some((word, status)) => {
                        if words::exact_status(word) != Some(status) {
                            ours.push(member("status_remark", JsonNode::text(line, word)));
                        }
                        ours.push(member("status", JsonNode::text(line, status.as_str())));
                    }
                    None => ours.push(JsonMember { line, key, node }),
                }
            }
        }
        ours
    }

    /// The status for a word of theirs, if the table has it.
    pub fn state(&self, word: &str) -> Option<Status> {
        let word = word.to_lowercase().replace(['_', '-'], " ");
        let state = self.states.iter().find(|(theirs, _)| *theirs == word);
        state.map(|(_, status)| *status)
    }
}

/// A member at the line of its value.
pub(super) fn member<'t>(key: &str, node: JsonNode<'t>) -> JsonMember<'t> {
    let (line, key) = (node.line, key.to_owned());
    JsonMember { line, key, node }
}

/// The value as it is.
pub(super) fn same<'t>(node: &JsonNode<'t>, _: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    Some(node.clone())
}

/// A number of minutes as an estimate.
pub(super) fn minutes<'t>(node: &JsonNode<'t>, _: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let written = node.count().map(|minutes| format!("{minutes}min"));
    Some(written.map_or_else(|| node.clone(), |text| JsonNode::text(node.line, text)))
}

/// The lines of a text as a list, without bullets, numbers and checkboxes. A list stays one.
pub(super) fn lines<'t>(node: &JsonNode<'t>, _: &JsonNode<'t>) -> Option<JsonNode<'t>> {
    let Value::Text(text) = &node.value else {
        return Some(node.clone());
    };
    let bullets = |c: char| c.is_whitespace() || "-*•".contains(c);
    let bare = |line: &str| {
        let line = line.trim_start_matches(bullets);
        let boxes = ["[ ] ", "[x] ", "[X] "];
        let unboxed = boxes.iter().find_map(|mark| line.strip_prefix(mark));
        unboxed.unwrap_or(line).trim().to_owned()
    };
    let lines = text.lines().map(bare).filter(|line| !line.is_empty());
    let lines = lines.map(|line| JsonNode::text(node.line, line));
    Some(JsonNode::made(node.line, Value::List(lines.collect())))
}

/// The values of a key in a list of objects, in an object, or in a list in its member `nodes`. A text stays one.
pub(super) fn pluck<'t>(node: &JsonNode<'t>, key: &str) -> Option<JsonNode<'t>> {
    let list = node.get("nodes").unwrap_or(node);
    let one = |node: &JsonNode<'t>| {
        let found = node
            .get(key)
            .or(Some(node).filter(|it| it.scalar().is_some()));
        found
            .and_then(JsonNode::scalar)
            .map(|text| JsonNode::text(node.line, text))
    };
    match list.elements() {
        Some(elements) => {
            let all: Vec<JsonNode<'t>> = elements.iter().filter_map(one).collect();
            (!all.is_empty()).then(|| JsonNode::made(node.line, Value::List(all)))
        }
        None => one(list),
    }
}

/// The long text of a task: the first value, and the others below their headings.
fn body<'t>(task: &JsonNode<'t>, first: &str, parts: &[(&str, &str)]) -> Option<JsonMember<'t>> {
    let text = |key: &str| {
        task.get(key)
            .and_then(JsonNode::scalar)
            .filter(|it| !it.trim().is_empty())
    };
    let mut sections: Vec<String> = text(first).map(str::to_owned).into_iter().collect();
    for (key, heading) in parts {
        let list = task.get(key).and_then(JsonNode::elements);
        let comments = list.map(|all| all.iter().map(comment).collect::<Vec<_>>().join("\n\n"));
        let section = text(key).map(str::to_owned).or(comments);
        let section = section.filter(|it| !it.trim().is_empty());
        sections.extend(section.map(|section| format!("## {heading}\n\n{section}")));
    }
    let body = sections.join("\n\n");
    (!body.is_empty()).then(|| member("description", JsonNode::text(task.line, body)))
}

/// A comment with its author and its time.
fn comment(node: &JsonNode<'_>) -> String {
    let of = |node: &JsonNode<'_>, keys: &[&str]| {
        let found = keys.iter().find_map(|key| node.get(key)?.scalar());
        found.map(str::to_owned)
    };
    let login = node
        .get("author")
        .and_then(|author| of(author, &["login", "name"]));
    let author = login.or_else(|| of(node, &["author", "created_by"]));
    let time = of(node, &["created_at", "createdAt", "entry"]);
    let text = of(node, &["text", "body", "description"]).or(node.scalar().map(str::to_owned));
    let head: Vec<String> = [author.map(|it| format!("**{it}**")), time]
        .into_iter()
        .flatten()
        .collect();
    let text = text.unwrap_or_else(|| node.to_json());
    if head.is_empty() {
        text
    } else {
        format!("{}: {text}", head.join(", "))
    }
}
