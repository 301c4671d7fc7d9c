//! The status document: all of `status --json` that comes from a state.
//!
//! The fields are in the order of the JSON. Not here: the parts (`task`, `observed`, `summary`), and the contents
//! of `local` (`cli`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    observed::{GuardrailDocument, PullRequestDocument, WorktreeDocument, guardrails, worktrees},
    summary::{Summary, figure},
    task::TaskDocument,
    ties::Ties,
};
use crate::core::{
    entry::event::Origin,
    plan::{
        refusal::Refusal,
        state::{State, TaskIndex},
    },
    values::{
        id::{ActorName, Digest, EntryId, TargetName, TaskId, TaskName},
        json::as_shown,
        target::Range,
        text::Text,
        time::Timestamp,
    },
};

/// The document of `status --json`, without the parts that depend on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusDocument {
    /// The ledger and its position.
    pub ledger: LedgerDocument,
    /// Sums over all tasks.
    pub summary: Summary,
    /// The tasks, in the order in which they were added.
    pub tasks: Vec<TaskDocument>,
    /// The guardrails, by name.
    pub guardrails: Vec<GuardrailDocument>,
    /// The pull requests as last observed, by number.
    pub pull_requests: Vec<PullRequestDocument>,
    /// The worktrees as last observed, by clone.
    pub worktrees: Vec<WorktreeDocument>,
    /// The targets, by figure.
    pub targets: Vec<TargetDocument>,
    /// The refused events, in order, then the tasks whose name an earlier task had already.
    pub anomalies: Vec<AnomalyDocument>,
}

/// The ledger and its position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerDocument {
    /// Its id.
    pub id: EntryId,
    /// The object id of the tip's commit, which only the store knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<String>,
    /// The number of entries.
    pub entries: u64,
    /// The state digest; left out unless requested, since it reads the whole state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Its name for people; not in the JSON.
    #[serde(skip)]
    pub title: Option<Text>,
}

/// A target, and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetDocument {
    /// The figure.
    pub name: TargetName,
    /// The expected value.
    pub expression: Text,
    /// The present value; none for an unknown figure.
    pub value: Option<u64>,
    /// Whether it is met; none if that is unknown.
    pub met: Option<bool>,
}

/// An anomaly: a refused event, or a task whose name was already taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnomalyDocument {
    /// The entry.
    pub entry: EntryId,
    /// The index of the event in it.
    pub event: u16,
    /// The author.
    pub actor: ActorName,
    /// The effective time of the entry.
    #[serde(serialize_with = "as_shown")]
    pub at: Timestamp,
    /// The cause of the anomaly.
    #[serde(flatten)]
    pub cause: AnomalyCause,
}

/// The cause of an anomaly: a stable code and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AnomalyCause {
    /// The rules refused an event.
    Refused(Refusal),
    /// A task does not have the name that its author gave it.
    Named(NameAnomaly),
}

/// A problem with the name of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", content = "arguments", rename_all = "snake_case")]
pub enum NameAnomaly {
    /// An earlier task has the same id.
    DuplicateName {
        /// The id that its author gave it.
        id: TaskId,
        /// Its present name.
        shown: TaskName,
    },
}

/// The stable code for a task whose id an earlier task has.
const DUPLICATE_NAME: &str = "duplicate_name";

impl AnomalyCause {
    /// The stable code: that of a refusal, or `duplicate_name`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code().as_str(),
            Self::Named(NameAnomaly::DuplicateName { .. }) => DUPLICATE_NAME,
        }
    }
}

/// The status document of a state, without the tip and the digest.
pub fn status(state: &State) -> StatusDocument {
    let tasks = TaskDocument::all(state);
    document(state, Summary::of(&tasks), tasks)
}

/// The same, but only with the open tasks.
pub fn open_status(state: &State) -> StatusDocument {
    let open = state.open_tasks();
    let open = open.map(|(index, _)| (index, TaskDocument::of(state, index)));
    let open: Vec<_> = open.collect();
    let summary = Summary::of_all(state, &open);
    let tasks = open.into_iter().map(|(_, task)| task);
    document(state, summary, tasks.collect())
}

fn document(state: &State, summary: Summary, tasks: Vec<TaskDocument>) -> StatusDocument {
    StatusDocument {
        ledger: LedgerDocument {
            id: state.ledger,
            tip: None,
            entries: state.entries,
            digest: None,
            title: state.title.clone(),
        },
        targets: targets_of(state, &summary),
        summary,
        tasks,
        guardrails: guardrails(state),
        pull_requests: Ties::of(state, &BTreeMap::new()).all(state),
        worktrees: worktrees(state),
        anomalies: anomalies(state),
    }
}

/// The targets, by figure, and whether they are met.
pub fn targets(state: &State) -> Vec<TargetDocument> {
    targets_of(state, &Summary::of_state(state))
}

fn targets_of(state: &State, summary: &Summary) -> Vec<TargetDocument> {
    let documents = state.targets.iter().map(|(name, expression)| {
        let value = figure(state, summary, name.as_str());
        let range: Option<Range> = expression.as_str().parse().ok();
        TargetDocument {
            name: name.clone(),
            expression: expression.clone(),
            value,
            met: range.zip(value).map(|(range, value)| range.contains(value)),
        }
    });
    documents.collect()
}

