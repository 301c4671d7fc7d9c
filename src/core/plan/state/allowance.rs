//! The steps that are left to each actor: an entry may take many, but not one entry after the other.
//!
//! So what an actor's entries cost together is at most proportional to their size (LEDGER_FORMAT.md, 14). Not here: what is
//! counted (`steps`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::steps::STEPS_MAX;
use crate::core::values::{id::ActorName, pairs, time::Timestamp};

/// The most steps that an actor can have left: ten entries of the most costly kind.
pub const LEFT_MAX: u64 = 10 * STEPS_MAX as u64;
/// What an actor gets for each entry: about what verifying its signature takes.
const PER_ENTRY: u64 = 20_000;
/// What an actor gets for each event.
const PER_EVENT: u64 = 1000;
/// What an actor gets for each second.
const PER_SECOND: u64 = 500;

/// What is left to each actor, by name. An actor that is not listed has the most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Allowances(#[serde(with = "pairs")] BTreeMap<ActorName, Left>);

/// What an actor had left at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Left {
    steps: u64,
    at: Timestamp,
}

impl Allowances {
    /// The most steps that the rules may take for an actor's entry of this time.
    pub fn most(&self, actor: &ActorName, now: Timestamp) -> u32 {
        self.left(actor, now).min(STEPS_MAX.into()) as u32
    }
    /// Takes the steps of an entry, refused or not, from its actor, and gives the actor what such an entry earns.
    pub(in crate::core) fn spend(
        &mut self,
        actor: &ActorName,
        now: Timestamp,
        steps: u64,
        events: usize,
    ) {
        let left = self.left(actor, now).saturating_sub(steps);
        let left = left + PER_ENTRY + PER_EVENT * events as u64;
        if left < LEFT_MAX {
            let left = Left {
                steps: left,
                at: now,
            };
            self.0.insert(actor.clone(), left);
        } else {
            self.0.remove(actor);
        }
    }
    fn left(&self, actor: &ActorName, now: Timestamp) -> u64 {
        self.0.get(actor).map_or(LEFT_MAX, |left| {
            let seconds = now.seconds().saturating_sub(left.at.seconds());
            let earned = PER_SECOND.saturating_mul(seconds);
            left.steps.saturating_add(earned).min(LEFT_MAX)
        })
    }
    /// The names of the actors that have less than the most.
    pub fn actors(&self) -> impl Iterator<Item = &ActorName> {
        self.0.keys()
    }
    /// The actors that have less than the most, with what they have, by name.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&ActorName, &Left)> {
        self.0.iter()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::{
        entry::{
            codec::v1,
            event::{Entry, Event, GuardrailEvent},
            message,
        },
        sample::actor,
        values::id::EntryId,
    };

    #[test]
    fn costly_entries_use_up_what_time_and_cheap_entries_give_back() {
        let (ana, at) = (actor("ana"), Timestamp::from_seconds);
        let mut left = Allowances::default();
        left.spend(&ana, at(0), 20_000, 1);
        assert!(left.0.is_empty());
        for round in 0..10 {
            assert_eq!(left.most(&ana, at(0)), STEPS_MAX, "{round}");
            left.spend(&ana, at(0), u64::from(STEPS_MAX), 1);
        }
        assert_eq!(left.most(&ana, at(0)), 210_000);
        assert_eq!(left.most(&actor("bob"), at(0)), STEPS_MAX);
        // More than there is: an entry is refused before it takes as much, or is one event too long.
        left.spend(&ana, at(0), 900_000, 1);
        assert_eq!(left.most(&ana, at(0)), 21_000);
        assert_eq!(left.most(&ana, at(60)), 51_000);
        // A repair can set the time back.
        left.spend(&ana, at(60), 0, 0);
        assert_eq!(left.most(&ana, at(30)), 71_000);
        assert_eq!(left.most(&ana, at(86_400)), STEPS_MAX);
        left.spend(&ana, at(86_400), 0, 0);
        assert!(left.0.is_empty());
    }

    /// The bytes of a commit beside its message: object ids, author, committer, an ed25519 signature.
    const HEADERS: usize = 500;

    /// The bytes of the commit of an entry of so many events, each as small as a worker's event can be.
    fn smallest(events: usize) -> usize {
        let removed = GuardrailEvent::Removed {
            id: "G".parse().unwrap(),
        };
        let entry = Entry {
            format: 1,
            ledger: Some(EntryId::from_bytes([7; 32])),
            parents: vec![EntryId::from_bytes([7; 32])],
            actor: actor("eve"),
            time: Timestamp::from_seconds(1_760_518_800),
            events: vec![Event::Guardrail(removed); events],
            attachments: Vec::new(),
            idempotency_key: None,
        };
        HEADERS + message::render(&entry, &v1::to_canonical(&entry)).len()
    }

    /// So a modified client cannot make a replay twice as long: [`PER_ENTRY`] steps take as long as verifying a signature.
    #[test]
    fn a_megabyte_of_one_actor_takes_fewer_steps_than_ten_thousand_honest_entries() {
        let (eve, at) = (actor("eve"), Timestamp::from_seconds(0));
        for events in [1, 2, 5, 10, 100, 1000] {
            let (mut left, mut taken) = (Allowances::default(), 0);
            for _ in 0..1_000_000 / smallest(events) {
                // Each entry takes all that it may.
                let steps = u64::from(left.most(&eve, at));
                left.spend(&eve, at, steps, events);
                taken += PER_ENTRY + steps;
            }
            assert!(taken < 10_000 * PER_ENTRY, "{events} events: {taken}");
        }
    }
}
