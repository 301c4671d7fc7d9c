//! Tables with aligned columns, in any script, that fit the terminal.
//!
//! `unicode-width` gives the widths: a wide character takes two columns, a combining one takes none.
//! Not here: the contents of the cells.

use std::cmp::Ordering;

use anstyle::Style as Ansi;
use unicode_width::UnicodeWidthStr;

use super::style::{DIM, PLAIN, Style};
use crate::core::values::text::visible;

/// One cell of a row.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    ansi: Ansi,
}

impl Cell {
    /// A cell. Control characters in the text are made visible, and no two spaces follow each other, since these separate
    /// columns.
    pub(super) fn new(text: &str) -> Self {
        Self::painted(text, PLAIN)
    }
    /// A cell in a colour; otherwise as for [`Self::new`].
    pub(super) fn painted(text: &str, ansi: Ansi) -> Self {
        let text = visible(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        Self {
            text: words.join(" "),
            ansi,
        }
    }
}

/// The lines of a table with a header; empty if there are no rows. Columns without text are left out. If the table is
/// too wide for the terminal, the widest columns are made narrower, and `…` marks cut text. The first column, which names
/// the row, is the last to be cut. In a table with an ID and a title, the other columns are left out before the title is cut
/// to less than [`TITLE`].
pub(super) fn table<const N: usize>(
    columns: [&str; N],
    rows: impl IntoIterator<Item = [Cell; N]>,
    style: Style,
) -> String {
    let rows: Vec<Vec<Cell>> = rows.into_iter().map(Vec::from).collect();
    table_of(&columns, &rows, style)
}

/// The same with a heading; none if there are no rows.
pub(super) fn titled<const N: usize>(
    title: &str,
    columns: [&str; N],
    rows: impl IntoIterator<Item = [Cell; N]>,
    style: Style,
) -> Option<String> {
    let table = table(columns, rows, style);
    let heading = style.heading(&cut(&visible(title), style.width));
    (!table.is_empty()).then(|| format!("{heading}\n{table}"))
}

/// A table whose columns are counted only at run time; otherwise as [`table`].
pub(super) fn table_of(columns: &[&str], rows: &[Vec<Cell>], style: Style) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut used: Vec<usize> = (0..columns.len())
        .filter(|column| rows.iter().any(|row| !row[*column].text.is_empty()))
        .collect();
    let natural = |column: &usize| natural_width(columns[*column], rows, *column);
    let mut widths: Vec<usize> = used.iter().map(natural).collect();
    if let Some(width) = style.width {
        // The first column has an indent, too.
        let available = width.saturating_sub(INDENT);
        let title = columns.iter().position(|it| *it == "ID").map(|id| id + 1);
        if let Some(title) = title {
            let floor = |column: &usize| match column.cmp(&title) {
                Ordering::Less => usize::MAX,
                Ordering::Equal => TITLE,
                Ordering::Greater => WORD,
            };
            loop {
                widths = used.iter().map(natural).collect();
                let floors: Vec<usize> = used.iter().map(floor).collect();
                if shrink(&mut widths, &floors, available) || !leave_out(&mut used, columns, title)
                {
                    break;
                }
            }
        }
        let name = title.map_or(0, |title| title - 1);
        let of_name = |column: &usize| {
            if *column == name {
                usize::MAX
            } else {
                NARROWEST
            }
        };
        let floors: Vec<usize> = used.iter().map(of_name).collect();
        shrink(&mut widths, &floors, available);
        shrink(&mut widths, &vec![NARROWEST; used.len()], available);
    }
    let heading = used
        .iter()
        .map(|column| Cell::painted(columns[*column], DIM));
    let mut text = line(&heading.collect::<Vec<_>>(), &widths, style);
    for row in rows {
        let cells: Vec<Cell> = used.iter().map(|column| row[*column].clone()).collect();
        text.push_str(&line(&cells, &widths, style));
    }
    text
}

/// The number of spaces before a row, and between two columns.
const INDENT: usize = 2;
/// The smallest width to which a column is cut.
const NARROWEST: usize = 4;
/// The width down to which a title is cut while other columns can be left out.
const TITLE: usize = 20;
/// The width down to which a column after the title is cut before one is left out: that of the longest status.
const WORD: usize = 11;

fn natural_width(heading: &str, rows: &[Vec<Cell>], column: usize) -> usize {
    let cells = rows.iter().map(|row| row[column].text.width());
    cells.max().unwrap_or(0).max(heading.width())
}

/// Makes the widest column narrower until the row fits, but none narrower than its floor; whether it fits.
fn shrink(widths: &mut [usize], floors: &[usize], available: usize) -> bool {
    let gaps = widths.len().saturating_sub(1) * INDENT;
    while widths.iter().sum::<usize>() + gaps > available {
        let columns = widths.iter_mut().zip(floors);
        let above = columns.filter(|(width, floor)| **width > **floor);
        match above.map(|(width, _)| width).max() {
            Some(widest) => *widest -= 1,
            None => return false,
        }
    }
    true
}

