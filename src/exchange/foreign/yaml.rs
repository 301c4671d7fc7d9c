//! YAML, as other programs put it above a document, as a tree of the same values as JSON.
//!
//! Not here: YAML's own syntax, which saphyr-parser parses, and the meaning of the keys.

use saphyr_parser::{Event, Parser, Span};

use crate::exchange::{
    Complaint,
    json::tree::{DEPTH_MAX, JsonMember, JsonNode, Value},
};

/// A list or a map that is not complete.
enum Open<'t> {
    List(usize, Vec<JsonNode<'t>>),
    /// With the key whose value comes next.
    Map(usize, Vec<JsonMember<'t>>, Option<(usize, String)>),
}

/// The value of a text that begins after so many lines of its file. Every scalar is a text.
///
/// # Errors
/// The text is not YAML, is nested too deeply, or refers to another part of itself.
pub(super) fn parse(text: &str, before: usize) -> Result<Option<JsonNode<'static>>, Complaint> {
    let mut open: Vec<Open<'static>> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, Span { start, .. }) = event.map_err(|error| Complaint {
            line: before + error.marker().line(),
            message: format!("invalid YAML: {}", error.info()),
        })?;
        let line = before + start.line();
        let refuse = |message: &str| Complaint {
            line,
            message: message.to_owned(),
        };
        let done = match event {
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|ended| match ended {
                Open::List(line, elements) => JsonNode::made(line, Value::List(elements)),
                Open::Map(line, members, _) => JsonNode::made(line, Value::Map(members)),
            }),
            // `~`, `null` and nothing are texts that say nothing.
            Event::Scalar(text, ..) => {
                let is_nothing = ["", "~", "null"].contains(&text.as_ref());
                let text = if is_nothing {
                    String::new()
                } else {
                    text.into_owned()
                };
                Some(JsonNode::text(line, text))
            }
            Event::Alias(_) => return Err(refuse("an alias in YAML is not read")),
            _ => None,
        };
        if open.len() > DEPTH_MAX {
            return Err(refuse("the YAML is nested too deeply"));
        }
        let Some(node) = done else {
            continue;
        };
        match open.last_mut() {
            None => root = Some(node),
            Some(Open::List(_, elements)) => elements.push(node),
            Some(Open::Map(_, members, key)) => match key.take() {
                None => {
                    let name = node
                        .scalar()
                        .ok_or_else(|| refuse("a key in YAML must be a text"))?;
                    *key = Some((line, name.to_owned()));
                }
                Some((line, key)) => members.push(JsonMember { line, key, node }),
            },
        }
    }
    Ok(root)
}
