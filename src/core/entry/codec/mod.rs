//! Entries as bytes and back: one canonical form, whose version is read first.
//!
//! Only this module names the CBOR library. The library also reads non-canonical bytes (indefinite lengths,
//! duplicate keys, long integers). So a payload is accepted only if it re-encodes to the same bytes.
//!
//! Not here: the commit around the payload (`git::commit`) and its message (`message`).

pub mod v1;

use std::collections::HashMap;

use super::event::{Entry, Event};
use crate::core::values::id::EntryId;

/// The newest version of the format; the program writes this one.
pub const FORMAT: u16 = 1;

/// The longest payload, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// The reasons why a payload is not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than [`PAYLOAD_BYTES_MAX`].
    #[error("the payload has {0} bytes, more than 65536")]
    Oversize(usize),
    /// Not a map that begins with a version.
    #[error("the payload does not begin with a version")]
    NoVersion,
    /// A version that this program does not read.
    #[error("the payload is of format {0}, which this program does not know")]
    UnknownFormat(u64),
    /// The version does not have this kind of event.
    #[error("the payload holds a kind of event that format {0} does not have")]
    UnknownKind(u16),
    /// The payload does not have the form of its version.
    #[error("the payload is malformed: {0}")]
    Malformed(String),
    /// The canonical bytes of the same content differ.
    #[error("the payload is not in canonical form")]
    NotCanonical,
}

/// The canonical payload of an entry.
///
/// # Errors
/// [`DecodeError::Oversize`] if it does not fit; [`DecodeError::Malformed`] if the entry breaks the
/// form (too many parents or events, attachments out of order).
pub fn encode(entry: &Entry) -> Result<Vec<u8>, DecodeError> {
    v1::write(entry)
}

/// The entry that a payload encodes, and its id.
///
/// # Errors
/// Any bytes that [`encode`] would not write.
pub fn decode(payload: &[u8]) -> Result<(EntryId, Entry), DecodeError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(DecodeError::Oversize(payload.len()));
    }
    match version(payload).ok_or(DecodeError::NoVersion)? {
        1 => v1::read(payload).map(|entry| (EntryId::of_payload(payload), entry)),
        other => Err(DecodeError::UnknownFormat(other)),
    }
}

/// The same events, with each entry id that is a key of `names` replaced by its value. Ids are digests, so nothing else
/// in an event has the same 32 bytes.
pub fn rename(events: &[Event], names: &HashMap<EntryId, EntryId>) -> Vec<Event> {
    let mut bytes = v1::to_canonical(&events);
    for start in 0..bytes.len().saturating_sub(31) {
        let id = bytes[start..]
            .first_chunk()
            .map(|id| EntryId::from_bytes(*id));
        if let Some(new) = id.and_then(|id| names.get(&id)) {
            bytes[start..start + 32].copy_from_slice(new.as_bytes());
        }
    }
    // Canonical bytes can always be read back; if not, the events stay unchanged.
    v1::from_canonical(&bytes).unwrap_or_else(|_| events.to_vec())
}

/// The version: the value of key 0. The map begins with it in every version.
fn version(payload: &[u8]) -> Option<u64> {
    match payload {
        [0xa1..=0xb7, 0x00, small @ 0x00..=0x17, ..] => Some(u64::from(*small)),
        [0xa1..=0xb7, 0x00, 0x18, byte, ..] => Some(u64::from(*byte)),
        [0xa1..=0xb7, 0x00, 0x19, high, low, ..] => {
            Some(u64::from(u16::from_be_bytes([*high, *low])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::Attachment,
        sample::{actor, text},
        values::{id::Digest, time::Timestamp},
    };

    fn with_attachment(name: &str) -> Entry {
        Entry {
            format: 1,
            ledger: None,
            parents: vec![EntryId::from_bytes([1; 32]); 2],
            actor: actor("ada"),
            time: Timestamp::from_seconds(1),
            events: Vec::new(),
            attachments: vec![Attachment {
                name: text(name),
                digest: Digest::of(b""),
                size: 0,
            }],
        }
    }

    #[test]
    fn an_attachment_path_cannot_leave_its_folder() {
        for name in [
            "a",
            "tasks/0001.json",
            ".github",
            &"a/".repeat(15).as_str()[..29],
        ] {
            assert!(encode(&with_attachment(name)).is_ok(), "{name}");
        }
        let deep = "a/".repeat(16) + "a";
        for name in [
            "/a",
            "a/",
            "a//b",
            "..",
            "a/../b",
            ".GIT/hooks/x",
            "git~1",
            "a\\b",
            "a\0",
            &deep,
        ] {
            assert!(encode(&with_attachment(name)).is_err(), "{name:?}");
        }
    }

    #[test]
    fn an_attachment_over_the_size_limit_is_refused() {
        let mut entry = with_attachment("a");
        entry.attachments[0].size = v1::ATTACHMENT_BYTES_MAX;
        assert!(decode(&encode(&entry).unwrap()).is_ok());
        entry.attachments[0].size += 1;
        assert!(encode(&entry).is_err());
        assert!(decode(&v1::to_canonical(&entry)).is_err());
    }

    #[test]
    fn only_canonical_bytes_decode_to_an_entry() {
        let payload = encode(&with_attachment("a")).unwrap();
        assert!(decode(&payload).is_ok());
        for (from, to) in [
            // A longer integer, an indefinite array, a key as text, a field beyond the last.
            (&b"\x04\x01"[..], &b"\x04\x18\x01"[..]),
            (b"\x02\x82", b"\x02\x9f"),
            (b"\x03\x63ada", b"\x65actor\x63ada"),
            (b"\xa5\x00\x01", b"\xa6\x18\x63\x00\x00\x01"),
        ] {
            let place = payload.windows(from.len()).position(|found| found == from);
            let place = place.unwrap_or_else(|| panic!("{from:x?} is not in {payload:x?}"));
            let mut other = payload[..place].to_vec();
            other.extend(to);
            other.extend(&payload[place + from.len()..]);
            assert!(decode(&other).is_err(), "{to:x?}");
        }
        let tail = [&payload[..], b"\0"].concat();
        assert!(decode(&tail).is_err());
    }
}
