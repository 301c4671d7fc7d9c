//! Joining the lines on which the ref was: by ourselves only if the rules refuse no entry because of the join.
//!
//! Not here: finding them (`recover`).

use std::collections::HashSet;

use super::{
    super::{CallerError, join::Join},
    FoundLine, FoundLines, Present,
};
use crate::{
    core::{
        plan::state::{State, records::Anomaly},
        values::{id::EntryId, time::Timestamp},
    },
    git::repository::{ObjectId, Repository},
    ledger::{self, Author, Ledger, anchor, history::History, ledger::state_of},
};

/// Lines that were joined.
#[derive(Debug)]
pub struct Rejoined {
    /// The line that holds them all.
    pub line: FoundLine,
    /// The entries that the rules allowed on their own line and refuse now.
    pub refused: Vec<Anomaly>,
}

impl FoundLines {
    /// Writes a join of the present line and the only other line on which the ref was; none if there are more, or if the
    /// rules would refuse an entry that they allowed on its own line. The ref is not moved.
    ///
    /// The first parent is the line that home has; else the line that the ref held first, which was lost.
    ///
    /// # Errors
    /// The errors of `author`; the errors of git.
    pub fn rejoin<E: CallerError>(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Option<FoundLine>, E> {
        let repository = ledger.repository();
        let Some((first, later)) = self.first_and_later(anchor::read(repository)?) else {
            return Ok(None);
        };
        let pair = Pair::read(repository, first, later)?;
        if !pair.refused()?.is_empty() {
            return Ok(None);
        }
        let tip = pair.join(repository, now, &mut author)?;
        Ok(Some(FoundLine::read(repository, tip)?))
    }

    /// Writes joins of this line and all others, this one first. The rules may refuse entries of the others then, but none is
    /// lost. The ref is not moved.
    ///
    /// # Errors
    /// The errors of `author`; the errors of git.
    pub fn rejoin_all<E: CallerError>(
        &self,
        ledger: &Ledger,
        first: &FoundLine,
        now: Timestamp,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Rejoined, E> {
        let repository = ledger.repository();
        let (mut tip, mut refused) = (first.tip, Vec::new());
        for line in self.lines.iter().filter(|line| line.tip != first.tip) {
            let pair = Pair::read(repository, tip, line.tip)?;
            refused.extend(pair.refused()?);
            tip = pair.join(repository, now, &mut author)?;
        }
        let line = FoundLine::read(repository, tip)?;
        Ok(Rejoined { line, refused })
    }

    fn first_and_later(&self, anchor: Option<ObjectId>) -> Option<(ObjectId, ObjectId)> {
        let (Present::Good(present), [one, two], true) = (&self.present, &*self.lines, self.logged)
        else {
            return None;
        };
        let (present, lost) = if one.tip == present.tip {
            (one, two)
        } else {
            (two, one)
        };
        let may_be_first =
            |line: &FoundLine| anchor.is_none_or(|anchor| line.is_on_mainline(anchor));
        match (may_be_first(lost), may_be_first(present)) {
            (true, _) => Some((lost.tip, present.tip)),
            (false, true) => Some((present.tip, lost.tip)),
            (false, false) => None,
        }
    }
}

/// Two tips and their history.
struct Pair {
    first: ObjectId,
    later: ObjectId,
    history: History,
    /// The states at both.
    apart: [State; 2],
}

impl Pair {
    fn read(
        repository: &Repository,
        first: ObjectId,
        later: ObjectId,
    ) -> Result<Self, ledger::Error> {
        let mut history = History::read_beside(repository, first, &[later])?;
        let apart = [state_of(&history, first)?, state_of(&history, later)?];
        history.seen_from_both(first, later);
        Ok(Self {
            first,
            later,
            history,
            apart,
        })
    }

    /// The entries that the rules would refuse only because of the join.
    fn refused(&self) -> Result<Vec<Anomaly>, ledger::Error> {
        let anomalies = self.apart.iter().flat_map(|state| &state.anomalies);
        let before: HashSet<EntryId> = anomalies.map(|anomaly| anomaly.entry).collect();
        let together = self.history.state().ok_or(ledger::Error::NoLedger)?;
        let anomalies = together.anomalies.into_iter();
        Ok(anomalies
            .filter(|anomaly| !before.contains(&anomaly.entry))
            .collect())
    }

    fn join<E: CallerError>(
        mut self,
        repository: &Repository,
        now: Timestamp,
        author: &mut impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<ObjectId, E> {
        let join = Join {
            first: self.first,
            later: self.later,
            state: &self.apart[0],
            events: Vec::new(),
            author: &author(&self.apart[0])?,
            now,
        };
        Ok(join.write(repository, &mut self.history)?)
    }
}
