//! What changed between two states, by meaning: facts and a sentence for each, in a stable order.
//!
//! Tasks are matched by the event that added them, never by name. Not here: the lines of files
//! (`render::unified`), and how a difference is laid out (`render::text`).

mod sentence;
mod task;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

pub use self::task::{Change, Existence, TaskChange};
use super::snapshot::{AnomalyDocument, FIGURES, StatusDocument, figure, status};
use crate::core::{
    entry::event::Origin,
    plan::state::State,
    values::{id::ActorName, text::Text},
};

/// What changed between two states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The figures of the summary that changed, in their order.
    pub summary: Vec<FigureChange>,
    /// The tasks that came, changed, or are only in the earlier state, in the order of addition.
    pub tasks: Vec<TaskChange>,
    /// The guardrails that came, went, or stand otherwise, by name.
    pub guardrails: Vec<ItemChange>,
    /// The targets that were set, removed, met or missed, by figure.
    pub targets: Vec<ItemChange>,
    /// The pull requests that came, went, or stand otherwise, by source and number.
    pub pull_requests: Vec<ItemChange>,
    /// The actors that came, or whose roles changed, by name.
    pub actors: Vec<ItemChange>,
    /// The anomalies that are only in the later state.
    pub anomalies: Vec<AnomalyDocument>,
}

/// A figure that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureChange {
    /// Its name, as targets are set on it.
    pub name: &'static str,
    /// What it was.
    pub before: u64,
    /// What it is.
    pub after: u64,
}

/// Something beside the tasks that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// What it is called.
    pub id: String,
    /// How it stood; none if it is new.
    pub before: Option<String>,
    /// How it stands; none if it is gone.
    pub after: Option<String>,
    /// Who did it, where that is known.
    pub by: Option<ActorName>,
    /// All of it in a sentence.
    pub sentence: String,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        let Self {
            summary,
            tasks,
            guardrails,
            targets,
            pull_requests,
            actors,
            anomalies,
        } = self;
        let items = [guardrails, targets, pull_requests, actors];
        summary.is_empty()
            && tasks.is_empty()
            && anomalies.is_empty()
            && items.iter().all(|items| items.is_empty())
    }
}

/// What changed from one state of a ledger to another.
pub fn diff(before: &State, after: &State) -> Diff {
    let (old, new) = (status(before), status(after));
    Diff {
        summary: summary((before, &old), (after, &new)),
        tasks: tasks(before, after),
        guardrails: items("guardrail", &guardrails(&old), &guardrails(&new)),
        targets: items("target", &targets(&old), &targets(&new)),
        pull_requests: items("pull request", &pull_requests(&old), &pull_requests(&new)),
        actors: items("actor", &actors(before), &actors(after)),
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

fn tasks(before: &State, after: &State) -> Vec<TaskChange> {
    let here = after
        .tasks()
        .filter_map(|(index, found)| match before.created_by(found.origin) {
            Some(old) => task::changed((before, old), (after, index)),
            None => Some(task::alone(after, index, Existence::Added)),
        });
    let gone = before
        .tasks()
        .filter(|(_, found)| after.created_by(found.origin).is_none())
        .map(|(index, _)| task::alone(before, index, Existence::Removed));
    here.chain(gone).collect()
}

/// How the items of one kind stand, in the order of their keys, and who made them stand so.
type Items<K> = BTreeMap<K, (String, Option<ActorName>)>;

fn items<K: Ord + ToString>(kind: &str, before: &Items<K>, after: &Items<K>) -> Vec<ItemChange> {
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).collect();
    let stands = |items: &Items<K>, key| items.get(key).map(|(stands, _)| stands.clone());
    let mut changes = Vec::new();
    for key in keys {
        let (old, new) = (stands(before, key), stands(after, key));
        if old != new {
            let by = after.get(key).and_then(|(_, by)| by.clone());
            let id = key.to_string();
            changes.push(ItemChange {
                sentence: sentence::of_item(kind, &id, old.as_deref(), new.as_deref(), by.as_ref()),
                id,
                before: old,
                after: new,
                by,
            });
        }
    }
    changes
}

fn guardrails(document: &StatusDocument) -> Items<String> {
    let stand = document.guardrails.iter().map(|guardrail| {
        let stands = guardrail.status.to_string();
        (guardrail.id.to_string(), (stands, guardrail.actor.clone()))
    });
    stand.collect()
}

fn targets(document: &StatusDocument) -> Items<String> {
    let stand = document.targets.iter().map(|target| {
        let met = match target.met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "unknown",
        };
        let stands = format!("{} {met}", target.expression.as_str());
        (target.name.to_string(), (stands, None))
    });
    stand.collect()
}

/// A pull request by its forge and number there; forges number theirs alike.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OnForge(Text, u64);

impl fmt::Display for OnForge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(source, number) = self;
        write!(f, "{}#{number}", sentence::short(source.as_str()))
    }
}

fn pull_requests(document: &StatusDocument) -> Items<OnForge> {
    let stand = document.pull_requests.iter().map(|request| {
        let stands = format!("{}, checks {}", request.state, request.checks);
        let key = OnForge(request.source.clone(), request.number);
        (key, (stands, None))
    });
    stand.collect()
}

fn actors(state: &State) -> Items<ActorName> {
    let stand = state.roster.actors().map(|(name, actor)| {
        let roles: Vec<&str> = actor.roles.iter().map(|role| role.as_str()).collect();
        let stands = if roles.is_empty() {
            "no role".to_owned()
        } else {
            roles.join(", ")
        };
        (name.clone(), (stands, None))
    });
    stand.collect()
}

