//! The machine files of a snapshot: in a stable order, one fact per line. Without a change in the plan they stay the
//! same.
//!
//! So they contain neither the tip nor the count of entries nor the digest; the snapshot's entry names the state.
//! Not here: the documents themselves (`document`), and the page for people (`render::dashboard`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    document::{AnomalyDocument, StatusDocument, TargetDocument, status},
    metrics::Metrics,
    observed::{GuardrailDocument, PullRequestDocument, WorktreeDocument},
    summary::Summary,
    task::TaskDocument,
};
use crate::core::{
    entry::event::observation::Source,
    plan::state::State,
    values::{
        id::EntryId,
        json::{as_shown, to_json_pretty},
        text::Text,
        time::Timestamp,
    },
};

/// The maximum number of tasks in one file; larger plans are written in shards.
const WHOLE_MAX: usize = 500;
/// The tasks in a shard. The number doubles while there would be more than [`SHARDS_MAX`] shards.
const SHARD: usize = 100;
/// The largest number of shards. It is below 256, the limit for the attachments of an entry.
const SHARDS_MAX: usize = 200;

/// The attachment of a snapshot that is for people. Its layout is not part of the format: a snapshot may hold any page
/// under this name, or none.
pub const DASHBOARD: &str = "dashboard.md";

/// The machine files of a snapshot of this state, by path, sorted.
pub fn files(state: &State) -> Vec<(String, Vec<u8>)> {
    let mut document = status(state);
    let mut files = BTreeMap::from([
        ("metrics.json".to_owned(), metrics(state, &document)),
        (
            "pull-requests.json".to_owned(),
            pull_requests(state, &document),
        ),
        ("worktrees.json".to_owned(), worktrees(&mut document)),
    ]);
    let shards = if document.tasks.len() > WHOLE_MAX {
        shards(&document.tasks)
    } else {
        Vec::new()
    };
    files.insert("status.json".to_owned(), status_file(&document, &shards));
    files.extend(shards);
    let bytes = files
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()));
    bytes.collect()
}

/// The status document without the contents of the other files.
#[derive(Serialize)]
struct StatusFile<'a> {
    schema: &'static str,
    ledger: LedgerId,
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<&'a [TaskDocument]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    task_files: Vec<&'a str>,
    guardrails: &'a [GuardrailDocument],
    targets: &'a [TargetDocument],
    anomalies: &'a [AnomalyDocument],
}

#[derive(Serialize)]
struct LedgerId {
    id: EntryId,
}

fn status_file(document: &StatusDocument, shards: &[(String, String)]) -> String {
    to_json_pretty(&StatusFile {
        schema: "coord.snapshot.status/1",
        ledger: LedgerId {
            id: document.ledger.id,
        },
        summary: &document.summary,
        tasks: shards.is_empty().then_some(&document.tasks),
        task_files: shards.iter().map(|(path, _)| path.as_str()).collect(),
        guardrails: &document.guardrails,
        targets: &document.targets,
        anomalies: &document.anomalies,
    })
}

/// The shards of the tasks, by order of addition, so that a shard changes only with one of its tasks.
fn shards(tasks: &[TaskDocument]) -> Vec<(String, String)> {
    #[derive(Serialize)]
    struct TaskFile<'a> {
        schema: &'static str,
        tasks: &'a [TaskDocument],
    }
    let mut size = SHARD;
    while tasks.len().div_ceil(size) > SHARDS_MAX {
        size *= 2;
    }
    let file = |(number, tasks): (usize, &[TaskDocument])| {
        let content = TaskFile {
            schema: "coord.snapshot.tasks/1",
            tasks,
        };
        (format!("tasks/{number:04}.json"), to_json_pretty(&content))
    };
    tasks.chunks(size).enumerate().map(file).collect()
}

fn metrics(state: &State, document: &StatusDocument) -> String {
    #[derive(Serialize)]
    struct MetricsFile {
        schema: &'static str,
        #[serde(flatten)]
        metrics: Metrics,
    }
    to_json_pretty(&MetricsFile {
        schema: "coord.snapshot.metrics/1",
        metrics: Metrics::of(state, document.summary.clone()),
    })
}

/// The time of the last observation of a clone, written once per clone.
#[derive(Serialize)]
struct Seen<'a> {
    place: &'a Text,
    #[serde(serialize_with = "as_shown")]
    at: Timestamp,
}

/// A source, and the time at which it was last observed.
#[derive(Serialize)]
struct Observed<'a> {
    #[serde(flatten)]
    source: &'a Source,
    #[serde(serialize_with = "as_shown")]
    at: Timestamp,
}

fn pull_requests(state: &State, document: &StatusDocument) -> String {
    #[derive(Serialize)]
    struct PullRequests<'a> {
        schema: &'static str,
        sources: Vec<Observed<'a>>,
        pull_requests: &'a [PullRequestDocument],
    }
    let sources = state
        .observed
        .iter()
        .map(|(source, at)| Observed { source, at: *at });
    to_json_pretty(&PullRequests {
        schema: "coord.snapshot.pull-requests/1",
        sources: sources.collect(),
        pull_requests: &document.pull_requests,
    })
}

