//! Events of family 5: guardrails, their evidence, and targets.
//!
//! Not here: running a guardrail (`cli`), and whether a target is met (`state`).

use serde::{Deserialize, Serialize};

use super::{CommitId, TaskRef};
use crate::core::values::{
    id::{Digest, GuardId, TargetName},
    task::words,
    text::Text,
    time::Span,
};

/// What happened to the checks that everything has to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardrailEvent {
    /// 5.0 A guardrail was added, or defined anew.
    Added(Box<GuardrailDefinition>),
    /// 5.1 A guardrail was removed.
    Removed {
        /// Which.
        id: GuardId,
    },
    /// 5.2 A guardrail was run, or its outcome was recorded by hand.
    Recorded(Box<GuardrailResult>),
    /// 5.3 A target was set, or removed.
    TargetSet {
        /// The figure.
        name: TargetName,
        /// What it should be: `3..5`, `<10`, `>=4`, `4`; none to remove the target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expression: Option<Text>,
    },
}

/// What a guardrail checks, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailDefinition {
    /// Its name.
    pub id: GuardId,
    /// What it shows, in a line.
    pub title: Text,
    /// The shell command that checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Text>,
    /// What its output should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Text>,
    /// Whether everything has to wait for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The tasks that have to be finished before it can run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends: Vec<TaskRef>,
    /// How long it may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Span>,
    /// What its source said and this format has no word for: keys and values, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(Text, Text)>,
}

words!(
    /// How a guardrail came out.
    Outcome, "outcome", "pass, fail" {
        /// What it checks holds.
        Pass = "pass",
        /// It does not.
        Fail = "fail",
    }
);

/// A result of a guardrail, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailResult {
    /// Which.
    pub id: GuardId,
    /// How it came out.
    pub outcome: Outcome,
    /// The attachment that holds what it printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Text>,
    /// The exit status of its command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// How long it ran, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_milliseconds: Option<u64>,
    /// The machine that it ran on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text>,
    /// The commit that it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// The tree that it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<CommitId>,
    /// Whether the worktree differed from that commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dirty: bool,
    /// The BLAKE3 of the command that was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_digest: Option<Digest>,
}