/// Leaves out the first column after the title, the status last; whether there was one.
fn leave_out(used: &mut Vec<usize>, columns: &[&str], title: usize) -> bool {
    let after = |column: &usize| *column > title;
    let least = used
        .iter()
        .position(|column| after(column) && columns[*column] != "Status")
        .or_else(|| used.iter().position(after));
    least.map(|place| used.remove(place)).is_some()
}

fn line(cells: &[Cell], widths: &[usize], style: Style) -> String {
    let mut text = String::new();
    let mut owed = INDENT;
    for (cell, width) in cells.iter().zip(widths) {
        let shown = cut(&cell.text, Some(*width));
        if !shown.is_empty() {
            text.push_str(&" ".repeat(owed));
            text.push_str(&style.paint(cell.ansi, &shown));
            owed = 0;
        }
        owed += width.saturating_sub(shown.width()) + INDENT;
    }
    text.push('\n');
    text
}

/// The columns that a text takes.
pub fn columns_of(text: &str) -> usize {
    text.width()
}

/// The text in at most `width` columns; `…` marks cut text.
pub fn cut(text: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| text.width() > *width) else {
        return text.to_owned();
    };
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let fits = |end: &usize| text[..*end].width() < width;
    let kept = ends.take_while(fits).last().unwrap_or(0);
    match width {
        0 => String::new(),
        _ => format!("{}…", &text[..kept]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three<const ROWS: usize>(
        columns: [&str; 3],
        rows: [[&str; 3]; ROWS],
        style: Style,
    ) -> String {
        table(columns, rows.map(|row| row.map(Cell::new)), style)
    }
    fn of(width: Option<usize>) -> Vec<String> {
        let text = three(
            ["ID", "Task", "Owner"],
            [
                ["B", "回路遮断器", "codex"],
                ["CC-1", "e\u{301}te\u{301} \u{1b}[2J", ""],
            ],
            Style {
                color: false,
                width,
            },
        );
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn wide_and_combining_characters_do_not_shift_the_columns() {
        assert_eq!(
            of(None),
            [
                "  ID    Task           Owner",
                "  B     回路遮断器     codex",
                "  CC-1  e\u{301}te\u{301} \\u{1b}[2J",
            ]
        );
    }

    #[test]
    fn a_text_cannot_pass_for_several_columns() {
        let row = ["A", "x   codex   done \u{3000}\u{a0} y", ""];
        let text = three(["ID", "Task", "Owner"], [row], Style::default());
        assert_eq!(text.lines().nth(1), Some("  A   x codex done y"));
    }

    #[test]
    fn every_line_fits_the_terminal_and_a_cut_is_marked() {
        for width in 20..40 {
            for line in of(Some(width)) {
                assert!(line.width() <= width, "{width}: {line:?}");
            }
        }
        assert_eq!(of(Some(24))[1], "  B     回路遮断器");
    }

    #[test]
    fn a_name_stays_whole_and_the_title_gives_way_after_the_other_columns() {
        let row = ["a-long-name-of-a-task", "Title of it", "codex"];
        let style = Style {
            color: false,
            width: Some(38),
        };
        let text = three(["ID", "Task", "Owner"], [row], style);
        assert_eq!(
            text.lines().nth(1),
            Some("  a-long-name-of-a-task  Title of it")
        );
    }

    #[test]
    fn a_narrow_table_of_tasks_keeps_whole_ids_and_then_the_titles_and_the_status() {
        let row = |id: &'static str| [id, "A very long title of a task", "codex", "high", "ready"];
        let columns = ["ID", "Task", "Owner", "Priority", "Status"];
        let lines = |id, width| {
            let width = Some(width);
            let style = Style {
                color: false,
                width,
            };
            table(columns, [row(id).map(Cell::new)], style)
        };
        assert_eq!(
            lines("A", 40),
            "  ID  Task                        Status\n  A   A very long title of a ta…  ready\n"
        );
        let long = "a-rather-long-identifier-x";
        assert!(lines(long, 40).contains(&format!("  {long}  A very lo…\n")));
        assert!(lines(long, 34).contains(&format!("  {long}  A v…")));
        let wave = ["wave 1", long, "A title", "codex"].map(Cell::new);
        let style = Style {
            color: false,
            width: Some(40),
        };
        assert!(table(["Wave", "ID", "Task", "Owner"], [wave], style).contains(long));
    }

    #[test]
    fn a_cut_never_separates_a_letter_from_its_accent() {
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", Some(2)), "e\u{301}…");
        assert_eq!(cut("回路", Some(3)), "回…");
        assert_eq!(cut("回路", Some(2)), "…");
        assert_eq!(cut("abc", Some(0)), "");
        assert_eq!(cut("abc", Some(3)), "abc");
    }

    #[test]
    fn a_column_without_text_is_left_out() {
        let text = three(["A", "B", "C"], [["1", "", "3"]], Style::default());
        assert_eq!(text, "  A  C\n  1  3\n");
    }
}
