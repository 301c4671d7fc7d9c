//! A text as a cell of our CSV, and back: on one line, visible, and never a formula.
//!
//! Not here: quotes and separators (the crate `csv`).

use crate::core::values::text::{is_invisible, visible};

/// The cell that holds a text. Characters that nobody sees are written as in JSON.
pub(super) fn written(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        escaped.push(c);
        let reads_as_escape = |next: char| "\\nrtu".contains(next) || is_invisible(next);
        if c == '\\' && rest.clone().next().is_some_and(reads_as_escape) {
            escaped.push('\\');
        }
    }
    each_part(&visible(&escaped), disarmed)
}

/// The text of a cell.
pub(super) fn read(cell: &str) -> String {
    unescaped(&each_part(cell, armed))
}

/// The parts of a cell between `;`, which separates cells where the comma is the decimal mark.
fn each_part(cell: &str, change: fn(&str) -> String) -> String {
    let parts: Vec<String> = cell.split(';').map(change).collect();
    parts.join(";")
}

/// Whether a spreadsheet could read a formula. Spaces and quotes before it do not hide it.
fn begins_formula(part: &str) -> bool {
    part.trim_start_matches(|c: char| c.is_whitespace() || "\"'".contains(c))
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn disarmed(part: &str) -> String {
    let quote = if begins_formula(part) { "'" } else { "" };
    format!("{quote}{part}")
}

fn armed(part: &str) -> String {
    let original = part.strip_prefix('\'').filter(|it| begins_formula(it));
    original.unwrap_or(part).to_owned()
}

fn unescaped(cell: &str) -> String {
    let mut text = String::new();
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let (c, length) = match after.chars().next() {
            Some('\\') => ('\\', 1),
            Some('n') => ('\n', 1),
            Some('r') => ('\r', 1),
            Some('t') => ('\t', 1),
            Some('u') => unseen(after).unwrap_or(('\\', 0)),
            _ => ('\\', 0),
        };
        text.push(c);
        rest = &after[length..];
    }
    text + rest
}

/// The character in `u{HEX}`, and the length of that.
fn unseen(escape: &str) -> Option<(char, usize)> {
    let (hex, _) = escape.strip_prefix("u{")?.split_once('}')?;
    let c = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    Some((c, hex.len() + 3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_disarmed_and_unseen_characters_are_escaped() {
        for formula in [
            "=1+1",
            " =1+1",
            "\u{3000}=1",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝1+1",
            "\"=1",
            "'=1",
        ] {
            assert_eq!(written(formula), format!("'{formula}"));
            let list = format!("x;{formula}; y");
            assert_eq!(written(&list), format!("x;'{formula}; y"));
        }
        assert_eq!(written("a - b = c; d"), "a - b = c; d");
        assert_eq!(written("a\n\u{1b}[2J\tb"), "a\\n\\u{1b}[2J\\tb");
        assert_eq!(written("\t=1+1"), "\\t=1+1");
        assert_eq!(written("C:\\x C:\\new"), "C:\\x C:\\\\new");
    }

    proptest! {
        #[test]
        fn a_cell_is_read_as_the_text_that_was_written(text in "[\\\\nrtu{}0-9a;'\"=+@ \n\r\t\u{1b}\u{200d}💻]{0,12}|\\PC{0,12}") {
            let cell = written(&text);
            prop_assert!(!cell.contains(['\n', '\r', '\t', '\u{1b}']), "{:?}", cell);
            prop_assert_eq!(read(&cell), text, "{:?}", cell);
        }
    }
}
