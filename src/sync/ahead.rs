//! An entry that is ahead of this machine's clock or of this program's versions, as it is reported.
//!
//! Not here: finding it (`round::ahead`).

use std::fmt;

use serde::Serialize;

use crate::core::{
    history::judge::Unsupported,
    values::{id::ActorName, time::Timestamp},
};

/// The first entry that is ahead.
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
    /// The version that it announces and this program does not know; none if it is dated ahead.
    pub version: Option<Unsupported>,
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, clock, .. } = self;
        let signer = self.actor.as_ref();
        let signer = signer.map_or_else(String::new, |actor| format!(", signed by {actor},"));
        if let Some(Unsupported { part, version }) = self.version {
            return write!(
                f,
                "entry {object}{signer} upgrades the ledger to {part} {version}, which this version of git-coord does not know"
            );
        }
        let time = self.time.seen_from(*clock);
        let clock = clock.seen_from(*clock);
        write!(
            f,
            "entry {object}{signer} is dated {time}, more than ten minutes ahead of this machine's clock, {clock}"
        )
    }
}
