//! Parts of Markdown pages: escaped text, and tables.
//!
//! Not here: the pages (`render::dashboard`, `render::report`, `render::audit`).

use std::fmt::Write as _;

use crate::core::values::text::{LINK_BREAK, is_link_between, visible};

/// Escapes a text so that Markdown shows every character of it, on one line, and no host makes a link or a formula of it.
pub fn escaped(text: &str) -> String {
    let shown = visible(text);
    let mut escaped = String::with_capacity(shown.len() + 8);
    for (place, c) in shown.char_indices() {
        let (before, after) = shown.split_at(place);
        if is_link_between(before, after) {
            escaped.push_str(LINK_BREAK);
        }
        let marks = matches!(c, '\\' | '|' | '<' | '`' | '[' | '*' | '&' | '~' | '$');
        let leads = place == 0 && matches!(c, '#' | '>' | '-' | '+' | '=');
        // Markdown does not read an underscore inside a word as emphasis.
        let emphasis = c == '_'
            && before
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric());
        if marks || leads || emphasis {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A bar of ten cells for a part of a whole, and the percentage: `███░░░░░░░ 33%`. Without a whole, nothing is done.
pub fn bar(part: usize, whole: usize) -> String {
    let percent = (part * 100).checked_div(whole).unwrap_or(0).min(100);
    let cells = percent / 10;
    format!("{}{} {percent}%", "█".repeat(cells), "░".repeat(10 - cells))
}

/// Appends a heading and a list to a page, unless there are no items, which must be Markdown already.
pub fn list(page: &mut String, title: &str, items: impl IntoIterator<Item = String>) {
    let mut items = items.into_iter().peekable();
    if items.peek().is_none() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## {}\n\n", escaped(title));
    for item in items {
        let _ = writeln!(page, "- {item}");
    }
}

/// Appends a heading and a table to a page, unless there are no rows. The cells must be Markdown already.
pub fn table<const N: usize>(
    page: &mut String,
    title: &str,
    columns: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## {}\n\n", escaped(title));
    let header = [columns, ["---"; N]].map(|cells| cells.map(str::to_owned));
    for cells in header.into_iter().chain(rows) {
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_everything_is_done() {
        assert_eq!(bar(0, 0), "░░░░░░░░░░ 0%");
        assert_eq!(bar(199, 200), "█████████░ 99%");
        assert_eq!(bar(3, 3), "██████████ 100%");
    }

    #[test]
    fn escaped_text_is_not_read_as_markdown() {
        assert_eq!(escaped("# a | b"), "\\# a \\| b");
        assert_eq!(
            escaped("<script> [x](y) `z` snake_case _a_"),
            "\\<script> \\[x](y) \\`z\\` snake_case \\_a_"
        );
        for (text, shown) in [
            ("see https://x.y", "see https:<!-- -->//x.y"),
            ("WWW.x.y", "WWW<!-- -->.x.y"),
            ("@everyone, a@b.c", "@<!-- -->everyone, a@<!-- -->b.c"),
            (
                "fixes #2, o/r#3, GH-4, !5",
                "fixes #<!-- -->2, o/r#<!-- -->3, GH-<!-- -->4, !<!-- -->5",
            ),
            ("$$x$$ costs $5", "\\$\\$x\\$\\$ costs \\$5"),
            ("a: b, C# 5, @ home", "a: b, C# 5, @ home"),
        ] {
            assert_eq!(escaped(text), shown);
        }
        assert_eq!(escaped("a\nb\u{1b}"), "a\\\\nb\\\\u{1b}");
    }
}
