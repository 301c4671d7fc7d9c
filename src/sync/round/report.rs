//! The report of a sync: entries that arrived, were published, or are refused at their new position.
//!
//! Not here: printing it (`cli`).

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::reconcile::Reconciliation;
use crate::{
    core::{
        entry::event::{Event, GuardrailEvent, guardrail::GuardrailDefinition},
        history::{
            accept::{Lines, Standing},
            judge::Judgement,
            log::{EntryDocument, Log, Logged},
        },
        plan::state::{State, records::Anomaly},
        values::id::{ActorName, EntryId, GuardId, TaskId},
    },
    git::repository::ObjectId,
    ledger::{self, History, history::Placed, verified::Verified},
    sync::{Error, ahead::Ahead},
};

/// The effect of a sync, over all its rounds.
#[derive(Debug, Default)]
pub struct SyncReport {
    /// The entries that arrived, in order.
    pub fetched: Vec<EntryDocument>,
    /// The entries of this clone that home has now, in order.
    pub published: Vec<EntryDocument>,
    /// Those that the rules refuse at their new position.
    pub refused: Vec<Anomaly>,
    /// The tasks that arrived or were published under a name that another task already had.
    pub renamed: Vec<Renamed>,
    /// The guardrails that this clone and others defined at the same time.
    pub replaced: Vec<ReplacedGuardrail>,
    /// Whether home was rewound or had lost the ledger, and its missing entries were pushed again.
    pub restored: bool,
    /// The confirmed claims that a repair has given to others.
    pub lost_claims: Vec<LostClaim>,
    /// Why a courier refused the push.
    pub declined: Option<String>,
    /// The entries that wait to be published.
    pub waiting: Vec<EntryDocument>,
    /// The first entry of home that stays outside, because it is dated ahead of the clock.
    pub ahead: Option<Ahead>,
    /// The entries of this clone that a repair left behind.
    pub left_behind: Vec<EntryDocument>,
}

/// The result of a sync.
#[derive(Debug)]
pub struct Synced {
    /// The local ledger afterwards.
    pub current: Verified,
    /// The entries that arrived and were published.
    pub report: SyncReport,
    /// Home's ref.
    pub name: String,
    /// How often home had moved.
    pub races: u32,
}

impl Synced {
    pub(super) fn new(current: Verified, report: SyncReport, name: String, races: u32) -> Self {
        Self {
            current,
            report,
            name,
            races,
        }
    }
}

/// A task that is shown under another name than its own, because another task has that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The name.
    pub id: TaskId,
    /// The name under which it is shown.
    pub shown: String,
    /// Who added it.
    pub by: ActorName,
}

/// A confirmed claim that another actor holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostClaim {
    /// The task.
    pub task: String,
    /// Its holder before.
    pub before: ActorName,
    /// Its holder now, if there is one.
    pub now: Option<ActorName>,
}

/// A guardrail whose definition another one replaced that did not know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplacedGuardrail {
    /// The guardrail.
    pub guardrail: GuardId,
    /// The actor whose definition was replaced.
    pub before: ActorName,
    /// The actor whose definition holds now.
    pub now: ActorName,
}

/// The guardrails that entries of both sets define, each differently, if the last definition is of the other set than the one
/// before.
fn replaced(
    history: &History,
    state: &State,
    came: &HashSet<u32>,
    waiting: &HashSet<u32>,
) -> Vec<ReplacedGuardrail> {
    let objects = |numbers: &HashSet<u32>| -> HashSet<ObjectId> {
        let numbers = numbers.iter();
        numbers.map(|number| history.at(*number).object).collect()
    };
    let (came, waiting) = (objects(came), objects(waiting));
    let refused: HashSet<EntryId> = state.anomalies.iter().map(|it| it.entry).collect();
    let mut last: BTreeMap<&GuardId, (bool, &GuardrailDefinition, &ActorName)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for Placed { object, node } in history.placed() {
        let is_own = waiting.contains(&object);
        let (true, Judgement::Accepted(accepted)) =
            (is_own || came.contains(&object), &node.verdict)
        else {
            continue;
        };
        if refused.contains(&node.id) {
            continue;
        }
        for event in &accepted.entry.events {
            let Event::Guardrail(GuardrailEvent::Added(definition)) = event else {
                continue;
            };
            let now = (is_own, &**definition, &accepted.entry.actor);
            let before = last.insert(&definition.id, now);
            let replaced = before.filter(|it| it.0 != is_own && it.1 != now.1);
            if let Some((_, _, before)) = replaced {
                let replaced = ReplacedGuardrail {
                    guardrail: definition.id.clone(),
                    before: before.clone(),
                    now: now.2.clone(),
                };
                found.insert(&definition.id, replaced);
            }
        }
    }
    found.into_values().collect()
}

/// The entries among these that the rules refuse at their position.
fn refused(history: &History, state: &State, numbers: &HashSet<u32>) -> Vec<Anomaly> {
    let numbers = numbers.iter();
    let ids: HashSet<_> = numbers.map(|number| history.at(*number).node.id).collect();
    let anomalies = state.anomalies.iter();
    let refused = anomalies.filter(|anomaly| ids.contains(&anomaly.entry));
    refused.cloned().collect()
}

