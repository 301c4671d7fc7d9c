//! Reconciling the local line with home's: both are read, judged and compared.
//!
//! Not here: moving refs and pushing (`home`), and reporting (`report`).

use std::collections::HashSet;

use super::{
    ahead::{self, Held},
    fetch::Tips,
    session::Sync,
    stake::at_stake,
};
use crate::{
    core::{
        history::{
            accept::{JoinPlan, Lines, Standing},
            judge::Judgement,
        },
        plan::state::State,
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self,
        repository::{ObjectId, Repository},
    },
    ledger::{self, Author, History, base, ledger::state_of},
    sync::{CallerError, Error, ahead::Ahead, error::Rewritten, join::Join, lineage::check_root},
};

/// Returns the signer of a join on top of a state.
pub(super) type Joiner<'a, E> = &'a mut dyn FnMut(&State) -> Result<Author, E>;

/// All sides, judged.
pub(super) struct Reconciliation {
    pub tips: Tips,
    /// How home's tip relates to the anchor; none if home has no ledger.
    pub standing: Option<Standing>,
    /// What of home's line stays outside, if anything does.
    pub held: Option<Held>,
    /// The local tip as far as it is joined.
    own: Option<ObjectId>,
    /// The history of all tips; its tip is the new local tip.
    history: History,
    lines: Lines,
    /// The state at the anchor.
    anchored: Option<State>,
}

impl Sync<'_> {
    /// Judges the fetched tip, which must be acceptable. Nothing is moved.
    pub(super) fn reconcile(&self, tips: Tips) -> Result<Reconciliation, Error> {
        let reconciliation = self.judge(tips)?;
        match reconciliation.standing {
            Some(Standing::Apart) => Err(self.apart(&reconciliation)),
            _ => Ok(reconciliation),
        }
    }

    /// Judges the fetched tip.
    pub(super) fn judge(&self, tips: Tips) -> Result<Reconciliation, Error> {
        let judged = self.judge_beside(tips, None)?;
        match judged.held.as_ref().map(|held| held.published) {
            // A join may come on top of it, as of every tip.
            Some(Some(published)) => self.judge_beside(judged.tips, Some(published)),
            _ => Ok(judged),
        }
    }

    fn judge_beside(&self, tips: Tips, more: Option<ObjectId>) -> Result<Reconciliation, Error> {
        let history = self.read(self.repository(), &tips, more)?;
        let anchored = tips
            .anchor
            .map(|anchor| state_of(&history, anchor))
            .transpose()?;
        let own = anchored.as_ref().map(|state| &*state.roster);
        let mut reconciliation = Reconciliation {
            lines: Lines::of(history.judged(), own),
            own: tips.local,
            tips,
            standing: None,
            held: None,
            history,
            anchored,
        };
        reconciliation.standing = reconciliation.judge();
        reconciliation.hold(self.clock);
        match &reconciliation.held {
            Some(Held {
                published: None,
                ahead,
            }) => Err(Error::HomeAhead(Box::new(ahead.clone()))),
            _ => Ok(reconciliation),
        }
    }

    /// Reads and judges the histories of all sides in this repository, and of one more tip.
    pub(super) fn read(
        &self,
        repository: &Repository,
        tips: &Tips,
        more: Option<ObjectId>,
    ) -> Result<History, Error> {
        let own = tips.local.into_iter().chain(tips.anchor);
        let all: Vec<ObjectId> = own.chain(tips.home).chain(more).collect();
        let (first, others) = all.split_first().ok_or(ledger::Error::NoLedger)?;
        if let Some(home) = tips.home
            && let Err(why @ git::Error::NotACommit { .. }) =
                repository.commit(home, &mut Vec::new())
        {
            return Err(self.no_ledger(tips, home, why.to_string()));
        }
        let history = match base::read(repository, &all)? {
            Some(history) => history,
            None => match History::read_beside(repository, *first, others) {
                Err(ledger::Error::NoGenesis { flaw }) if tips.home == Some(*first) => {
                    let why = format!("its first commit is not a genesis ({flaw})");
                    return Err(self.no_ledger(tips, *first, why));
                }
                read => read?,
            },
        };
        self.ledger.check_pin(history.genesis())?;
        if let Some(home) = tips.home {
            check_root(&history, home, self.remote.name()).map_err(|error| match error {
                Error::BadHistory { why, .. } => self.no_ledger(tips, home, why),
                other => other,
            })?;
        }
        Ok(history)
    }

    /// The remote's ref holds something else than a ledger.
    fn no_ledger(&self, tips: &Tips, tip: ObjectId, why: String) -> Error {
        let remote = self.remote.name().to_owned();
        if self.remote.is_home() {
            let name = tips.name.clone();
            Error::Overwritten {
                remote,
                name,
                tip,
                why,
            }
        } else {
            Error::BadHistory { remote, why }
        }
    }

    fn apart(&self, reconciliation: &Reconciliation) -> Error {
        let (Some(tip), Some(anchor)) = (reconciliation.tips.home, reconciliation.tips.anchor)
        else {
            return ledger::Error::NoLedger.into();
        };
        let signer = match &reconciliation
            .placed(tip)
            .map(|placed| &placed.node.verdict)
        {
            Some(Judgement::Accepted(accepted)) => Some(accepted.entry.actor.clone()),
            _ => None,
        };
        Error::Rewritten(Box::new(Rewritten {
            remote: self.remote.name().to_owned(),
            tip,
            signer,
            at_stake: at_stake(&reconciliation.history, anchor, tip),
        }))
    }
}

