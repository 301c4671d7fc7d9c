//! Stray entries: commits in the object database that may be entries and are the parent of no other such commit.
//!
//! Not here: verifying them (`recover`).

use std::collections::HashSet;

use super::carries_payload;
use crate::{
    git::{
        Error, commit,
        repository::{ObjectId, Repository},
    },
    ledger::walk,
};

/// The commits with a payload that are the parent of no other such commit, whether anything refers to them or not.
///
/// # Errors
/// git cannot list the objects.
pub(super) fn tips(repository: &Repository) -> Result<Vec<ObjectId>, Error> {
    let hash = walk::hash_kind(repository);
    let reader = repository.reader();
    let (mut entries, mut parents) = (Vec::new(), HashSet::new());
    let mut raw = Vec::new();
    for id in commits(repository)? {
        // An unreadable object cannot be a line's tip.
        if reader.commit(id, &mut raw).is_err() || !carries_payload(&raw) {
            continue;
        }
        let Ok(links) = commit::links(&raw, hash) else {
            continue;
        };
        let ids = links
            .parents
            .iter()
            .map(|hex| ObjectId::from_hex(hex.as_bytes()));
        parents.extend(ids.flatten());
        entries.push(id);
    }
    entries.retain(|id| !parents.contains(id));
    Ok(entries)
}

/// Every commit in the object database.
fn commits(repository: &Repository) -> Result<Vec<ObjectId>, Error> {
    let listed = repository.run_git([
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objecttype) %(objectname)",
        "--unordered",
    ])?;
    let lines = listed.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| ObjectId::from_hex(line.strip_prefix(b"commit ")?))
        .collect())
}
