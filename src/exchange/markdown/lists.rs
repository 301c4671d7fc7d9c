//! Tasks in lists: items with a checkbox, or items that begin with an id such as `T1: build it`.
//!
//! Lists are read only in a document without a task table, because beside a table they are notes on its tasks; then
//! items that look like tasks are named. Not here: waves (`waves`) and guardrails (`guardrails`).

use std::collections::HashSet;

use super::{
    blocks::{Block, Content},
    heading, waves,
};
use crate::{
    core::{
        plan::fields::Fields,
        values::{
            id::{ActorName, TaskId},
            task::Status,
        },
    },
    exchange::{
        DraftGuardrail, DraftStep, DraftTask, FindingKind,
        notes::Notes,
        short_text::{self, short_text},
        table::{self, FreshIds},
        words,
    },
};

/// Adds the tasks of the lists, or names the items that look like tasks beside a table.
pub(super) fn read(
    blocks: &[Block],
    tasks: &mut Vec<DraftTask>,
    guardrails: &[DraftGuardrail],
    notes: &mut Notes,
) {
    let taken: HashSet<usize> = guardrails.iter().map(|guardrail| guardrail.line).collect();
    let of_guardrail = |block: &&Block| taken.contains(&block.line);
    if tasks.is_empty() {
        let mut reader = Reader {
            forms: Forms::of(blocks),
            fresh: FreshIds::default(),
            ids: HashSet::new(),
            tasks,
            around: Vec::new(),
        };
        let begins = |block: &Block| matches!(block.content, Content::Heading { .. });
        for section in blocks.chunk_by(|_, next| !begins(next)) {
            let heading = section.first().filter(|first| begins(first));
            let heading = heading.filter(|block| !heading::is_title(blocks, block));
            let items = || section.iter().filter(|block| !of_guardrail(block));
            reader.around.clear();
            let has_tasks = items().any(|block| reader.is_task(block));
            for block in items() {
                reader.take(block, heading.and_then(Block::text), has_tasks, notes);
            }
        }
        take_dependencies(tasks);
        return;
    }
    let ids: HashSet<&TaskId> = tasks.iter().map(|task| &task.id).collect();
    let of_table = |text: &str| waves::references(text).iter().any(|id| ids.contains(id));
    for block in blocks.iter().filter(|block| !of_guardrail(block)) {
        if let Content::Item { text, .. } = &block.content
            && (ticked(block).is_some() || other_box(text).is_some() || numbered(text).is_some())
            && !of_table(text)
        {
            let message = "list items are not read as tasks beside a table of tasks";
            notes.find_each(FindingKind::Unreadable, block.line, message, text);
        }
    }
}

/// Adds what a title says in brackets at its end: `Build it (depends on T001, T002)`. It counts only if all of them are tasks here.
fn take_dependencies(tasks: &mut [DraftTask]) {
    let ids: HashSet<TaskId> = tasks.iter().map(|task| task.id.clone()).collect();
    for task in tasks {
        let title = task.fields.title.as_str().trim_end();
        let remark = title.strip_suffix(')').and_then(|it| it.rsplit_once('('));
        let Some((_, remark)) = remark else {
            continue;
        };
        let starts = [
            "depends on",
            "depends:",
            "after",
            "blocked by",
            "needs",
            "requires",
        ];
        let begins = |start: &&str| {
            let head = remark.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        let Some(start) = starts.iter().find(|start| begins(start)) else {
            continue;
        };
        let names = words::name_list(remark[start.len()..].trim_start_matches(':'));
        let read = |name: &&str| words::task_reference(name).ok();
        let named: Option<Vec<TaskId>> = names.iter().map(read).collect();
        let known = named.filter(|all| all.iter().all(|id| ids.contains(id) && *id != task.id));
        task.depends.extend(known.unwrap_or_default());
    }
}

/// Whether an item has a checkbox that is ticked, if it has one at all.
fn ticked(block: &Block) -> Option<bool> {
    match &block.content {
        Content::Item { ticked, text, .. } => ticked.or(optional(text).map(|(ticked, _)| ticked)),
        _ => None,
    }
}

struct Reader<'t> {
    forms: Forms,
    fresh: FreshIds,
    ids: HashSet<TaskId>,
    tasks: &'t mut Vec<DraftTask>,
    /// The tasks that an item may be inside of, each with its depth, the outermost first.
    around: Vec<(usize, usize)>,
}

