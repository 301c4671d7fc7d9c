//! The comparison of two states, by meaning and in a stable order.
//!
//! Tasks are matched by the event that added them, never by name. Not here: comparing the lines of files
//! (`render::unified`), and the words for a change (`render::changes`).

mod change;
mod digests;
mod edits;
#[cfg(test)]
mod properties;
mod task;

use std::collections::{BTreeMap, BTreeSet};

pub use self::change::{
    ActorChange, ActorStanding, Change, Diff, Existence, FigureChange, GuardrailChange,
    GuardrailStanding, ItemChange, Member, OnForge, Pair, PullRequestChange, PullRequestResult,
    Read, SettingChange, Steps, TargetChange, TargetResult, TaskChange, VerdictGiven,
};
pub use self::digests::{
    FirstDifference, InvalidDigests, PartDigests, RecordDigest, RecordDigests,
};
use self::edits::Edits;
use super::snapshot::{AnomalyDocument, FIGURES, PolicyDocument, StatusDocument, figure, status};
use crate::core::{
    plan::{reduce::Accepted, roster::KeyStanding, state::State},
    values::id::{ActorName, GuardId, TargetName},
};

/// The changes from one state of a ledger to another; `read` gives the notes of verdicts. `entries` took effect between
/// the two, in this order, and name the actors of edits.
pub fn diff(before: &State, after: &State, entries: &[Accepted], read: Read<'_>) -> Diff {
    let (old, new) = (status(before), status(after));
    let edits = Edits::of(after, entries);
    Diff {
        summary: summary((before, &old), (after, &new)),
        tasks: tasks(before, after, &edits, read),
        guardrails: guardrails(&old, &new),
        targets: items(targets(&old), targets(&new)),
        pull_requests: items(pull_requests(before), pull_requests(after)),
        actors: items(actors(before), actors(after)),
        policy: items(policy(before), policy(after)),
        anomalies: anomalies(&old, new),
    }
}

fn summary(
    (before, old): (&State, &StatusDocument),
    (after, new): (&State, &StatusDocument),
) -> Vec<FigureChange> {
    let change = |name: &&'static str| {
        let before = figure(before, &old.summary, name)?;
        let after = figure(after, &new.summary, name)?;
        (before != after).then_some(FigureChange {
            name,
            before,
            after,
        })
    };
    FIGURES.iter().filter_map(change).collect()
}

/// The changes of the tasks alone, which cost less than those of everything.
pub fn task_changes(
    before: &State,
    after: &State,
    entries: &[Accepted],
    read: Read<'_>,
) -> Vec<TaskChange> {
    tasks(before, after, &Edits::of(after, entries), read)
}

fn tasks(before: &State, after: &State, edits: &Edits<'_>, read: Read<'_>) -> Vec<TaskChange> {
    let here = after
        .tasks()
        .filter_map(|(index, found)| match before.created_by(found.origin) {
            Some(old) => task::changed((before, old), (after, index), edits, read),
            None => Some(task::added(after, index, read)),
        });
    let gone = before
        .tasks()
        .filter(|(_, found)| after.created_by(found.origin).is_none())
        .map(|(index, _)| task::alone(before, index, Existence::Removed));
    here.chain(gone).collect()
}

/// The differences between two sets of items, in the order of their keys.
fn items<K: Ord + Clone, V: PartialEq>(
    mut before: BTreeMap<K, V>,
    mut after: BTreeMap<K, V>,
) -> Vec<ItemChange<K, V>> {
    let ids: BTreeSet<K> = before.keys().chain(after.keys()).cloned().collect();
    let changes = ids.into_iter().map(|id| ItemChange {
        before: before.remove(&id),
        after: after.remove(&id),
        by: None,
        commit: None,
        id,
    });
    changes.filter(|it| it.before != it.after).collect()
}

fn guardrails(old: &StatusDocument, new: &StatusDocument) -> Vec<GuardrailChange> {
    let statuses = |document: &StatusDocument| -> BTreeMap<GuardId, GuardrailStanding> {
        let results = document.guardrails.iter().map(|it| {
            let result = GuardrailStanding {
                status: it.status,
                by_hand: it.by_hand,
                dirty: it.dirty,
            };
            (it.id.clone(), result)
        });
        results.collect()
    };
    let last = |id: &GuardId| new.guardrails.iter().find(|it| it.id == *id);
    let mut changes = items(statuses(old), statuses(new));
    for change in &mut changes {
        if let Some(last) = last(&change.id) {
            (change.by, change.commit) = (last.actor.clone(), last.commit.clone());
        }
    }
    changes
}

fn targets(document: &StatusDocument) -> BTreeMap<TargetName, TargetResult> {
    let results = document.targets.iter().map(|target| {
        let result = TargetResult {
            expression: target.expression.clone(),
            met: target.met,
        };
        (target.name.clone(), result)
    });
    results.collect()
}

fn pull_requests(state: &State) -> BTreeMap<OnForge, PullRequestResult> {
    let results = state.pull_requests.iter().map(|(source, request)| {
        let seen = &request.seen;
        let id = OnForge {
            source: source.clone(),
            number: seen.number,
        };
        let result = PullRequestResult {
            state: seen.state,
            draft: seen.draft,
            checks: seen.checks.map(|counts| counts.result()),
            review: seen.review,
            mergeable: seen.mergeable,
        };
        (id, result)
    });
    results.collect()
}

