//! Joining two lines on which the ref was, if the rules refuse no entry because of the join.
//!
//! Not here: finding them (`recover`).

use std::collections::HashSet;

use super::{
    super::{CallerError, join::Join},
    FoundLine, FoundLines, Present,
};
use crate::{
    core::{
        plan::state::State,
        values::{id::EntryId, time::Timestamp},
    },
    git::repository::ObjectId,
    ledger::{self, Author, Ledger, anchor, history::History, ledger::state_of},
};

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
        let mut history = History::read_beside(repository, first, &[later])?;
        let apart = [state_of(&history, first)?, state_of(&history, later)?];
        history.seen_from_both(first, later);
        let refused = |state: &State| -> HashSet<EntryId> {
            state
                .anomalies
                .iter()
                .map(|anomaly| anomaly.entry)
                .collect()
        };
        let before: HashSet<EntryId> = apart.iter().flat_map(refused).collect();
        let together = history.state().ok_or(ledger::Error::NoLedger)?;
        if !refused(&together).is_subset(&before) {
            return Ok(None);
        }
        let join = Join {
            first,
            later,
            state: &apart[0],
            events: Vec::new(),
            author: &author(&apart[0])?,
            now,
        };
        let tip = join.write(repository, &mut history)?;
        Ok(Some(FoundLine::read(repository, tip)?))
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
