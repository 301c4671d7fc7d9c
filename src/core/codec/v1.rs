//! Format 1: CBOR (RFC 8949 §4.2.1) with integer keys; reader beside writer. Frozen once shipped.
//!
//! Not here: which version a payload has (`codec`).

use serde::{Serialize, de::DeserializeOwned};

use super::{DecodeError, PAYLOAD_BYTES_MAX, write};
use crate::core::event::{Attachment, Entry};

/// The most parents an entry may have.
pub const PARENTS_MAX: usize = 16;
/// The most events in one entry.
pub const EVENTS_MAX: usize = 1000;
/// The most attachments of one entry.
pub const ATTACHMENTS_MAX: usize = 256;

/// The canonical bytes of an entry.
pub(super) fn encode(entry: &Entry) -> Result<Vec<u8>, DecodeError> {
    check_form(entry)?;
    let payload = to_canonical(entry);
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(DecodeError::Oversize(payload.len()));
    }
    Ok(payload)
}

/// The entry of canonical bytes.
pub(super) fn decode(payload: &[u8]) -> Result<Entry, DecodeError> {
    let entry: Entry = serde_cbor::from_slice(payload).map_err(|error| explain(payload, &error))?;
    check_form(&entry)?;
    if to_canonical(&entry) != payload {
        return Err(DecodeError::NotCanonical);
    }
    Ok(entry)
}

/// Canonical CBOR of any value whose fields and variants are numbered by their order.
pub fn to_canonical<T: Serialize>(value: &T) -> Vec<u8> {
    let written = write::write(value);
    // Every type of the core has a form in the format.
    debug_assert!(written.is_ok(), "{written:?}");
    written.unwrap_or_default()
}

/// A value of canonical CBOR, for bytes of our own making (the cache).
///
/// # Errors
/// Bytes that do not hold such a value.
pub fn from_canonical<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    serde_cbor::from_slice(bytes).map_err(|error| DecodeError::Malformed(error.to_string()))
}

fn check_form(entry: &Entry) -> Result<(), DecodeError> {
    let malformed = |why: &str| Err(DecodeError::Malformed(why.to_owned()));
    if entry.format != 1 {
        return malformed("its version is not 1");
    }
    if entry.parents.len() > PARENTS_MAX {
        return malformed("it has more than 16 parents");
    }
    if entry.events.len() > EVENTS_MAX {
        return malformed("it has more than 1000 events");
    }
    if entry.attachments.len() > ATTACHMENTS_MAX {
        return malformed("it has more than 256 attachments");
    }
    if entry.is_join() && entry.parents.len() < 2 {
        return malformed("it has neither an event nor a second parent");
    }
    if !entry.attachments.iter().all(Attachment::has_a_path) {
        return malformed("the name of an attachment is no path in a tree");
    }
    let sorted = entry
        .attachments
        .windows(2)
        .all(|pair| pair[0].name < pair[1].name);
    if !sorted {
        return malformed("its attachments are not sorted by name");
    }
    Ok(())
}

/// Tells an unknown kind from other malformed bytes: a kind is a variant of an event's family.
fn explain(payload: &[u8], error: &serde_cbor::Error) -> DecodeError {
    use serde_cbor::Value;
    let kinds = |event: &Value| match event {
        Value::Map(family) => {
            family
                .iter()
                .next()
                .and_then(|(family, kind)| match (family, kind) {
                    (Value::Integer(family), Value::Map(kind)) => match kind.keys().next() {
                        Some(Value::Integer(kind)) => Some((*family, *kind)),
                        _ => None,
                    },
                    (Value::Integer(family), Value::Integer(kind)) => Some((*family, *kind)),
                    _ => None,
                })
        }
        _ => None,
    };
    let known = |(family, kind): (i128, i128)| {
        KINDS
            .get(usize::try_from(family).unwrap_or(usize::MAX))
            .is_some_and(|count| (0..*count).contains(&kind))
    };
    let value: Option<Value> = serde_cbor::from_slice(payload).ok();
    let events = match &value {
        Some(Value::Map(fields)) => fields.get(&Value::Integer(5)),
        _ => None,
    };
    match events {
        Some(Value::Array(events)) if events.iter().filter_map(kinds).any(|kind| !known(kind)) => {
            DecodeError::UnknownKind(1)
        }
        _ => DecodeError::Malformed(error.to_string()),
    }
}

/// How many kinds each family of format 1 has.
pub const KINDS: [i128; 7] = [5, 7, 7, 10, 5, 4, 3];
