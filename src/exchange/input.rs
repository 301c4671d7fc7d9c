//! The bytes of a file as text: its size limit, its encoding, and its line numbers.
//!
//! Not here: the meaning of the text (`markdown`, `json`, `csv`).

use crate::exchange::{Complaint, Limits};

/// The text of a file, without its byte order mark.
///
/// # Errors
/// The file is larger than `limits.bytes`, has a NUL byte, or is not UTF-8.
pub(super) fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Complaint> {
    let complain = |line, message| Err(Complaint { line, message });
    if bytes.len() > limits.bytes {
        let (size, most) = (bytes.len(), limits.bytes);
        return complain(1, format!("the file has {size} bytes; the limit is {most}"));
    }
    if let Some(place) = bytes.iter().position(|&byte| byte == 0) {
        return complain(
            line_at(bytes, place),
            "the file is binary: it has a NUL byte here".to_owned(),
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => complain(
            line_at(bytes, error.valid_up_to()),
            "this line is not valid UTF-8".to_owned(),
        ),
    }
}

/// Complains about the first merge conflict that nobody resolved: the marks of both sides, in their order.
pub(super) fn check_conflicts(text: &str) -> Result<(), Complaint> {
    let marks = ["<<<<<<< ", "=======", ">>>>>>> "];
    let (mut next, mut first) = (0, 0);
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with(marks[0]) {
            (next, first) = (1, number);
        } else if line.starts_with(marks[next]) {
            next += 1;
        }
        if next == marks.len() {
            let message = "a merge conflict begins here; resolve it first".to_owned();
            return Err(Complaint {
                line: first,
                message,
            });
        }
    }
    Ok(())
}

/// The bytes as UTF-8, if they are UTF-16 with a byte order mark, as some shells and spreadsheets write it. Others stay as they are.
pub fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    let of = |unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes[2..].as_chunks();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok()
            .filter(|_| rest.is_empty())
            .map(String::into_bytes)
    };
    let text = match bytes[..] {
        [0xff, 0xfe, ..] => of(u16::from_le_bytes),
        [0xfe, 0xff, ..] => of(u16::from_be_bytes),
        _ => None,
    };
    text.unwrap_or(bytes)
}

fn line_at(bytes: &[u8], place: usize) -> usize {
    1 + bytes[..place].iter().filter(|&&byte| byte == b'\n').count()
}

/// The offset at which each line of a text begins, except the first.
#[derive(Default)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        Self(after.map(|(place, _)| place + 1).collect())
    }
    /// The number, from 1, of the line with the byte at `offset`.
    pub fn at(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|&start| start <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let lines = Lines::of("a\nb\n\nc");
        assert_eq!([0, 1, 2, 4, 5].map(|at| lines.at(at)), [1, 1, 2, 3, 4]);
    }

    #[test]
    fn utf_16_with_a_byte_order_mark_becomes_utf_8() {
        let units: Vec<u16> = "\u{feff}a✅".encode_utf16().collect();
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| order(*unit)).collect();
            assert_eq!(utf8(bytes), "a✅".as_bytes());
        }
        for same in [&b"a"[..], b"", b"\xff\xfea", b"\xff\xfe\x00\xd8"] {
            assert_eq!(
                utf8(same.to_vec()),
                same,
                "half a character, or half a pair"
            );
        }
    }

    #[test]
    fn a_merge_conflict_is_named_with_its_first_line() {
        let sides = "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n";
        assert_eq!(check_conflicts(sides).unwrap_err().line, 2);
        assert_eq!(check_conflicts("Title\n=======\n>>>>>>> quoted\n"), Ok(()));
    }

    #[test]
    fn a_file_over_the_size_limit_is_refused() {
        let limits = Limits {
            bytes: 4,
            ..Limits::default()
        };
        let message = text(b"12345", &limits).unwrap_err().message;
        assert_eq!(message, "the file has 5 bytes; the limit is 4");
    }

    #[test]
    fn binary_files_and_invalid_utf_8_are_refused_with_their_line() {
        let limits = Limits::default();
        assert_eq!(text(b"a\n\0", &limits).unwrap_err().line, 2);
        assert_eq!(text(b"a\n\n\xff", &limits).unwrap_err().line, 3);
        assert_eq!(text(b"\xef\xbb\xbfa", &limits), Ok("a"));
    }
}