impl Reconciliation {
    /// Home's tip, seen from the anchor.
    fn judge(&self) -> Option<Standing> {
        let home = self.history.number(self.tips.home?)?;
        let anchor = self
            .tips
            .anchor
            .and_then(|anchor| self.history.number(anchor));
        Some(self.lines.standing(home, anchor))
    }

    /// Notes what of home's accepted tip is ahead of the clock, or of this program's versions.
    fn hold(&mut self, clock: Timestamp) {
        let number = |object: Option<ObjectId>| self.history.number(object?);
        let own = [number(self.tips.local), number(self.tips.anchor)];
        if let (Some(Standing::Ahead | Standing::Mended(_)), Some(home)) =
            (self.standing, number(self.tips.home))
        {
            self.held = ahead::held(&self.history, &self.lines, home, own, clock);
        }
    }

    /// The first entry of home that stays outside.
    pub(super) fn ahead(&self) -> Option<&Ahead> {
        self.held.as_ref().map(|held| &held.ahead)
    }

    /// The known tip of home: its present one if it is accepted, else the one before it fell behind, or before entries that
    /// are ahead.
    pub(super) fn published(&self) -> Option<ObjectId> {
        match (self.standing, &self.held) {
            (Some(Standing::Ahead | Standing::Mended(_)), None) => self.tips.home,
            (Some(Standing::Ahead | Standing::Mended(_)), Some(held)) => held.published,
            _ => self.tips.anchor,
        }
    }

    /// Refuses unpublished entries that are dated ahead: on top of home's tip, they would keep everybody else from it.
    pub(super) fn check_own(
        &self,
        published: ObjectId,
        local: ObjectId,
        clock: Timestamp,
    ) -> Result<(), Error> {
        let (Some(published), Some(local)) =
            (self.history.number(published), self.history.number(local))
        else {
            return Ok(());
        };
        let is_ahead = |number| ahead::is_ahead(&self.history, number, clock);
        if !is_ahead(local) || is_ahead(published) || !self.lines.has_news(local, published) {
            return Ok(());
        }
        let own = self.lines.beyond(Some(local), Some(published));
        match ahead::first(&self.history, own, clock) {
            Some(ahead) => Err(Error::OwnAhead(Box::new(ahead))),
            None => Ok(()),
        }
    }

