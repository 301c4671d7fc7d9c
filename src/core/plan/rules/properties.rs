//! The properties of every state, for entries in any order and with any times. This is more than the real order allows.
//!
//! Not here: the order of a graph (`replay_tests`).

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index, strategy::ValueTree as _, test_runner::TestRunner};

use crate::core::{
    plan::{
        reduce::{Accepted, Replay},
        refusal::{Action, Code, Refusal},
    },
    sample::{
        any_sample, any_team, promises,
        roles::{self, Who},
    },
    values::{task::Role, time::Timestamp},
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

    /// Whatever an actor signs, also past the program.
    #[test]
    fn no_entry_does_what_the_roles_of_its_actor_do_not_permit(sample in any_team()) {
        let entries = sample.entries();
        let mut replay = Replay::begin(&entries[0]).unwrap();
        for entry in &entries[1..] {
            let before = replay.state().clone();
            replay.push(entry);
            prop_assert_eq!(promises::broken(&before, replay.state(), entry), None, "{:?}", entry);
        }
    }
}

/// Otherwise the property above would say little.
#[test]
fn random_teams_do_all_that_roles_permit_and_try_all_that_they_forbid() {
    let mut runner = TestRunner::deterministic();
    let (mut done, mut forbidden) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        let sample = any_team().new_tree(&mut runner).unwrap().current();
        let entries = sample.entries();
        let mut replay = Replay::begin(&entries[0]).unwrap();
        for entry in &entries[1..] {
            let before = replay.state().clone();
            replay.push(entry);
            done.extend(roles::actions(&before, replay.state(), entry));
        }
        let refusals = replay.state().anomalies.iter();
        forbidden.extend(refusals.filter_map(|anomaly| match &anomaly.refusal {
            Refusal::NotPermitted { action, .. } => Some(*action),
            _ => None,
        }));
    }
    let by_role = roles::TABLE
        .iter()
        .filter(|(_, who)| matches!(who, Who::Roles(..)));
    assert_eq!(done, by_role.map(|(action, _)| *action).collect());
    // A repair is a join, which no entry of these teams is.
    let all = Action::ALL
        .iter()
        .filter(|action| **action != Action::RepairLedger);
    assert_eq!(forbidden, all.copied().collect());
}

/// The roles that a cell of the table names.
fn roles_in(cell: &str) -> Vec<Role> {
    let named = |role: &Role| cell == "every actor with a role" || cell.contains(role.as_str());
    let roles = Role::ALL.iter().copied().filter(named);
    roles
        .filter(|role| cell != "admins" || *role != Role::Admin)
        .collect()
}

#[test]
fn the_page_about_roles_has_the_rows_that_are_checked() {
    let page = include_str!("../../../../docs/roles.md");
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| row.replace(['*', '`'], ""));
    let cells = cells.map(|row| {
        let mut cells = row
            .trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().to_owned());
        (cells.next().unwrap(), cells.next().unwrap())
    });
    let page: Vec<(String, String)> = cells.skip(1).take(roles::TABLE.len()).collect();
    let actions: Vec<&str> = page.iter().map(|(action, _)| action.as_str()).collect();
    let checked: Vec<&str> = roles::TABLE.iter().map(|(action, _)| *action).collect();
    assert_eq!(actions, checked);
    for ((action, cell), (_, who)) in page.iter().zip(roles::TABLE) {
        match who {
            Who::Roles(roles, _) => assert_eq!(roles_in(cell), **roles, "{action}"),
            Who::Words(words, _) => assert_eq!(cell, words, "{action}"),
        }
    }
}
