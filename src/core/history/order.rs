//! The one order of entries: the first-parent mainline, then what later parents bring (LEDGER_FORMAT.md, 12).
//!
//! `order(tip)` is the order of its first parent, then what its later parents bring that is not yet
//! there by the same rule, then the tip. So what was published once never moves. Linear and
//! iterative: a chain can be a million entries deep. Not here: which commits are entries (`judge`).

/// Commits by dense numbers, each with its parents in order.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    parents: Vec<u32>,
    ends: Vec<u32>,
}

impl Graph {
    /// Adds a commit and gives its number, which is one more than the last. The parents may have
    /// any numbers, as long as all commits are there before the first question is asked.
    pub fn push(&mut self, parents: &[u32]) -> u32 {
        self.parents.extend_from_slice(parents);
        // Fewer than 2^32 parents: 16 for each of at most 2^28 commits.
        self.ends.push(self.parents.len() as u32);
        (self.ends.len() - 1) as u32
    }
    /// How many commits there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
    /// The parents of a commit, in order.
    pub fn parents(&self, commit: u32) -> &[u32] {
        let commit = commit as usize;
        let start = if commit == 0 {
            0
        } else {
            self.ends[commit - 1] as usize
        };
        &self.parents[start..self.ends[commit] as usize]
    }
}

/// Which commits are in an order already.
#[derive(Debug, Clone)]
pub struct Done(Vec<bool>);

impl Done {
    /// None of `count` commits.
    pub fn none(count: usize) -> Self {
        Self(vec![false; count])
    }
    /// Whether a commit is in the order already.
    pub fn contains(&self, commit: u32) -> bool {
        self.0[commit as usize]
    }
    fn insert(&mut self, commit: u32) -> bool {
        !std::mem::replace(&mut self.0[commit as usize], true)
    }
}

/// The commits that `tip` adds to `done`, in order. `done` is closed under ancestors; the commits are added to it.
/// Of each commit only the parents for which `follows(commit, place)` holds are followed.
pub fn extend(
    graph: &Graph,
    tip: u32,
    done: &mut Done,
    follows: impl Fn(u32, usize) -> bool,
) -> Vec<u32> {
    let mut order = Vec::new();
    if !done.insert(tip) {
        return order;
    }
    let mut stack = vec![(tip, 0)];
    while let Some((commit, place)) = stack.pop() {
        let Some(parent) = graph.parents(commit).get(place).copied() else {
            order.push(commit);
            continue;
        };
        stack.push((commit, place + 1));
        if follows(commit, place) && done.insert(parent) {
            stack.push((parent, 0));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(commits: &[&[u32]]) -> Graph {
        let mut graph = Graph::default();
        for parents in commits {
            graph.push(parents);
        }
        graph
    }

    fn order(graph: &Graph, tip: u32) -> Vec<u32> {
        extend(graph, tip, &mut Done::none(graph.count()), |_, _| true)
    }

    /// The rule as it is stated, word for word.
    fn by_definition(graph: &Graph, tip: u32, order: &mut Vec<u32>) {
        if order.contains(&tip) {
            return;
        }
        for parent in graph.parents(tip) {
            by_definition(graph, *parent, order);
        }
        order.push(tip);
    }

    #[test]
    fn published_commits_come_before_arriving_ones() {
        // g; h=[g] published; a=[g] local; j=[h,a]
        assert_eq!(order(&graph(&[&[], &[0], &[0], &[1, 2]]), 3), [0, 1, 2, 3]);
    }

    #[test]
    fn an_ancestor_as_first_parent_does_not_swallow_the_other_line() {
        // g; a=[g]; j=[a,g]
        assert_eq!(order(&graph(&[&[], &[0], &[1, 0]]), 2), [0, 1, 2]);
        // g; h=[g]; a=[g]; k=[a,h]: a fast-forward for git that moves h
        assert_eq!(order(&graph(&[&[], &[0], &[0], &[2, 1]]), 3), [0, 2, 1, 3]);
    }

    #[test]
    fn a_commit_that_was_followed_is_in_the_order_and_comes_once() {
        let graph = graph(&[&[], &[0], &[0], &[1, 2]]);
        let mut done = Done::none(graph.count());
        let follows_first = |_, place| place == 0;
        assert_eq!(extend(&graph, 3, &mut done, follows_first), [0, 1, 3]);
        let contained = [0, 1, 2, 3].map(|commit| done.contains(commit));
        assert_eq!(contained, [true, true, false, true]);
        assert_eq!(extend(&graph, 2, &mut done, follows_first), [2]);
        assert!(extend(&graph, 2, &mut done, follows_first).is_empty());
    }

    #[test]
    fn a_million_entries_in_a_row_do_not_exhaust_the_stack() {
        let mut graph = Graph::default();
        graph.push(&[]);
        for number in 0..1_000_000 {
            graph.push(&[number]);
        }
        assert_eq!(order(&graph, 1_000_000).len(), 1_000_001);
    }

    fn any_graph() -> impl Strategy<Value = Vec<Vec<u32>>> {
        prop::collection::vec(
            prop::collection::vec(any::<prop::sample::Index>(), 1..4),
            1..40,
        )
        .prop_map(|picks| {
            let mut commits = vec![vec![]];
            for (number, parents) in picks.iter().enumerate() {
                let mut parents: Vec<u32> = parents
                    .iter()
                    .map(|pick| pick.index(number + 1) as u32)
                    .collect();
                let mut seen = std::collections::BTreeSet::new();
                parents.retain(|parent| seen.insert(*parent));
                commits.push(parents);
            }
            commits
        })
    }

    proptest! {
        #[test]
        fn the_order_is_the_recursive_rule(commits in any_graph()) {
            let refs: Vec<&[u32]> = commits.iter().map(Vec::as_slice).collect();
            let graph = graph(&refs);
            let tip = graph.count() as u32 - 1;
            let mut expected = Vec::new();
            by_definition(&graph, tip, &mut expected);
            prop_assert_eq!(order(&graph, tip), expected);
        }

        #[test]
        fn the_order_of_a_first_parent_is_a_prefix(commits in any_graph()) {
            let refs: Vec<&[u32]> = commits.iter().map(Vec::as_slice).collect();
            let graph = graph(&refs);
            for tip in 1..graph.count() as u32 {
                let whole = order(&graph, tip);
                let before = order(&graph, graph.parents(tip)[0]);
                prop_assert!(whole.starts_with(&before));
                let mut done = Done::none(graph.count());
                extend(&graph, graph.parents(tip)[0], &mut done, |_, _| true);
                let rest = extend(&graph, tip, &mut done, |_, _| true);
                prop_assert_eq!(&whole[before.len()..], rest);
            }
        }
    }
}
