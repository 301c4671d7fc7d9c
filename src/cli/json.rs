//! The envelope around everything said with `--json`: one object, one line, plain to every terminal.
//!
//! Not here: what stands in `data` (each command), and the writing (`ui`).

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::CommandError;
use crate::core::text::is_invisible;

#[derive(Serialize)]
struct Success<'a, T> {
    schema: &'a str,
    ok: bool,
    data: &'a T,
}

#[derive(Serialize)]
struct Failure<'a> {
    schema: &'a str,
    ok: bool,
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'a str,
    message: String,
    hint: Option<&'a str>,
}

/// `{"schema":…,"ok":true,"data":{…}}` and a line break.
///
/// # Errors
/// If `data` cannot be JSON: a map whose keys are no strings.
pub fn success<T: Serialize>(schema: &str, data: &T) -> Result<String, serde_json::Error> {
    let ok = true;
    line(&Success { schema, ok, data })
}

/// `{"schema":"coord.error/1","ok":false,"error":{…}}` and a line break.
pub fn failure(error: &CommandError) -> String {
    let told = Told {
        code: error.code(),
        message: error.to_string(),
        hint: error.next(),
    };
    let failure = Failure {
        schema: "coord.error/1",
        ok: false,
        error: told,
    };
    // Strings and a bool can always be JSON.
    line(&failure).unwrap_or_default()
}

fn line<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Harmless))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Compact JSON in which every character that could steer a terminal or break a line is written as `\uXXXX`.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_invisible) {
            let (plain, tail) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut tail = tail.chars();
            if let Some(hidden) = tail.next() {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = tail.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_one_line_in_the_order_of_the_contract() {
        let text = success("coord.status/1", &[1, 2]).unwrap();
        assert_eq!(
            text,
            "{\"schema\":\"coord.status/1\",\"ok\":true,\"data\":[1,2]}\n"
        );
    }

    #[test]
    fn a_failure_has_a_hint_or_null() {
        let error = CommandError::no("claim_held", "task 'B' is claimed");
        assert_eq!(
            failure(&error),
            "{\"schema\":\"coord.error/1\",\"ok\":false,\"error\":\
             {\"code\":\"claim_held\",\"message\":\"task 'B' is claimed\",\"hint\":null}}\n"
        );
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_reads_back_the_same() {
        let evil = "a\u{1b}[2J\u{9b}2J\u{202e}b\u{2028}\u{e0041}\n\"ä✓";
        let text = success("coord.test/1", &evil).unwrap();
        assert!(text.trim_end().chars().all(|c| !is_invisible(c)), "{text}");
        assert!(text.contains("\\u202e") && text.contains("\\udb40\\udc41") && text.contains("ä✓"));
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["data"], evil);
    }
}
