//! The pull requests as last observed, by source.
//!
//! Not here: which observations are allowed (`rules`), and what they do (`reduce`).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::records::SeenPullRequest;
use crate::core::{entry::event::observation::Source, values::shared_map::SharedMap};

/// Pull requests by source and number, since two forges use the same numbers. A source that has none is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequests(BTreeMap<Source, SharedMap<u64, Arc<SeenPullRequest>>>);

/// What an observation is about to change, as it was before: some pull requests of a source; none for those that were
/// unknown.
#[derive(Debug)]
pub(super) struct Earlier(Source, Vec<(u64, Option<Arc<SeenPullRequest>>)>);

impl PullRequests {
    /// The pull requests with their sources, by source, then number.
    pub fn iter(&self) -> impl Iterator<Item = (&Source, &SeenPullRequest)> {
        let sources = self.0.iter();
        sources.flat_map(|(source, seen)| seen.values().map(move |seen| (source, &**seen)))
    }
    /// The pull requests by source and number, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = ((&Source, u64), &SeenPullRequest)> {
        let pairs = self.iter();
        pairs.map(|(source, seen)| ((source, seen.seen.number), seen))
    }
    /// The pull request of this number; none if it was not seen.
    pub fn get(&self, source: &Source, number: u64) -> Option<&SeenPullRequest> {
        self.arc(source, number).map(|seen| &**seen)
    }
    fn arc(&self, source: &Source, number: u64) -> Option<&Arc<SeenPullRequest>> {
        self.0.get(source)?.get(&number)
    }
    /// The numbers of the pull requests known of a source.
    pub fn numbers_of(&self, source: &Source) -> impl Iterator<Item = u64> {
        let known = self.0.get(source).into_iter();
        known.flat_map(|known| known.keys().copied())
    }

    /// Notes some pull requests of a source.
    pub(in crate::core) fn see(
        &mut self,
        source: &Source,
        seen: impl IntoIterator<Item = SeenPullRequest>,
    ) {
        self.put(source, seen.into_iter().map(Arc::new));
    }
    fn put(&mut self, source: &Source, seen: impl Iterator<Item = Arc<SeenPullRequest>>) {
        let mut seen = seen.peekable();
        if seen.peek().is_some() {
            let known = self.0.entry(source.clone()).or_default();
            seen.for_each(|seen| known.insert(seen.seen.number, seen));
        }
    }
    /// Forgets some pull requests of a source.
    pub(in crate::core) fn forget(&mut self, source: &Source, numbers: &[u64]) {
        let Some(known) = self.0.get_mut(source) else {
            return;
        };
        for number in numbers {
            known.remove(number);
        }
        if known.is_empty() {
            self.0.remove(source);
        }
    }

    /// What an observation of these pull requests of a source is about to change.
    pub(super) fn earlier(&self, source: &Source, numbers: impl Iterator<Item = u64>) -> Earlier {
        let before = numbers.map(|number| (number, self.arc(source, number).cloned()));
        Earlier(source.clone(), before.collect())
    }
    /// Undoes the last change.
    pub(super) fn undo(&mut self, earlier: Earlier) {
        let Earlier(source, before) = earlier;
        let new = before.iter().filter(|(_, seen)| seen.is_none());
        let new: Vec<u64> = new.map(|(number, _)| *number).collect();
        self.forget(&source, &new);
        self.put(&source, before.into_iter().filter_map(|(_, seen)| seen));
    }
}

/// As pairs of (source, number) and the pull request, in order.
impl Serialize for PullRequests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The length comes first.
        self.pairs().collect::<Vec<_>>().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PullRequests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        for ((source, _), seen) in
            Vec::<((Source, u64), SeenPullRequest)>::deserialize(deserializer)?
        {
            all.see(&source, [seen]);
        }
        Ok(all)
    }
}
