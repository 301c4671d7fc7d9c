//! A JSON text as a tree that keeps the line of every value, and every member of a key that appears twice.
//!
//! Not here: the meaning of the keys (`fields` and the other readers).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    core::values::json::Members,
    exchange::{Complaint, input::Lines},
};

/// A value and its line.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct JsonNode<'a> {
    pub line: usize,
    pub value: Value<'a>,
    raw: &'a str,
}

/// The value of a node. Numbers stay as they are written.
#[derive(Debug, Clone)]
pub(in crate::exchange) enum Value<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(String),
    List(Vec<JsonNode<'a>>),
    Map(Vec<JsonMember<'a>>),
}

/// A key, its line, and its value.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct JsonMember<'a> {
    pub line: usize,
    pub key: String,
    pub node: JsonNode<'a>,
}

/// The deepest nesting that is read.
pub(in crate::exchange) const DEPTH_MAX: usize = 64;

/// Parses a JSON text.
///
/// # Errors
/// The text is not JSON, or is nested more than [`DEPTH_MAX`] levels deep.
pub(in crate::exchange) fn parse(text: &str) -> Result<JsonNode<'_>, Complaint> {
    Source::of(text).parse(text)
}

/// Parses a text with one JSON value per line, as logs and databases export them. A comma may end a line; blank lines
/// are left out.
pub(in crate::exchange) fn parse_lines(
    text: &str,
) -> impl Iterator<Item = Result<JsonNode<'_>, Complaint>> {
    let source = Source::of(text);
    let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
    let values = lines.filter(|line| !line.is_empty());
    values.map(move |line| source.parse(line))
}

/// Whether the top-level object has this key with a value that begins with `start`. Looks no deeper than that.
pub(super) fn member_starts_with(text: &str, key: &str, start: char) -> bool {
    serde_json::from_str::<Members<'_>>(text).is_ok_and(|Members(members)| {
        let is_key = |raw: &RawValue| {
            serde_json::from_str::<String>(raw.get()).is_ok_and(|name| name == key)
        };
        members
            .iter()
            .any(|(name, value)| is_key(name) && value.get().starts_with(start))
    })
}

impl<'a> JsonNode<'a> {
    /// A value that is not in the file as it stands, at this line.
    pub fn made(line: usize, value: Value<'a>) -> Self {
        let raw = "";
        Self { line, value, raw }
    }
    /// A text that is not in the file as it stands, at this line.
    pub fn text(line: usize, text: impl Into<String>) -> Self {
        Self::made(line, Value::Text(text.into()))
    }
    /// The members of a map.
    pub fn members(&self) -> Option<&[JsonMember<'a>]> {
        match &self.value {
            Value::Map(members) => Some(members),
            _ => None,
        }
    }
    /// The elements of a list.
    pub fn elements(&self) -> Option<&[JsonNode<'a>]> {
        match &self.value {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }
    /// The value of the first member with this key.
    pub fn get(&self, key: &str) -> Option<&JsonNode<'a>> {
        let member = self.members()?.iter().find(|member| member.key == key)?;
        Some(&member.node)
    }
    /// A string, or a number or boolean as it is written; none for `null`, lists and objects.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(number),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
    /// A whole number, 0 or more. `18.0` is read as 18.
    pub fn count(&self) -> Option<u64> {
        let text = self.scalar()?.trim();
        match text.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole.parse().ok(),
            Some(_) => None,
            None => text.parse().ok(),
        }
    }
    /// Whether the value is `null` or an empty string, list or object.
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::List(elements) => elements.is_empty(),
            Value::Map(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }
    /// The value as JSON without white space, numbers as they are written.
    pub fn to_json(&self) -> String {
        match &self.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.raw.to_owned(),
            Value::Text(text) => quoted(text),
            Value::List(elements) => format!("[{}]", join(elements.iter().map(JsonNode::to_json))),
            Value::Map(members) => {
                let pair = |member: &JsonMember<'_>| {
                    format!("{}:{}", quoted(&member.key), member.node.to_json())
                };
                format!("{{{}}}", join(members.iter().map(pair)))
            }
        }
    }
    /// Calls `report` with the line and the key of every member whose object already has that key, at any depth.
    pub fn duplicates(&self, report: &mut dyn FnMut(usize, &str)) {
        if let Value::List(elements) = &self.value {
            elements
                .iter()
                .for_each(|element| element.duplicates(report));
        }
        let mut seen = std::collections::HashSet::new();
        for member in self.members().unwrap_or_default() {
            if !seen.insert(&member.key) {
                report(member.line, &member.key);
            }
            member.node.duplicates(report);
        }
    }
}

/// A text as a JSON string.
pub(in crate::exchange) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

struct Source<'a> {
    text: &'a str,
    lines: Lines,
}

impl<'a> Source<'a> {
    fn of(text: &'a str) -> Self {
        let lines = Lines::of(text);
        Self { text, lines }
    }

