//! Loose objects of the ledger that are damaged while a pack holds them too: reading goes on, `git fsck` complains.
//!
//! Not here: objects of which there is no good copy (`line`).

use super::Finding;
use crate::{
    core::values::text::shell_word,
    git::repository::ObjectId,
    ledger::{Error, Ledger},
};

pub(super) fn examine(ledger: &Ledger) -> Vec<Finding> {
    let Ok(history) = ledger.history() else {
        return Vec::new();
    };
    let commits = history.placed().map(|placed| placed.object);
    let damaged: Vec<Finding> = commits.filter_map(|id| damage(ledger, id)).collect();
    if damaged.is_empty() {
        vec![Finding::good(
            "objects",
            "every copy of every entry can be read",
        )]
    } else {
        damaged
    }
}

fn damage(ledger: &Ledger, id: ObjectId) -> Option<Finding> {
    let repository = ledger.repository();
    let Err(Error::CorruptObject { why, .. }) = repository.check_loose_copy(id) else {
        return None;
    };
    let path = repository.loose_path(id);
    let what = format!(
        "'{}' is damaged ({why}); a pack holds the object as well",
        path.display()
    );
    let path = path.display().to_string();
    Some(Finding::wrong("objects", what).mend(format!("rm -f {}", shell_word(&path))))
}
