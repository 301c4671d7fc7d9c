//! The screen before pushed commits are read: sizes are checked before anything is unpacked, and a foreign history is not
//! walked.
//!
//! Not here: judging the commits (`receive`).

use std::collections::HashSet;

use super::objection::Objection;
use crate::{
    core::{
        entry::codec::{DecodeError, v1::PARENTS_MAX},
        history::judge::Flaw,
    },
    git::{
        Error,
        commit::{self, COMMIT_BYTES_MAX},
        repository::{ObjectId, Repository},
    },
    ledger::{entry::carries_payload, walk},
};

/// Screens the new commits, one by one.
pub(super) struct Screen<'a> {
    repository: &'a Repository,
    /// The commits that are present or already screened.
    seen: HashSet<ObjectId>,
    /// The maximum number of commits to screen.
    left: usize,
}

impl<'a> Screen<'a> {
    /// A screen for commits on top of `old`, the present tip, if there is one.
    ///
    /// # Errors
    /// The present commits cannot be read.
    pub(super) fn of_all(repository: &'a Repository, old: Option<ObjectId>) -> Result<Self, Error> {
        let seen = match old {
            Some(old) => past(repository, old)?,
            None => HashSet::new(),
        };
        Ok(Self::since(repository, seen, usize::MAX))
    }

    /// A screen for at most `most` commits on top of known ones.
    pub(super) fn since(repository: &'a Repository, seen: HashSet<ObjectId>, most: usize) -> Self {
        Self {
            repository,
            seen,
            left: most,
        }
    }

    /// Whether there were more commits than the limit.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The objection to the commits that `new` leads to.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(super) fn objection(&mut self, new: ObjectId) -> Result<Option<Objection>, Error> {
        let reader = self.repository.reader().of_many();
        let (mut stack, mut raw) = (vec![(new, true)], Vec::new());
        while let Some((object, on_a_line)) = stack.pop() {
            if self.seen.contains(&object) {
                continue;
            }
            self.left = self.left.saturating_sub(1);
            if self.is_exhausted() {
                break;
            }
            let bytes = reader.size(object).unwrap_or_default();
            if bytes > COMMIT_BYTES_MAX as u64 {
                return Ok(Some(Objection::TooLarge { object, bytes }));
            }
            reader.commit(object, &mut raw)?;
            let parents = parents(self.repository, object, &raw)?;
            if parents.len() > PARENTS_MAX {
                let parents = parents.len();
                return Ok(Some(Objection::TooManyParents { object, parents }));
            }
            if carries_payload(&raw) {
                self.seen.insert(object);
                let places = parents.into_iter().enumerate();
                stack.extend(places.map(|(place, parent)| (parent, place == 0)));
            } else if on_a_line {
                // A commit without a payload off the line is foreign: a join leads to it, and it is not followed.
                let flaw = Flaw::Payload(DecodeError::Missing);
                return Ok(Some(Objection::Quarantined { object, flaw }));
            }
        }
        Ok(None)
    }
}

/// The present commits.
fn past(repository: &Repository, tip: ObjectId) -> Result<HashSet<ObjectId>, Error> {
    let reader = repository.reader().of_many();
    let mut seen = HashSet::from([tip]);
    let (mut stack, mut raw) = (vec![tip], Vec::new());
    while let Some(object) = stack.pop() {
        reader.commit(object, &mut raw)?;
        let followed = if carries_payload(&raw) { usize::MAX } else { 1 };
        let parents = parents(repository, object, &raw)?;
        let new = parents.into_iter().take(followed);
        stack.extend(new.filter(|parent| seen.insert(*parent)));
    }
    Ok(seen)
}

fn parents(repository: &Repository, object: ObjectId, raw: &[u8]) -> Result<Vec<ObjectId>, Error> {
    let corrupt = |why: String| Error::CorruptObject { id: object, why };
    let links = commit::links(raw, walk::hash_kind(repository));
    let links = links.map_err(|malformed| corrupt(malformed.to_string()))?;
    let parse = |hex: &&str| ObjectId::from_hex(hex.as_bytes());
    let parents = links.parents.iter().map(parse).collect::<Option<_>>();
    parents.ok_or_else(|| corrupt("a parent is not an object id".to_owned()))
}
