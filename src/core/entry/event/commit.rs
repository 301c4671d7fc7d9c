//! A commit of the work, by its object id.
//!
//! Not here: whether the repository has it (`git::repository`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};

use crate::core::values::id::InvalidName;

/// A commit in the repository, by its raw object id: 20 or 32 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "serde_bytes::ByteBuf")]
pub struct CommitId(Box<[u8]>);

/// Its bytes in CBOR, hexadecimal digits in JSON.
impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl TryFrom<serde_bytes::ByteBuf> for CommitId {
    type Error = &'static str;
    fn try_from(bytes: serde_bytes::ByteBuf) -> Result<Self, &'static str> {
        match bytes.len() {
            20 | 32 => Ok(Self(bytes.into_vec().into())),
            _ => Err("a commit id that is neither 20 nor 32 bytes"),
        }
    }
}

impl FromStr for CommitId {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes =
            matches!(text.len(), 40 | 64).then(|| text.as_bytes().chunks(2).map(byte).collect());
        let invalid = || InvalidName {
            what: "commit id",
            text: text.to_owned(),
            why: "it is not 40 or 64 hexadecimal digits",
        };
        bytes.flatten().map(Self).ok_or_else(invalid)
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        f.pad(&digits)
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
