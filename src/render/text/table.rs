//! Tables with aligned columns, in any script, that fit the terminal.
//!
//! `unicode-width` gives the widths: a wide character takes two columns, a combining one takes none.
//! Not here: the contents of the cells.

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
/// the row, is the last to be cut.
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
    let used: Vec<usize> = (0..columns.len())
        .filter(|column| rows.iter().any(|row| !row[*column].text.is_empty()))
        .collect();
    let mut widths: Vec<usize> = used
        .iter()
        .map(|column| natural_width(columns[*column], rows, *column))
        .collect();
    if let Some(width) = style.width {
        // The first column has an indent, too.
        if let [name, others @ ..] = &mut *widths {
            shrink(others, width.saturating_sub(INDENT + *name + INDENT));
        }
        shrink(&mut widths, width.saturating_sub(INDENT));
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

fn natural_width(heading: &str, rows: &[Vec<Cell>], column: usize) -> usize {
    let cells = rows.iter().map(|row| row[column].text.width());
    cells.max().unwrap_or(0).max(heading.width())
}

/// Makes the widest column narrower until the row fits.
fn shrink(widths: &mut [usize], available: usize) {
    let gaps = widths.len().saturating_sub(1) * INDENT;
    while widths.iter().sum::<usize>() + gaps > available {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
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

/// The text in at most `width` columns; `…` marks cut text.
pub(super) fn cut(text: &str, width: Option<usize>) -> String {
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
        assert_eq!(of(Some(24))[1], "  B     回路遮断…  codex");
    }

    #[test]
    fn a_name_stays_whole_and_the_other_columns_give_way() {
        let row = ["a-long-name-of-a-task", "Title of it", "codex"];
        let style = Style {
            color: false,
            width: Some(38),
        };
        let text = three(["ID", "Task", "Owner"], [row], style);
        assert_eq!(
            text.lines().nth(1),
            Some("  a-long-name-of-a-task  Title…  codex")
        );
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