impl SyncReport {
    /// Adds the effect of one round.
    pub(super) fn add(&mut self, reconciliation: &Reconciliation) -> Result<(), Error> {
        let history = reconciliation.history();
        let state = history.state().ok_or(ledger::Error::NoLedger)?;
        let came = reconciliation.beyond(reconciliation.published(), reconciliation.tips.local);
        self.fetched.extend(documents(history, &state, &came));
        let waiting = reconciliation.beyond(reconciliation.tips.local, reconciliation.published());
        self.waiting = documents(history, &state, &waiting);
        self.refused = refused(history, &state, &waiting);
        self.rename(history, &state, came.union(&waiting));
        self.replaced
            .extend(replaced(history, &state, &came, &waiting));
        self.restored |= matches!(reconciliation.standing, Some(Standing::Behind))
            || (reconciliation.tips.home.is_none() && reconciliation.tips.anchor.is_some());
        if let (Some(Standing::Mended(_)), Some(before)) =
            (reconciliation.standing, reconciliation.anchored())
        {
            self.lost_claims = lost_claims(before, &state);
        }
        if came.iter().any(|number| history.at(*number).node.leaves()) {
            let before = reconciliation.beyond(reconciliation.tips.local, None);
            self.left_behind = left(history, &state, before);
        }
        self.ahead = reconciliation.ahead().cloned();
        Ok(())
    }

    /// Adds the tasks of these entries whose name another task had already.
    fn rename<'a>(
        &mut self,
        history: &History,
        state: &State,
        numbers: impl Iterator<Item = &'a u32>,
    ) {
        let ids: HashSet<EntryId> = numbers.map(|number| history.at(*number).node.id).collect();
        let new = state
            .tasks()
            .filter(|(_, task)| ids.contains(&task.origin.entry));
        let named = new.map(|(index, task)| Renamed {
            id: task.id.clone(),
            shown: state.shown(index),
            by: task.created_by.clone(),
        });
        let renamed = named.filter(|task| task.shown != task.id.as_str());
        let renamed: Vec<Renamed> = renamed
            .filter(|task| !self.renamed.contains(task))
            .collect();
        self.renamed.extend(renamed);
    }

    /// The entries that a courier brought and received, unless it is an offer. The authors of an offer do not sync, so their
    /// refused entries are reported where it is taken in.
    pub(super) fn compare(
        &mut self,
        history: &History,
        local: Option<ObjectId>,
        there: Option<ObjectId>,
        is_offer: bool,
    ) -> Result<(), Error> {
        let lines = Lines::of(history.judged(), None);
        let state = history.state().ok_or(ledger::Error::NoLedger)?;
        let number = |object: Option<ObjectId>| history.number(object?);
        let (local, there) = (number(local), number(there));
        let beyond = |tip, other| lines.beyond(tip, other).into_iter().collect();
        let came = beyond(there, local);
        self.fetched = documents(history, &state, &came);
        if is_offer {
            self.refused = refused(history, &state, &came);
        } else {
            self.waiting = documents(history, &state, &beyond(local, there));
        }
        Ok(())
    }

    /// The entries that a repair brought back, and the claims that it moved.
    pub(super) fn mend(
        &mut self,
        reconciliation: &Reconciliation,
        own: &State,
    ) -> Result<(), Error> {
        let history = reconciliation.history();
        let state = history.state().ok_or(ledger::Error::NoLedger)?;
        let (home, local) = (reconciliation.tips.home, reconciliation.tips.local);
        self.fetched = documents(history, &state, &reconciliation.beyond(home, local));
        self.waiting = documents(history, &state, &reconciliation.beyond(local, home));
        self.lost_claims = lost_claims(own, &state);
        Ok(())
    }

    /// Marks the waiting entries as published.
    pub(super) fn publish(&mut self) {
        self.published.append(&mut self.waiting);
    }
}

/// The entries with events, in the order of the history.
pub(super) fn documents(
    history: &History,
    state: &State,
    among: &HashSet<u32>,
) -> Vec<EntryDocument> {
    let placed = history
        .placed()
        .map(|placed| (placed.object.to_string(), placed.node));
    let log = Log::new(state);
    let objects: HashSet<String> = among
        .iter()
        .map(|number| history.at(*number))
        .filter(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) => !accepted.entry.is_join(),
            Judgement::Quarantined { .. } => true,
            Judgement::Cached => false,
        })
        .map(|placed| placed.object.to_string())
        .collect();
    let among = Logged::all(placed).filter(|logged| objects.contains(&logged.object));
    among.map(|logged| log.document(&logged)).collect()
}

/// The entries with events among these that are not in the order any more.
fn left(history: &History, state: &State, mut among: HashSet<u32>) -> Vec<EntryDocument> {
    let placed: HashSet<ObjectId> = history.placed().map(|placed| placed.object).collect();
    among.retain(|number| {
        let Placed { object, node } = history.at(*number);
        let carries = matches!(&node.verdict, Judgement::Accepted(it) if !it.entry.is_join());
        carries && !placed.contains(&object)
    });
    let mut numbers: Vec<u32> = among.into_iter().collect();
    numbers.sort_unstable();
    let left = numbers.into_iter().map(|number| history.at(number));
    let left = left.map(|placed| (placed.object.to_string(), placed.node));
    let log = Log::new(state);
    Logged::all(left)
        .map(|logged| log.document(&logged))
        .collect()
}

fn lost_claims(before: &State, now: &State) -> Vec<LostClaim> {
    let claimed = before
        .tasks()
        .filter_map(|(_, task)| Some((task, task.claim.as_ref()?)));
    let moved = claimed.filter_map(|(task, claim)| {
        let (index, same) = now.tasks().find(|(_, other)| other.origin == task.origin)?;
        let holder = same.claim.as_ref();
        let lost = holder.is_none_or(|holder| holder.origin != claim.origin);
        lost.then(|| LostClaim {
            task: now.shown(index),
            before: claim.actor.clone(),
            now: holder.map(|holder| holder.actor.clone()),
        })
    });
    moved.collect()
}
