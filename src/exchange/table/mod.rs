//! Tables of tasks, whatever the format of their file: the meaning of the columns, and each row as a task.
//!
//! Not here: finding the tables of a document (`markdown`), and cutting a file into cells (`csv`).

mod column;
mod extra;
mod fresh;
mod row;
mod tasks;

pub(super) use self::{
    column::{Column, in_csv, in_markdown},
    extra::cells as extra_cells,
    fresh::{FreshIds, stem},
    row::TableContext,
    tasks::{COLUMNS_MAX, Row, Table, columns, ids, read},
};
