//! Loose objects of the ledger that are damaged while a pack holds them too: reading goes on, `git fsck` complains.
//!
//! Not here: objects of which there is no good copy (`line`).

use super::diagnosis::{Diagnosis, Remedy};
use crate::{
    git::{Error, repository::ObjectId},
    ledger::{History, Ledger},
};

pub(super) fn examine(ledger: &Ledger, history: Option<&History>) -> Vec<Diagnosis> {
    let Some(history) = history else {
        return Vec::new();
    };
    let commits = history.placed().map(|placed| placed.object);
    let damaged: Vec<Diagnosis> = commits.filter_map(|id| damage(ledger, id)).collect();
    if damaged.is_empty() {
        vec![Diagnosis::good(
            "objects",
            "every copy of every entry can be read",
        )]
    } else {
        damaged
    }
}

fn damage(ledger: &Ledger, id: ObjectId) -> Option<Diagnosis> {
    let repository = ledger.repository();
    let Err(Error::CorruptObject { why, .. }) = repository.check_loose_copy(id) else {
        return None;
    };
    let path = repository.loose_path(id);
    let what = format!(
        "'{}' is damaged ({why}); a pack has the object too",
        path.display()
    );
    Some(Diagnosis::wrong("objects", what).mended_by(Remedy::RemoveCopy(path)))
}