impl Reader<'_> {
    /// Whether an item is read, as a task or as a step of one.
    fn is_task(&self, block: &Block) -> bool {
        match &block.content {
            Content::Item { text, .. } if self.forms.boxes => {
                ticked(block).is_some() || other_box(text).is_some()
            }
            Content::Item { text, .. } => numbered(text).is_some(),
            _ => false,
        }
    }

    /// Reads an item. Inside a task, an item with an id is a part of it, one with a checkbox is a step, and any other belongs
    /// to its long text. An item that is not read is named if it looks like a task, or if its section has tasks.
    fn take(&mut self, block: &Block, heading: Option<&str>, has_tasks: bool, notes: &mut Notes) {
        let Content::Item { depth, text, .. } = &block.content else {
            return;
        };
        let line = block.line;
        self.around.retain(|(outer, _)| outer < depth);
        let outer = self.around.last().map(|(_, at)| *at);
        if !self.is_task(block) {
            if let Some(at) = outer {
                let indent = "  ".repeat(depth.saturating_sub(self.around.len() + 1).min(9));
                let body = self.tasks[at].body.get_or_insert_default();
                let break_before = if body.is_empty() { "" } else { "\n" };
                *body += &format!("{break_before}{indent}- {text}");
                return;
            }
            let message = if self.forms.boxes {
                "list items without a checkbox are not read as tasks beside items that have one"
            } else {
                "list items without an id are not read as tasks beside items that have one"
            };
            if has_tasks || numbered(text).is_some() {
                notes.find_each(FindingKind::Unreadable, line, message, text);
            }
            return;
        }
        let is_optional = optional(text).is_some();
        let other = other_box(text);
        let text = optional(text).map_or(text.as_str(), |(_, text)| text);
        let text = other.map_or(text, |(_, text)| text);
        let done = ticked(block) == Some(true);
        let named = self.forms.numbered(text);
        if let (Some(at), None) = (outer, &named) {
            let text = text.to_owned();
            return self.tasks[at].steps.push(DraftStep { text, done });
        }
        let item = Marked::of(named.as_ref().map_or(text, |(_, title)| title));
        let id = match named {
            Some((id, _)) => self.present(id, heading, line, notes),
            None => self.fresh.of(line, item.title, notes),
        };
        let title = short_text::title(&id, line, item.title, notes);
        let group = heading.and_then(heading::group);
        let group = group.and_then(|group| short_text(line, "group", &group, notes));
        let fields = Fields {
            group,
            owners: item.owners,
            ..Fields::titled(title)
        };
        let mut task = DraftTask::new(id, line, fields);
        let optional = is_optional.then_some("optional");
        for label in item.labels.into_iter().chain(optional) {
            task.fields
                .labels
                .extend(short_text(line, "label", label, notes));
        }
        task.parent = outer.map(|at| self.tasks[at].id.clone());
        if done {
            task.status = Status::Done;
        }
        if let Some((sign, _)) = other {
            match words::exact_status(sign) {
                Some(status) => task.status = status,
                None => {
                    let message = "not a known checkbox, so the task is not started; kept as text";
                    notes.find_each(FindingKind::Unreadable, line, message, sign);
                    let json = serde_json::Value::from(sign).to_string();
                    short_text::keep(&mut task, "status_remark", &json, line, notes);
                }
            }
        }
        self.around.push((*depth, self.tasks.len()));
        self.tasks.push(task);
    }

    /// The id of an item. A number that an earlier item has gets the name of its heading.
    fn present(
        &mut self,
        id: TaskId,
        heading: Option<&str>,
        line: usize,
        notes: &mut Notes,
    ) -> TaskId {
        let is_number = id.as_str().chars().all(|c| c == '.' || c.is_ascii_digit());
        let stem = heading
            .map(table::stem)
            .filter(|_| is_number && self.ids.contains(&id));
        let new = stem.and_then(|stem| format!("{stem}-{id}").parse::<TaskId>().ok());
        if let Some(new) = &new {
            notes.find_each(
                FindingKind::Assumed,
                line,
                heading::NUMBERED_ANEW,
                new.as_str(),
            );
        }
        let id = new.unwrap_or(id);
        self.ids.insert(id.clone());
        id
    }
}

/// How the items of a document name their tasks.
struct Forms {
    /// By a checkbox.
    boxes: bool,
    /// Most begin with an id such as `T012`, without a sign behind it.
    codes: bool,
    /// Most begin with a number such as `1.` or `1.2`.
    numbers: bool,
}

