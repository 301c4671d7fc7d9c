//! The condition under which a ref is moved, and the outcome of the attempt.
//!
//! Not here: the attempt (`refs`).

use crate::git::repository::ObjectId;

/// The condition under which a ref is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It must not exist.
    Absent,
    /// It must hold this id.
    At(ObjectId),
    /// It must not hold an object id, so that reading it gives [`Error::BrokenRef`](crate::git::Error::BrokenRef). Its content
    /// is lost.
    Broken,
}

impl Expected {
    /// The condition that the ref still holds the value that was read before.
    pub fn from_read(read: Option<ObjectId>) -> Self {
        read.map_or(Self::Absent, Self::At)
    }

    pub(super) fn to_option(self) -> Option<ObjectId> {
        match self {
            Self::Absent | Self::Broken => None,
            Self::At(id) => Some(id),
        }
    }
}

/// How an attempt to move a ref ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The ref holds the new id, durably.
    Done,
    /// The ref was not moved, because it held this value and not the expected one.
    Moved(Option<ObjectId>),
}
