//! The changes of the roster in each commit's order, as lists that share their beginnings.
//!
//! A join needs the changes that its later parents add to its first parent's. Two lists share a beginning; only the
//! changes after it are compared. So a join costs as much as the changes since the fork, not as the whole order.
//! Not here: what a change does (`core::plan::roster`).

use std::collections::HashSet;

use crate::core::values::id::EntryId;

/// All lists of a graph of commits.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Link>);

/// A list, by its last link; the default is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct List(Option<u32>);

/// The last entry of a list, and the list before it.
#[derive(Debug, Clone, Copy)]
struct Link {
    change: Change,
    before: List,
    length: u32,
}

/// An entry that says something of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// Its commit.
    pub commit: u32,
    /// Its id, which a copy of it shares.
    pub id: EntryId,
}

impl Changes {
    /// The list with one change more.
    pub fn with(&mut self, list: List, change: Change) -> List {
        let length = self.length(list) + 1;
        self.0.push(Link {
            change,
            before: list,
            length,
        });
        // Fewer than 2^32: there is one for each commit, and one for each that a join looks at.
        List(Some((self.0.len() - 1) as u32))
    }

    /// What `other` has beyond `list`, in its order. A copy of what is in the list is not beyond it: an entry takes effect
    /// once.
    pub fn beyond(&self, list: List, other: List) -> Vec<Change> {
        let (own, mut beyond) = self.since_fork(list, other);
        let own: HashSet<EntryId> = own.iter().map(|change| change.id).collect();
        beyond.retain(|change| !own.contains(&change.id));
        beyond.reverse();
        beyond
    }

    /// What each of two lists has since they parted, the last first. No entry is twice in a list.
    fn since_fork(&self, mut one: List, mut other: List) -> (Vec<Change>, Vec<Change>) {
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        while one != other {
            let (list, found) = if self.length(one) >= self.length(other) {
                (&mut one, &mut ones)
            } else {
                (&mut other, &mut others)
            };
            // The longer of two lists that differ is not empty.
            let Some(link) = self.last(*list) else { break };
            found.push(link.change);
            *list = link.before;
        }
        (ones, others)
    }

    fn length(&self, list: List) -> u32 {
        self.last(list).map_or(0, |link| link.length)
    }
    fn last(&self, list: List) -> Option<&Link> {
        self.0.get(list.0? as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(number: u32) -> Change {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&number.to_be_bytes());
        Change {
            commit: number,
            id: EntryId::from_bytes(id),
        }
    }
    fn list(changes: &mut Changes, begin: List, numbers: &[u32]) -> List {
        numbers
            .iter()
            .fold(begin, |list, number| changes.with(list, change(*number)))
    }
    fn beyond(changes: &Changes, one: List, other: List) -> Vec<u32> {
        let beyond = changes.beyond(one, other).into_iter();
        beyond.map(|change| change.commit).collect()
    }

    #[test]
    fn the_changes_beyond_a_list_keep_the_order_of_the_other_list() {
        let mut changes = Changes::default();
        let shared = list(&mut changes, List::default(), &[1, 2]);
        let one = list(&mut changes, shared, &[3, 4, 5]);
        let other = list(&mut changes, shared, &[6, 4, 7, 8]);
        assert_eq!(beyond(&changes, one, other), [6, 7, 8]);
        assert_eq!(beyond(&changes, other, one), [3, 5]);
        assert_eq!(beyond(&changes, shared, one), [3, 4, 5]);
        assert!(beyond(&changes, one, shared).is_empty());
        assert_eq!(beyond(&changes, List::default(), shared), [1, 2]);
    }

    #[test]
    fn a_join_looks_only_at_what_changed_since_the_lines_parted() {
        let mut changes = Changes::default();
        let (mut line, mut looked_at) = (List::default(), 0);
        for round in 0..10_000 {
            let side = list(&mut changes, line, &[3 * round]);
            line = list(&mut changes, line, &[3 * round + 1, 3 * round + 2]);
            let (ones, others) = changes.since_fork(line, side);
            looked_at += ones.len() + others.len();
            for change in changes.beyond(line, side) {
                line = changes.with(line, change);
            }
        }
        assert_eq!(changes.length(line), 30_000);
        assert_eq!(looked_at, 30_000);
    }
}
