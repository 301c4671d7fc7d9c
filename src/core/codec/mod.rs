//! Entries as bytes and back: one canonical form, whose version is read first.
//!
//! Only this room names the CBOR library. It takes in what no canonical encoder writes (indefinite
//! lengths, duplicate keys, long integers), so only bytes that re-encode to themselves are accepted.
//!
//! Not here: the commit around the payload (`store::commit`) and its message (`message`).

pub mod v1;

use crate::core::{event::Entry, id::EntryId};

/// The newest version of the format, which is the one that is written.
pub const FORMAT: u16 = 1;

/// The longest payload, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// Why bytes are no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than [`PAYLOAD_BYTES_MAX`].
    #[error("the payload has {0} bytes, more than 65536")]
    Oversize(usize),
    /// No map that begins with a version.
    #[error("the payload does not begin with a version")]
    NoVersion,
    /// A version that this program does not read.
    #[error("the payload is of format {0}, which this program does not know")]
    UnknownFormat(u64),
    /// Of this version, but with a kind that this version does not have.
    #[error("the payload holds a kind of event that format {0} does not have")]
    UnknownKind(u16),
    /// Not of the form that its version demands.
    #[error("the payload is malformed: {0}")]
    Malformed(String),
    /// The same content has other canonical bytes.
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
/// Everything that is not exactly what [`encode`] writes.
pub fn decode(payload: &[u8]) -> Result<(EntryId, Entry), DecodeError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(DecodeError::Oversize(payload.len()));
    }
    match version(payload).ok_or(DecodeError::NoVersion)? {
        1 => v1::read(payload).map(|entry| (EntryId::of_payload(payload), entry)),
        other => Err(DecodeError::UnknownFormat(other)),
    }
}

/// The version: the value of key 0, with which every map of every version begins.
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
