//! Entries as bytes and back: one canonical form, whose version is read first.
//!
//! Only this module names the CBOR library. The library also reads non-canonical bytes (indefinite lengths,
//! duplicate keys, long integers). So a payload is accepted only if it re-encodes to the same bytes.
//!
//! Not here: the commit around the payload (`git::commit`) and its message (`message`).

mod error;
pub mod v1;

pub use self::error::{DecodeError, PAYLOAD_BYTES_MAX};
use super::event::Entry;
use crate::core::values::id::EntryId;

/// The newest version of the format; the program writes this one.
pub const FORMAT: u16 = 1;

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
    match version(payload).ok_or(DecodeError::NoVersion)? {
        // Only the limits of version 1 are known.
        1 if payload.len() > PAYLOAD_BYTES_MAX => Err(DecodeError::Oversize(payload.len())),
        1 => v1::read(payload).map(|entry| (EntryId::of_payload(payload), entry)),
        other => Err(DecodeError::UnknownFormat(other)),
    }
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
            idempotency_key: None,
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
    fn attachments_over_the_size_limit_together_are_refused() {
        let mut entry = with_attachment("a");
        entry.attachments[0].size = v1::ATTACHMENT_BYTES_MAX;
        assert!(decode(&encode(&entry).unwrap()).is_ok());
        entry.attachments[0].size += 1;
        assert!(encode(&entry).is_err());
        assert!(decode(&v1::to_canonical(&entry)).is_err());
        for size in [u64::MAX, v1::ATTACHMENT_BYTES_MAX / 2 + 1] {
            let mut two = with_attachment("a");
            two.attachments.extend(with_attachment("b").attachments);
            two.attachments.iter_mut().for_each(|it| it.size = size);
            assert!(encode(&two).is_err(), "{size}");
        }
    }

    #[test]
    fn the_version_is_read_before_anything_else() {
        let long = vec![0; PAYLOAD_BYTES_MAX];
        for (begin, expected) in [
            (&[0xa5, 0x00, 0x02][..], DecodeError::UnknownFormat(2)),
            (&[0xa5, 0x00, 0x00], DecodeError::UnknownFormat(0)),
            (&[0xb7, 0x00, 0x18, 0xff], DecodeError::UnknownFormat(255)),
            (&[0xa1, 0x00, 0x19, 1, 2], DecodeError::UnknownFormat(258)),
            // No map, no version, a version that is no integer or too large a one, and the end before it.
            (&[0x85, 0x00, 0x01], DecodeError::NoVersion),
            (&[0xa0, 0x00, 0x01], DecodeError::NoVersion),
            (&[0xb8, 0x18, 0x00, 0x01], DecodeError::NoVersion),
            (&[0xa5, 0x01, 0x01], DecodeError::NoVersion),
            (&[0xa5, 0x00, 0x61, b'1'], DecodeError::NoVersion),
            (&[0xa5, 0x00, 0x20], DecodeError::NoVersion),
            (&[0xa5, 0x00, 0x1a, 0, 0, 0, 1], DecodeError::NoVersion),
        ] {
            assert_eq!(decode(begin), Err(expected.clone()), "{begin:x?}");
            let oversize = [begin, &long].concat();
            assert_eq!(decode(&oversize), Err(expected), "{begin:x?}");
        }
        for cut in [&[][..], &[0xa5], &[0xa5, 0x00], &[0xa5, 0x00, 0x18]] {
            assert_eq!(decode(cut), Err(DecodeError::NoVersion), "{cut:x?}");
        }
        let version_1 = [&[0xa5, 0x00, 0x01][..], &long].concat();
        let size = version_1.len();
        assert_eq!(decode(&version_1), Err(DecodeError::Oversize(size)));
    }

    #[test]
    fn a_join_has_two_parents() {
        let mut join = with_attachment("a");
        assert!(decode(&v1::to_canonical(&join)).is_ok());
        join.parents.pop();
        for _ in 0..=1 {
            let payload = v1::to_canonical(&join);
            assert!(matches!(decode(&payload), Err(DecodeError::Malformed(_))));
            join.parents.clear();
        }
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
