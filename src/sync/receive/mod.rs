//! Whether a push may move the ledger's ref, judged in the repository that receives the push.
//!
//! This only reads: git keeps the pushed objects apart until the push is accepted. A push is not refused because the rules
//! refuse an entry: that happens to honest offline work too. Not here: the message to the pusher (`hooks`).

mod objection;
mod screen;

pub use self::objection::Objection;
use self::screen::Screen;
use crate::{
    core::{
        history::{
            accept::{Lines, Standing},
            judge::{Flaw, Judgement},
        },
        values::time::Timestamp,
    },
    git::{
        self,
        repository::{ObjectId, Repository},
    },
    ledger::{
        BRANCH_REF, Error, LEDGER_REF,
        append::AHEAD_MAX,
        base,
        history::{AFTER_MAX, History},
        ledger::state_of,
        walk::{self, WalkedLine},
    },
};

/// The request of a push: a ref is created, moved or deleted.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// The ref.
    pub name: &'a str,
    /// Its object id before; none if it is created.
    pub old: Option<ObjectId>,
    /// Its object id afterwards; none if it is deleted.
    pub new: Option<ObjectId>,
}

/// The message of our server hook about a refused ref. git passes it on, and the pusher recognises our hook by it.
pub const STAYS: &str = "stays as it is";

impl Move<'_> {
    /// Whether the ref holds the ledger: the usual refs, the one of `coord.ref`, and the one that the ledger in it names as
    /// its home. A branch `coord` that holds something else is not one.
    ///
    /// # Errors
    /// The ref's commit cannot be read.
    pub fn concerns_ledger(&self, repository: &Repository) -> Result<bool, Error> {
        let set = repository.config().string("coord.ref");
        match (self.name, self.old) {
            (LEDGER_REF, _) | (BRANCH_REF, None) => return Ok(true),
            (name, _) if set.as_deref() == Some(name) => return Ok(true),
            (BRANCH_REF, Some(old)) => return is_ledger(repository, old),
            _ => {}
        }
        let Some(tip) = self.old.or(self.new) else {
            return Ok(false);
        };
        if !walk::is_entry(repository, tip) {
            return Ok(false);
        }
        if self.old.is_none() && Screen::of_all(repository, None)?.objection(tip)?.is_some() {
            return Ok(false);
        }
        let named = match History::read(repository, tip) {
            Err(Error::NoGenesis { .. }) => None,
            read => read?.into_state().map(|state| state.home_ref),
        };
        Ok(named.is_some_and(|name| name.as_str() == self.name))
    }

    /// The objection to the push, if it concerns the ledger; `clock` is the time of the server's clock.
    ///
    /// # Errors
    /// The present ledger or the pushed commits cannot be read.
    pub fn objection(
        &self,
        repository: &Repository,
        clock: Timestamp,
    ) -> Result<Option<Objection>, Error> {
        let Some(new) = self.new else {
            return Ok(Some(Objection::Deleted));
        };
        if let Some(old) = self.old
            && goes_on(repository, old, new, clock).unwrap_or(false)
        {
            return Ok(None);
        }
        let no_ledger = |why: String| Ok(Some(Objection::NoLedger { new, why }));
        let screened = Screen::of_all(repository, self.old);
        match screened.and_then(|mut screen| screen.objection(new)) {
            Ok(None) => {}
            Err(error @ git::Error::NotACommit { .. }) => return no_ledger(error.to_string()),
            other => return Ok(other?),
        }
        let (history, old) = match read(repository, self.old, new) {
            Err(Error::NoGenesis { flaw }) => {
                return no_ledger(format!("its first commit is not a genesis ({flaw})"));
            }
            read => read?,
        };
        let objection = judge(repository, &history, old, new, clock)?;
        if objection.is_none() && old.is_some() {
            base::keep(repository, &history)?;
        }
        Ok(objection)
    }
}

