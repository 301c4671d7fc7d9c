//! The idempotency keys that actors have used last: an entry with one of them is refused.
//!
//! Not here: refusing it (`reduce`).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::core::values::{
    id::{ActorName, EntryId, IdempotencyKey},
    pairs,
};

/// How many keys of an actor are kept. Somebody who tries again does so soon.
pub const KEYS_MAX: usize = 1000;

/// The last keys of each actor, by name; of each actor in the order of their entries. Shared, so that a state is copied without
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UsedKeys(#[serde(with = "pairs")] BTreeMap<ActorName, Arc<Vec<UsedKey>>>);

/// A key, and the entry that took effect with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UsedKey {
    key: IdempotencyKey,
    entry: EntryId,
}

impl UsedKeys {
    /// The entry of the actor that took effect with this key, if it is among the last ones.
    pub fn entry(&self, actor: &ActorName, key: &IdempotencyKey) -> Option<EntryId> {
        let mut used = self.0.get(actor)?.iter();
        used.find(|used| used.key == *key).map(|used| used.entry)
    }
    /// Notes the key of an entry that took effect, instead of an earlier use of it or of the oldest one.
    pub(in crate::core) fn note(
        &mut self,
        actor: &ActorName,
        key: &IdempotencyKey,
        entry: EntryId,
    ) {
        let used = Arc::make_mut(self.0.entry(actor.clone()).or_default());
        used.retain(|used| used.key != *key);
        if used.len() >= KEYS_MAX {
            used.remove(0);
        }
        let key = key.clone();
        used.push(UsedKey { key, entry });
    }
    /// The names of the actors that have used keys.
    pub fn actors(&self) -> impl Iterator<Item = &ActorName> {
        self.0.keys()
    }
    /// The actors with their keys, by name.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&ActorName, &Arc<Vec<UsedKey>>)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sample::actor;

    #[test]
    fn the_last_keys_of_each_actor_are_kept() {
        let (ana, bob) = (actor("ana"), actor("bob"));
        let key = |number: usize| format!("k{number}").parse::<IdempotencyKey>().unwrap();
        let mut used = UsedKeys::default();
        for number in 0..=KEYS_MAX {
            used.note(&ana, &key(number), EntryId::from_bytes([1; 32]));
        }
        assert_eq!(used.entry(&ana, &key(0)), None);
        assert!(used.entry(&ana, &key(1)).is_some());
        assert_eq!(used.entry(&bob, &key(1)), None);
        used.note(&ana, &key(1), EntryId::from_bytes([2; 32]));
        used.note(&ana, &key(7000), EntryId::from_bytes([3; 32]));
        assert_eq!(
            used.entry(&ana, &key(1)),
            Some(EntryId::from_bytes([2; 32]))
        );
        assert_eq!(used.entry(&ana, &key(2)), None);
    }
}