fn anomalies(old: &StatusDocument, new: StatusDocument) -> Vec<AnomalyDocument> {
    let known: BTreeSet<_> = old
        .anomalies
        .iter()
        .map(|anomaly| (anomaly.entry, anomaly.event, anomaly.code))
        .collect();
    let is_new =
        |anomaly: &AnomalyDocument| !known.contains(&(anomaly.entry, anomaly.event, anomaly.code));
    new.anomalies.into_iter().filter(is_new).collect()
}

/// The names of things that are known by their origins, as a state shows them.
fn shown_by_origin(
    state: &State,
    indices: impl Iterator<Item = crate::core::plan::state::TaskIndex>,
) -> BTreeMap<Origin, String> {
    let names = indices.map(|index| (state.task(index).origin, state.shown(index)));
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{
            guardrail::Outcome,
            observation::PullRequestState,
            task::{TaskFact, Wave},
        },
        sample::{Sample, actor, text},
        values::json::to_json_line,
    };

    /// Sentences of everything that `act` changes about the sample day.
    fn check(act: impl FnOnce(&mut Sample), expected: &[&str]) {
        let mut day = Sample::day();
        let before = day.state().clone();
        act(&mut day);
        let diff = diff(&before, day.state());
        let items = [
            &diff.guardrails,
            &diff.targets,
            &diff.pull_requests,
            &diff.actors,
        ];
        let tasks = diff.tasks.iter().map(|task| task.sentence.clone());
        let items = items
            .into_iter()
            .flatten()
            .map(|item| item.sentence.clone());
        let anomalies = diff.anomalies.iter().map(|anomaly| anomaly.message.clone());
        let sentences: Vec<String> = tasks.chain(items).chain(anomalies).collect();
        assert_eq!(sentences, expected, "{}", to_json_line(&diff));
    }
    fn task(day: &Sample, name: &str) -> crate::core::entry::event::TaskRef {
        let found = day
            .state()
            .tasks()
            .find(|(_, task)| task.id.as_str() == name);
        day.state().reference(
            found
                .map(|(index, _)| index)
                .unwrap_or_else(|| unreachable!()),
        )
    }

    #[test]
    fn a_state_does_not_differ_from_itself() {
        let state = Sample::day().into_state();
        assert!(diff(&state, &state).is_empty());
    }

    #[test]
    fn an_approved_task_that_is_done_names_its_reviewer() {
        check(
            |day| {
                let breaker = task(day, "B");
                day.approve("claude", &breaker);
                day.done("codex", &breaker);
            },
            &[
                "task B: in_review → done, approved by claude",
                "task CC-3: waiting → not_started",
            ],
        );
    }

    #[test]
    fn a_task_done_without_review_names_who_did_it() {
        check(
            |day| {
                let shadow = task(day, "1");
                day.done("codex", &shadow);
            },
            &[
                "task 1: in_progress → done, done by codex",
                "task B~2zk0: waiting → not_started",
                "guardrail G2: waiting → not_run",
            ],
        );
    }

    #[test]
    fn verdicts_claims_steps_and_progress_are_told() {
        check(
            |day| {
                let breaker = task(day, "B");
                day.reject("claude", &breaker);
                day.step("codex", &breaker, 2);
                let sandbox = task(day, "G");
                day.claim("copilot", &sandbox);
                let shadow = task(day, "1");
                day.progress("codex", &shadow, 60);
            },
            &[
                "task 1: 40% → 60%",
                "task B: in_review → in_progress, rejected by claude, steps 1/2 → 2/2",
                "task G: not_started → in_progress, claimed by copilot",
                "target in_progress: 3..5 missed → 3..5 met",
            ],
        );
    }

    #[test]
    fn blockers_comments_and_edits_are_told() {
        check(
            |day| {
                let shadow = task(day, "1");
                day.block("codex", &shadow, "no\nquota", None);
                day.comment("claude", &shadow);
                day.edit(
                    &shadow,
                    vec![
                        TaskFact::Title(text("Shadow")),
                        TaskFact::OwnerAdded(actor("claude")),
                        TaskFact::Priority(None),
                        TaskFact::Wave(Some(Wave { number: 3, rank: 9 })),
                        TaskFact::Branch(Some(text("feat/shadow"))),
                        TaskFact::DependencyAdded(task(day, "G")),
                    ],
                );
            },
            &[
                "task 1: in_progress → blocked, renamed from 'Shadow-Diff Harness', \
               owners codex → codex + claude, priority high → none, wave 1 → 3, \
               branch none → feat/shadow, depends on G, blocked: no\\nquota, 1 new comment",
            ],
        );
    }

    #[test]
    fn tasks_guardrails_targets_and_pull_requests_come_and_change() {
        check(
            |day| {
                day.add("New", "A | new\u{1b} one", Vec::new());
                day.record("codex", "G1", Outcome::Fail);
                day.target("in_progress", "1");
                day.pull_request(410, "x", PullRequestState::Merged);
                day.pull_request(411, "y", PullRequestState::Open);
                day.claim("copilot", &task(&day.clone(), "B"));
            },
            &[
                "task New: added, not_started: A | new\\u{1b} one",
                "guardrail G1: pass → fail, by codex",
                "target in_progress: 3..5 missed → 1 met",
                "pull request github#410: open, checks passing → merged, checks passing",
                "pull request github#411: added, open, checks passing",
                "task 'B' is claimed by codex until 2025-10-15T12:14:00Z (since 2025-10-15T08:12:00Z)",
            ],
        );
    }

    #[test]
    fn looking_back_shows_what_was_not_there_yet() {
        let mut day = Sample::day();
        let before = day.state().clone();
        day.add("New", "x", Vec::new());
        let back = diff(day.state(), &before);
        assert_eq!(back.tasks[0].kind, Existence::Removed);
        assert_eq!(back.tasks[0].sentence, "task New: not there, x");
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
