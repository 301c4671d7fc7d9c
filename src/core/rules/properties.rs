//! What holds of every state that any entries come to, in any order and with any times: more than any graph of them allows.
//!
//! Not here: which order a graph has (`replay_tests`).

use proptest::{prelude::*, sample::Index};

use crate::core::{
    event::{CommitId, Event, TaskEvent},
    glob::overlap,
    graph,
    reduce::{Accepted, Replay},
    refusal::Code,
    sample::any_sample,
    state::{
        State,
        task::{Claim, Task},
    },
    task::{Approver, Role},
    time::Timestamp,
};

/// Entries in an order of their own: some changed places as where two lines were joined, some have earlier times, and one
/// comes twice.
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
            // The genesis stays where it is.
            let to = from.saturating_sub(by).max(1);
            if from > to {
                entries[to..=from].rotate_right(1);
            }
        }
        entries.push(again.get(&entries).clone());
        entries
    })
}

fn no_dependency_leads_back(state: &State) -> bool {
    state
        .tasks()
        .all(|(index, _)| !graph::depends_on(state, index, index))
}

fn is_of_the_same_holder(one: &Claim, other: &Claim) -> bool {
    (&one.actor, &one.worktree) == (&other.actor, &other.worktree)
}

/// Of two claims that hold a file, running or not, one shares or both are of the same holder.
fn no_file_is_held_twice(state: &State) -> bool {
    let claimed = state
        .tasks()
        .filter_map(|(_, task)| Some((task, task.claim.as_ref()?)));
    let claimed: Vec<(&Task, &Claim)> = claimed.filter(|(_, claim)| !claim.shared).collect();
    claimed.iter().enumerate().all(|(place, (one, claim))| {
        claimed[..place].iter().all(|(other, theirs)| {
            let mut pairs = one
                .paths
                .iter()
                .flat_map(|a| other.paths.iter().map(move |b| (a, b)));
            is_of_the_same_holder(claim, theirs)
                || !pairs.any(|(a, b)| overlap(a.as_str(), b.as_str()))
        })
    })
}

/// Whether somebody has approved this commit whom the gate names, and whose work it is not.
fn is_approved(state: &State, task: &Task, gate: &Approver, commit: Option<&CommitId>) -> bool {
    let names = |actor: &_| match gate {
        Approver::Actor(name) => name == actor,
        Approver::Role(role) => state.roster.has_role(actor, *role),
    };
    task.verdicts.iter().any(|(actor, verdict)| {
        let own = task.owners.contains(actor)
            || task
                .claim
                .as_ref()
                .is_some_and(|claim| claim.actor == *actor)
            || task
                .submission
                .as_ref()
                .is_some_and(|asked| asked.actor == *actor);
        let current = commit.is_none() || verdict.commit.as_ref() == commit;
        verdict.approved && names(actor) && !own && current
    })
}

/// An end without a waiver comes where every gate was approved and every item ticked.
fn ends_as_it_may(before: &State, after: &State, entry: &Accepted) -> bool {
    let [
        Event::Task(TaskEvent::Completed {
            task,
            commit,
            waiver,
            ..
        }),
    ] = &entry.entry.events[..]
    else {
        return true;
    };
    let Some(index) = before.find(task, entry.id) else {
        return true;
    };
    let (task, ended) = (before.task(index), after.task(index).end.as_ref());
    if ended == task.end.as_ref() {
        return true;
    }
    if waiver.is_some() {
        return before.roster.may(&entry.entry.actor, &[Role::Coordinator]);
    }
    let commit = commit.as_ref().or(task.commit.as_ref());
    let gates = before.gates_of(task);
    let approved = |gate| is_approved(before, task, gate, commit);
    gates.iter().all(approved) && task.checks.values().all(|who| !who.is_empty())
}

/// What a state holds beside the count of entries and what was refused.
fn effects(state: &State) -> State {
    let mut state = state.clone();
    (state.entries, state.effective) = (0, Timestamp::default());
    state.anomalies.clear();
    state
}

proptest! {
    #[test]
    fn every_state_keeps_the_promises_of_the_rules(entries in any_entries()) {
        let mut replay = Replay::begin(&entries[0]).unwrap();
        for entry in &entries[1..] {
            let before = replay.state().clone();
            replay.push(entry);
            let state = replay.state();
            prop_assert!(no_dependency_leads_back(state));
            prop_assert!(no_file_is_held_twice(state));
            prop_assert!(ends_as_it_may(&before, state, entry), "{:?}", entry);
            for (_, task) in state.tasks() {
                prop_assert!(task.percent() <= 100);
                prop_assert!(task.end.is_none() || task.claim.is_none());
            }
            if state.anomalies.len() > before.anomalies.len() {
                prop_assert_eq!(effects(state), effects(&before));
            }
        }
        let last = replay.state().anomalies.last().map(|anomaly| anomaly.refusal.code);
        prop_assert_eq!(last, Some(Code::Repeated));
        let mut again = Replay::begin(&entries[0]).unwrap();
        entries[1..].iter().for_each(|entry| again.push(entry));
        prop_assert_eq!(again.state().digest(), replay.state().digest());
    }
}
