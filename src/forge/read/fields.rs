//! The fields of one pull request in JSON, read into values: what all forges have in common.
//!
//! A field that is absent or null is unknown. Not here: the names of the fields of one forge (`gh`, `rest`, `gitlab`).

use std::{fmt::Display, str::FromStr};

use serde_json::{Map, Value};

use crate::core::{
    entry::{codec::v1::LABELS_MAX, event::observation::CheckCounts},
    values::text::{Text, brief},
};

/// The longest quotation of a value in a message, in characters.
const QUOTED_MAX: usize = 40;

/// The fields of one object. A field that is absent, or null, is unknown.
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl Fields<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, String> {
        let text = |value: &Value| value.as_str().map(str::len).is_some();
        match self.get(name) {
            Some(value) if !text(value) => Err(format!("'{name}' is not a text")),
            value => Ok(value.and_then(Value::as_str)),
        }
    }
    /// A text with a meaning of its own; none if it is empty.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, String> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| parse(name, text)).transpose()
    }
    /// The text `inner` of the object `name`.
    pub(super) fn inside<T: FromStr<Err: Display>>(
        &self,
        name: &str,
        inner: &str,
    ) -> Result<Option<T>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Fields(fields).parsed(inner),
            Some(_) => Err(format!("'{name}' is not an object")),
        }
    }
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let not_one = || format!("'{name}' is neither true nor false");
        let value = self.get(name);
        value
            .map(|value| value.as_bool().ok_or_else(not_one))
            .transpose()
    }
    pub(super) fn word<T>(
        &self,
        name: &str,
        of: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let unknown = |word: &str| format!("'{name}' is '{}'", brief(word, QUOTED_MAX));
        let word = self.text(name)?;
        word.map(|word| of(word).ok_or_else(|| unknown(word)))
            .transpose()
    }
    /// The names of the labels: texts, or objects with a `name`; sorted, each once.
    pub(super) fn labels(&self, name: &str) -> Result<Option<Vec<Text>>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let labels = value
            .as_array()
            .ok_or_else(|| format!("'{name}' is not a list"))?;
        let mut names = Vec::with_capacity(labels.len().min(LABELS_MAX));
        for label in labels {
            names.extend(match label {
                Value::Object(label) => Fields(label).parsed("name")?,
                Value::String(label) if label.is_empty() => None,
                Value::String(label) => Some(parse(name, label)?),
                _ => return Err(format!("'{name}' has no names")),
            });
        }
        names.sort();
        names.dedup();
        if names.len() > LABELS_MAX {
            return Err(format!("it has more than {LABELS_MAX} labels"));
        }
        Ok(Some(names))
    }
}

/// The number of checks by result, in a list of check runs and commit statuses.
///
/// # Errors
/// An item that is not a check, by a sentence about the field `name`.
pub(in crate::forge) fn counts(name: &str, checks: &[Value]) -> Result<CheckCounts, String> {
    let mut counts = CheckCounts::default();
    for check in checks {
        let fields = check
            .as_object()
            .ok_or_else(|| format!("'{name}' has an item that is not a check"))?;
        let count = match outcome(&Fields(fields))? {
            Some(true) => &mut counts.passing,
            Some(false) => &mut counts.failing,
            None => &mut counts.pending,
        };
        *count += 1;
    }
    Ok(counts)
}

/// Whether a check passes; none as long as nobody knows. A commit status has a state, a check run a conclusion once it is
/// complete. As for `gh`, a word that is new counts as pending.
fn outcome(check: &Fields<'_>) -> Result<Option<bool>, String> {
    let word = match check.text("state")? {
        Some(state) => state,
        None if check
            .text("status")?
            .is_some_and(|status| !status.eq_ignore_ascii_case("COMPLETED")) =>
        {
            return Ok(None);
        }
        None => check.text("conclusion")?.unwrap_or(""),
    };
    // GraphQL has capitals, REST has not.
    Ok(match &*word.to_ascii_uppercase() {
        "SUCCESS" | "NEUTRAL" | "SKIPPED" => Some(true),
        "FAILURE" | "ERROR" | "TIMED_OUT" | "CANCELLED" | "ACTION_REQUIRED" | "STARTUP_FAILURE" => {
            Some(false)
        }
        _ => None,
    })
}

pub(super) fn parse<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("'{name}': {error}"))
}

/// The value of a field that is true or false; none if it is absent or null.
///
/// # Errors
/// It is something else.
pub(in crate::forge) fn flag_of(value: &Value, name: &str) -> Result<Option<bool>, String> {
    let fields = value.as_object().ok_or("it is not a pull request")?;
    Fields(fields).flag(name)
}
