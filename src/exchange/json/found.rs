//! What both kinds of JSON plans have in common: the file, its other keys, and its tasks once they are found.
//!
//! Not here: where the tasks are in a file (`task_list`, `task_status`), and the fields of a task (`fields`).

use crate::{
    core::{plan::fields::Fields, values::id::TaskId},
    exchange::{
        Complaint, Draft, DraftTask, FindingKind, Limits,
        json::{
            dependencies::{self, PlanNames},
            fields::{self, Keys},
            relations,
            tree::{self, JsonMember, JsonNode},
        },
        notes::Notes,
        short_text::{self, short_text},
        words,
    },
};

/// A task whose id is read but whose other fields are not.
pub(in crate::exchange) struct Found<'t> {
    pub id: TaskId,
    pub group: Option<&'t str>,
    /// Its key, if the plan has its tasks by key.
    pub key: Option<&'t str>,
    pub line: usize,
    pub node: &'t JsonNode<'t>,
}

/// The whole file; none if it is not JSON.
pub(in crate::exchange) fn root<'t>(text: &'t str, notes: &mut Notes) -> Option<JsonNode<'t>> {
    let root = tree::parse(text);
    checked(root, notes)
}

/// A value in which no key appears twice; none, and a complaint, if it is not JSON.
pub(in crate::exchange) fn checked<'t>(
    value: Result<JsonNode<'t>, Complaint>,
    notes: &mut Notes,
) -> Option<JsonNode<'t>> {
    let value = value.map_err(|complaint| notes.complain(complaint.line, complaint.message));
    value.ok().inspect(|value| {
        value.duplicates(&mut |line, key| {
            let message = format!("the key '{}' appears twice", key.escape_debug());
            notes.complain(line, message);
        });
    })
}

/// Whether so many tasks are allowed; if not, that is a complaint.
pub(in crate::exchange) fn fits(
    count: usize,
    line: usize,
    limits: &Limits,
    notes: &mut Notes,
) -> bool {
    let most = limits.tasks;
    if count > most {
        let message = format!("the plan has {count} tasks; the limit is {most}");
        notes.complain(line, message);
    }
    count <= most
}

/// Reads a member of the file that both kinds may have: the title, or one that nobody knows.
pub(in crate::exchange) fn member(draft: &mut Draft, member: &JsonMember<'_>, notes: &mut Notes) {
    let JsonMember { line, key, node } = member;
    match key.as_str() {
        "title" | "name" | "project" if draft.title.is_none() => {
            draft.title = fields::text(node, *line, notes)
        }
        _ => {
            notes.find_each(FindingKind::UnknownKey, *line, words::UNKNOWN_KEYS, key);
            draft.extra.insert(key.clone(), node.to_json());
        }
    }
}

impl<'t> Found<'t> {
    /// Its title, if it has one.
    pub fn title(&self) -> Option<&'t str> {
        // A plan by key prefers `name`, a list `title`.
        let mut keys = ["title", "name"];
        if self.key.is_some() {
            keys.reverse();
        }
        let found = keys.iter().find_map(|key| self.node.get(key));
        found.and_then(JsonNode::scalar)
    }

    /// Reads its fields. `depends` reads one name of its dependencies, with the line.
    pub fn read(
        &self,
        names: &PlanNames,
        keys: &Keys,
        notes: &mut Notes,
        depends: impl Fn(&mut DraftTask, usize, String, &mut Notes),
    ) -> DraftTask {
        let (id, line) = (&self.id, self.line);
        let title = self.title().or(self.key).unwrap_or_default();
        let group = self
            .group
            .and_then(|it| short_text(line, "group", it, notes));
        let fields = Fields {
            group,
            ..Fields::titled(short_text::title(id, line, title, notes))
        };
        let mut task = DraftTask::new(id.clone(), line, fields);
        // The export adds a `_` to the key of a task whose id is the name of a group.
        let is_id = |key: &&str| key.trim_end_matches('_') == id.as_str().trim_end_matches('_');
        if let Some(key) = self.key.filter(|key| !is_id(key)) {
            short_text::keep(&mut task, "key", &tree::quoted(key), line, notes);
        }
        let members = self.node.members().unwrap_or_default();
        fields::read(&mut task, members, keys, notes);
        let remarks = std::mem::take(&mut task.blockers);
        for JsonMember { line, key, node } in members {
            match key.as_str() {
                "dependencies" | "depends_on" if relations::are_typed(node) => {
                    let depends = |task: &mut DraftTask, line, name, notes: &mut Notes| {
                        depends(task, line, name, notes);
                    };
                    relations::read_typed(&mut task, key, node, names, notes, depends);
                }
                "dependencies" | "depends_on" => {
                    for (line, name) in fields::lined_texts(node, *line, notes) {
                        depends(&mut task, line, name, notes);
                    }
                }
                "parent" | "parent_id" => {
                    relations::read_parent(&mut task, *line, key, node, names, notes);
                }
                "links" => relations::read_links(&mut task, *line, key, node, names, notes),
                _ => {}
            }
        }
        let blockers = members.iter().find(|member| member.key == "blockers");
        let blockers = blockers.map(|member| (&member.node, member.line));
        dependencies::read_blockers(&mut task, remarks, blockers, names, notes);
        task
    }

    /// The id in a text of the file.
    pub fn id(text: &str, line: usize, notes: &mut Notes) -> Option<TaskId> {
        let id = words::task_reference(text);
        id.map_err(|error| notes.complain(line, error.to_string()))
            .ok()
    }
}
