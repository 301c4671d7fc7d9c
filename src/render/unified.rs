//! The differences between two sets of files as a unified diff, in the form of `diff -u`.
//!
//! Not here: changes of the plan (`core::views::diff`).

use std::{collections::BTreeSet, fmt::Write as _};

use similar::TextDiff;

use crate::core::values::text::visible;

/// The number of unchanged lines around a change.
const CONTEXT: usize = 3;

/// The differences between two sets of files, sorted by path; empty if the sets are equal.
///
/// Control characters are made visible. For a file that is not UTF-8, a line says only that it differs.
pub fn unified(before: &[(String, Vec<u8>)], after: &[(String, Vec<u8>)]) -> String {
    let paths: BTreeSet<&str> = before
        .iter()
        .chain(after)
        .map(|(path, _)| &**path)
        .collect();
    let find = |files: &'_ [(String, Vec<u8>)], path: &str| {
        files.iter().position(|(known, _)| known == path)
    };
    let mut text = String::new();
    for path in paths {
        let old = find(before, path).map(|place| &*before[place].1);
        let new = find(after, path).map(|place| &*after[place].1);
        if old != new {
            text.push_str(&file(path, old, new));
        }
    }
    text
}

fn file(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let path = visible(path);
    let name = |side: &str, bytes: Option<&[u8]>| match bytes {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (from, to) = (name("a", old), name("b", new));
    let texts = (
        std::str::from_utf8(old.unwrap_or_default()),
        std::str::from_utf8(new.unwrap_or_default()),
    );
    let (Ok(old), Ok(new)) = texts else {
        return format!("Binary files {from} and {to} differ\n");
    };
    let diff = TextDiff::from_lines(old, new);
    let mut lines = format!("--- {from}\n+++ {to}\n");
    let shown = diff.unified_diff().context_radius(CONTEXT).to_string();
    // `lines` would drop the carriage return at the end of a line, and hide a change of line ends.
    for line in shown.split_terminator('\n') {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{}", visible(line));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_change_has_three_lines_of_context() {
        let before = files(&[("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ("same", "x\n")]);
        let after = files(&[("a", "1\n2\n3\n4\n5\nsix\n7\n8\n9\n"), ("same", "x\n")]);
        assert_eq!(
            unified(&before, &after),
            "--- a/a\n+++ b/a\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n"
        );
    }

    #[test]
    fn an_added_or_removed_file_is_compared_with_dev_null() {
        assert_eq!(
            unified(&files(&[("old", "x\n")]), &files(&[("new", "y")])),
            "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n\
             --- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        );
    }

    #[test]
    fn equal_files_have_an_empty_diff() {
        assert_eq!(unified(&files(&[("a", "x")]), &files(&[("a", "x")])), "");
    }

    #[test]
    fn control_characters_in_a_file_are_made_visible() {
        let shown = unified(&[], &files(&[("a\u{1b}", "\u{1b}[2J\r\n")]));
        assert!(!shown.contains(['\u{1b}', '\r']), "{shown:?}");
        assert!(shown.ends_with("+\\u{1b}[2J\\r\n"), "{shown:?}");
        let binary = [("a".to_owned(), vec![0xff])];
        assert_eq!(
            unified(&[], &binary),
            "Binary files /dev/null and b/a differ\n"
        );
    }
}
