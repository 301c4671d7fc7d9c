//! Task tables: which tables are such, and every row of them as a task.
//!
//! Not here: the meaning of a column (`column`), and the cells of a row (`row`).

use std::collections::HashSet;

use super::{
    blocks::{Block, COLUMNS_MAX, Content, Table},
    column::Column,
    heading,
    row::{self, TableContext},
};
use crate::{
    core::values::id::TaskId,
    exchange::{DraftTask, FindingKind, notes::Notes, short_text::short_text, words},
};

/// The columns of a table, if it is a task table: one with an id and a title.
///
/// In a table with two title columns and no id column, such as `Task` and `Title`, the first one holds the ids.
pub(super) fn columns(table: &Table) -> Option<Vec<Column>> {
    if table.header.len() > COLUMNS_MAX {
        return None;
    }
    let mut columns: Vec<Column> = table
        .header
        .iter()
        .map(|header| Column::named(header))
        .collect();
    let titles: Vec<usize> = (0..columns.len())
        .filter(|&at| columns[at] == Column::Title)
        .collect();
    if !columns.contains(&Column::Id)
        && let [first, _] = titles[..]
    {
        columns[first] = Column::Id;
    }
    (columns.contains(&Column::Id) && columns.contains(&Column::Title)).then_some(columns)
}

/// The tasks of all task tables.
pub(super) fn read_all(blocks: &[Block], notes: &mut Notes) -> Vec<DraftTask> {
    let ids = ids(blocks);
    let mut tasks = Vec::new();
    let mut heading = None;
    for block in blocks {
        match &block.content {
            Content::Heading { text, .. } => {
                heading = Some(text.as_str()).filter(|_| !heading::is_title(blocks, block))
            }
            Content::Table(table) => match columns(table) {
                Some(columns) => read_table(
                    block.line, table, &columns, heading, &ids, &mut tasks, notes,
                ),
                None => report_passed_over(block.line, table, notes),
            },
            Content::Item { .. } | Content::Prose(_) => {}
        }
    }
    tasks
}

/// The ids in all task tables, because cells may name tasks of other tables.
fn ids(blocks: &[Block]) -> HashSet<TaskId> {
    let mut ids = HashSet::new();
    for block in blocks {
        if let Content::Table(table) = &block.content
            && let Some(at) =
                columns(table).and_then(|columns| columns.iter().position(|c| *c == Column::Id))
        {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            ids.extend(cells.filter_map(|cell| words::task_reference(cell).ok()));
        }
    }
    ids
}

fn read_table(
    line: usize,
    table: &Table,
    columns: &[Column],
    heading: Option<&str>,
    ids: &HashSet<TaskId>,
    tasks: &mut Vec<DraftTask>,
    notes: &mut Notes,
) {
    for column in columns {
        if let Column::Unknown(name) = column {
            let message = format!(
                "column '{}' is unknown; its values are kept but not interpreted",
                name.escape_debug()
            );
            notes.find(FindingKind::UnknownKey, line, message);
        }
    }
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].contains(column) {
            notes.complain(
                line,
                format!(
                    "column '{}' repeats an earlier column",
                    table.header[at].escape_debug()
                ),
            );
        }
    }
    let group = heading.and_then(heading::group);
    let place = TableContext {
        group: group.and_then(|group| short_text(line, "group", &group, notes)),
        owner: heading.and_then(heading::owner),
        ids,
    };
    for row in &table.rows {
        let cells: Vec<(&Column, &str)> = columns
            .iter()
            .zip(row.cells.iter().map(String::as_str))
            .collect();
        if cells.iter().any(|(_, cell)| !cell.trim().is_empty()) {
            tasks.extend(row::read(row.line, &cells, &place, notes));
        }
    }
}

/// Reports a skipped table if it looks like a task table without ids: a title, and an owner, status or priority.
fn report_passed_over(line: usize, table: &Table, notes: &mut Notes) {
    let columns: Vec<Column> = table
        .header
        .iter()
        .map(|header| Column::named(header))
        .collect();
    let about_tasks = columns.contains(&Column::Owner)
        || columns.contains(&Column::Status)
        || columns.contains(&Column::Priority);
    if columns.contains(&Column::Title) && about_tasks {
        notes.find(
            FindingKind::Unreadable,
            line,
            "the table has no column '#' or 'ID'; it is skipped",
        );
    }
}
