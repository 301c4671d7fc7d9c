//! The meaning of a column of a task table, from its header.
//!
//! Not here: reading its cells (`row`).

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
            "#" | "id" | "key" | "no" | "nr" | "task id" | "task #" | "task no" | "issue key" => {
                Self::Id
            }
            "task" | "title" | "name" | "tasks" | "task name" | "task title" => Self::Title,
            "owner" | "owners" | "assignee" | "assignees" | "assigned to" | "agent" | "who" => {
                Self::Owner
            }
            "priority" | "prio" => Self::Priority,
            "risk" | "risk level" => Self::Risk,
            "est" | "estimate" | "estimated time" | "est time" | "time" | "effort" | "hours"
            | "estimated hours" => Self::Estimate,
            "status" | "state" => Self::Status,
            "critical review" | "review" | "reviewer" | "reviewers" | "gate" | "gates" => {
                Self::Review
            }
            "files" | "files count" | "file count" => Self::Files,
            "depends on" | "depends" | "dependencies" | "dependency" | "deps" | "after" => {
                Self::Depends
            }
            "parent" | "parent id" | "part of" | "epic" => Self::Parent,
            "links" => Self::Links,
            "branch" => Self::Branch,
            "pr" | "pr #" | "pr number" | "pull request" => Self::Pr,
            "progress" | "percent" | "%" => Self::Progress,
            "paths" => Self::Paths,
            "labels" | "tags" => Self::Labels,
            "blockers" | "blocked by" | "blocker" => Self::Blockers,
            "group" => Self::Group,
            "wave" => Self::Wave,
            "wave rank" => Self::WaveRank,
            "due" | "due date" | "deadline" => Self::Due,
            "defer" | "defer until" | "not before" => Self::Defer,
            "url" | "urls" | "link" | "external ref" => Self::Urls,
            "steps" => Self::Steps,
            "acceptance criteria" | "acceptance" => Self::Criteria,
            "description" => Self::Description,
            "estimate low minutes" => Self::EstimateLow,
            "estimate high minutes" => Self::EstimateHigh,
            _ => Self::Unknown(bare.to_owned()),
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
