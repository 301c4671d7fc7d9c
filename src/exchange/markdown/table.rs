//! Task tables: which tables are such, and every row of them as a task.
//!
//! Not here: the meaning of a column (`column`), and the cells of a row (`row`).

use std::collections::HashSet;

use super::{
    blocks::{Block, COLUMNS_MAX, Content, Table},
    column::Column,
    fresh::FreshIds,
    heading,
    row::{self, TableContext},
};
use crate::{
    core::values::id::TaskId,
    exchange::{DraftTask, FindingKind, notes::Notes, short_text::short_text, words},
};

/// The columns of a table, if it is a task table: one with titles, and with ids or something else about tasks.
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
    if titles.is_empty()
        && let Some(at) = columns.iter().position(Column::may_be_title)
    {
        columns[at] = Column::Title;
    }
    let about_tasks = [Column::Id, Column::Owner, Column::Status, Column::Priority];
    let is_about_tasks = columns.iter().any(|column| about_tasks.contains(column));
    (is_about_tasks && columns.contains(&Column::Title)).then_some(columns)
}

/// The tasks of all task tables. Tables without ids are read only if no table has ids, because beside such a table
/// they often repeat its tasks.
pub(super) fn read_all(blocks: &[Block], notes: &mut Notes) -> Vec<DraftTask> {
    let ids = ids(blocks);
    let mut fresh = FreshIds::default();
    let mut tasks = Vec::new();
    let mut heading = None;
    for block in blocks {
        match &block.content {
            Content::Heading { text, .. } => {
                heading = Some(text.as_str()).filter(|_| !heading::is_title(blocks, block))
            }
            Content::Table(table) => match columns(table) {
                Some(columns) if columns.contains(&Column::Id) || ids.is_empty() => {
                    let place = place(block.line, heading, &ids, notes);
                    report_columns(block.line, table, &columns, notes);
                    read_table(table, &columns, &place, &mut fresh, &mut tasks, notes);
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

fn report_columns(line: usize, table: &Table, columns: &[Column], notes: &mut Notes) {
    for (at, column) in columns.iter().enumerate() {
        if let Column::Unknown(name) = column {
            let message = "unknown columns are kept but not interpreted";
            notes.find_each(FindingKind::UnknownKey, line, message, name);
        }
        if columns[..at].contains(column) {
            let message = "columns that repeat an earlier column are left out";
            notes.find_each(FindingKind::Unreadable, line, message, &table.header[at]);
        }
    }
}

fn place<'a>(
    line: usize,
    heading: Option<&'a str>,
    ids: &'a HashSet<TaskId>,
    notes: &mut Notes,
) -> TableContext<'a> {
    let group = heading.and_then(heading::group);
    TableContext {
        group: group.and_then(|group| short_text(line, "group", &group, notes)),
        owner: heading.and_then(heading::owner),
        ids,
    }
}

fn read_table(
    table: &Table,
    columns: &[Column],
    place: &TableContext<'_>,
    fresh: &mut FreshIds,
    tasks: &mut Vec<DraftTask>,
    notes: &mut Notes,
) {
    for row in &table.rows {
        let mut cells: Vec<(&Column, &str)> = Vec::new();
        for (column, cell) in columns.iter().zip(&row.cells) {
            if !cells.iter().any(|(other, _)| *other == column) {
                cells.push((column, cell));
            }
        }
        let filled: Vec<&str> = cells
            .iter()
            .map(|(_, cell)| cell.trim())
            .filter(|it| !it.is_empty())
            .collect();
        let is_remark = |cell: &str| columns.len() > 2 && words::task_reference(cell).is_err();
        match filled[..] {
            [] => {}
            [only] if columns.contains(&Column::Id) && is_remark(only) => {
                let message = "a row of one cell is skipped as a remark";
                notes.find_each(FindingKind::Unreadable, row.line, message, only);
            }
            _ => tasks.extend(row::read(row.line, &cells, place, fresh, notes)),
        }
        if row.is_cut {
            let message = "cells are left out of a row that has more than the header; write '|' inside a cell as '\\|'";
            notes.find(FindingKind::Unreadable, row.line, message);
        }
    }
}
