//! Our block in the file of a hook: lines between two marks, which can be removed without a trace.
//!
//! All functions work on bytes, so that a test can prove that removal restores the file. Not here: files
//! (`install`), and the decision whether to change a file (`method`).

/// The line before ours.
const BEGIN: &str = "# >>> git-coord >>>";
/// The line after ours.
const END: &str = "# <<< git-coord <<<";
/// The note after the first mark in a file that has only our lines.
const FILE: &str = " (this file too)";
/// The note after the first mark if `git coord` made the folder too.
const FOLDER: &str = " (this file and its folder too)";

/// The first line of a file that is ours alone.
const SHEBANG: &str = "#!/bin/sh\n";

/// Which part of the file is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    /// Only the lines between the marks.
    Lines,
    /// The whole file.
    File,
    /// The file and its folder.
    Folder,
}

impl Ours {
    fn note(self) -> &'static str {
        match self {
            Self::Lines => "",
            Self::File => FILE,
            Self::Folder => FOLDER,
        }
    }
}

/// The rest after the removal of our lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remainder {
    /// The earlier contents.
    File(Vec<u8>),
    /// Nothing: the file was ours.
    Nothing {
        /// Whether the folder was ours too.
        folder: bool,
    },
}

/// A file with only our lines.
pub fn alone(shim: &str, ours: Ours) -> Vec<u8> {
    [SHEBANG, &block(shim, ours)].concat().into_bytes()
}

/// The file with our lines in it. They come first, since the other lines may end with `exec`. Existing lines of ours
/// are replaced.
pub fn with(file: &[u8], shim: &str) -> Vec<u8> {
    if let Some(found) = find(file) {
        let new = block(shim, found.ours);
        let end = new.len() - usize::from(!found.ends_in_break);
        return [
            &file[..found.start],
            &new.as_bytes()[..end],
            &file[found.end..],
        ]
        .concat();
    }
    let new = block(shim, Ours::Lines);
    let start = match (file.starts_with(b"#!"), line_end(file, 0)) {
        (false, _) => 0,
        (true, Some(end)) => end,
        // The file has only a shebang without a line break; our lines then end without one, too.
        (true, None) => return [file, b"\n", new.trim_end().as_bytes()].concat(),
    };
    [&file[..start], new.as_bytes(), &file[start..]].concat()
}

/// The file without our lines; none if it has none.
pub fn without(file: &[u8]) -> Option<Remainder> {
    let found = find(file)?;
    let start = found.start - usize::from(!found.ends_in_break && found.start > 0);
    let left = [&file[..start], &file[found.end..]].concat();
    let untouched = found.ours != Ours::Lines && left == SHEBANG.as_bytes();
    Some(if untouched {
        Remainder::Nothing {
            folder: found.ours == Ours::Folder,
        }
    } else {
        Remainder::File(left)
    })
}

/// Whether the file has only our lines.
pub fn is_alone(file: &[u8]) -> bool {
    matches!(without(file), Some(Remainder::Nothing { .. }))
}

/// Whether our lines in the file are those of this program; none if it has none.
pub fn is_current(file: &[u8], shim: &str) -> Option<bool> {
    find(file).map(|_| with(file, shim) == file)
}

fn block(shim: &str, ours: Ours) -> String {
    let note = ours.note();
    format!("{BEGIN}{note} 'git-coord hooks uninstall' removes it\n{shim}{END}\n")
}

struct Found {
    start: usize,
    /// The index after the line break of the last line, or the end of the file.
    end: usize,
    ends_in_break: bool,
    ours: Ours,
}

fn find(file: &[u8]) -> Option<Found> {
    let start = line_that_begins(file, 0, BEGIN)?;
    let last = line_that_begins(file, start, END)?;
    let end = line_end(file, last);
    let note = &file[start + BEGIN.len()..];
    let ours = [Ours::Folder, Ours::File]
        .into_iter()
        .find(|ours| note.starts_with(ours.note().as_bytes()));
    Some(Found {
        start,
        end: end.unwrap_or(file.len()),
        ends_in_break: end.is_some(),
        ours: ours.unwrap_or(Ours::Lines),
    })
}

/// The index of the first line at or after `from` that begins with `with`.
fn line_that_begins(file: &[u8], from: usize, with: &str) -> Option<usize> {
    let mut start = from;
    loop {
        if file.get(start..)?.starts_with(with.as_bytes()) {
            return Some(start);
        }
        start = line_end(file, start)?;
    }
}

/// The index after the line break of this line; none if it has no line break.
fn line_end(file: &[u8], start: usize) -> Option<usize> {
    let length = file.get(start..)?.iter().position(|byte| *byte == b'\n')?;
    Some(start + length + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHIM: &str = "one\ntwo\n";

    proptest! {
        #[test]
        fn removing_our_lines_restores_the_file_byte_for_byte(
            shebang in prop::sample::select(vec!["", "#!/bin/sh", "#!/bin/sh\n", "#!/usr/bin/env bash\r\n"]),
            lines in prop::collection::vec("[a-z# \t\r]{0,6}", 0..5),
            break_at_end in any::<bool>(),
        ) {
            let mut file = shebang.to_owned() + &lines.join("\n");
            if break_at_end {
                file.push('\n');
            }
            let inside = with(file.as_bytes(), SHIM);
            prop_assert_eq!(with(&inside, SHIM), inside.clone());
            prop_assert_eq!(is_current(&inside, SHIM), Some(true));
            let newer = with(&inside, "three\n");
            prop_assert_eq!(is_current(&newer, SHIM), Some(false));
            prop_assert_eq!(without(&newer), Some(Remainder::File(file.clone().into_bytes())));
            prop_assert_eq!(without(&inside), Some(Remainder::File(file.into_bytes())));
        }
    }

    #[test]
    fn our_lines_come_before_an_exec() {
        let inside = with(b"#!/bin/sh\nexec other\n", SHIM);
        let text = String::from_utf8(inside).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[2], lines[3]), ("#!/bin/sh", "one", "two"));
        assert_eq!(lines[5], "exec other");
    }

    #[test]
    fn our_file_is_removed_unless_somebody_added_lines() {
        let file = alone(SHIM, Ours::Folder);
        assert_eq!(without(&file), Some(Remainder::Nothing { folder: true }));
        let file = alone(SHIM, Ours::File);
        assert_eq!(without(&file), Some(Remainder::Nothing { folder: false }));
        let file = [&file[..], b"more\n"].concat();
        let left = b"#!/bin/sh\nmore\n".to_vec();
        assert_eq!(without(&file), Some(Remainder::File(left)));
        assert_eq!(without(b"#!/bin/sh\nmore\n"), None);
    }
}
