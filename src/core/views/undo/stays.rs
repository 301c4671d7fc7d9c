//! What an undo leaves as it is, and why.
//!
//! Not here: the words for it (`render::undo`).

use crate::core::values::{
    id::{ActorName, GuardId, TargetName, TaskId},
    text::Text,
};

/// Something that stays although its entry is undone. A task is named as the state shows it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// What the entry did to the ledger itself.
    Ledger,
    /// What it did to actors, keys or policy.
    Roster,
    /// An observation or a snapshot.
    Observation,
    /// A verdict, which only its author can withdraw.
    OthersVerdict(ActorName),
    /// A later verdict of the same author, or a later review.
    LaterVerdict(ActorName),
    /// The verdict that was replaced does not come back.
    EarlierVerdict {
        /// Who gave it.
        by: ActorName,
        /// Whether it was approval.
        approved: bool,
    },
    /// A tick, which only its author can take back.
    OthersTick(ActorName),
    /// A request for review, which ends with a verdict or a new request.
    ReviewRequest(TaskId),
    /// A verdict is withdrawn until its author gives it again.
    Withdrawal(TaskId),
    /// The result of a guardrail.
    GuardrailResult(GuardId),
    /// A guardrail came back without its result.
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
    /// How the task had ended is not known.
    End(String),
    /// A claim that ended with the task, and that only its holder can make again.
    OthersClaim(ActorName),
    /// A claim that the undone claim replaced, and that only its holder can make again.
    EarlierClaim(ActorName),
    /// The undone claim is no longer the claim of the task.
    EndedClaim(String),
    /// The task stays free: only the actor who released it can claim it again.
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
    /// A blocker that is cleared.
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
