//! Guardrails and their results by commit, and whether a guardrail has passed at a commit.
//!
//! Not here: which of them guard the end of a task (`standing`), which commit is at hand (`guard`), and the permission to
//! record a result (`rules`).

use serde::{Deserialize, Serialize};

use super::{TaskIndex, records::Attached};
use crate::core::{
    entry::event::{
        CommitId,
        guardrail::{GuardrailDefinition, Outcome, command_digest},
    },
    plan::refusal::Lack,
    values::{
        id::{ActorName, Digest},
        task::words,
        text::Text,
        time::{Span, Timestamp},
    },
};

words!(
    /// The status of a guardrail.
    GuardrailStatus, "guardrail status", "not_run, waiting, pass, fail, stale" {
        /// It has not run.
        NotRun = "not_run",
        /// It has not run, and depends on an unfinished task.
        Waiting = "waiting",
        /// Its last run passed.
        Pass = "pass",
        /// Its last run failed.
        Fail = "fail",
        /// Its last result is of other files, or of another command, than those at hand.
        Stale = "stale",
    }
);

/// A guardrail and its results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardrail {
    /// Its purpose, in one line.
    pub title: Text,
    /// The shell command that checks it.
    pub command: Option<Text>,
    /// The expected output.
    pub expect: Option<Text>,
    /// Whether tasks are done only after it has passed, as the policy says.
    pub required: bool,
    /// The tasks that have to be finished first.
    pub depends: Vec<TaskIndex>,
    /// Its time limit.
    pub time_limit: Option<Span>,
    /// The other fields of its source.
    pub extra: Vec<(Text, Text)>,
    /// The author of the command.
    pub defined_by: ActorName,
    /// The names of more variables that its command sees.
    pub environment: Vec<Text>,
    /// Its results.
    pub results: GuardrailResults,
}

/// A result of a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardrailRecord {
    /// The outcome.
    pub outcome: Outcome,
    /// The actor that ran it.
    pub actor: ActorName,
    /// The time of the record.
    pub at: Timestamp,
    /// The commit that it checked.
    pub commit: Option<CommitId>,
    /// The tree that it checked.
    pub tree: Option<CommitId>,
    /// The first files in which the worktree differed from that commit.
    pub changed: Vec<Text>,
    /// The exit status of its command.
    pub exit: Option<i32>,
    /// The attachment that holds its output.
    pub evidence: Option<Attached>,
    /// Whether somebody recorded it by hand.
    pub by_hand: bool,
    /// Whether the guardrail had another command, expected output or environment then.
    pub outdated: bool,
}

/// The most results that are kept of one guardrail. Before one more is added, the one that was recorded first is dropped.
pub const RESULTS_MAX: usize = 64;

/// The results of a guardrail in the order in which they were recorded: the last one of each commit, and the last one
/// that is of no commit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuardrailResults(Vec<GuardrailRecord>);

/// What a guardrail has to pass at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    /// The commit.
    pub commit: Option<&'a CommitId>,
    /// Its tree. A result of another commit with this tree is a result of the commit too.
    pub tree: Option<&'a CommitId>,
}

impl GuardrailResults {
    /// The results, the last one first.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &GuardrailRecord> {
        self.0.iter().rev()
    }
    /// The last result, of any commit.
    pub fn last(&self) -> Option<&GuardrailRecord> {
        self.0.last()
    }
    /// The number of results.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there is no result.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The last result of a commit or of its tree.
    pub fn at(&self, subject: Subject<'_>) -> Option<&GuardrailRecord> {
        let is_of = |asked: Option<&CommitId>, of: &Option<CommitId>| {
            asked.is_some() && asked == of.as_ref()
        };
        let mut results = self.newest_first().filter(|result| result.is_of_commit());
        results.find(|it| is_of(subject.commit, &it.commit) || is_of(subject.tree, &it.tree))
    }
    pub(in crate::core) fn push(&mut self, result: GuardrailRecord) {
        let subject = |it: &GuardrailRecord| it.is_of_commit().then(|| it.commit.clone());
        self.0.retain(|other| subject(other) != subject(&result));
        if self.0.len() == RESULTS_MAX {
            self.0.remove(0);
        }
        self.0.push(result);
    }
    /// The last result, if any, which does not count any more.
    pub(in crate::core) fn outdated(mut self) -> Self {
        let last = self.0.pop().map(|last| GuardrailRecord {
            outdated: true,
            ..last
        });
        Self(last.into_iter().collect())
    }
}

impl GuardrailRecord {
    /// Whether it says something about a commit: of files as they are in it, by the present definition.
    fn is_of_commit(&self) -> bool {
        self.commit.is_some() && self.changed.is_empty() && !self.outdated
    }
}

impl Guardrail {
    /// The digest of what it runs; none without a command.
    pub fn command_digest(&self) -> Option<Digest> {
        let command = self.command.as_ref();
        command.map(|command| command_digest(command, &self.environment))
    }
    /// Why it has not passed at a commit; none if it has.
    pub fn lack(&self, subject: Subject<'_>) -> Option<Lack> {
        match (self.results.at(subject), self.results.last()) {
            (Some(result), _) if result.outcome == Outcome::Pass => None,
            (Some(_), _) => Some(Lack::Fail),
            (None, None) => Some(Lack::NotRun),
            (None, Some(last)) if last.outdated => Some(Lack::OtherDefinition),
            (None, Some(last)) if !last.changed.is_empty() => Some(Lack::ChangedFiles),
            (None, Some(last)) if last.commit.is_none() => Some(Lack::NoCommit),
            (None, Some(_)) => Some(Lack::OtherCommit),
        }
    }
    /// Whether it checks what this definition says, so that its results stay.
    pub fn checks_as(&self, definition: &GuardrailDefinition) -> bool {
        self.command == definition.command
            && self.expect == definition.expect
            && self.environment == definition.environment
    }
}
