//! The effect of entries: `apply(&mut State, &Accepted)`, total and pure. Each family of events has one match arm.
//!
//! If the rules refuse one event of an entry, the whole entry has no effect and is recorded as an anomaly.
//! Not here: the permission of an event (`rules`), judging and ordering the entries (`judge`, `order`).

mod guardrail;
mod observation;
mod review;
mod task;
mod work;

use std::{collections::HashSet, sync::Arc};

use super::{
    refusal::Refusal,
    roster::Roster,
    rules::{self, Place},
    state::{State, records::Anomaly, steps::StepCount},
};
use crate::core::{
    entry::event::{Entry, Event, LedgerEvent, RosterEvent, ledger::LedgerFact},
    values::{id::EntryId, key::PublicKey, time::Timestamp},
};

/// An entry, with the facts from its place in the graph of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: EntryId,
    /// The entry.
    pub entry: Entry,
    /// The key that signed it.
    pub signer: PublicKey,
    /// The later of its own time and its parents' effective times.
    pub effective: Timestamp,
    /// The event that the roster of its own past refuses, and why. So it is refused wherever it stands.
    pub refused: Option<Box<(u16, Refusal)>>,
}

/// The state during a replay, with the ids of the applied entries, since an entry takes effect only once.
#[derive(Debug, Clone)]
pub struct Replay {
    state: State,
    seen: HashSet<EntryId>,
}

impl Replay {
    /// Begins with the genesis; none if the entry is not a genesis.
    pub fn begin(genesis: &Accepted) -> Option<Self> {
        let Some(Event::Ledger(LedgerEvent::Created(founding))) = genesis.entry.events.first()
        else {
            return None;
        };
        let roster = Roster::founded(&genesis.entry.actor, founding);
        let mut state = State::empty(genesis.id, roster);
        configure(&mut state, &founding.facts);
        state.entries = 1;
        state.effective = genesis.effective;
        Some(Self {
            state,
            seen: HashSet::from([genesis.id]),
        })
    }
    /// Continues from a state. The next entries must not repeat an entry before it.
    pub fn resume(state: State) -> Self {
        Self {
            state,
            seen: HashSet::new(),
        }
    }
    /// Applies the next entry of the order.
    pub fn push(&mut self, accepted: &Accepted) {
        if self.seen.insert(accepted.id) {
            apply(&mut self.state, accepted);
        } else {
            self.push_again(accepted);
        }
    }
    /// Refuses the next entry of the order, since it has been applied before.
    pub fn push_again(&mut self, accepted: &Accepted) {
        count(&mut self.state, accepted);
        let refusal = Refusal::Repeated { entry: accepted.id };
        self.state.anomalies.push(anomaly(accepted, 0, refusal));
    }
    /// The state so far.
    pub fn state(&self) -> &State {
        &self.state
    }
    /// The state at the end.
    pub fn into_state(self) -> State {
        self.state
    }
}

/// Applies an entry that has not taken effect before.
pub fn apply(state: &mut State, accepted: &Accepted) {
    let steps = StepCount::of(allowed(state, accepted));
    let applied = attempt(state, accepted, &steps);
    spend(state, accepted, &steps);
    if let Err((event, refusal)) = applied {
        state.anomalies.push(anomaly(accepted, event, refusal));
    }
}

/// Applies an entry. If the rules refuse it, nothing changes.
///
/// # Errors
/// The index of the refused event, and the refusal.
pub fn try_apply(state: &mut State, accepted: &Accepted) -> Result<(), (u16, Refusal)> {
    let (entries, effective) = (state.entries, state.effective);
    let steps = StepCount::of(allowed(state, accepted));
    let applied = attempt(state, accepted, &steps);
    match applied {
        Ok(()) => spend(state, accepted, &steps),
        Err(_) => (state.entries, state.effective) = (entries, effective),
    }
    applied
}

fn allowed(state: &State, accepted: &Accepted) -> u32 {
    let actor = &accepted.entry.actor;
    state.allowances.most(actor, accepted.effective)
}

