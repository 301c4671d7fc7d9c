//! Backoff: a sync that loses a race against others waits before its next round.
//!
//! Every round fetches, joins and pushes. Of rounds that overlap, one succeeds. So the pause is random, from a span that
//! begins at the length of a round and doubles with each lost one: the binary exponential backoff of Ethernet
//! (IEEE 802.3). Not here: the round itself (`home`), and waiting for a lock (`lock`).

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    git::{lock::random, repository::ObjectId},
    sync::{Error, remote::Remote},
};

/// The rounds of one sync.
pub(super) struct RoundBackoff<'a> {
    remote: &'a Remote,
    lost: u32,
    /// The start of the current round.
    begun: Instant,
    pause_max: Duration,
    /// The fetched tip of home when the last round was lost.
    home: Option<ObjectId>,
    /// How often home's tip was the same since.
    still: u32,
}

impl<'a> RoundBackoff<'a> {
    /// How often a push may be refused as stale although home's tip is unchanged: a host may show its new tip late.
    const STILL_MAX: u32 = 20;
    const PAUSE_MAX: Duration = Duration::from_secs(5);

    /// Begins the first round with `remote`. No pause is longer than `limit`.
    pub(super) fn begin(remote: &'a Remote, limit: Option<Duration>) -> Self {
        Self {
            remote,
            lost: 0,
            begun: Instant::now(),
            pause_max: limit.map_or(Self::PAUSE_MAX, |limit| limit.min(Self::PAUSE_MAX)),
            home: None,
            still: 0,
        }
    }

    /// Waits after a lost round, then begins the next. `home` is the fetched tip of home.
    ///
    /// # Errors
    /// [`Error::PushedElsewhere`] if nobody else seems to publish there.
    pub(super) fn lose(&mut self, home: Option<ObjectId>) -> Result<(), Error> {
        self.still = if self.home == home { self.still + 1 } else { 0 };
        self.home = home;
        if self.still >= Self::STILL_MAX {
            let remote = self.remote.name().to_owned();
            return Err(Error::PushedElsewhere { remote });
        }
        // Without another publisher, waiting helps nobody.
        self.lost += u32::from(self.still == 0);
        let span = span(self.begun.elapsed(), self.lost).min(self.pause_max);
        thread::sleep(span.mul_f64(random()));
        self.begun = Instant::now();
        Ok(())
    }
}

/// The longest pause after a round that took this long, if this many rounds were lost.
fn span(round: Duration, lost: u32) -> Duration {
    round.saturating_mul(1 << lost.min(DOUBLINGS_MAX))
}

/// How often the span doubles: it makes room for some thirty others who publish all the time.
const DOUBLINGS_MAX: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_the_rounds_that_were_lost_and_with_their_length() {
        let span = |lost| span(Duration::from_millis(20), lost).as_millis();
        assert_eq!([0, 1, 2, 4, 5, 50].map(span), [20, 40, 80, 320, 320, 320]);
    }
}
