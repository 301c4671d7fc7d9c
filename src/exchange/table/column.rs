//! The columns of task tables: the meaning of each header, and the headers and cells that exports write.
//!
//! Not here: reading cells (`row`), and how a file holds them (`csv`, `markdown`).

use std::fmt::Display;

use crate::{
    core::values::{branch::BranchName, task::Status, text::Text},
    exchange::{
        DraftStep, DraftTask,
        list_cell::{self, ITEMS, REASONS},
        words,
    },
};

/// The meaning of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::exchange) enum Column {
    Id,
    Title,
    Owner,
    Priority,
    Risk,
    Estimate,
    Status,
    Review,
    Files,
    Depends,
    Parent,
    Links,
    Branch,
    Pr,
    Progress,
    Paths,
    Labels,
    Blockers,
    Group,
    Wave,
    WaveRank,
    Due,
    Defer,
    Urls,
    Steps,
    Criteria,
    Description,
    /// The lower bound of the estimate, in minutes.
    EstimateLow,
    /// The upper bound of the estimate, in minutes.
    EstimateHigh,
    Unknown(String),
}

impl Column {
    /// The column below this header. `_` is read as a space.
    pub fn named(header: &str) -> Self {
        let bare = header.trim_matches(|c: char| c.is_whitespace() || "*`:._".contains(c));
        match bare.to_lowercase().replace('_', " ").as_str() {
            "#" | "id" | "key" | "no" | "nr" | "number" | "task id" | "task #" | "task no"
            | "task number" | "task key" | "issue key" | "issue #" | "item id" | "item #"
            | "story id" | "ticket" | "ticket id" | "ticket #" | "identifier" | "ref" | "uuid" => {
                Self::Id
            }
            "task" | "title" | "name" | "tasks" | "task name" | "task title" => Self::Title,
            "owner" | "owners" | "assignee" | "assignees" | "assigned" | "assigned to"
            | "agent" | "who" | "responsible" | "lead" | "dri" | "developer" => Self::Owner,
            "priority" | "prio" => Self::Priority,
            "risk" | "risk level" => Self::Risk,
            "est" | "estimate" | "estimated time" | "est time" | "time" | "effort" | "hours"
            | "estimated hours" => Self::Estimate,
            "status" | "state" => Self::Status,
            "critical review" | "review" | "reviewer" | "reviewers" | "gate" | "gates" => {
                Self::Review
            }
            "files" | "files count" | "file count" => Self::Files,
            "depends on" | "depends" | "dependencies" | "dependency" | "deps" | "after"
            | "prerequisites" | "requires" | "predecessors" => Self::Depends,
            "parent" | "parent id" | "part of" | "epic" => Self::Parent,
            "links" => Self::Links,
            "branch" => Self::Branch,
            "pr" | "pr #" | "pr number" | "pull request" => Self::Pr,
            "progress" | "percent" | "%" => Self::Progress,
            "paths" => Self::Paths,
            "labels" | "tags" => Self::Labels,
            "blockers" | "blocked by" | "blocker" => Self::Blockers,
            "group" | "phase" | "category" | "area" | "section" | "component" => Self::Group,
            "wave" => Self::Wave,
            "wave rank" => Self::WaveRank,
            "due" | "due date" | "due by" | "deadline" | "target date" | "eta" => Self::Due,
            "defer" | "defer until" | "not before" => Self::Defer,
            "url" | "urls" | "link" | "external ref" => Self::Urls,
            "steps" => Self::Steps,
            "acceptance criteria" | "acceptance" | "done when" => Self::Criteria,
            "description" => Self::Description,
            "estimate low minutes" => Self::EstimateLow,
            "estimate high minutes" => Self::EstimateHigh,
            _ => Self::Unknown(bare.to_owned()),
        }
    }

    /// What joins the cells of several columns of this kind, as other programs write lists; none if the first one counts.
    pub fn joint(&self) -> Option<&'static str> {
        match self {
            Self::Owner
            | Self::Depends
            | Self::Links
            | Self::Blockers
            | Self::Labels
            | Self::Paths
            | Self::Steps
            | Self::Criteria
            | Self::Unknown(_) => Some("; "),
            Self::Urls => Some(" "),
            Self::Description => Some("\n\n"),
            _ => None,
        }
    }

    /// Whether it holds the titles in a table that has no column of titles.
    pub fn may_be_title(&self) -> bool {
        const TITLES: &[&str] = &[
            "item",
            "what",
            "work",
            "work item",
            "feature",
            "story",
            "step",
            "todo",
            "action",
            "action item",
            "deliverable",
            "milestone",
            "issue",
            "summary",
        ];
        match self {
            Self::Unknown(name) => TITLES.contains(&name.to_lowercase().as_str()),
            column => *column == Self::Description,
        }
    }
}