fn worktrees(document: &mut StatusDocument) -> String {
    #[derive(Serialize)]
    struct Worktrees<'a> {
        schema: &'static str,
        seen: Vec<Seen<'a>>,
        worktrees: &'a [WorktreeDocument],
    }
    let mut seen = BTreeMap::new();
    for worktree in &mut document.worktrees {
        latest(&mut seen, &worktree.host, worktree.seen.take());
    }
    to_json_pretty(&Worktrees {
        schema: "coord.snapshot.worktrees/1",
        seen: in_order(&seen),
        worktrees: &document.worktrees,
    })
}

fn latest(seen: &mut BTreeMap<Text, Timestamp>, place: &Text, at: Option<Timestamp>) {
    let known = seen.entry(place.clone()).or_default();
    *known = at.unwrap_or_default().max(*known);
}

fn in_order(seen: &BTreeMap<Text, Timestamp>) -> Vec<Seen<'_>> {
    let places = seen.iter().map(|(place, at)| Seen { place, at: *at });
    places.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::core::{
        entry::event::{
            guardrail::{GuardrailResult, Outcome},
            task::TaskFact,
        },
        sample::{Sample, text},
        values::{id::Digest, text::is_invisible},
    };

    fn of(sample: &Sample) -> Vec<(String, Vec<u8>)> {
        files(sample.state())
    }
    fn json(sample: &Sample, path: &str) -> Value {
        let file = of(sample).into_iter().find(|file| file.0 == path);
        serde_json::from_slice(&file.unwrap().1).unwrap()
    }
    fn plan(tasks: usize) -> Sample {
        let mut sample = Sample::new();
        for number in 0..tasks {
            sample.add(&format!("T{number}"), "a task", Vec::new());
        }
        sample
    }

    #[test]
    fn every_file_ends_in_a_line_break_and_has_no_invisible_characters() {
        for (path, bytes) in of(&Sample::day()) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
            let unseen = text.lines().find(|line| line.contains(is_invisible));
            assert_eq!(unseen, None, "{path}");
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }

    #[test]
    fn an_entry_without_a_change_of_the_plan_changes_no_file() {
        let mut day = Sample::day();
        let before = of(&day);
        day.by(
            "ana",
            crate::core::entry::event::Event::Ledger(
                crate::core::entry::event::LedgerEvent::Acknowledged {
                    entry: EntryId::from_bytes([9; 32]),
                },
            ),
        );
        assert_eq!(of(&day), before);
    }

    #[test]
    fn a_large_plan_is_written_in_shards_and_a_changed_task_changes_one_shard() {
        let mut sample = plan(501);
        let before = of(&sample);
        let task = sample
            .state()
            .reference(crate::core::plan::state::TaskIndex(250));
        sample.claim("codex", &task);
        let changed: Vec<String> = before
            .into_iter()
            .zip(of(&sample))
            .filter(|(old, new)| old != new)
            .map(|(old, _)| old.0)
            .collect();
        assert_eq!(changed, ["metrics.json", "status.json", "tasks/0002.json"]);
    }

    #[test]
    fn a_plan_of_five_hundred_tasks_is_in_one_file() {
        let paths: Vec<String> = of(&plan(500)).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "metrics.json",
                "pull-requests.json",
                "status.json",
                "worktrees.json"
            ]
        );
    }

    #[test]
    fn an_outdated_last_result_shows_nothing_and_has_not_passed() {
        let mut sample = Sample::new();
        sample.guardrail("G", "tests pass", &[]);
        sample.record("codex", "G", Outcome::Pass);
        let outdated = GuardrailResult {
            changed: vec![text("a.rs")],
            command_digest: Some(Digest::of(b"make")),
            ..GuardrailResult::new("G".parse().unwrap(), Outcome::Pass)
        };
        sample.recorded("codex", outdated);
        assert_eq!(
            json(&sample, "status.json")["guardrails"],
            json!([{
                "id": "G", "title": "tests pass", "command": "make check", "required": false, "status": "not_run",
                "commit": null, "evidence": null, "at": null, "actor": null, "by_hand": false, "dirty": false,
            }])
        );
        let figures = &json(&sample, "metrics.json")["figures"];
        assert_eq!(figures["guardrails_passed"], 0);
    }

    #[test]
    fn a_parent_lists_each_task_once_in_order_and_keeps_its_own_percentage() {
        let mut sample = Sample::new();
        let parent = sample.add("A", "a task", Vec::new());
        let below = |it: &_| vec![TaskFact::Parent(Some(Clone::clone(it)))];
        let first = sample.add("B", "a task", below(&parent));
        let second = sample.add("C", "a task", below(&parent));
        let third = sample.add("D", "a task", below(&first));
        sample.edit(&parent, vec![TaskFact::DependencyAdded(first.clone())]);
        for task in [&first, &second, &third] {
            sample.block("codex", task, "no time", None);
        }
        sample.progress("codex", &third, 90);
        sample.progress("codex", &parent, 10);
        let task = &json(&sample, "status.json")["tasks"][0];
        assert_eq!(task["depends_on"], json!(["B"]));
        assert_eq!(task["waits_for"], json!(["B", "C"]));
        assert_eq!(task["children"]["tasks"], json!(["B", "C"]));
        assert_eq!(task["children"]["blocked"], json!(["B", "D", "C"]));
        assert_eq!(task["children"]["percent"], 45);
        assert_eq!(task["progress"]["percent"], 10);
    }
}
