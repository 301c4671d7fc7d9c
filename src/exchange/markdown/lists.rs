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
        values::{id::TaskId, task::Status},
    },
    exchange::{
        DraftGuardrail, DraftStep, DraftTask, FindingKind,
        notes::Notes,
        short_text::{self, short_text},
        table::FreshIds,
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
        let has_boxes = blocks.iter().any(|block| ticked(block).is_some());
        let mut reader = Reader {
            has_boxes,
            fresh: FreshIds::default(),
            tasks,
        };
        let begins = |block: &Block| matches!(block.content, Content::Heading { .. });
        for section in blocks.chunk_by(|_, next| !begins(next)) {
            let heading = section.first().filter(|first| begins(first));
            let heading = heading.filter(|block| !heading::is_title(blocks, block));
            let items = || section.iter().filter(|block| !of_guardrail(block));
            let has_tasks = items().any(|block| reader.is_task(block));
            for block in items() {
                reader.take(block, heading.and_then(Block::text), has_tasks, notes);
            }
        }
        return;
    }
    let ids: HashSet<&TaskId> = tasks.iter().map(|task| &task.id).collect();
    let of_table = |text: &str| waves::references(text).iter().any(|id| ids.contains(id));
    for block in blocks.iter().filter(|block| !of_guardrail(block)) {
        if let Content::Item { ticked, text, .. } = &block.content
            && (ticked.is_some() || has_other_box(text) || numbered(text).is_some())
            && !of_table(text)
        {
            let message = "list items are not read as tasks beside a table of tasks";
            notes.find_each(FindingKind::Unreadable, block.line, message, text);
        }
    }
}

fn ticked(block: &Block) -> Option<bool> {
    match block.content {
        Content::Item { ticked, .. } => ticked,
        _ => None,
    }
}

struct Reader<'t> {
    has_boxes: bool,
    fresh: FreshIds,
    tasks: &'t mut Vec<DraftTask>,
}

impl Reader<'_> {
    /// Whether an item is read, as a task or as a step of one.
    fn is_task(&self, block: &Block) -> bool {
        match &block.content {
            Content::Item { ticked, .. } if self.has_boxes => ticked.is_some(),
            Content::Item { text, .. } => numbered(text).is_some(),
            _ => false,
        }
    }

    /// Reads an item. An item inside another one is a step of its task. One that is not read is named if it looks like a task,
    /// or if its section has tasks.
    fn take(&mut self, block: &Block, heading: Option<&str>, has_tasks: bool, notes: &mut Notes) {
        let Content::Item {
            depth,
            ticked,
            text,
        } = &block.content
        else {
            return;
        };
        let line = block.line;
        let named = numbered(text);
        if !self.is_task(block) {
            let message = if has_other_box(text) {
                "list items with another checkbox than `[ ]` and `[x]` are not read"
            } else if self.has_boxes {
                "list items without a checkbox are not read as tasks beside items that have one"
            } else {
                "list items without an id are not read as tasks beside items that have one"
            };
            if has_tasks || named.is_some() || has_other_box(text) {
                notes.find_each(FindingKind::Unreadable, line, message, text);
            }
            return;
        }
        let done = *ticked == Some(true);
        if *depth > 1
            && let Some(task) = self.tasks.last_mut()
        {
            let text = text.clone();
            return task.steps.push(DraftStep { text, done });
        }
        let (id, title) = match named {
            Some((id, title)) => (id, title),
            None => (self.fresh.of(line, text, notes), text.as_str()),
        };
        let title = short_text::title(&id, line, title, notes);
        let group = heading.and_then(heading::group);
        let group = group.and_then(|group| short_text(line, "group", &group, notes));
        let mut task = DraftTask::new(
            id,
            line,
            Fields {
                group,
                ..Fields::titled(title)
            },
        );
        if done {
            task.status = Status::Done;
        }
        self.tasks.push(task);
    }
}

/// Whether an item begins with a checkbox that only other programs know, such as `[-]` or `[~]`.
fn has_other_box(text: &str) -> bool {
    let mut inside = text.strip_prefix('[').unwrap_or_default().chars();
    inside.next().is_some() && inside.as_str().starts_with("] ")
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