fn actors(state: &State) -> BTreeMap<ActorName, ActorStanding> {
    let actors = state.roster.actors().map(|(name, actor)| {
        let keys = actor.keys.iter();
        let ended = keys.filter(|(_, key)| key.standing != KeyStanding::Active);
        let standing = ActorStanding {
            roles: actor.roles.clone(),
            ended_keys: ended
                .map(|(key, it)| (key.fingerprint(), it.standing))
                .collect(),
        };
        (name.clone(), standing)
    });
    actors.collect()
}

fn policy(state: &State) -> BTreeMap<String, String> {
    let settings = PolicyDocument::from(&state.policy).settings();
    settings.into_iter().collect()
}

fn anomalies(old: &StatusDocument, new: StatusDocument) -> Vec<AnomalyDocument> {
    let known: BTreeSet<_> = old
        .anomalies
        .iter()
        .map(|anomaly| (anomaly.entry, anomaly.event, anomaly.cause.code()))
        .collect();
    let is_new = |anomaly: &AnomalyDocument| {
        !known.contains(&(anomaly.entry, anomaly.event, anomaly.cause.code()))
    };
    new.anomalies.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, TaskEvent, guardrail::Outcome, task::TaskFact},
        plan::fields::AttributeChange,
        sample::{Sample, actor, text},
        values::task::{Judgement, Status},
    };

    fn task(day: &Sample, name: &str) -> crate::core::entry::event::TaskRef {
        let index = day.state().names().resolve(name).unwrap();
        day.state().reference(index)
    }

    #[test]
    fn a_task_change_has_the_values_before_and_after() {
        let mut day = Sample::day();
        let before = day.state().clone();
        let breaker = task(&day, "B");
        day.reject("claude", &breaker);
        day.step("codex", &breaker, 2);
        day.edit(&breaker, vec![TaskFact::LabelAdded(text("hot"))]);
        let found = diff(&before, day.state(), &[], &|_| None);
        let [changed] = found.tasks.as_slice() else {
            panic!("{found:?}");
        };
        let status = Pair {
            before: Status::InReview,
            after: Status::InProgress,
        };
        let given = &day.task(&breaker).verdicts[&actor("claude")];
        let verdict = VerdictGiven {
            judgement: Judgement::Rejected,
            by: actor("claude"),
            at: given.at,
            commit: given.commit.clone(),
            note: None,
        };
        let steps = |done| Some(Steps { done, total: 2 });
        assert_eq!(changed.kind, Existence::Changed);
        assert_eq!(
            changed.changes,
            [
                Change::Status(status, None),
                Change::Verdict(verdict),
                Change::Percent(Pair {
                    before: 50,
                    after: 100
                }),
                Change::Steps(Pair {
                    before: steps(1),
                    after: steps(2)
                }),
                Change::Attribute(
                    AttributeChange {
                        fact: TaskFact::LabelAdded(text("hot")),
                        inverse: TaskFact::LabelRemoved(text("hot")),
                    },
                    None
                ),
            ]
        );
    }

    #[test]
    fn each_edit_names_the_actor_that_set_the_value() {
        let mut day = Sample::day();
        let before = day.state().clone();
        let known = day.entries().len();
        let breaker = task(&day, "B");
        let mut edit = |who: &str, facts| {
            let event = TaskEvent::Edited {
                task: breaker.clone(),
                facts,
            };
            day.by(who, Event::Task(event));
        };
        edit("codex", vec![TaskFact::Title(text("Fuse"))]);
        edit("codex", vec![TaskFact::LabelAdded(text("hot"))]);
        edit("ana", vec![TaskFact::Title(text("Switch"))]);
        let entries = &day.entries()[known..];
        let found = diff(&before, day.state(), entries, &|_| None);
        let by = found.tasks[0].changes.iter().map(|change| match change {
            Change::Attribute(AttributeChange { fact, .. }, by) => (fact.clone(), by.clone()),
            other => panic!("{other:?}"),
        });
        let wanted = [
            (TaskFact::Title(text("Switch")), Some(actor("ana"))),
            (TaskFact::LabelAdded(text("hot")), Some(actor("codex"))),
        ];
        assert_eq!(by.collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_guardrail_run_with_the_same_result_is_not_a_change() {
        let mut day = Sample::day();
        let before = day.state().clone();
        day.record("claude", "G1", Outcome::Pass);
        assert!(
            diff(&before, day.state(), &[], &|_| None)
                .guardrails
                .is_empty()
        );
        day.record("codex", "G1", Outcome::Fail);
        let found = diff(&before, day.state(), &[], &|_| None).guardrails;
        let after = found[0].after.map(|after| after.status.as_str());
        assert_eq!(after, Some("fail"));
        assert_eq!(found[0].by, Some(actor("codex")));
    }

    #[test]
    fn a_backward_diff_shows_later_tasks_as_removed() {
        let mut day = Sample::day();
        let before = day.state().clone();
        day.add("New", "x", Vec::new());
        let back = diff(day.state(), &before, &[], &|_| None);
        assert_eq!(back.tasks[0].kind, Existence::Removed);
        assert_eq!(
            back.summary[0],
            FigureChange {
                name: "total",
                before: 9,
                after: 8
            }
        );
    }
}
