//! A state some way before the tip, kept so that the next sync or push is judged from there and not from the genesis.
//!
//! Not here: the file that holds it (`cache`), and what is judged (`sync`, `receive`).

use super::{
    Error,
    cache::{self, Lag, Verified},
    history::History,
    ledger::state_of,
};
use crate::{
    core::history::judge::Verdict,
    git::repository::{ObjectId, Repository},
};

/// So many entries of the mainline lie between what is kept and the tip, since what others did offline begins before
/// the tip; with more than twice as many, a newer state is kept.
const LAG: usize = 200;

/// What was kept, if its commit is still here.
pub(crate) fn kept(repository: &Repository) -> Option<Verified> {
    cache::read_base(repository).filter(|base| repository.contains(base.tip))
}

/// What some tips lead to, from what was kept on; none if one of them leads past it.
///
/// # Errors
/// As for [`History::read`].
pub(crate) fn read(repository: &Repository, tips: &[ObjectId]) -> Result<Option<History>, Error> {
    match kept(repository) {
        Some(base) => History::read_after(repository, base, tips),
        None => Ok(None),
    }
}

/// Keeps a state of the tip's mainline, where it is worth while.
///
/// # Errors
/// As for [`state_of`].
pub(crate) fn keep(repository: &Repository, history: &History) -> Result<(), Error> {
    let line: Vec<_> = history.mainline().collect();
    let Some(base) = line.get(LAG).filter(|_| line.len() > 2 * LAG) else {
        return Ok(());
    };
    if let Verdict::Accepted(_) = base.node.verdict {
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