    /// The value in `part`, which must be borrowed from the text.
    fn parse(&self, part: &'a str) -> Result<JsonNode<'a>, Complaint> {
        let raw: &RawValue =
            serde_json::from_str(part).map_err(|error| complaint(&error, self.line(part)))?;
        self.check_depth(part)?;
        self.node(raw)
    }

    /// The line of `part`, which must be borrowed from the text.
    fn line(&self, part: &str) -> usize {
        self.lines
            .at((part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize))
    }

    /// Refuses deep nesting before parsing, because [`Self::node`] parses every level again for the levels inside it.
    fn check_depth(&self, part: &str) -> Result<(), Complaint> {
        let (mut depth, mut in_text, mut escaped) = (0, false, false);
        for (place, byte) in part.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = !in_text,
                b'[' | b'{' if !in_text => depth += 1,
                b']' | b'}' if !in_text => depth -= 1,
                _ => {}
            }
            if depth > DEPTH_MAX {
                let line = self.line(&part[place..]);
                let message = format!("the JSON is nested more than {DEPTH_MAX} levels deep");
                return Err(Complaint { line, message });
            }
        }
        Ok(())
    }

    fn node(&self, raw: &'a RawValue) -> Result<JsonNode<'a>, Complaint> {
        let (raw, line) = (raw.get(), self.line(raw.get()));
        let value = match raw.as_bytes().first() {
            Some(b'n') => Value::Null,
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'"') => Value::Text(part(raw, line)?),
            Some(b'[') => {
                let elements: Vec<&RawValue> = part(raw, line)?;
                Value::List(
                    elements
                        .into_iter()
                        .map(|raw| self.node(raw))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(b'{') => {
                let Members(members) = part(raw, line)?;
                Value::Map(
                    members
                        .into_iter()
                        .map(|member| self.member(member))
                        .collect::<Result<_, _>>()?,
                )
            }
            _ => Value::Number(raw),
        };
        Ok(JsonNode { line, value, raw })
    }

    fn member(
        &self,
        (key, raw): (&'a RawValue, &'a RawValue),
    ) -> Result<JsonMember<'a>, Complaint> {
        let line = self.line(key.get());
        let key = part(key.get(), line)?;
        let node = self.node(raw)?;
        Ok(JsonMember { line, key, node })
    }
}

fn part<'a, T: Deserialize<'a>>(raw: &'a str, line: usize) -> Result<T, Complaint> {
    serde_json::from_str(raw).map_err(|error| complaint(&error, line))
}

/// A complaint with serde_json's message; the error counts its lines from `first_line`.
fn complaint(error: &serde_json::Error, first_line: usize) -> Complaint {
    let text = error.to_string();
    let (what, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    let line = first_line + error.line().max(1) - 1;
    let message = format!("invalid JSON: {what} at column {}", error.column());
    Complaint { line, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let tree = parse("{\n \"a\": [\n1,\n\n{\"b\":\n null}]\n}").unwrap();
        let list = tree.get("a").unwrap();
        assert_eq!(list.line, 2);
        let lines: Vec<usize> = list
            .elements()
            .unwrap()
            .iter()
            .map(|node| node.line)
            .collect();
        assert_eq!(lines, [3, 5]);
        let inner = &list.elements().unwrap()[1].members().unwrap()[0];
        assert_eq!((inner.line, inner.node.line), (5, 6));
    }

    #[test]
    fn a_syntax_error_is_reported_with_its_line() {
        let complaint = parse("{\n\"a\": 1,\n}").unwrap_err();
        assert_eq!(complaint.line, 3);
        assert_eq!(
            complaint.message,
            "invalid JSON: key must be a string at column 1"
        );
        assert_eq!(parse("[\n\n\"\\ud800\"]").unwrap_err().line, 3);
        assert_eq!(parse("").unwrap_err().line, 1);
    }

    #[test]
    fn deep_nesting_is_a_complaint() {
        let bomb = "[".repeat(1_000_000);
        assert!(parse(&bomb).is_err());
        let closed = format!("{bomb}{}", "]".repeat(1_000_000));
        assert!(parse(&closed).is_err());
        assert!(!member_starts_with(
            &format!("{{\"a\":{closed}}}"),
            "tasks",
            '['
        ));
    }

    #[test]
    fn repeated_keys_are_found_at_any_depth() {
        let mut found = Vec::new();
        let tree = parse("{\"a\":1,\n\"b\":[{\"c\":1,\n\"c\":2}],\n\"a\":3}").unwrap();
        tree.duplicates(&mut |line, key| found.push((line, key.to_owned())));
        assert_eq!(found, [(3, "c".to_owned()), (4, "a".to_owned())]);
    }

    #[test]
    fn to_json_is_compact_and_keeps_numbers_as_written() {
        let text = "{ \"a\" : [ 1.50, 1e400, \"x\\ny\" ], \"b\": null }";
        assert_eq!(
            parse(text).unwrap().to_json(),
            "{\"a\":[1.50,1e400,\"x\\ny\"],\"b\":null}"
        );
    }
}
