//! Whether a line that is offered is one of the ledger here.
//!
//! Not here: how it stands to what was published (`core::history::accept`).

use super::Error;
use crate::{
    core::history::judge::{Flaw, Verdict},
    git::repository::ObjectId,
    ledger::History,
};

/// The line of `tip`, which `remote` offers, begins with the genesis that everything in `history` begins with.
///
/// # Errors
/// [`Error::FoundedApart`] if it is another ledger, [`Error::BadOffer`] if it is none.
pub(super) fn check_root(history: &History, tip: ObjectId, remote: &str) -> Result<(), Error> {
    let first = |number: &u32| history.judged().parents(*number).first().copied();
    let root = std::iter::successors(history.number(tip), first).last();
    let root = root.unwrap_or_default();
    let remote = remote.to_owned();
    match &history.at(root).node.verdict {
        _ if root == 0 => Ok(()),
        Verdict::Quarantined { flaw, .. } if **flaw != Flaw::OtherLedger => {
            let why = format!("it does not begin with a genesis: {flaw}");
            Err(Error::BadOffer { remote, why })
        }
        _ => Err(Error::FoundedApart { remote }),
    }
}
