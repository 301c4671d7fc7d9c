//! What a comparison has to do with the entries between the two states.
//!
//! Not here: examples, which are next to the code.

use std::{collections::BTreeMap, fmt::Debug};

use proptest::prelude::*;

use super::{Change, Diff, Existence, ItemChange, diff};
use crate::core::{
    plan::{reduce::Replay, state::State},
    sample::{Sample, any_team},
    values::task::Status,
};

/// The states after each entry, from the genesis on.
fn states(sample: &Sample) -> Vec<State> {
    let (genesis, rest) = sample.entries().split_first().unwrap();
    let mut replay = Replay::begin(genesis).unwrap();
    let mut states = vec![replay.state().clone()];
    for entry in rest {
        replay.push(entry);
        states.push(replay.state().clone());
    }
    states
}

/// The values at both ends of some steps, by key; without those that are the same at both ends.
fn composed<'a, K: Ord + Clone + Debug + 'a, V: PartialEq + Clone + Debug + 'a>(
    steps: impl Iterator<Item = &'a [ItemChange<K, V>]>,
) -> BTreeMap<K, (Option<V>, Option<V>)> {
    let mut ends: BTreeMap<K, (Option<V>, Option<V>)> = BTreeMap::new();
    for change in steps.flatten() {
        let both = || (change.before.clone(), change.after.clone());
        let end = ends.entry(change.id.clone()).or_insert_with(both);
        end.1.clone_from(&change.after);
    }
    ends.retain(|_, (before, after)| before != after);
    ends
}

/// The statuses at both ends by the beginning of the task's name: a second task of the same id lengthens it.
fn statuses<'a>(
    steps: impl Iterator<Item = &'a Diff>,
) -> BTreeMap<String, (Option<Status>, Status)> {
    let mut ends: BTreeMap<String, (Option<Status>, Status)> = BTreeMap::new();
    for task in steps.flat_map(|step| &step.tasks) {
        let change = task.changes.iter().find_map(|change| match change {
            Change::Status(pair, _) => Some((Some(pair.before), pair.after)),
            _ => None,
        });
        let change = match task.kind {
            Existence::Added => Some((None, task.status)),
            _ => change,
        };
        if let Some((before, after)) = change {
            let end = ends.entry(task.id.clone()).or_insert((before, after));
            end.1 = after;
        }
    }
    ends.retain(|_, (before, after)| *before != Some(*after));
    ends
}

proptest! {
    #[test]
    fn the_diff_of_two_states_agrees_with_the_entries_between_them(sample in any_team(), cut in 0..=100usize) {
        let states = states(&sample);
        let first = cut * (states.len() - 1) / 100;
        let between = &sample.entries()[first + 1..];
        let whole = diff(&states[first], sample.state(), between, &|_| None);
        let steps: Vec<Diff> = (first..states.len() - 1)
            .map(|place| diff(&states[place], &states[place + 1], &sample.entries()[place + 1..=place + 1], &|_| None))
            .collect();
        // Each kind of thing: the first value and the last one.
        macro_rules! agree {
            ($($field:ident),+) => {$(
                let ends = composed(steps.iter().map(|step| &*step.$field));
                let found = composed(std::iter::once(&*whole.$field));
                prop_assert_eq!(found, ends);
            )+};
        }
        agree!(guardrails, targets, pull_requests, actors, policy);
        for change in &whole.summary {
            let of_it = || steps.iter().flat_map(|step| &step.summary).filter(|it| it.name == change.name);
            prop_assert_eq!(of_it().next().map(|it| it.before), Some(change.before));
            prop_assert_eq!(of_it().next_back().map(|it| it.after), Some(change.after));
        }
        let names_are_stable = states[first..].iter().all(|state| {
            let known = sample.state();
            state.tasks().all(|(index, _)| state.shown(index) == known.shown(index))
        });
        if names_are_stable {
            prop_assert_eq!(statuses(std::iter::once(&whole)), statuses(steps.iter()));
        }
        let anomalies: usize = steps.iter().map(|step| step.anomalies.len()).sum();
        prop_assert!(whole.anomalies.len() <= anomalies);
        if steps.iter().all(Diff::is_empty) {
            prop_assert!(whole.is_empty());
        }
        // Where no entry changes anything, nothing differs, and the other way round every changed task was changed by an entry.
        let changed: Vec<&str> = steps.iter().flat_map(|step| &step.tasks).map(|task| &*task.id).collect();
        if names_are_stable {
            prop_assert!(whole.tasks.iter().all(|task| changed.contains(&&*task.id)), "{whole:?}");
        }
    }
}
