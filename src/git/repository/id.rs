//! Object ids and object kinds, as git's object database has them.
//!
//! Not here: the id of an entry (`core::values::id`), which does not depend on git's hash function.

use std::{fmt, str::FromStr};

/// The id of a git object: 20 bytes in a SHA-1 repository, 32 bytes in a SHA-256 one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) gix::ObjectId);

impl ObjectId {
    /// The id's bytes: 20 of them for SHA-1, 32 for SHA-256.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The id of these bytes; none if they are neither 20 nor 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        gix::ObjectId::try_from(bytes).ok().map(Self)
    }

    /// The id in bytes of `text`, hexadecimal digits of the right number and nothing else.
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        gix::ObjectId::from_hex(text).ok().map(Self)
    }

    /// Whether these bytes are the commit that the id names. The object database does not look when it reads.
    pub fn is_of_commit(&self, raw: &[u8]) -> bool {
        // The hasher fails only on a known SHA-1 collision attack.
        let named = gix::objs::compute_hash(self.0.kind(), gix::objs::Kind::Commit, raw);
        named.is_ok_and(|named| named == self.0)
    }

    /// Whether all bytes are zero, which is how git writes "no object".
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

/// With a precision, as in `{:.12}`, only so many digits.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_hex().to_string())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ObjectId {
    type Err = NotAnObjectId;
    fn from_str(text: &str) -> Result<Self, NotAnObjectId> {
        Self::from_hex(text.as_bytes()).ok_or_else(|| NotAnObjectId {
            text: text.to_owned(),
        })
    }
}

/// A text that is not an object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not an object id", .text.escape_debug())]
pub struct NotAnObjectId {
    /// The text.
    pub text: String,
}

/// The four kinds of git objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// The content of a file.
    Blob,
    /// A folder.
    Tree,
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// The kind as git writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    pub(super) fn from_gix(kind: gix::objs::Kind) -> Self {
        match kind {
            gix::objs::Kind::Blob => Self::Blob,
            gix::objs::Kind::Tree => Self::Tree,
            gix::objs::Kind::Commit => Self::Commit,
            gix::objs::Kind::Tag => Self::Tag,
        }
    }

    pub(super) fn to_gix(self) -> gix::objs::Kind {
        match self {
            Self::Blob => gix::objs::Kind::Blob,
            Self::Tree => gix::objs::Kind::Tree,
            Self::Commit => gix::objs::Kind::Commit,
            Self::Tag => gix::objs::Kind::Tag,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_hash_functions_read_back_as_they_are_written() {
        for length in [40, 64] {
            let hex = "0123456789abcdef".repeat(4)[..length].to_owned();
            let id: ObjectId = hex.parse().unwrap();
            assert_eq!(id.to_string(), hex);
            assert_eq!(format!("{id:.12}"), hex[..12]);
            assert_eq!(id.as_bytes().len(), length / 2);
        }
    }

    #[test]
    fn an_id_names_its_own_commit_and_no_other_bytes() {
        // As `git hash-object -t commit --literally` names nothing at all.
        for id in [
            "dcf5b16e76cce7425d0beaef62d79a7d10fce1f5",
            "9f2a7f3b00f22334f6adc2721fb1f89cd969f02264d37cf6a2c32ba09beb6822",
        ] {
            let id: ObjectId = id.parse().unwrap();
            assert!(id.is_of_commit(b"") && !id.is_of_commit(b"other"), "{id}");
        }
    }

    #[test]
    fn texts_that_are_too_short_or_not_hexadecimal_are_not_ids() {
        for text in ["", "abc", &"g".repeat(40), &"a".repeat(41)] {
            assert!(text.parse::<ObjectId>().is_err(), "{text}");
        }
    }
}
