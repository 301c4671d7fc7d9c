//! The pull requests as last observed, by source.
//!
//! Not here: which observations are allowed (`rules`), and what they do (`reduce`).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::records::SeenPullRequest;
use crate::core::values::text::Text;

/// Pull requests by source and number, since two forges use the same numbers. A source that has none is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequests(BTreeMap<Text, Arc<OfSource>>);

/// Shared, so that a savepoint keeps all of a source without a copy.
type OfSource = BTreeMap<u64, SeenPullRequest>;

/// What an observation is about to change, as it was before.
#[derive(Debug)]
pub(super) enum Earlier {
    /// Some pull requests of a source; none for those that were unknown.
    Some(Text, Vec<(u64, Option<SeenPullRequest>)>),
    /// All pull requests of a source, if there were any.
    All(Text, Option<Arc<OfSource>>),
}

impl PullRequests {
    /// The pull requests with their sources, by source, then number.
    pub fn iter<'a>(&'a self) -> impl Iterator<Item = (&'a Text, &'a SeenPullRequest)> {
        let of_source = |(source, seen): (&'a Text, &'a Arc<OfSource>)| {
            seen.values().map(move |seen| (source, seen))
        };
        self.0.iter().flat_map(of_source)
    }
    /// The pull requests by source and number, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = ((&Text, u64), &SeenPullRequest)> {
        let pairs = self.iter();
        pairs.map(|(source, seen)| ((source, seen.seen.number), seen))
    }
    /// The number of pull requests known of a source.
    pub fn known_of(&self, source: &Text) -> usize {
        self.0.get(source).map_or(0, |seen| seen.len())
    }

    /// Notes some pull requests of a source.
    pub(in crate::core) fn see(
        &mut self,
        source: &Text,
        seen: impl IntoIterator<Item = SeenPullRequest>,
    ) {
        let mut seen = seen.into_iter().peekable();
        if seen.peek().is_some() {
            let known = self.0.entry(source.clone()).or_default();
            Arc::make_mut(known).extend(seen.map(|seen| (seen.seen.number, seen)));
        }
    }
    /// Forgets all pull requests of a source.
    pub(in crate::core) fn forget(&mut self, source: &Text) {
        self.0.remove(source);
    }

    /// What seeing these pull requests of a source is about to change.
    pub(super) fn earlier(&self, source: &Text, numbers: impl Iterator<Item = u64>) -> Earlier {
        let known = self.0.get(source);
        let before = numbers.map(|number| {
            let seen = known.and_then(|known| known.get(&number));
            (number, seen.cloned())
        });
        Earlier::Some(source.clone(), before.collect())
    }
    /// What forgetting a source is about to change.
    pub(super) fn all_earlier(&self, source: &Text) -> Earlier {
        Earlier::All(source.clone(), self.0.get(source).cloned())
    }
    /// Undoes the last change.
    pub(super) fn undo(&mut self, earlier: Earlier) {
        match earlier {
            Earlier::All(source, Some(all)) => _ = self.0.insert(source, all),
            Earlier::All(source, None) => self.forget(&source),
            Earlier::Some(source, before) => {
                let known = Arc::make_mut(self.0.entry(source.clone()).or_default());
                for (number, seen) in before {
                    match seen {
                        Some(seen) => _ = known.insert(number, seen),
                        None => _ = known.remove(&number),
                    }
                }
                if known.is_empty() {
                    self.forget(&source);
                }
            }
        }
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
        for ((source, _), seen) in Vec::<((Text, u64), SeenPullRequest)>::deserialize(deserializer)?
        {
            all.see(&source, [seen]);
        }
        Ok(all)
    }
}
