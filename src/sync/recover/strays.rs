//! Entries that lie about among the objects: every commit that could be one and is no other's parent.
//!
//! Not here: which of them count (`recover`).

use std::collections::HashSet;

use super::carries_payload;
use crate::{
    git::{
        Error, commit,
        repository::{ObjectId, Repository},
    },
    ledger::walk,
};

/// The commits with a payload on which no other such commit stands, whether something leads to them or not.
///
/// # Errors
/// git cannot list the objects.
pub(super) fn tips(repository: &Repository) -> Result<Vec<ObjectId>, Error> {
    let hash = walk::hash_kind(repository);
    let reader = repository.reader();
    let (mut entries, mut parents) = (Vec::new(), HashSet::new());
    let mut raw = Vec::new();
    for id in commits(repository)? {
        // What cannot be read is no line's tip.
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
