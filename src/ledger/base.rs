//! The base: a saved state at an entry before the tip. The next sync or push is checked from this entry on, not from the genesis.
//!
//! Not here: the file that holds it (`cache`), and the judging (`sync`, `receive`).

use super::{
    Error, cache,
    history::History,
    ledger::state_of,
    verified::{Lag, Verified},
};
use crate::{
    core::history::judge::Judgement,
    git::repository::{ObjectId, Repository},
};

/// The number of mainline entries between the base and the tip. Offline work of others begins before the tip, so the base
/// must too. A newer base is kept when the distance is more than twice this.
const LAG: usize = 200;

/// The base, if its commit still exists.
pub(crate) fn kept(repository: &Repository) -> Option<Verified> {
    cache::read_base(repository).filter(|base| repository.contains(base.tip))
}

/// The history of some tips since the base; none if one of them leads past it.
///
/// # Errors
/// As for [`History::read`].
pub(crate) fn read(repository: &Repository, tips: &[ObjectId]) -> Result<Option<History>, Error> {
    match kept(repository) {
        Some(base) => History::read_after(repository, base, tips),
        None => Ok(None),
    }
}

/// Keeps a state of the tip's mainline as base, if the mainline is long enough.
///
/// # Errors
/// As for [`state_of`].
pub(crate) fn keep(repository: &Repository, history: &History) -> Result<(), Error> {
    let line: Vec<_> = history.mainline().collect();
    let Some(base) = line.get(LAG).filter(|_| line.len() > 2 * LAG) else {
        return Ok(());
    };
    if let Judgement::Accepted(_) = base.node.verdict {
        let base = Verified {
            tip: base.object,
            id: base.node.id,
            lag: Lag::Entries(0),
            state: state_of(history, base.object)?,
        };
        cache::write_base(repository, &base);
    }
    Ok(())
}
