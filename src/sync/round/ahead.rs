//! Entries that home has and this clone leaves outside, because they are dated far ahead of this machine's clock.
//!
//! Nothing that stands on such an entry is taken either, and nothing can be published on top of it, until its time has
//! come or an admin's repair leaves it behind. Not here: the repair (`repair`).

use std::fmt;

use serde::Serialize;

use super::{reconcile::Reconciliation, session::Sync};
use crate::{
    core::{
        history::{
            accept::{Lines, Standing},
            judge::Judgement,
        },
        plan::state::State,
        values::{id::ActorName, time::Timestamp},
    },
    git::{
        lock::QueueLock,
        refs::{self, Expected, Outcome},
        repository::ObjectId,
    },
    ledger::{self, Author, History, LEDGER_REF, anchor, append::AHEAD_MAX, ledger::state_of},
    sync::{CallerError, Error, resign::Resigned},
};

/// The first entry that is dated ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ahead {
    /// Its commit.
    pub object: String,
    /// Who signed it; none if it is in a part of the history that was not read again.
    pub actor: Option<ActorName>,
    /// Its time.
    pub time: Timestamp,
    /// How many commits stay outside, with those that stand on it.
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

/// The line of home as far as it is in time, and the first entry beyond it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The last commit of home's line that is accepted; none if there is none.
    pub published: Option<ObjectId>,
    /// The entry beyond it.
    pub ahead: Ahead,
}

/// Whether a commit, or an entry on which it stands, is dated far ahead of the clock.
pub(super) fn is_ahead(history: &History, number: u32, clock: Timestamp) -> bool {
    history.at(number).node.effective > clock.after(AHEAD_MAX)
}

/// The first entry among these commits that is dated far ahead of the clock, else the last commit.
pub(super) fn first(history: &History, mut among: Vec<u32>, clock: Timestamp) -> Option<Ahead> {
    // The parents have lower numbers.
    among.sort_unstable();
    let dated = |number: u32| match &history.at(number).node.verdict {
        Judgement::Accepted(accepted) => Some((&accepted.entry.actor, accepted.entry.time)),
        Judgement::Cached | Judgement::Quarantined { .. } => None,
    };
    let limit = clock.after(AHEAD_MAX);
    let is_late = |number: &u32| dated(*number).is_some_and(|(_, time)| time > limit);
    let number = among
        .iter()
        .copied()
        .find(is_late)
        .or(among.last().copied())?;
    let placed = history.at(number);
    let (actor, time) = match dated(number) {
        Some((actor, time)) if time > limit => (Some(actor.clone()), time),
        _ => (None, placed.node.effective),
    };
    Some(Ahead {
        object: placed.object.to_string(),
        actor,
        time,
        commits: among.len(),
        clock,
    })
}

/// What of home's line stays outside; none if its tip is in time, or in the past of a tip that this clone has.
pub(super) fn held(
    history: &History,
    lines: &Lines,
    home: u32,
    own: [Option<u32>; 2],
    clock: Timestamp,
) -> Option<Held> {
    if !is_ahead(history, home, clock) {
        return None;
    }
    let mut taken = vec![false; history.judged().nodes().len()];
    for number in own.iter().flat_map(|tip| lines.beyond(*tip, None)) {
        taken[number as usize] = true;
    }
    let accepted = |number: &u32| taken[*number as usize] || !is_ahead(history, *number, clock);
    let in_time = lines.line(home).find(accepted);
    if in_time == Some(home) {
        return None;
    }
    let [local, anchor] = own;
    let outside = lines.beyond(Some(home), in_time);
    let outside = outside
        .into_iter()
        .filter(|number| !taken[*number as usize]);
    let goes_on = |number: &u32| {
        matches!(
            lines.standing(*number, anchor),
            Standing::Ahead | Standing::Mended(_)
        )
    };
    let published = in_time.filter(goes_on).or(anchor).or(local);
    Some(Held {
        published: published.map(|number| history.at(number).object),
        ahead: first(history, outside.collect(), clock)?,
    })
}

impl Sync<'_> {
    /// Appends the unpublished entries of this clone again, after home's, if they are dated far ahead of the clock: the clock
    /// was wrong when they were written.
    ///
    /// # Errors
    /// The errors of `author`; home cannot be reached; another actor signed one of the entries.
    pub fn resign_ahead<E: CallerError>(
        &mut self,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Resigned, E> {
        let _lock = self.lock()?;
        let tips = self.fetch()?;
        let reconciliation = self.reconcile(tips)?;
        let (Some(published), Some(local)) =
            (reconciliation.published(), reconciliation.tips.local)
        else {
            return Ok(Resigned::default());
        };
        let Err(ahead) = reconciliation.check_own(published, local, self.clock) else {
            return Ok(Resigned::default());
        };
        let history = reconciliation.history();
        let who = author(&state_of(history, published)?)?;
        let unpublished = reconciliation.beyond(Some(local), Some(published));
        let placed = history.placed_at(local).into_iter().flatten();
        let entries = placed.filter_map(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) if !accepted.entry.is_join() => {
                let is_unpublished = unpublished.contains(&history.number(placed.object)?);
                is_unpublished.then_some((placed.object, &accepted.entry, accepted.id))
            }
            _ => None,
        });
        let entries: Vec<_> = entries.collect();
        if entries.iter().any(|(_, entry, _)| entry.actor != who.actor) {
            return Err(ahead.into());
        }
        self.go_back(local, published)?;
        let again = entries.into_iter();
        Ok(self
            .ledger
            .append_again(again, Vec::new(), &who, self.now)?)
    }

    /// Moves the local ref back to a published tip, under which the unpublished entries are appended again.
    fn go_back(&self, local: ObjectId, published: ObjectId) -> Result<(), Error> {
        let repository = self.ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = self.reflog("sync: append again");
        let expected = Expected::At(local);
        match refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, published, &reflog)?
        {
            Outcome::Done => Ok(anchor::advance(repository, &queue, published, &reflog)?),
            Outcome::Moved(_) => Err(ledger::Error::TooManyRaces.into()),
        }
    }
}

impl Reconciliation {
    /// The first entry of home that stays outside.
    pub(super) fn ahead(&self) -> Option<&Ahead> {
        self.held.as_ref().map(|held| &held.ahead)
    }
}
