//! Whether an offered line belongs to the local ledger.
//!
//! Not here: how it relates to published entries (`core::history::accept`).

use super::Error;
use crate::{
    core::history::judge::{Flaw, Judgement},
    git::repository::ObjectId,
    ledger::History,
};

/// Checks that the line of `tip`, which `remote` offers, begins with the genesis of `history`.
///
/// # Errors
/// [`Error::OtherLedgerThere`] if it is another ledger, [`Error::BadHistory`] if it is not a ledger.
pub(super) fn check_root(history: &History, tip: ObjectId, remote: &str) -> Result<(), Error> {
    let first = |number: &u32| history.judged().parents(*number).first().copied();
    let root = std::iter::successors(history.number(tip), first).last();
    let root = root.unwrap_or_default();
    let remote = remote.to_owned();
    match &history.at(root).node.verdict {
        _ if root == 0 => Ok(()),
        Judgement::Quarantined { flaw, .. } if **flaw != Flaw::OtherLedger => {
            let why = format!("its first commit is not a genesis ({flaw})");
            Err(Error::BadHistory { remote, why })
        }
        _ => Err(Error::OtherLedgerThere { remote }),
    }
}