    /// Turns the history to the new local tip, and writes the join if one is needed; without an author, the join is only
    /// simulated.
    pub(super) fn bring_together<E: CallerError>(
        &mut self,
        sync: &Sync<'_>,
        author: Option<Joiner<'_, E>>,
    ) -> Result<ObjectId, E> {
        let (published, local) = match (self.published(), self.own) {
            (Some(published), Some(local)) => (published, local),
            (published, local) => {
                let only = local.or(published).ok_or(ledger::Error::NoLedger)?;
                self.history.check_supported(only)?;
                self.history.seen_from(only);
                return Ok(only);
            }
        };
        self.check_own(published, local, sync.clock)?;
        let tip = match self.plan(published, local) {
            JoinPlan::Rest | JoinPlan::Push => {
                self.history.check_supported(local)?;
                local
            }
            JoinPlan::Take => published,
            JoinPlan::Join(line) => {
                self.history.check_supported(local)?;
                let later = self.history.at(line).object;
                let Some(author) = author else {
                    self.history.seen_from_both(published, later);
                    return Ok(later);
                };
                let state = state_of(&self.history, published)?;
                let join = Join {
                    first: published,
                    later,
                    author: &author(&state)?,
                    state: &state,
                    events: Vec::new(),
                    now: sync.now,
                };
                return Ok(join.write(sync.repository(), &mut self.history)?);
            }
        };
        self.history.seen_from(tip);
        Ok(tip)
    }

    /// Leaves the end of the local line out of the join if an upgrade to an unknown version is in force there; returns the
    /// whole of it then.
    pub(super) fn leave_upgrade(&mut self) -> Option<ObjectId> {
        let local = self.history.number(self.tips.local?)?;
        let is_known = |number: &u32| !ahead::is_unsupported(&self.history, *number);
        let known = self.lines.line(local).find(is_known)?;
        self.own = Some(self.history.at(known).object);
        (known != local).then_some(self.history.at(local).object)
    }

    fn plan(&self, published: ObjectId, local: ObjectId) -> JoinPlan {
        match (self.history.number(published), self.history.number(local)) {
            (Some(published), Some(local)) => self.lines.plan(local, published),
            _ => JoinPlan::Rest,
        }
    }

    /// Whether the new local tip has to be pushed.
    pub(super) fn is_news_for_home(&self) -> bool {
        self.held.is_none() && self.tips.home != Some(self.history.tip().object)
    }

    /// The last accepted entry of home's line, if home was accepted. An ignored (quarantined) commit cannot be an anchor.
    pub(super) fn to_be_anchor(&self) -> Option<ObjectId> {
        match self.standing? {
            Standing::Ahead | Standing::Mended(_) => {
                let home = self.history.number(self.published()?)?;
                let mut line = self.lines.line(home).map(|number| self.history.at(number));
                let counts = |placed: &ledger::history::Placed<'_>| {
                    !matches!(placed.node.verdict, Judgement::Quarantined { .. })
                };
                line.find(counts).map(|placed| placed.object)
            }
            Standing::Behind | Standing::Apart => None,
        }
    }

    pub(super) fn ledger_id(&self) -> EntryId {
        self.history.genesis()
    }

    fn placed(&self, object: ObjectId) -> Option<ledger::history::Placed<'_>> {
        Some(self.history.at(self.history.number(object)?))
    }

    /// The commits of one tip that are not in the other's past; all of them without another tip.
    pub(super) fn beyond(&self, tip: Option<ObjectId>, other: Option<ObjectId>) -> HashSet<u32> {
        let number = |object: Option<ObjectId>| self.history.number(object?);
        let found = self.lines.beyond(number(tip), number(other));
        found.into_iter().collect()
    }

    /// The state at the anchor.
    pub(super) fn anchored(&self) -> Option<&State> {
        self.anchored.as_ref()
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn history_mut(&mut self) -> &mut History {
        &mut self.history
    }

    pub(super) fn into_history(self) -> History {
        self.history
    }
}
