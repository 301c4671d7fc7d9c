//! JSON for people and their scripts: the exact text, yet nothing in it that could drive a terminal. Objects of JSON as they are
//! written.
//!
//! Not here: the documents (`snapshot`, `diff`), and the envelope of a command's answer (`cli::output::json`).

use std::fmt::Display;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::text::is_invisible;

/// The value on several lines, indented by two spaces, with one value on each line and a line break at the end.
pub fn to_json_pretty<T: Serialize + ?Sized>(value: &T) -> String {
    harmless(serde_json::to_string_pretty(value)) + "\n"
}

/// The value on one line, without a line break.
pub fn to_json_line<T: Serialize + ?Sized>(value: &T) -> String {
    harmless(serde_json::to_string(value))
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

/// Writes what a person cannot see as `\uXXXX`. In JSON such a character is part of a string, or it is a line break or a
/// tab between two values, which stays.
fn harmless(written: serde_json::Result<String>) -> String {
    // Writing to memory cannot fail, and every map of the documents has keys that are text.
    debug_assert!(written.is_ok(), "{written:?}");
    let text = written.unwrap_or_default();
    let is_unseen = |c| is_invisible(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(is_unseen) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            shown.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// All members of a JSON object as they are written, in order, including those with the same key: the key and the value, borrowed from
/// the text.
pub struct Members<'a>(pub Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
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