/// The text of a task in a column.
type Cell = fn(&DraftTask) -> String;

/// The columns that exports write, in their order: the header in CSV, the header in Markdown, and the cell. A format without
/// the column has an empty header.
const WRITTEN: [(&str, &str, Cell); 35] = [
    ("id", "#", |task| task.id.to_string()),
    ("title", "Task", |task| {
        task.fields.title.as_str().to_owned()
    }),
    ("group", "", |task| {
        maybe(task.fields.group.as_ref().map(Text::as_str))
    }),
    ("owners", "", |task| joined(&task.fields.owners, "; ")),
    ("", "Owner", |task| joined(&task.fields.owners, " + ")),
    ("status", "", |task| task.status.to_string()),
    ("priority", "", |task| maybe(task.fields.priority)),
    ("", "Priority", |task| {
        maybe(task.fields.priority).to_uppercase()
    }),
    ("risk", "", |task| maybe(task.fields.risk)),
    ("", "Risk", |task| maybe(task.fields.risk).to_uppercase()),
    ("estimate_low_minutes", "", |task| {
        maybe(task.fields.estimate.map(|it| it.low()))
    }),
    ("estimate_high_minutes", "", |task| {
        maybe(task.fields.estimate.map(|it| it.high()))
    }),
    ("", "Est", |task| maybe(task.fields.estimate)),
    ("", "Status", |task| match task.status {
        Status::Done => "COMPLETE".to_owned(),
        other => other.as_str().to_uppercase().replace('_', " "),
    }),
    ("percent", "", |task| {
        task.percent
            .unwrap_or_else(|| task.derived_percent())
            .to_string()
    }),
    ("", "Progress", |task| {
        maybe(task.percent.map(|it| format!("{it}%")))
    }),
    ("steps", "", |task| {
        let mark =
            |step: &DraftStep| format!("[{}] {}", if step.done { 'x' } else { ' ' }, step.text);
        list(task.steps.iter().map(mark), REASONS)
    }),
    ("", "Critical Review", |task| {
        match joined(&task.fields.gates, " + ") {
            gates if gates.is_empty() => gates,
            gates => format!("YES ({gates})"),
        }
    }),
    ("depends_on", "Depends on", |task| {
        joined(&task.depends, "; ")
    }),
    ("parent", "Parent", |task| maybe(task.parent.as_ref())),
    ("links", "Links", |task| words::link_list(&task.links)),
    ("gates", "", |task| joined(&task.fields.gates, "; ")),
    ("blockers", "Blockers", |task| list(&task.blockers, REASONS)),
    ("paths", "Paths", |task| list(&task.fields.paths, ITEMS)),
    ("branch", "Branch", |task| {
        maybe(task.fields.branch.as_ref().map(BranchName::as_str))
    }),
    ("pr", "", |task| maybe(task.fields.pull_request)),
    ("", "PR", |task| {
        maybe(task.fields.pull_request.map(|it| format!("#{it}")))
    }),
    ("labels", "Labels", |task| list(&task.fields.labels, ITEMS)),
    ("wave", "", |task| {
        maybe(task.fields.wave.map(|wave| wave.number))
    }),
    ("wave_rank", "", |task| {
        maybe(task.fields.wave.map(|wave| wave.rank))
    }),
    ("due", "Due", |task| maybe(task.fields.due)),
    ("defer", "Defer", |task| maybe(task.fields.defer)),
    ("urls", "URLs", |task| words::url_list(&task.fields.urls)),
    ("acceptance_criteria", "", |task| {
        list(&task.fields.criteria, REASONS)
    }),
    ("description", "", |task| {
        task.body.clone().unwrap_or_default()
    }),
];

/// The columns of an export as CSV: their headers and cells.
pub(in crate::exchange) fn in_csv() -> impl Iterator<Item = (&'static str, Cell)> {
    let columns = WRITTEN.iter().map(|(csv, _, cell)| (*csv, *cell));
    columns.filter(|(header, _)| !header.is_empty())
}

/// The columns of an export as Markdown: their headers and cells.
pub(in crate::exchange) fn in_markdown() -> impl Iterator<Item = (&'static str, Cell)> {
    let columns = WRITTEN.iter().map(|(_, markdown, cell)| (*markdown, *cell));
    columns.filter(|(header, _)| !header.is_empty())
}

fn maybe(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Names, which cannot contain the separator.
fn joined<'a, T: Display + 'a>(names: impl IntoIterator<Item = &'a T>, separator: &str) -> String {
    let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
    names.join(separator)
}

/// Texts, in which a separator is escaped.
fn list(texts: impl IntoIterator<Item = impl AsRef<str>>, separators: &[char]) -> String {
    let texts: Vec<_> = texts.into_iter().collect();
    list_cell::join(texts.iter().map(AsRef::as_ref), separators)
}