fn anomalies(state: &State) -> Vec<AnomalyDocument> {
    let refused = state.anomalies.iter().map(|anomaly| AnomalyDocument {
        entry: anomaly.entry,
        event: anomaly.event,
        actor: anomaly.actor.clone(),
        at: anomaly.at,
        cause: AnomalyCause::Refused(anomaly.refusal.clone()),
    });
    let names = state.names();
    let doubles = names.doubles().filter_map(|name| names.get(name));
    let doubles: BTreeSet<TaskIndex> = doubles.collect();
    let doubles = doubles.into_iter().map(|index| {
        let task = state.task(index);
        let Origin { entry, event, .. } = task.origin;
        AnomalyDocument {
            entry,
            event,
            actor: task.created_by.clone(),
            at: task.created,
            cause: AnomalyCause::Named(NameAnomaly::DuplicateName {
                id: task.id.clone(),
                shown: state.name_of(index),
            }),
        }
    });
    refused.chain(doubles).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::core::{
        sample::Sample,
        values::{json::to_json_pretty, task::Status},
    };

    fn json(sample: &Sample) -> Value {
        serde_json::from_str(&to_json_pretty(&status(sample.state()))).unwrap()
    }
    fn keys(value: &Value) -> String {
        let keys: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        keys.join(" ")
    }

    #[test]
    fn the_document_has_the_fields_of_the_contract_in_its_order() {
        let json = json(&Sample::day());
        for (value, expected) in [
            (
                &json,
                "ledger summary tasks guardrails pull_requests worktrees targets anomalies",
            ),
            (&json["ledger"], "id entries"),
            (
                &json["summary"],
                "total not_started waiting in_progress blocked in_review approved done cancelled percent \
                 estimate_minutes by_owner by_priority by_group",
            ),
            (
                &json["summary"]["estimate_minutes"],
                "low high remaining_low remaining_high",
            ),
            (&json["summary"]["by_owner"]["codex"], "total done"),
            (
                &json["tasks"][2],
                "id title group owners claim status priority risk progress steps accept depends_on \
                 waits_for blockers gates paths branch pr labels estimate_minutes created updated",
            ),
            (
                &json["tasks"][2]["claim"],
                "actor since until number worktree handed_by note",
            ),
            (
                &json["tasks"][2]["progress"],
                "percent steps_done steps_total",
            ),
            (&json["tasks"][2]["steps"][0], "text done"),
            (&json["tasks"][2]["gates"][0], "by state actor"),
            (&json["tasks"][1]["blockers"][0], "n reason on"),
            (&json["tasks"][1]["estimate_minutes"], "low high"),
            (
                &json["guardrails"][0],
                "id title command required status commit evidence at actor by_hand dirty",
            ),
        ] {
            assert_eq!(keys(value), expected);
        }
    }

    #[test]
    fn times_and_commits_are_written_as_people_read_them() {
        let json = json(&Sample::day());
        assert_eq!(json["tasks"][2]["claim"]["since"], "2025-10-15T08:12:00Z");
        assert_eq!(
            json["guardrails"][0]["commit"],
            "0123456789abcdef0123456789abcdef01234567"
        );
        assert_eq!(json["tasks"][0]["created"], "2025-10-15T08:04:00Z");
    }

    #[test]
    fn the_summary_adds_up_and_counts_a_shared_task_for_each_owner() {
        let summary = &json(&Sample::day())["summary"];
        let count = |name: &str| summary[name].as_u64().unwrap();
        let statuses = Status::ALL.iter().map(|status| count(status.as_str()));
        assert!(statuses.eq([1, 2, 1, 1, 1, 0, 1, 1]));
        assert_eq!(count("total"), 8);
        // (40 + 50 + 100) / 7 tasks that are not cancelled.
        assert_eq!(count("percent"), 27);
        assert_eq!(summary["by_owner"]["codex"]["total"], 3);
        assert_eq!(
            summary["by_owner"]["copilot"],
            serde_json::json!({"total": 3, "done": 1})
        );
        assert_eq!(summary["estimate_minutes"]["low"], 120 + 120 + 180 + 60);
        assert_eq!(keys(&summary["by_priority"]), "critical high low");
    }

    #[test]
    fn a_target_on_an_unknown_figure_is_neither_met_nor_missed() {
        let targets = json(&Sample::day())["targets"].clone();
        let met: Vec<(&str, &Value)> = targets
            .as_array()
            .unwrap()
            .iter()
            .map(|target| (target["name"].as_str().unwrap(), &target["met"]))
            .collect();
        assert_eq!(
            met,
            [
                ("in_progress", &Value::Bool(false)),
                ("mood", &Value::Null),
                ("prs_open", &Value::Bool(true))
            ]
        );
    }

    #[test]
    fn refusals_and_duplicate_names_are_anomalies() {
        let json = json(&Sample::day());
        let anomalies = json["anomalies"].as_array().unwrap();
        let codes: Vec<&str> = anomalies
            .iter()
            .map(|a| a["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, ["claim_held", "duplicate_name"]);
        assert_eq!(
            anomalies[0]["arguments"],
            serde_json::json!({"task": "B", "claim": {
                "actor": "codex", "since": "2025-10-15T08:12:00Z", "until": "2025-10-15T12:14:00Z",
            }})
        );
        assert!(json["tasks"][7]["id"].as_str().unwrap().starts_with("B~"));
    }
}
