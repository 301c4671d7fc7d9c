//! Who publishes first where many do at once: whoever finds that home has moved lets others pass for a while.
//!
//! Every round fetches, joins and pushes, and of those that overlap one is not in vain. So the pause is drawn from a span
//! that begins at the length of a round and doubles with each one that is lost, as senders on a shared wire have done
//! since Ethernet. Not here: what a round does (`sync`), and waiting for a lock (`lock`).

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
    /// When the round began that is under way.
    begun: Instant,
    pause_max: Duration,
    /// What home held, by what was fetched, when the last round was lost.
    home: Option<ObjectId>,
    /// How often it has held the same since.
    still: u32,
}

impl<'a> RoundBackoff<'a> {
    /// So often home may be said to have moved, and be found where it was; a host may show what it has a moment later.
    const STILL_MAX: u32 = 20;
    const PAUSE_MAX: Duration = Duration::from_secs(5);

    /// The first round with `remote` begins; no pause is longer than `limit`.
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

    /// The round was lost, although home held `home` when it was fetched: waits, then begins the next.
    ///
    /// # Errors
    /// [`Error::PushedElsewhere`] where nobody else seems to publish there.
    pub(super) fn lose(&mut self, home: Option<ObjectId>) -> Result<(), Error> {
        self.still = if self.home == home { self.still + 1 } else { 0 };
        self.home = home;
        if self.still >= Self::STILL_MAX {
            let remote = self.remote.name().to_owned();
            return Err(Error::PushedElsewhere { remote });
        }
        // Where nobody else came first, giving way helps nobody.
        self.lost += u32::from(self.still == 0);
        let span = span(self.begun.elapsed(), self.lost).min(self.pause_max);
        thread::sleep(span.mul_f64(random()));
        self.begun = Instant::now();
        Ok(())
    }
}

/// The longest pause after a round that took so long, when so many are lost.
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
