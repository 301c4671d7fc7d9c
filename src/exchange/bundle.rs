//! Several files as one text, as a program keeps a plan in a folder: a mark before each, and the place of a line.
//!
//! Not here: opening the files (`cli`), and their meaning (`foreign`).

const BEGIN: &str = "<!-- file: ";
const END: &str = " -->";

/// The files as one text: each behind a line with its name.
pub fn bundle<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    let mut text = String::new();
    for (name, content) in files {
        text += &format!("{BEGIN}{}{END}\n{content}", name.replace(['\n', '\r'], " "));
        if !content.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// A file of a bundle.
pub(super) struct Part<'t> {
    /// Its name; none if the text is one file.
    pub name: Option<&'t str>,
    /// The line of the text before its first line.
    pub before: usize,
    pub text: &'t str,
}

/// The files of a text; one if it is not a bundle.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let (mut begin, mut offset) = (0, 0);
    let lines = if is_bundle(text) { text } else { "" };
    for (number, line) in (1..).zip(lines.split_inclusive('\n')) {
        if let Some(name) = name_in(line) {
            if let Some(last) = parts.last_mut() {
                last.text = &text[begin..offset];
            }
            begin = offset + line.len();
            parts.push(Part {
                name: Some(name),
                before: number,
                text: "",
            });
        }
        offset += line.len();
    }
    match parts.last_mut() {
        Some(last) => last.text = &text[begin..],
        None => parts.push(Part {
            name: None,
            before: 0,
            text,
        }),
    }
    parts
}

/// The file and its line in which a line of a bundle is; none if the text is one file.
pub fn place(text: &str, line: usize) -> Option<(&str, usize)> {
    if !is_bundle(text) {
        return None;
    }
    let before = text.lines().take(line).enumerate();
    let (at, name) = before
        .filter_map(|(at, line)| Some((at, name_in(line)?)))
        .last()?;
    Some((name, (line - at - 1).max(1)))
}

fn is_bundle(text: &str) -> bool {
    text.starts_with(BEGIN)
}

fn name_in(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix(BEGIN)?.strip_suffix(END)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_bundle_is_a_line_of_its_file() {
        let text = bundle([("a.md", "one\ntwo"), ("b\n.md", "three\n")]);
        let found = |line| place(&text, line);
        assert_eq!(found(3), Some(("a.md", 2)));
        assert_eq!(found(5), Some(("b .md", 1)));
        assert_eq!(place("one\ntwo", 2), None);
        let parts: Vec<_> = parts(&text)
            .iter()
            .map(|it| (it.name, it.before, it.text))
            .collect();
        assert_eq!(
            parts,
            [
                (Some("a.md"), 1, "one\ntwo\n"),
                (Some("b .md"), 4, "three\n")
            ]
        );
    }
}