fn spend(state: &mut State, accepted: &Accepted, steps: &StepCount) {
    let Entry { actor, events, .. } = &accepted.entry;
    // How far past the most a count went depends on when the program looked, so an entry takes no more than the most.
    let taken = steps.taken().min(steps.most().into());
    state
        .allowances
        .spend(actor, accepted.effective, taken, events.len());
}

/// Applies an entry. If the rules refuse it, only the count of entries and the effective time of the state change.
fn attempt(
    state: &mut State,
    accepted: &Accepted,
    steps: &StepCount,
) -> Result<(), (u16, Refusal)> {
    count(state, accepted);
    let actor = &accepted.entry.actor;
    let author = state.roster.check_author(actor, &accepted.signer);
    author.map_err(|refusal| (0, refusal))?;
    if let Some(refused) = &accepted.refused {
        return Err((**refused).clone());
    }
    let used = accepted.entry.idempotency_key.as_ref();
    if let Some(entry) = used.and_then(|key| state.used_keys.entry(actor, key))
        && !accepted.entry.events.iter().any(Roster::concerns)
    {
        return Err((0, Refusal::IdempotencyKeyUsed { entry }));
    }
    let several = accepted.entry.events.len() > 1;
    let mut before = several.then(|| state.savepoint());
    // The codec limits an entry to 1000 events.
    for (index, event) in (0u16..).zip(&accepted.entry.events) {
        let place = Place {
            id: accepted.id,
            entry: &accepted.entry,
            signer: &accepted.signer,
            effective: accepted.effective,
            index,
            steps,
        };
        if let Err(refusal) = rules::check(state, &place, event) {
            if let Some(before) = before {
                state.restore(before);
            }
            return Err((index, refusal));
        }
        if let Some(before) = &mut before {
            before.keep(state, event);
        }
        effect(state, &place, event);
    }
    state.pass();
    if let Some(key) = used {
        state.used_keys.note(actor, key, accepted.id);
    }
    Ok(())
}

fn count(state: &mut State, accepted: &Accepted) {
    state.entries += 1;
    state.effective = accepted.effective;
}

fn anomaly(accepted: &Accepted, event: u16, refusal: Refusal) -> Anomaly {
    Anomaly {
        entry: accepted.id,
        event,
        actor: accepted.entry.actor.clone(),
        at: accepted.effective,
        refusal,
    }
}

fn effect(state: &mut State, place: &Place<'_>, event: &Event) {
    match event {
        Event::Ledger(LedgerEvent::Repaired) => state.end_the_future(place.effective),
        Event::Ledger(event) => ledger(state, event),
        Event::Roster(RosterEvent::PolicySet(rule)) => state.policy.set(rule),
        Event::Roster(_) => Arc::make_mut(&mut state.roster).apply(event),
        Event::Task(event) => task::effect(state, place, event),
        Event::Work(event) => work::effect(state, place, event),
        Event::Review(event) => review::effect(state, place, event),
        Event::Guardrail(event) => guardrail::effect(state, place, event),
        Event::Observation(event) => observation::effect(state, place, event),
    }
}

fn ledger(state: &mut State, event: &LedgerEvent) {
    match event {
        LedgerEvent::Upgraded(_) => {
            Arc::make_mut(&mut state.roster).apply(&Event::Ledger(event.clone()));
        }
        LedgerEvent::Configured(facts) => configure(state, facts),
        LedgerEvent::Acknowledged { entry } => _ = state.acknowledged.insert(*entry),
        LedgerEvent::Created(_) | LedgerEvent::Repaired => {}
    }
}

fn configure(state: &mut State, facts: &[LedgerFact]) {
    for fact in facts {
        match fact {
            LedgerFact::Title(title) => state.title.clone_from(title),
            LedgerFact::DayOffset(offset) => state.day_offset = *offset,
            LedgerFact::HomeRef(name) => state.home_ref = name.clone(),
            LedgerFact::HomeUrl(url) => state.home_url.clone_from(url),
        }
    }
}

#[cfg(test)]
mod tests;
