//! The parts of a state, whose digests are the state digest.
//!
//! Not here: how digests are made of digests (`digest`).

use super::{
    State,
    digest::{self, Part, list, record},
};
use crate::core::values::id::Digest;

impl State {
    /// The state digest. Two machines at the same tip agree on it.
    pub fn digest(&self) -> Digest {
        digest::of_parts(self.parts().iter().map(|(_, part)| part.digest()))
    }

    /// The parts of the state with their names: its fields, with those of the roster in its place.
    pub fn parts(&self) -> Vec<(&'static str, Part)> {
        // Every field is named, so that a new one cannot be forgotten.
        let Self {
            ledger,
            title,
            day_offset,
            home_ref,
            home_url,
            roster,
            policy,
            tasks,
            guardrails,
            targets,
            pull_requests,
            observed,
            worktrees,
            snapshots,
            imports,
            acknowledged,
            anomalies,
            entries,
            effective,
            allowances,
            used_keys,
            index: _,
        } = self;
        vec![
            ("ledger", record(ledger)),
            ("title", record(title)),
            ("day_offset", record(day_offset)),
            ("home_ref", record(home_ref)),
            ("home_url", record(home_url)),
            ("actors", list(roster.actors())),
            ("recovery", record(&roster.recovery())),
            ("versions", record(&roster.versions())),
            ("policy", record(policy)),
            ("tasks", Part::List(tasks.digests().collect())),
            ("guardrails", list(guardrails)),
            ("targets", list(targets)),
            ("pull_requests", list(pull_requests.pairs())),
            ("observed", list(observed)),
            ("worktrees", list(worktrees)),
            ("snapshots", list(snapshots)),
            ("imports", list(imports)),
            ("acknowledged", list(acknowledged)),
            ("anomalies", list(anomalies)),
            ("entries", record(entries)),
            ("effective", record(effective)),
            ("allowances", list(allowances.pairs())),
            ("used_keys", list(used_keys.pairs())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::{
        plan::reduce::Replay,
        sample::{any_sample, any_team},
    };

    proptest! {
        #[test]
        fn kept_digests_are_those_of_the_records_after_every_entry(sample in prop_oneof![any_sample(), any_team()]) {
            let mut entries = sample.entries().iter();
            let mut replay = Replay::begin(entries.next().expect("a genesis")).expect("a genesis");
            for entry in entries {
                replay.push(entry);
                let state = replay.state();
                // From nothing: the state that was read has no kept digest.
                let read = State::from_bytes(&state.to_bytes()).expect("a state");
                prop_assert_eq!(state.parts(), read.parts());
            }
            // From a cache, whose records have their digests.
            let mut kept = Vec::new();
            replay.state().keep(&mut kept);
            let cached = State::read_back(Box::new(kept)).expect("a state");
            prop_assert_eq!(replay.state().parts(), cached.parts());
        }
    }
}