impl Forms {
    fn of(blocks: &[Block]) -> Self {
        let item = |block: &Block| match &block.content {
            Content::Item { text, .. } => {
                let boxed = ticked(block).is_some() || other_box(text).is_some();
                let bare = optional(text).or(other_box(text).map(|(_, text)| (false, text)));
                boxed.then(|| bare.map_or(text.clone(), |(_, text)| text.to_owned()))
            }
            _ => None,
        };
        let items: Vec<String> = blocks.iter().filter_map(item).collect();
        let are_most = |is_one: fn(&str) -> bool| {
            let heads = items
                .iter()
                .filter_map(|text| text.split_whitespace().next());
            !items.is_empty() && heads.filter(|head| is_one(head)).count() * 2 >= items.len()
        };
        Self {
            boxes: !items.is_empty(),
            codes: are_most(is_code),
            numbers: are_most(is_number),
        }
    }

    /// The id and the title of an item.
    fn numbered<'t>(&self, text: &'t str) -> Option<(TaskId, &'t str)> {
        let (head, title) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let is_meant = self.codes && is_code(head) || self.numbers && is_number(head);
        let id = head.trim_end_matches('.').parse().ok();
        let spaced = id
            .map(|id| (id, title.trim()))
            .filter(|_| is_meant && !title.trim().is_empty());
        spaced.or_else(|| numbered(text))
    }
}

/// Whether a word is an id such as `T012` or `CC-1`: capitals, and then a number.
fn is_code(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let digits = number.strip_prefix('-').unwrap_or(number);
    number.len() < word.len() && is_digits(digits)
}

/// Whether a word is a number such as `1.`, `1.2` or `1.2.3`.
fn is_number(word: &str) -> bool {
    let parts = word.strip_suffix('.').unwrap_or(word).split('.');
    word.contains('.') && parts.clone().count() <= 9 && parts.into_iter().all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The title of an item, and what stands around it: markers such as `[P]` and `[US1]` before it, `@owner` and `#label` behind it.
struct Marked<'t> {
    title: &'t str,
    owners: Vec<ActorName>,
    labels: Vec<&'t str>,
}

impl<'t> Marked<'t> {
    fn of(text: &'t str) -> Self {
        let (mut title, mut owners, mut labels) = (text.trim(), Vec::new(), Vec::new());
        while let Some((marker, rest)) = title.strip_prefix('[').and_then(|it| it.split_once("] "))
            && (1..=12).contains(&marker.len())
            && marker.chars().all(|c| c.is_ascii_alphanumeric())
            && !rest.trim().is_empty()
        {
            labels.push(if marker == "P" { "parallel" } else { marker });
            title = rest.trim_start();
        }
        while let Some((rest, last)) = title.rsplit_once(char::is_whitespace)
            && !rest.trim().is_empty()
        {
            let word = last.trim_matches(|c: char| "()[],;".contains(c));
            let name = word
                .strip_prefix('@')
                .and_then(|name| words::actor(name).ok());
            let label = word
                .strip_prefix('#')
                .filter(|it| it.starts_with(char::is_alphabetic));
            match (name, label) {
                (Some(name), _) => owners.insert(0, name),
                (None, Some(label)) => labels.push(label),
                (None, None) => break,
            }
            title = rest.trim_end();
        }
        owners.dedup();
        Self {
            title,
            owners,
            labels,
        }
    }
}

/// Whether the box of an optional item is ticked, and its text: `[ ]* write tests`.
fn optional(text: &str) -> Option<(bool, &str)> {
    let boxes = [("[ ]* ", false), ("[x]* ", true), ("[X]* ", true)];
    boxes
        .iter()
        .find_map(|(mark, ticked)| Some((*ticked, text.strip_prefix(mark)?)))
}

/// The sign in a checkbox that only other programs know, such as `[-]` or `[~]`, and the text behind it.
fn other_box(text: &str) -> Option<(&str, &str)> {
    let (sign, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let mut signs = sign.chars().filter(|c| *c != '\u{fe0f}');
    let is_sign = signs
        .next()
        .is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace());
    (is_sign && signs.next().is_none()).then_some((sign, rest))
}

/// The id and the title of an item such as `CC-1: build it`, `CC-1 - build it` or `CC-1. Build it`: letters and then a number.
fn numbered(text: &str) -> Option<(TaskId, &str)> {
    let before = |separator| text.split_once(separator);
    let parts = text.split_once([':', '–', '—']).into_iter();
    let mut parts = parts.chain([" - ", ". "].into_iter().filter_map(before));
    parts.find_map(|(head, title)| of_parts(head, title))
}

fn of_parts<'t>(head: &str, title: &'t str) -> Option<(TaskId, &'t str)> {
    let id = words::task_reference(head).ok()?;
    let bare = id.as_str();
    let number = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let digits = number.trim_start_matches(['-', '_']);
    let is_numbered = number.len() < bare.len()
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && !title.trim().is_empty();
    is_numbered.then(|| (id, title.trim()))
}
