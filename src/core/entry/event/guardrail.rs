//! Events of family 5: guardrails, their evidence, and targets.
//!
//! Not here: running a guardrail (`cli`), and whether a target is met (`state`).

use serde::{Deserialize, Serialize};

use super::{commit::CommitId, reference::TaskRef};
use crate::core::values::{
    id::{Digest, GuardId, TargetName},
    task::words,
    text::Text,
    time::Span,
};

/// An event about guardrails (checks for the whole plan) or targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardrailEvent {
    /// 5.0 A guardrail was added, or its definition replaced.
    Added(Box<GuardrailDefinition>),
    /// 5.1 A guardrail was removed.
    Removed {
        /// The guardrail.
        id: GuardId,
    },
    /// 5.2 A guardrail was run, or its outcome was recorded by hand.
    Recorded(Box<GuardrailResult>),
    /// 5.3 A target was set, or removed.
    TargetSet {
        /// The figure.
        name: TargetName,
        /// The expected value: `3..5`, `<10`, `>=4`, `4`; none to remove the target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expression: Option<Text>,
    },
}

/// The definition of a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailDefinition {
    /// Its name.
    pub id: GuardId,
    /// Its purpose, in one line.
    pub title: Text,
    /// The shell command that checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Text>,
    /// The expected output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Text>,
    /// Whether tasks are done only after it has passed, as the policy says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The tasks that have to be finished before it can run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends: Vec<TaskRef>,
    /// Its time limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Span>,
    /// Fields of its source that this format does not have: keys and values, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(Text, Text)>,
    /// The names of more environment variables that its command sees, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Text>,
}

/// The digest of what a guardrail runs, by which people trust it and results name it: the BLAKE3 of the command, before
/// which the names of the variables stand that it sees, if any, between two bytes that no text has.
pub fn command_digest(command: &Text, environment: &[Text]) -> Digest {
    const MARK: u8 = 0xff;
    let mut bytes = Vec::new();
    if !environment.is_empty() {
        let names: Vec<&str> = environment.iter().map(Text::as_str).collect();
        bytes.push(MARK);
        bytes.extend(names.join(" ").bytes());
        bytes.push(MARK);
    }
    bytes.extend(command.as_str().bytes());
    Digest::of(&bytes)
}

words!(
    /// Which ends of tasks the required guardrails guard.
    Guarded, "guarded ends", "done, integrate, no" {
        /// Every end of a task as done.
        Done = "done",
        /// Only an end that says into which branch the work was integrated.
        Integrate = "integrate",
        /// None.
        No = "no",
    }
);

words!(
    /// The outcome of a guardrail.
    Outcome, "outcome", "pass, fail" {
        /// The check passed.
        Pass = "pass",
        /// The check failed.
        Fail = "fail",
    }
);

/// A result of a guardrail, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailResult {
    /// The guardrail.
    pub id: GuardId,
    /// The outcome.
    pub outcome: Outcome,
    /// The attachment that holds its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Text>,
    /// The exit status of its command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// Its duration, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_milliseconds: Option<u64>,
    /// The machine on which it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text>,
    /// The commit that it checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// The tree that it checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<CommitId>,
    /// The first files in which the worktree differed from that commit. Then it is not a result of the commit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Text>,
    /// The digest of what ran ([`command_digest`]); none if somebody recorded the result by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_digest: Option<Digest>,
}

impl GuardrailResult {
    /// An outcome, and no evidence of it.
    pub fn new(id: GuardId, outcome: Outcome) -> Self {
        Self {
            id,
            outcome,
            evidence: None,
            exit: None,
            duration_milliseconds: None,
            host: None,
            commit: None,
            tree: None,
            changed: Vec::new(),
            command_digest: None,
        }
    }
}
