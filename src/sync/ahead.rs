//! An entry that is dated far ahead of this machine's clock, as it is reported.
//!
//! Not here: finding it (`round::ahead`).

use std::fmt;

use serde::Serialize;

use crate::core::values::{id::ActorName, time::Timestamp};

/// The first entry that is dated ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ahead {
    /// Its commit.
    pub object: String,
    /// Who signed it; none if it is in a part of the history that was not read again.
    pub actor: Option<ActorName>,
    /// Its time.
    pub time: Timestamp,
    /// How many commits stay outside, with the later ones that contain it.
    pub commits: usize,
    /// The time of this machine's clock.
    pub clock: Timestamp,
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, clock, .. } = self;
        let signer = self.actor.as_ref();
        let signer = signer.map_or_else(String::new, |actor| format!(", signed by {actor},"));
        let time = self.time.seen_from(*clock);
        let clock = clock.seen_from(*clock);
        write!(
            f,
            "entry {object}{signer} is dated {time}, more than ten minutes ahead of this machine's clock, {clock}"
        )
    }
}
