//! The properties of every state, for entries in any order and with any times. This is more than the real order allows.
//!
//! Not here: the order of a graph (`replay_tests`).

use proptest::{prelude::*, sample::Index};

use crate::core::{
    plan::{
        reduce::{Accepted, Replay},
        refusal::Code,
    },
    sample::{any_sample, promises},
    values::time::Timestamp,
};

/// Entries in an unusual order: some have changed places, as after a join; some have earlier times; one is repeated.
fn any_entries() -> impl Strategy<Value = Vec<Accepted>> {
    let moves = prop::collection::vec((any::<Index>(), 1..6_usize), 0..10);
    let earlier = prop::collection::vec((any::<Index>(), 0..40_000_u64), 0..10);
    (any_sample(), moves, earlier, any::<Index>()).prop_map(|(sample, moves, earlier, again)| {
        let mut entries = sample.entries().to_vec();
        for (at, seconds) in earlier {
            let entry = &mut entries[at.index(sample.entries().len())];
            let seconds = entry.effective.seconds().saturating_sub(seconds);
            entry.effective = Timestamp::from_seconds(seconds);
        }
        for (at, by) in moves {
            let from = at.index(entries.len());
            // The genesis keeps its place.
            let to = from.saturating_sub(by).max(1);
            if from > to {
                entries[to..=from].rotate_right(1);
            }
        }
        entries.push(again.get(&entries).clone());
        entries
    })
}

proptest! {
    #[test]
    fn every_state_keeps_the_promises_of_the_rules(entries in any_entries()) {
        let mut replay = Replay::begin(&entries[0]).unwrap();
        for entry in &entries[1..] {
            let before = replay.state().clone();
            replay.push(entry);
            prop_assert_eq!(promises::broken(&before, replay.state(), entry), None, "{:?}", entry);
        }
        let last = replay.state().anomalies.last().map(|anomaly| anomaly.refusal.code());
        prop_assert_eq!(last, Some(Code::Repeated));
        let mut again = Replay::begin(&entries[0]).unwrap();
        entries[1..].iter().for_each(|entry| again.push(entry));
        prop_assert_eq!(again.state().digest(), replay.state().digest());
    }
}
