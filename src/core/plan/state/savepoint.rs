//! Savepoints: they undo the first events of an entry if the rules refuse a later one. An entry takes effect as a
//! whole.
//!
//! A savepoint keeps what the entry changes, as it was before, and nothing else. Not here: refusing entries (`reduce`).

use std::{collections::BTreeMap, sync::Arc};

use super::{State, guardrails::Guardrail, pull_requests::Earlier, records::SeenWorktrees};
use crate::core::{
    entry::event::{
        Event, GuardrailEvent, LedgerEvent, ObservationEvent, RosterEvent, observation::Source,
        roster::PolicyRule,
    },
    plan::roster::Roster,
    values::{
        id::{EntryId, GuardId, TargetName},
        text::Text,
        time::{DayOffset, Timestamp},
    },
};

/// What the events of an entry changed, as it was before the first of them. The tasks keep their own earlier versions.
#[derive(Default)]
pub(in crate::core) struct Savepoint {
    tasks: usize,
    configured: Option<Configured>,
    acknowledged: Vec<EntryId>,
    roster: Option<Arc<Roster>>,
    policy: Vec<PolicyRule>,
    guardrails: BTreeMap<GuardId, Option<Guardrail>>,
    targets: BTreeMap<TargetName, Option<Text>>,
    pull_requests: Vec<Earlier>,
    observed: BTreeMap<Source, Option<Timestamp>>,
    worktrees: BTreeMap<Text, Option<SeenWorktrees>>,
    imports: usize,
    snapshots: usize,
}

/// What an admin configures.
struct Configured {
    title: Option<Text>,
    day_offset: DayOffset,
    home_ref: Text,
    home_url: Option<Text>,
}

impl State {
    /// A savepoint before an entry. [`restore`](Self::restore) or [`pass`](Self::pass) ends it.
    pub(in crate::core) fn savepoint(&mut self) -> Savepoint {
        self.tasks.keep_earlier();
        Savepoint {
            tasks: self.tasks.len(),
            imports: self.imports.len(),
            snapshots: self.snapshots.len(),
            ..Savepoint::default()
        }
    }

    /// Ends a savepoint whose entry took effect.
    pub(in crate::core) fn pass(&mut self) {
        self.tasks.take_earlier();
    }

    /// Restores the state of a savepoint.
    pub(in crate::core) fn restore(&mut self, savepoint: Savepoint) {
        let earlier = self.tasks.take_earlier();
        self.forget_tasks_from(savepoint.tasks);
        for (place, task) in earlier {
            self.tasks.set(place, task);
        }
        if let Some(configured) = savepoint.configured {
            self.title = configured.title;
            self.day_offset = configured.day_offset;
            self.home_ref = configured.home_ref;
            self.home_url = configured.home_url;
        }
        for entry in savepoint.acknowledged {
            self.acknowledged.remove(&entry);
        }
        if let Some(roster) = savepoint.roster {
            self.roster = roster;
        }
        for rule in savepoint.policy.iter().rev() {
            self.policy.set(rule);
        }
        put_back(&mut self.guardrails, savepoint.guardrails);
        put_back(&mut self.targets, savepoint.targets);
        for earlier in savepoint.pull_requests.into_iter().rev() {
            self.pull_requests.undo(earlier);
        }
        put_back(&mut self.observed, savepoint.observed);
        put_back(&mut self.worktrees, savepoint.worktrees);
        self.imports.truncate(savepoint.imports);
        self.snapshots.truncate(savepoint.snapshots);
    }
}

fn put_back<K: Ord, V>(map: &mut BTreeMap<K, V>, before: BTreeMap<K, Option<V>>) {
    for (key, before) in before {
        match before {
            Some(value) => _ = map.insert(key, value),
            None => _ = map.remove(&key),
        }
    }
}

impl Savepoint {
    /// Keeps what an event is about to change.
    pub(in crate::core) fn keep(&mut self, state: &State, event: &Event) {
        match event {
            Event::Ledger(event) => self.keep_of_ledger(state, event),
            Event::Roster(RosterEvent::PolicySet(rule)) => {
                self.policy.push(state.policy.restoring(rule));
            }
            Event::Roster(_) => self.keep_roster(state),
            Event::Guardrail(event) => self.keep_of_guardrail(state, event),
            Event::Observation(event) => self.keep_of_observation(state, event),
            // Tasks keep their own earlier versions, and imports are only appended.
            Event::Task(_) | Event::Work(_) | Event::Review(_) => {}
        }
    }

    fn keep_roster(&mut self, state: &State) {
        let roster = || Arc::clone(&state.roster);
        self.roster.get_or_insert_with(roster);
    }

    fn keep_of_ledger(&mut self, state: &State, event: &LedgerEvent) {
        match event {
            LedgerEvent::Configured(_) => {
                let configured = || Configured {
                    title: state.title.clone(),
                    day_offset: state.day_offset,
                    home_ref: state.home_ref.clone(),
                    home_url: state.home_url.clone(),
                };
                self.configured.get_or_insert_with(configured);
            }
            LedgerEvent::Acknowledged { entry } if !state.acknowledged.contains(entry) => {
                self.acknowledged.push(*entry);
            }
            LedgerEvent::Upgraded(_) => self.keep_roster(state),
            LedgerEvent::Acknowledged { .. } | LedgerEvent::Created(_) | LedgerEvent::Repaired => {}
        }
    }

    fn keep_of_guardrail(&mut self, state: &State, event: &GuardrailEvent) {
        let id = match event {
            GuardrailEvent::Added(definition) => &definition.id,
            GuardrailEvent::Removed { id } => id,
            GuardrailEvent::Recorded(result) => &result.id,
            GuardrailEvent::TargetSet { name, .. } => {
                keep_once(&mut self.targets, &state.targets, name.clone());
                return;
            }
        };
        keep_once(&mut self.guardrails, &state.guardrails, id.clone());
    }

    fn keep_of_observation(&mut self, state: &State, event: &ObservationEvent) {
        match event {
            ObservationEvent::PullRequests { source, seen, gone } => {
                let numbers = seen.iter().map(|request| request.number);
                let numbers = numbers.chain(gone.iter().copied());
                let earlier = state.pull_requests.earlier(source, numbers);
                self.pull_requests.push(earlier);
                keep_once(&mut self.observed, &state.observed, source.clone());
            }
            ObservationEvent::Worktrees { host, .. } => {
                keep_once(&mut self.worktrees, &state.worktrees, host.clone());
            }
            ObservationEvent::SnapshotTaken { .. } => {}
        }
    }
}

fn keep_once<K: Ord, V: Clone>(kept: &mut BTreeMap<K, Option<V>>, now: &BTreeMap<K, V>, key: K) {
    let before = now.get(&key);
    kept.entry(key).or_insert_with(|| before.cloned());
}