/// Whether a push is acceptable, judged from a kept state of the present ledger. Only a yes is certain: the full check
/// finds the objection.
///
/// # Errors
/// Something cannot be read.
fn goes_on(
    repository: &Repository,
    old: ObjectId,
    new: ObjectId,
    clock: Timestamp,
) -> Result<bool, Error> {
    let Some(known) = base::kept(repository) else {
        return Ok(false);
    };
    let since = WalkedLine {
        tips: &[old],
        known: Some(known.tip),
    };
    let Some(there) = walk::bounded(repository, since, AFTER_MAX)? else {
        return Ok(false);
    };
    let mut screen = Screen::since(repository, there, AFTER_MAX);
    if screen.objection(new)?.is_some() || screen.is_exhausted() {
        return Ok(false);
    }
    let Some(history) = History::read_after(repository, known, &[old, new])? else {
        return Ok(false);
    };
    let goes_on = judge(repository, &history, Some(old), new, clock)?.is_none();
    if goes_on {
        base::keep(repository, &history)?;
    }
    Ok(goes_on)
}

/// The history of the pushed and the present tip, if the present one is a ledger.
fn read(
    repository: &Repository,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<(History, Option<ObjectId>), Error> {
    if let Some(old) = old {
        match History::read_beside(repository, old, &[new]) {
            Err(Error::NoGenesis { .. }) => {}
            read => return Ok((read?, Some(old))),
        }
    }
    Ok((History::read(repository, new)?, None))
}

fn judge(
    repository: &Repository,
    history: &History,
    old: Option<ObjectId>,
    new: ObjectId,
    clock: Timestamp,
) -> Result<Option<Objection>, Error> {
    history.check_supported(new)?;
    let pinned = repository.config().string("coord.ledger");
    let is_other = pinned.is_some_and(|pinned| pinned != history.genesis().to_string());
    let (Some(there), false) = (history.number(new), is_other) else {
        return Ok(Some(Objection::OtherLedger { new }));
    };
    let own = old.map(|old| state_of(history, old)).transpose()?;
    let own = own.as_ref().map(|state| &*state.roster);
    let lines = Lines::of(history.judged(), own);
    if lines.line(there).last() != Some(0) {
        return Ok(Some(Objection::OtherLedger { new }));
    }
    let here = old.and_then(|old| history.number(old));
    let mut came = lines.beyond(Some(there), here);
    // The earliest first, since the others may follow from it.
    came.sort_unstable();
    let mut objections = came
        .into_iter()
        .filter_map(|number| objection_to(history, number, clock));
    if let Some(objection) = objections.next() {
        return Ok(Some(objection));
    }
    let (Some(here), Some(old)) = (here, old) else {
        return Ok(None);
    };
    Ok(match lines.standing(there, Some(here)) {
        Standing::Ahead | Standing::Mended(_) => None,
        Standing::Behind => Some(Objection::Rewound { old, new }),
        Standing::Apart if lines.beyond(Some(there), None).contains(&here) => {
            Some(Objection::Reordered { old, new })
        }
        Standing::Apart => Some(Objection::Replaced { old, new }),
    })
}

fn objection_to(history: &History, number: u32, clock: Timestamp) -> Option<Objection> {
    let placed = history.at(number);
    let object = placed.object;
    match &placed.node.verdict {
        Judgement::Quarantined { flaw, .. } => Some(Objection::Quarantined {
            object,
            flaw: Flaw::clone(flaw),
        }),
        Judgement::Accepted(accepted) => {
            let time = accepted.entry.time;
            (time > clock.after(AHEAD_MAX)).then_some(Objection::Ahead { object, time })
        }
        Judgement::Cached => None,
    }
}

fn is_ledger(repository: &Repository, tip: ObjectId) -> Result<bool, Error> {
    match History::read(repository, tip) {
        Err(Error::NoGenesis { .. } | Error::Git(git::Error::NotACommit { .. })) => Ok(false),
        read => read.map(|_| true),
    }
}
