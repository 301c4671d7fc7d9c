//! The envelope of all output with `--json`: one object in one line, harmless in every terminal.
//!
//! Not here: the contents of `data` (each command), and the writing (`ui`).

use serde::Serialize;

use crate::{cli::CommandError, core::values::json::to_json_line};

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
    error: FailureDetails<'a>,
}

#[derive(Serialize)]
struct FailureDetails<'a> {
    code: &'a str,
    message: String,
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    details: &'a [String],
}

/// `{"schema":…,"ok":true,"data":{…}}` and a line break.
pub fn success<T: Serialize>(schema: &str, data: &T) -> String {
    let ok = true;
    to_json_line(&Success { schema, ok, data }) + "\n"
}

/// The line of an answer with the warnings of its command as `"warnings":[…]`, if there are any. They are added to the
/// line, since a command can warn after its answer.
pub fn with_warnings(line: String, warnings: &[String]) -> String {
    match line.strip_suffix("}\n") {
        Some(open) if !warnings.is_empty() => {
            format!("{open},\"warnings\":{}}}\n", to_json_line(&warnings))
        }
        _ => line,
    }
}

/// `{"schema":"coord.error/1","ok":false,"error":{…}}` and a line break.
pub fn failure(error: &CommandError) -> String {
    let details = FailureDetails {
        code: error.code(),
        message: error.to_string(),
        hint: error.next(),
        details: error.lines(),
    };
    let failure = Failure {
        schema: "coord.error/1",
        ok: false,
        error: details,
    };
    to_json_line(&failure) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_one_line_in_the_order_of_the_contract() {
        let text = success("coord.status/1", &[1, 2]);
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
}
