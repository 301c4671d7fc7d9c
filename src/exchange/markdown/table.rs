//! The task tables of a document.
//!
//! Not here: the columns and the rows of a table (`table`).

use std::collections::{HashMap, HashSet};

use super::{
    blocks::{Block, Content},
    heading,
};
use crate::{
    core::values::id::TaskId,
    exchange::{
        DraftTask, FindingKind,
        notes::Notes,
        short_text::short_text,
        table::{self, Column, FreshIds, TableContext},
    },
};

/// The tasks of all task tables. Tables without ids are read only if no table has ids, because beside such a table
/// they often repeat its tasks. If `is_exact`, a heading is the name of a group as it stands.
pub(super) fn read_all(blocks: &[Block], is_exact: bool, notes: &mut Notes) -> Vec<DraftTask> {
    let mut ids = HashSet::new();
    let mut fresh = FreshIds::default();
    let mut tasks = Vec::new();
    let mut heading = None;
    let any_ids = blocks.iter().any(|block| match &block.content {
        Content::Table(table) => {
            table::columns(table).is_some_and(|columns| columns.contains(&Column::Id))
        }
        _ => false,
    });
    let numbered = numbered_anew(blocks, &mut ids, notes);
    for block in blocks {
        match &block.content {
            Content::Heading { level, text } => {
                // In an export, a heading of the first level ends the group.
                let is_none = heading::is_title(blocks, block) || is_exact && *level == 1;
                heading = Some(text.as_str()).filter(|_| !is_none);
            }
            Content::Table(table) => match table::columns(table) {
                Some(columns) if columns.contains(&Column::Id) || !any_ids => {
                    let group = match heading {
                        Some(heading) if !is_exact => heading::group(heading),
                        heading => heading.map(str::to_owned),
                    };
                    let context = TableContext {
                        group: group.and_then(|it| short_text(block.line, "group", &it, notes)),
                        owner: heading.and_then(heading::owner).filter(|_| !is_exact),
                        ids: &ids,
                        renamed: numbered.get(&block.line),
                        is_exact,
                    };
                    tasks.extend(table::read(
                        block.line, table, &columns, &context, &mut fresh, notes,
                    ));
                }
                Some(_) => {
                    let message = "the table has no column '#' or 'ID'; it is skipped, because another table has one";
                    notes.find(FindingKind::Unreadable, block.line, message);
                }
                None => {}
            },
            Content::Prose(_) if block.is_lost_row() => {
                let message = "a row without the header of a table is skipped";
                notes.find(FindingKind::Unreadable, block.line, message);
            }
            Content::Item { .. } | Content::Prose(_) => {}
        }
    }
    tasks
}

/// The new ids of the tables that begin again with numbers of an earlier table, by the line of the table: the
/// number after the name of the table's group. Adds the ids of all tables to `ids`.
///
/// Rows and tables that are added below change no id of the others.
fn numbered_anew(
    blocks: &[Block],
    ids: &mut HashSet<TaskId>,
    notes: &mut Notes,
) -> HashMap<usize, HashMap<TaskId, TaskId>> {
    let mut all = HashMap::new();
    let mut heading = None;
    for block in blocks {
        if let Content::Heading { text, .. } = &block.content {
            heading = Some(text.as_str()).filter(|_| !heading::is_title(blocks, block));
        }
        let Content::Table(table) = &block.content else {
            continue;
        };
        let own = table::ids(table);
        let is_number = |id: &TaskId| id.as_str().bytes().all(|byte| byte.is_ascii_digit());
        let begins_anew = own.iter().all(is_number) && own.iter().any(|id| ids.contains(id));
        let stem = heading.map(table::stem).filter(|_| begins_anew);
        let renamed: HashMap<TaskId, TaskId> = match stem {
            Some(stem) => (own.iter())
                .filter_map(|id| Some((id.clone(), format!("{stem}-{id}").parse().ok()?)))
                .collect(),
            None => HashMap::new(),
        };
        for id in &own {
            let new = renamed.get(id);
            if let Some(new) = new {
                let message = heading::NUMBERED_ANEW;
                notes.find_each(FindingKind::Assumed, block.line, message, new.as_str());
            }
            ids.insert(new.unwrap_or(id).clone());
        }
        if !renamed.is_empty() {
            all.insert(block.line, renamed);
        }
    }
    all
}
