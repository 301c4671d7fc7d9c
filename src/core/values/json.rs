//! JSON for people and their scripts: the exact text, yet nothing in it that could drive a terminal.
//!
//! Not here: the documents (`snapshot`, `diff`), and the envelope of a command's answer (`cli::output::json`).

use std::{
    fmt::Display,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::text::is_invisible;

/// The value on several lines, indented by two spaces, with one value on each line and a line break at the end.
pub fn to_json_pretty<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = write(value, Harmless(PrettyFormatter::new()));
    text.push('\n');
    text
}

/// The value on one line, without a line break.
pub fn to_json_line<T: Serialize + ?Sized>(value: &T) -> String {
    write(value, Harmless(CompactFormatter))
}

/// For `#[serde(serialize_with = …)]`: as people read it.
pub(crate) fn as_shown<T: Display, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// For `#[serde(serialize_with = …)]` of what is canonical CBOR too: as people read it, but only in JSON.
pub(in crate::core) fn as_shown_in_json<T: Display + Serialize, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(value)
    } else {
        value.serialize(serializer)
    }
}

/// For `#[serde(serialize_with = …)]`: as people read it, or null.
pub(in crate::core) fn as_shown_or_null<T: Display, S: serde::Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

fn write<T: Serialize + ?Sized, F: Formatter>(value: &T, formatter: F) -> String {
    let mut bytes = Vec::with_capacity(1024);
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    // Writing to memory cannot fail, and every map of the documents has keys that are text.
    let written = value.serialize(&mut serializer);
    debug_assert!(written.is_ok(), "{written:?}");
    String::from_utf8(bytes).unwrap_or_default()
}

/// Lays out as another formatter does, and writes what a person cannot see as `\uXXXX`.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((before, unseen, after)) = split_at_invisible(rest) {
            self.0.write_string_fragment(writer, before)?;
            let mut units = [0; 2];
            for unit in unseen.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after;
        }
        self.0.write_string_fragment(writer, rest)
    }

    /// JSON kept exactly as in its file: there may be line breaks and tabs between its strings.
    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for part in fragment.split_inclusive(['\n', '\r', '\t']) {
            let text = part.trim_end_matches(['\n', '\r', '\t']);
            self.write_string_fragment(writer, text)?;
            self.0.write_raw_fragment(writer, &part[text.len()..])?;
        }
        Ok(())
    }
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(w, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(w, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

fn split_at_invisible(text: &str) -> Option<(&str, char, &str)> {
    let (place, unseen) = text.char_indices().find(|(_, c)| is_invisible(*c))?;
    Some((&text[..place], unseen, &text[place + unseen.len_utf8()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_controls_are_escaped_and_read_back_exactly() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}1m \u{202e}x\u{2028}\u{e0041}\u{feff} \"ü\" ✓";
        for written in [to_json_line(text), to_json_pretty(text)] {
            assert!(!written.trim_end().contains(is_invisible), "{written:?}");
            let read: String = serde_json::from_str(&written).unwrap();
            assert_eq!(read, text);
        }
        assert_eq!(to_json_line("\u{9b}\u{e0041}"), r#""\u009b\udb40\udc41""#);
    }

    #[test]
    fn json_that_is_kept_as_it_stood_is_harmless_too() {
        let kept = "{\n\t\"a\u{202e}\": [1, \"\u{7f}\"]\r\n}";
        let raw = serde_json::value::RawValue::from_string(kept.to_owned()).unwrap();
        assert_eq!(
            to_json_line(&raw),
            "{\n\t\"a\\u202e\": [1, \"\\u007f\"]\r\n}"
        );
    }

    #[test]
    fn keys_are_escaped_like_values() {
        let map = std::collections::BTreeMap::from([("\u{202e}", 1)]);
        assert_eq!(to_json_pretty(&map), "{\n  \"\\u202e\": 1\n}\n");
    }
}
