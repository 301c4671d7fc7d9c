//! A table: whether it is one of tasks, and its rows as tasks.
//!
//! Not here: the meaning of a column (`column`), and the cells of a row (`row`).

use std::borrow::Cow;

use super::{
    column::Column,
    fresh::FreshIds,
    row::{self, TableContext},
};
use crate::{
    core::values::id::TaskId,
    exchange::{DraftTask, FindingKind, notes::Notes, words},
};

/// A table with more columns is not read as a task table.
pub(in crate::exchange) const COLUMNS_MAX: usize = 1000;

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::exchange) struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::exchange) struct Row {
    pub line: usize,
    pub cells: Vec<String>,
    /// Whether it has more cells than the header.
    pub is_cut: bool,
}

/// The columns of a table, if it is a task table: one with titles, and with ids or something else about tasks.
///
/// In a table with two title columns and no id column, such as `Task` and `Title`, the first one holds the ids.
pub(in crate::exchange) fn columns(table: &Table) -> Option<Vec<Column>> {
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

/// The ids in a task table, in the order of its rows.
pub(in crate::exchange) fn ids(table: &Table) -> Vec<TaskId> {
    let columns = columns(table).unwrap_or_default();
    let Some(at) = columns.iter().position(|column| *column == Column::Id) else {
        return Vec::new();
    };
    let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
    cells
        .filter_map(|cell| words::task_reference(cell).ok())
        .collect()
}

/// The tasks of a table with these columns; `line` is the line of its header.
pub(in crate::exchange) fn read(
    line: usize,
    table: &Table,
    columns: &[Column],
    context: &TableContext<'_>,
    fresh: &mut FreshIds,
    notes: &mut Notes,
) -> Vec<DraftTask> {
    report_columns(line, table, columns, notes);
    let mut tasks = Vec::new();
    // For each column, its place among the different ones.
    let mut different: Vec<&Column> = Vec::new();
    let places: Vec<usize> = (columns.iter())
        .map(|column| {
            let known = different.iter().position(|other| *other == column);
            known.unwrap_or_else(|| {
                different.push(column);
                different.len() - 1
            })
        })
        .collect();
    for row in &table.rows {
        let mut joined: Vec<Cow<'_, str>> = Vec::with_capacity(different.len());
        for (place, cell) in places.iter().zip(&row.cells) {
            match (joined.get_mut(*place), different[*place].joint()) {
                (None, _) => joined.push(Cow::Borrowed(cell)),
                (Some(first), Some(_)) if first.trim().is_empty() => *first = Cow::Borrowed(cell),
                (Some(first), Some(joint)) if !cell.trim().is_empty() => {
                    *first += joint;
                    *first += cell.as_str();
                }
                (Some(_), _) => {}
            }
        }
        let cells = different
            .iter()
            .copied()
            .zip(joined.iter().map(Cow::as_ref));
        let cells: Vec<(&Column, &str)> = cells.collect();
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
            _ => tasks.extend(row::read(row.line, &cells, context, fresh, notes)),
        }
        if row.is_cut {
            let message = "cells are left out of a row that has more than the header; escape or quote the separators inside a cell";
            notes.find(FindingKind::Unreadable, row.line, message);
        }
    }
    tasks
}

fn report_columns(line: usize, table: &Table, columns: &[Column], notes: &mut Notes) {
    for (at, column) in columns.iter().enumerate() {
        if let Column::Unknown(name) = column {
            let message = "unknown columns are kept but not interpreted";
            notes.find_each(FindingKind::UnknownKey, line, message, name);
        }
        if column.joint().is_none() && columns[..at].contains(column) {
            let message = "columns that repeat an earlier column are left out";
            notes.find_each(FindingKind::Unreadable, line, message, &table.header[at]);
        }
    }
}
