//! The effects of an entry that its undo leaves, with the reasons.
//!
//! Not here: the words for them (`render::undo`).

use crate::core::values::{
    id::{ActorName, GuardId, TargetName, TaskId},
    text::Text,
};

/// An effect that stays after its entry is undone. Tasks have their present names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// A change of the ledger itself.
    Ledger,
    /// A change of actors, keys or policy.
    Roster,
    /// An observation.
    Observation,
    /// A snapshot.
    Snapshot,
    /// A verdict, which only its author can withdraw.
    OthersVerdict(ActorName),
    /// A later verdict of the same author, or a later review.
    LaterVerdict(ActorName),
    /// The replaced verdict does not come back.
    EarlierVerdict {
        /// The reviewer.
        by: ActorName,
        /// Whether the reviewer had approved.
        approved: bool,
    },
    /// A tick, which only its author can remove.
    OthersTick(ActorName),
    /// A review request, which ends with a verdict or a new request.
    ReviewRequest(TaskId),
    /// A withdrawn verdict, which only its author can give again.
    Withdrawal(TaskId),
    /// The result of a guardrail.
    GuardrailResult(GuardId),
    /// A guardrail that was restored without its result.
    GuardrailNotRun(GuardId),
    /// A target was set again.
    LaterTarget(TargetName),
    /// The added task has ended.
    AlreadyEnded(TaskId),
    /// A comment.
    Comment(TaskId),
    /// The record of an import, by the name of its file.
    Import(Text),
    /// The task is open already.
    AlreadyOpen(String),
    /// The task was ended again.
    LaterEnd(String),
    /// The earlier end of the task is not known.
    End(String),
    /// A claim that ended with the task, and that only its holder can make again.
    OthersClaim(ActorName),
    /// A claim that the undone claim replaced, and that only its holder can make again.
    EarlierClaim(ActorName),
    /// The undone claim is not the claim of the task any more.
    EndedClaim(String),
    /// The task stays free: only the actor that released it can claim it again.
    Free(String),
    /// A later report of progress.
    LaterProgress(String),
    /// A step that was set again.
    LaterStep {
        /// Its number, from 1.
        number: u16,
        /// The task.
        task: String,
    },
    /// The blocker was removed already.
    ClearedBlocker(String),
    /// A worktree that was bound later.
    LaterWorktree(String),
    /// The renewed lease.
    Lease(String),
    /// The recorded commit.
    Commit(String),
    /// An attribute that was changed again.
    Attribute {
        /// Its name.
        name: &'static str,
        /// The task.
        task: String,
    },
}
