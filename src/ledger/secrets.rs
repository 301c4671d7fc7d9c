//! Whether a new entry has a secret in its texts or attachments.
//!
//! Not here: the shapes of secrets (`core::values::secret`).

use std::collections::HashSet;

use serde_json::Value;

use super::Error;
use crate::core::{
    entry::event::{Attachment, Event, ObservationEvent},
    values::{
        id::Digest,
        secret::{self, Secret},
    },
};

/// Checks every text and attachment before the entry is signed, and notes the attachments that are `harmless`.
///
/// # Errors
/// `looks_like_a_secret`, with the place.
pub(super) fn check<'a>(
    events: &[Event],
    attachments: impl Iterator<Item = (&'a Attachment, &'a [u8])>,
    harmless: &mut HashSet<Digest>,
) -> Result<(), Error> {
    for event in events {
        // Every event has a JSON form: its maps have keys that are text.
        let value = serde_json::to_value(event).unwrap_or_default();
        check_value("text", &value)?;
    }
    // The files of a snapshot repeat what the ledger has.
    let is_snapshot = |event: &Event| {
        matches!(
            event,
            Event::Observation(ObservationEvent::SnapshotTaken { .. })
        )
    };
    if events.iter().any(is_snapshot) {
        return Ok(());
    }
    for (Attachment { name, digest, .. }, bytes) in attachments {
        if harmless.contains(digest) {
            continue;
        }
        if let Some(secret) = secret::find(&String::from_utf8_lossy(bytes)) {
            return Err(error(&format!("line {} of '{name}'", secret.line), secret));
        }
        harmless.insert(*digest);
    }
    Ok(())
}

fn check_value(key: &str, value: &Value) -> Result<(), Error> {
    match value {
        Value::String(text) => match secret::find(text) {
            Some(secret) => Err(error(&format!("the {}", words(key)), secret)),
            None => Ok(()),
        },
        Value::Array(values) => values.iter().try_for_each(|value| check_value(key, value)),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(key, value)| check_value(key, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn error(place: &str, secret: Secret) -> Error {
    let Secret { kind, shown, .. } = secret;
    Error::LooksLikeSecret {
        place: place.to_owned(),
        kind,
        shown,
    }
}

/// The name of a field as people read it: `LabelAdded` is label.
fn words(key: &str) -> String {
    let key = key.strip_suffix("Added").unwrap_or(key);
    let mut words = String::new();
    for c in key.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(if c == '_' {
            ' '
        } else {
            c.to_ascii_lowercase()
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_as_people_read_it() {
        assert_eq!(words("LabelAdded"), "label");
        assert_eq!(words("evidence_name"), "evidence name");
    }
}
