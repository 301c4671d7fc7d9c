//! Writes a draft as CSV for spreadsheets, one line per task.
//!
//! Not here: the columns (`table`), and how a cell is escaped (`cell`).

use csv::{Terminator, WriterBuilder};

use super::cell;
use crate::exchange::{
    Draft,
    table::{extra_cells, in_csv},
    words,
};

/// Whether a file with this header was written here.
pub(super) fn is_header(header: &[String]) -> bool {
    let mut header = header.iter();
    in_csv().all(|(name, _)| header.next().is_some_and(|other| name == other))
}

/// The file's text, with CRLF line ends as in the RFC. Lists are joined with `; `. `exchange::csv::read` returns the
/// same tasks again.
///
/// Titles come from other people. So a cell that a spreadsheet would read as a formula gets a `'` before it, and
/// characters that nobody sees are escaped.
pub fn write(draft: &Draft) -> String {
    let mut more: Vec<&str> = Vec::new();
    for (key, _) in draft
        .tasks
        .iter()
        .flat_map(|task| extra_cells(&task.fields))
    {
        words::push_new(&mut more, key);
    }
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let written = more.iter().map(|key| cell::written(key));
    let header = in_csv().map(|(name, _)| name.to_owned()).chain(written);
    let rows = draft.tasks.iter().map(|task| {
        let extra: Vec<(&str, String)> = extra_cells(&task.fields).collect();
        let more = more.iter().map(move |key| {
            let cell = extra.iter().find(|(other, _)| other == key);
            cell.map_or_else(String::new, |(_, cell)| cell::written(cell))
        });
        let cells = in_csv().map(|(_, cell)| cell::written(&cell(task)));
        cells.chain(more).collect::<Vec<_>>()
    });
    // Writing to a Vec cannot fail.
    for record in std::iter::once(header.collect()).chain(rows) {
        let _ = writer.write_record(&record);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
