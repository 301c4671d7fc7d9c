//! A sorted map whose copies share what they have not changed: copying it, and then changing a little, takes little time
//! however large it is.
//!
//! Not here: the contents of the maps.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most pairs of a piece. Half as many remain of a piece that is split.
const PIECE_MAX: usize = 128;

/// Pairs in the order of their keys, in pieces that copies share. No piece is empty.
#[derive(Debug, Clone)]
pub struct SharedMap<K, V>(Vec<Arc<Vec<(K, V)>>>);

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K, V> SharedMap<K, V> {
    /// The pairs, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let pairs = self.0.iter().flat_map(|piece| piece.iter());
        pairs.map(|(key, value)| (key, value))
    }
    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }
    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord, V> SharedMap<K, V> {
    /// The piece in which a key belongs, and its place in there; an error with the place where it would be.
    fn place(&self, key: &K) -> (usize, Result<usize, usize>) {
        let later = self.0.partition_point(|piece| piece[0].0 <= *key);
        let number = later.saturating_sub(1);
        let place = self.0.get(number).map_or(Err(0), |piece| {
            piece.binary_search_by(|(other, _)| other.cmp(key))
        });
        (number, place)
    }
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let (piece, place) = self.place(key);
        place.ok().map(|place| &self.0[piece][place].1)
    }
}

impl<K: Ord + Clone, V: Clone> SharedMap<K, V> {
    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (piece, place) = self.place(key);
        let place = place.ok()?;
        Some(&mut Arc::make_mut(&mut self.0[piece])[place].1)
    }
    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        let (number, place) = self.place(&key);
        let Some(piece) = self.0.get_mut(number) else {
            self.0.push(Arc::new(vec![(key, value)]));
            return;
        };
        let piece = Arc::make_mut(piece);
        match place {
            Ok(place) => piece[place].1 = value,
            Err(place) => piece.insert(place, (key, value)),
        }
        if piece.len() > PIECE_MAX {
            let later = piece.split_off(PIECE_MAX / 2);
            self.0.insert(number + 1, Arc::new(later));
        }
    }
    /// Removes a key and its value.
    pub fn remove(&mut self, key: &K) {
        let (number, place) = self.place(key);
        let Ok(place) = place else { return };
        let piece = Arc::make_mut(&mut self.0[number]);
        piece.remove(place);
        if piece.is_empty() {
            self.0.remove(number);
        }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SharedMap<K, V> {}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for SharedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::default();
        for (key, value) in pairs {
            map.insert(key, value);
        }
        map
    }
}

/// As pairs, in order, like `pairs`.
impl<K: Serialize, V: Serialize> Serialize for SharedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The length comes first.
        serializer.collect_seq(self.iter().collect::<Vec<_>>())
    }
}

impl<'de, K: Deserialize<'de> + Ord + Clone, V: Deserialize<'de> + Clone> Deserialize<'de>
    for SharedMap<K, V>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_map_and_its_earlier_copies_hold_what_a_plain_one_would(
            changes in proptest::collection::vec((0u16..700, any::<bool>()), 0..2000),
            kept in 0usize..2000,
        ) {
            let (mut shared, mut plain) = (SharedMap::default(), BTreeMap::new());
            let (mut earlier, mut then) = (shared.clone(), plain.clone());
            for (turn, (key, stays)) in changes.into_iter().enumerate() {
                if turn == kept {
                    (earlier, then) = (shared.clone(), plain.clone());
                }
                if stays {
                    shared.insert(key, turn);
                    plain.insert(key, turn);
                } else {
                    shared.remove(&key);
                    plain.remove(&key);
                }
                prop_assert_eq!(shared.get(&key), plain.get(&key));
            }
            for (shared, plain) in [(&shared, &plain), (&earlier, &then)] {
                prop_assert!(shared.iter().eq(plain.iter()));
                prop_assert_eq!(shared.is_empty(), plain.is_empty());
                prop_assert!(shared.0.iter().all(|piece| (1..=PIECE_MAX).contains(&piece.len())));
            }
        }
    }

    #[test]
    fn a_changed_copy_shares_all_pieces_but_the_changed_one() {
        let map: SharedMap<u32, u32> = (0..10_000).map(|key| (key, key)).collect();
        let mut copy = map.clone();
        *copy.get_mut(&5_000).unwrap() = 1;
        let pieces = map.0.iter().zip(&copy.0);
        assert_eq!(
            pieces
                .filter(|(one, other)| !Arc::ptr_eq(one, other))
                .count(),
            1
        );
    }
}
