//! Format 1: CBOR (RFC 8949 §4.2.1) with integer keys; reader beside writer. Frozen once shipped.
//!
//! Not here: which version a payload has (`codec`).

use serde::{Serialize, de::DeserializeOwned};

use super::error::{DecodeError, PAYLOAD_BYTES_MAX};
use crate::core::entry::event::{Attachment, Entry};

/// The maximum number of parents an entry may have.
pub const PARENTS_MAX: usize = 16;
/// The maximum number of events in one entry.
pub const EVENTS_MAX: usize = 1000;
/// The maximum number of facts of one event.
pub const FACTS_MAX: usize = 1000;
/// The maximum number of labels of one pull request.
pub const LABELS_MAX: usize = 100;
/// The maximum number of attachments of one entry.
pub const ATTACHMENTS_MAX: usize = 256;
/// The maximum number of bytes of all attachments of an entry: a reader holds each of them in memory.
pub const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;

/// The canonical bytes of an entry.
pub(super) fn write(entry: &Entry) -> Result<Vec<u8>, DecodeError> {
    check_form(entry)?;
    let payload = to_canonical(entry);
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(DecodeError::Oversize(payload.len()));
    }
    Ok(payload)
}

/// The entry of canonical bytes.
pub(super) fn read(payload: &[u8]) -> Result<Entry, DecodeError> {
    let entry: Entry = serde_cbor::from_slice(payload).map_err(|error| explain(payload, &error))?;
    check_form(&entry)?;
    if to_canonical(&entry) != payload {
        return Err(DecodeError::NotCanonical);
    }
    Ok(entry)
}

/// Canonical CBOR of any value whose fields and variants are numbered by their order.
pub fn to_canonical<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    // The library can also write an enum as a map, but that form contains the variant's name, packed or not.
    let serializer = serde_cbor::Serializer::new(&mut bytes);
    let mut serializer = serializer.packed_format().legacy_enums();
    // Writing to memory cannot fail, and every type of the core has a length that is known.
    let written = value.serialize(&mut serializer);
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

/// Reads a value from canonical CBOR that this program wrote (the cache).
///
/// # Errors
/// The bytes do not hold a value of this type.
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
    if entry.events.iter().any(|event| event.facts() > FACTS_MAX) {
        return malformed("an event has more than 1000 facts");
    }
    if entry.events.iter().any(|event| event.labels() > LABELS_MAX) {
        return malformed("a pull request has more than 100 labels");
    }
    if entry.attachments.len() > ATTACHMENTS_MAX {
        return malformed("it has more than 256 attachments");
    }
    if entry.is_join() && entry.parents.len() < 2 {
        return malformed("it has neither an event nor a second parent");
    }
    if !entry.attachments.iter().all(Attachment::has_a_path) {
        return malformed("the name of an attachment is not a path in a tree");
    }
    let sizes = entry.attachments.iter().map(|attachment| attachment.size);
    if sizes.fold(0, u64::saturating_add) > ATTACHMENT_BYTES_MAX {
        return malformed("its attachments have more than 64 MiB together");
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

/// Distinguishes an unknown kind from other malformed bytes: an event is its family, its kind, and the kind's fields.
fn explain(payload: &[u8], error: &serde_cbor::Error) -> DecodeError {
    use serde_cbor::Value;
    let kind_of = |event: &Value| match event {
        Value::Array(event) => match event.as_slice() {
            [Value::Integer(family), Value::Integer(kind)] => Some((*family, *kind)),
            [Value::Integer(family), Value::Array(kind)] => match kind.first() {
                Some(Value::Integer(kind)) => Some((*family, *kind)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    let known = |(family, kind): (i128, i128)| {
        let family = usize::try_from(family).ok();
        let count = family.and_then(|family| KINDS.get(family));
        count.is_some_and(|count| (0..*count).contains(&kind))
    };
    let value: Option<Value> = serde_cbor::from_slice(payload).ok();
    let events = match &value {
        Some(Value::Map(fields)) => fields.get(&Value::Integer(5)),
        _ => None,
    };
    match events {
        Some(Value::Array(events))
            if events.iter().filter_map(kind_of).any(|kind| !known(kind)) =>
        {
            DecodeError::UnknownKind(1)
        }
        _ => DecodeError::Malformed(error.to_string()),
    }
}

/// The number of kinds in each family of format 1.
pub const KINDS: [i128; 7] = [5, 7, 7, 11, 5, 4, 3];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, LedgerEvent},
        sample::actor,
        values::{id::EntryId, time::Timestamp},
    };

    fn repaired() -> Vec<u8> {
        let entry = Entry {
            format: 1,
            ledger: None,
            parents: vec![EntryId::from_bytes([1; 32])],
            actor: actor("ada"),
            time: Timestamp::from_seconds(1),
            events: vec![Event::Ledger(LedgerEvent::Repaired)],
            attachments: Vec::new(),
            idempotency_key: None,
        };
        write(&entry).unwrap()
    }

    #[test]
    fn families_and_kinds_are_encoded_as_numbers() {
        assert!(repaired().ends_with(&[0x05, 0x81, 0x82, 0x00, 0x04]));
    }

    #[test]
    fn an_unknown_kind_and_malformed_bytes_are_different_errors() {
        let known = repaired();
        let with = |event: &[u8]| read(&[&known[..known.len() - 3], event].concat()).unwrap_err();
        for unknown in [
            &[0x82, 0x00, 0x05][..],
            &[0x82, 0x07, 0x00],
            &[0x82, 0x02, 0x82, 0x18, 0x63, 0xa0],
        ] {
            assert_eq!(with(unknown), DecodeError::UnknownKind(1), "{unknown:x?}");
        }
        for malformed in [&[0x82, 0x00][..], &[0x00], &[0x82, 0x02, 0x82, 0x00, 0xa0]] {
            let error = with(malformed);
            assert!(matches!(error, DecodeError::Malformed(_)), "{error:?}");
        }
    }
}
