//! Reads a table of tasks from a CSV, whatever its columns are called, and whatever separates its cells.
//!
//! Not here: the meaning of the columns (`table`).

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord};

use super::{cell, program, write};
use crate::exchange::{
    Draft, FindingKind, Format,
    input::Lines,
    notes::Notes,
    table::{self, Column, FreshIds, Row, Table, TableContext},
};

/// What may separate two cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Whether the first line of a file is the header of a task table with ids.
pub(in crate::exchange) fn looks_like(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next();
    let first = String::from_utf8_lossy(first.unwrap_or_default());
    let header = first.trim_start_matches('\u{feff}');
    let cells = records(header, separator(header)).swap_remove(0).cells;
    let rows = Vec::new();
    let mut table = Table {
        header: cells,
        rows,
    };
    program::translate(&mut table);
    let columns = table::columns(&table);
    columns.is_some_and(|columns| columns.contains(&Column::Id))
}

/// Reads the file; complaints and findings go to `notes`.
pub(in crate::exchange) fn read(text: &str, notes: &mut Notes) -> Draft {
    let mut draft = Draft::new(Format::Csv);
    let mut records = records(text, separator(text));
    let Row {
        line,
        cells: mut header,
        ..
    } = records.remove(0);
    let is_exact = write::is_header(&header);
    if let Some(last) = records.last().filter(|last| is_open(text, last)) {
        let message =
            "the quotation mark in this row has no end, so the rest of the file is one cell";
        notes.complain(last.line, message);
    }
    let mut rows = records;
    if is_exact {
        let cells = rows.iter_mut().flat_map(|row| &mut row.cells);
        cells
            .chain(&mut header)
            .for_each(|cell| *cell = cell::read(cell));
    }
    let mut table = Table { header, rows };
    program::translate(&mut table);
    let Some(columns) = table::columns(&table) else {
        let names: Vec<String> = table
            .header
            .iter()
            .take(10)
            .map(|it| format!("'{it}'"))
            .collect();
        let message = format!(
            "a header whose columns are not those of tasks: {}",
            names.join(", ")
        );
        notes.saw(line, message);
        return draft;
    };
    say_where_rows_end(&table, &columns, notes);
    let context = TableContext {
        group: None,
        owner: None,
        ids: &HashSet::from_iter(table::ids(&table)),
        renamed: None,
        is_exact,
    };
    let mut fresh = FreshIds::default();
    draft.tasks = table::read(line, &table, &columns, &context, &mut fresh, notes);
    draft
}

/// Names the cells that have several lines although they are not prose: a mark that is missing or too much makes the next rows a part
/// of such a cell.
fn say_where_rows_end(table: &Table, columns: &[Column], notes: &mut Notes) {
    let is_prose = |column: &Column| {
        use Column::{Blockers, Criteria, Description, Steps, Title, Unknown};
        matches!(
            column,
            Blockers | Criteria | Description | Steps | Title | Unknown(_)
        )
    };
    for row in &table.rows {
        let cells = columns.iter().zip(&row.cells);
        let cells = cells.filter(|(column, cell)| !is_prose(column) && cell.trim().contains('\n'));
        for (_, cell) in cells {
            let message = "a cell has several lines; is a quotation mark missing or too much?";
            let first = cell.trim().lines().next().unwrap_or_default();
            notes.find_each(FindingKind::Unreadable, row.line, message, first);
        }
    }
}

/// The separator with which the header has the most columns that a reader knows.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let known = |separator: &u8| {
        let cells = records(header, *separator).swap_remove(0).cells;
        let named = cells.iter().map(|name| Column::named(name));
        named
            .filter(|column| !matches!(column, Column::Unknown(_)))
            .count()
    };
    // The first of several with as many columns.
    let best = SEPARATORS.into_iter().rev().max_by_key(known);
    best.unwrap_or(SEPARATORS[0])
}

/// The records of a file, at least one, each with the line on which it begins.
fn records(text: &str, separator: u8) -> Vec<Row> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lines = Lines::of(text);
    let (mut rows, mut columns) = (Vec::new(), 0);
    let mut record = StringRecord::new();
    let mut begin = 0;
    // A text in memory can always be read.
    while reader.read_record(&mut record).unwrap_or_default() {
        let blank = text[begin..].len() - text[begin..].trim_start_matches(['\r', '\n']).len();
        if rows.is_empty() {
            columns = record.len();
        }
        rows.push(Row {
            line: lines.at(begin + blank),
            cells: record.iter().map(str::to_owned).collect(),
            is_cut: record.len() > columns,
        });
        begin = usize::try_from(reader.position().byte()).unwrap_or(text.len());
    }
    if rows.is_empty() {
        let (line, cells, is_cut) = (1, Vec::new(), false);
        rows.push(Row {
            line,
            cells,
            is_cut,
        });
    }
    rows
}

/// Whether the last row ends inside quotation marks.
fn is_open(text: &str, last: &Row) -> bool {
    let source = text.lines().skip(last.line - 1);
    let (mut lines, mut marks) = (0, 0);
    for line in source {
        lines += 1;
        marks += line.matches('"').count();
    }
    lines > 1 && marks % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Limits;

    fn read_as_csv(text: &str) -> Draft {
        let draft = crate::exchange::read(Format::Csv, text.as_bytes(), &Limits::default());
        draft.unwrap_or_else(|complaints| panic!("{complaints}"))
    }

    #[test]
    fn tables_of_other_programs_are_read_with_any_separator() {
        let rows = [
            "Issue key,Summary,Status,Assignee,Due Date,Description",
            "PRJ-1,Ship it,Done,Ann Lee,2026-01-02,\"first line",
            "",
            "second; line, with a comma\"",
            "",
            "PRJ-2,\"Say \"\"hi\"\"\",To Do,,,",
        ];
        for (separator, end) in [(",", "\n"), (",", "\r\n"), (";", "\n"), ("\t", "\r\n")] {
            let text = rows.join(end).replace("; line, with", " | with");
            let text = format!("\u{feff}{}{end}", text.replace(',', separator));
            assert!(looks_like(text.as_bytes()), "{text}");
            let draft = read_as_csv(&text);
            let [first, second] = &draft.tasks[..] else {
                panic!("{draft:?}")
            };
            assert_eq!(
                (first.id.as_str(), first.line, second.line),
                ("PRJ-1", 2, 6)
            );
            assert_eq!(first.fields.owners[0].as_str(), "ann-lee");
            assert_eq!(first.fields.due.unwrap().to_string(), "2026-01-02");
            assert!(first.body.as_ref().unwrap().starts_with("first line"));
            assert_eq!(second.fields.title.as_str(), "Say \"hi\"");
        }
    }

    #[test]
    fn a_row_of_a_csv_that_is_not_taken_is_named() {
        let text = "id,title,status\nA,one,open,more\n,,\nB,two\n";
        let draft = read_as_csv(text);
        assert_eq!(draft.tasks.len(), 2);
        assert_eq!(draft.findings[0].line, 2);
        for (text, line) in [
            ("id,title\nA,one\nB,\"two\nC,three\n", 3),
            ("a,b\n1,2\n", 1),
            ("id,title\n-x,one\n", 2),
            ("id,title\n", 1),
            ("", 1),
        ] {
            let complaints =
                crate::exchange::read(Format::Csv, text.as_bytes(), &Limits::default());
            let complaints = complaints.unwrap_err();
            assert_eq!(complaints.iter().next().unwrap().line, line, "{text}");
        }
    }
}
