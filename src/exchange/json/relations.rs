//! The parent of a task and its links in JSON, also among typed dependencies as other programs write them.
//!
//! Not here: dependencies by name (`dependencies`, `task_list`, `task_status`).

use crate::{
    core::values::{id::TaskId, task::LinkKind},
    exchange::{
        DraftTask, FindingKind,
        json::{
            dependencies::PlanNames,
            fields,
            tree::{JsonNode, Value},
        },
        notes::Notes,
        of_state::plain_name,
        words,
    },
};

impl PlanNames {
    /// The task with this key or this id.
    fn meant(&self, name: &str) -> Option<&TaskId> {
        let plain = || self.by_id(&plain_name(name));
        self.by_key(name).or_else(plain)
    }
}

/// Reads the parent by its key or id. A parent that is not in the file is a finding, and is kept as text.
pub(super) fn read_parent(
    task: &mut DraftTask,
    line: usize,
    key: &str,
    node: &JsonNode<'_>,
    names: &PlanNames,
    notes: &mut Notes,
) {
    let Some(name) = fields::text(node, line, notes) else {
        return;
    };
    task.parent = names.meant(&name).cloned();
    if task.parent.is_none() && !words::says_nothing(&name) {
        unknown(task, line, key, node, "parent", &name, notes);
    }
}

/// Reads links: texts such as `relates:B`, or objects with `kind` and `task`.
pub(super) fn read_links(
    task: &mut DraftTask,
    line: usize,
    key: &str,
    node: &JsonNode<'_>,
    names: &PlanNames,
    notes: &mut Notes,
) {
    let elements = node.elements().unwrap_or(std::slice::from_ref(node));
    for element in elements.iter().filter(|it| !it.is_empty()) {
        let scalar = |key| element.get(key).and_then(JsonNode::scalar);
        let link = match element.scalar() {
            Some(text) => words::link(text),
            None => scalar("kind").and_then(|kind| Some((kind.parse().ok()?, scalar("task")?))),
        };
        let known = link.and_then(|(kind, name)| Some((kind, names.meant(name)?.clone())));
        match known {
            Some(link) => add(task, link),
            None => unknown(task, line, key, node, "link", &element.to_json(), notes),
        }
    }
}

/// Whether a list of dependencies has objects with a type.
pub(super) fn are_typed(node: &JsonNode<'_>) -> bool {
    let is_typed = |element: &JsonNode<'_>| of_type(element).is_some();
    node.elements().is_some_and(|all| all.iter().any(is_typed))
}

/// The type of a dependency, and the task that it names.
fn of_type<'n>(element: &'n JsonNode<'_>) -> Option<(&'n str, &'n str)> {
    let one_of = |keys: [&str; 2]| keys.into_iter().find_map(|key| element.get(key)?.scalar());
    one_of(["type", "dependency_type"]).zip(one_of(["depends_on_id", "id"]))
}

/// Reads dependencies with a type: `blocks` is one, `parent-child` is the parent, and the names of links are links. Every other
/// type is a finding, and the list is kept as text. `depends` reads a dependency by name.
pub(super) fn read_typed(
    task: &mut DraftTask,
    key: &str,
    node: &JsonNode<'_>,
    names: &PlanNames,
    notes: &mut Notes,
    depends: impl Fn(&mut DraftTask, usize, String, &mut Notes),
) {
    for element in node.elements().unwrap_or_default() {
        let line = element.line;
        let Some((kind, name)) = of_type(element) else {
            let text = fields::text(element, line, notes);
            text.into_iter()
                .for_each(|name| depends(task, line, name, notes));
            continue;
        };
        let other = names.meant(name).cloned();
        match (kind, kind.parse::<LinkKind>(), other) {
            ("blocks", ..) => depends(task, line, name.to_owned(), notes),
            ("parent-child", _, Some(parent)) => task.parent = Some(parent),
            (_, Ok(kind), Some(other)) => add(task, (kind, other)),
            _ => unknown(task, line, key, node, kind, name, notes),
        }
    }
}

/// Adds a link, unless it leads to the task itself.
fn add(task: &mut DraftTask, link: (LinkKind, TaskId)) {
    if link.1 != task.id {
        words::push_new(&mut task.links, link);
    }
}

fn unknown(
    task: &mut DraftTask,
    line: usize,
    key: &str,
    node: &JsonNode<'_>,
    what: &str,
    name: &str,
    notes: &mut Notes,
) {
    let message = format!("a {what} to a task that the file does not have is kept as text");
    notes.find_each(FindingKind::Unreadable, line, &message, name);
    if !matches!(node.value, Value::Null) {
        fields::keep_node(task, key, node, line, notes);
    }
}
