//! The reasons why a payload is not an entry.
//!
//! Not here: the form that each version demands (`v1`).

use serde::{Deserialize, Serialize};

/// The longest payload, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// The reasons why a payload is not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than [`PAYLOAD_BYTES_MAX`].
    #[error("the payload has {0} bytes, more than 65536")]
    Oversize(usize),
    /// The message has none.
    #[error("its message does not end in a payload")]
    Missing,
    /// The first entry has parents, names a ledger, or has a second event.
    #[error("a genesis has no parents and one event")]
    Genesis,
    /// Not a map that begins with a version.
    #[error("the payload does not begin with a version")]
    NoVersion,
    /// A version that this program does not read.
    #[error("the payload has format {0}, which this program does not know")]
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
