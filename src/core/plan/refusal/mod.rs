//! Refusals: each is a code with typed arguments, never a sentence.
//!
//! One definition gives the canonical CBOR of the state and the JSON of documents. Not here: refusing events (`rules`),
//! the sentence for people (`render::refusal`), and the command to try next (`cli::failure::hint`).

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::words::{Action, Ending, Lack, Limited, Restricted};
use crate::core::{
    entry::event::CommitId,
    values::{
        id::{ActorName, EntryId, GuardId, TaskId, TaskName},
        json::as_shown_in_json,
        task::{Approver, Role, words},
        text::Text,
        time::Timestamp,
    },
};

/// The maximum number of items of a list in a refusal, so that a small entry cannot make the state grow without bounds.
pub const LISTED_MAX: usize = 10;

/// The codes, and the arguments of each refusal. Both are numbered in the order of declaration (decision 0001).
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $word:literal { $($(#[$about:meta])* $argument:ident: $type:ty),+ $(,)? })+) => {
        words!(
            /// The stable code of a refusal, the same in JSON, in anomalies and in the documents.
            Code, "refusal code", "the codes of docs/errors.md" { $($(#[$doc])* $variant = $word),+ }
        );

        /// A refusal by the rules: a code and its arguments.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "code", content = "arguments", rename_all = "snake_case")]
        pub enum Refusal {
            $($(#[$doc])* $variant { $($(#[$about])* $argument: $type),+ }),+
        }

        impl Refusal {
            /// Its stable code.
            pub const fn code(&self) -> Code {
                match self { $(Self::$variant { .. } => Code::$variant),+ }
            }
        }
    };
}

refusals! {
    /// Another actor holds the task.
    ClaimHeld = "claim_held" {
        /// The task.
        task: TaskName,
        /// Its claim.
        claim: HeldClaim,
    }
    /// The actor holds the task already.
    AlreadyYours = "already_yours" {
        /// The task.
        task: TaskName,
        /// The actor's claim.
        claim: HeldClaim,
    }
    /// Another claim holds paths of this task.
    PathsHeld = "paths_held" {
        /// The task.
        task: TaskName,
        /// The overlapping paths.
        files: Overlap,
        /// The claim that holds them.
        claim: HeldClaim,
    }
    /// The review of the task is not complete.
    GateOpen = "gate_open" {
        /// The task.
        task: TaskName,
        /// The open gates.
        gates: Vec<OpenGate>,
        /// The number of missing approvals, beside those of the gates.
        approvals: u16,
        /// The numbers, from 1, of the checks without a tick.
        checks: Vec<u16>,
        /// The number of gates and checks that are left out.
        more: u32,
    }
    /// A verdict on the actor's own work.
    OwnWork = "own_work" {
        /// The task.
        task: TaskName,
        /// The actor.
        actor: ActorName,
    }
    /// A verdict from an actor that no gate names and that does not have the reviewer role.
    NotReviewer = "not_reviewer" {
        /// The task.
        task: TaskName,
        /// The actor.
        actor: ActorName,
    }
    /// The dependency would close a circle.
    Cycle = "cycle" {
        /// The task.
        task: TaskName,
        /// The new dependency; it depends on the task, or is the task itself.
        on: TaskName,
    }
    /// The task does not exist at this place.
    UnknownTask = "unknown_task" {
        /// The id in the reference.
        task: TaskId,
    }
    /// The actor's roles do not permit the action.
    NotPermitted = "not_permitted" {
        /// The actor.
        actor: ActorName,
        /// The attempted action.
        action: Action,
        /// The task, if the action is about an existing one.
        task: Option<TaskName>,
        /// The roles that permit it; one of them is enough.
        roles: BTreeSet<Role>,
    }
    /// Policy reserves the task for its owners.
    NotOwner = "not_owner" {
        /// The task.
        task: TaskName,
        /// The actor, who is not an owner.
        actor: ActorName,
        /// The owners.
        owners: Vec<ActorName>,
        /// The number of owners that are left out.
        more: u32,
    }
    /// The claim that the work names is not the task's claim any more.
    LeaseLost = "lease_lost" {
        /// The task.
        task: TaskName,
        /// The claim that replaced it; none if nobody took over.
        taken: Option<Taken>,
    }
    /// The task is done or cancelled.
    TaskEnded = "task_ended" {
        /// The task.
        task: TaskName,
        /// Whether it is done or cancelled.
        how: Ending,
        /// The actor that ended it.
        actor: ActorName,
        /// The time of the end.
        at: Timestamp,
    }
    /// The task is neither done nor cancelled.
    TaskOpen = "task_open" {
        /// The task.
        task: TaskName,
    }
    /// The task is not claimed.
    NotClaimed = "not_claimed" {
        /// The task.
        task: TaskName,
    }
    /// Nobody asked for a review.
    NotSubmitted = "not_submitted" {
        /// The task.
        task: TaskName,
    }
    /// The verdict is on a commit that is not under review.
    OtherCommit = "other_commit" {
        /// The task.
        task: TaskName,
        /// The commit that the verdict names.
        commit: CommitId,
        /// The submitted commit.
        submitted: Option<CommitId>,
    }
    /// The step does not exist.
    UnknownStep = "unknown_step" {
        /// The task.
        task: TaskName,
        /// The number that the author saw, if the event has it.
        number: Option<u16>,
    }
    /// The open blocker does not exist.
    UnknownBlocker = "unknown_blocker" {
        /// The task.
        task: TaskName,
        /// The number that the author saw; none if any open blocker would do.
        number: Option<u16>,
    }
    /// The actor does not exist.
    UnknownActor = "unknown_actor" {
        /// The name.
        actor: ActorName,
    }
    /// The guardrail does not exist.
    UnknownGuardrail = "unknown_guardrail" {
        /// The id.
        guardrail: GuardId,
    }
    /// The entry does not have the attachment.
    UnknownAttachment = "unknown_attachment" {
        /// The attachment's name in the event.
        name: Text,
    }
    /// An actor of this name exists.
    ActorExists = "actor_exists" {
        /// The name.
        actor: ActorName,
    }
    /// The key belongs to an actor already, or is the recovery key.
    KeyTaken = "key_taken" {
        /// The actor that has the key; none if it is the recovery key.
        actor: Option<ActorName>,
    }
    /// The actor does not have the key.
    KeyUnknown = "key_unknown" {
        /// The actor.
        actor: ActorName,
    }
    /// The key was revoked.
    KeyRevoked = "key_revoked" {
        /// The actor.
        actor: ActorName,
    }
    /// The ledger would be left without an admin.
    LastAdmin = "last_admin" {
        /// The last admin.
        actor: ActorName,
    }
    /// Only the recovery key can replace the recovery key.
    RecoveryOnly = "recovery_only" {
        /// The actor that tried.
        actor: ActorName,
    }
    /// The same entry is in the order before.
    Repeated = "repeated" {
        /// The entry.
        entry: EntryId,
    }
    /// The event is not allowed at this place.
    Misplaced = "misplaced" {
        /// The kind of event.
        event: Restricted,
    }
    /// A list is full.
    TooMany = "too_many" {
        /// The task, if the list is one of it.
        task: Option<TaskName>,
        /// The list.
        what: Limited,
        /// Its limit.
        most: u32,
    }
    /// There is no verdict to withdraw.
    NoVerdict = "no_verdict" {
        /// The task.
        task: TaskName,
        /// The actor, who has not given one.
        actor: ActorName,
    }
    /// The item is not in the review checklist.
    UnknownCheck = "unknown_check" {
        /// The task.
        task: TaskName,
        /// The item in the event.
        item: Text,
    }
    /// The rules would take too many steps to decide about the entry.
    TooCostly = "too_costly" {
        /// The task, if the event is about an existing one.
        task: Option<TaskName>,
        /// The most steps of an entry.
        most: u32,
    }
    /// The task depends on open tasks.
    Waits = "waits" {
        /// The task.
        task: TaskName,
        /// The open tasks.
        on: Vec<TaskName>,
        /// The number of open tasks that are left out.
        more: u32,
    }
    /// Required guardrails have not passed at the commit of the task.
    GuardrailOpen = "guardrail_open" {
        /// The task.
        task: TaskName,
        /// The commit; none if neither the task nor its end names one.
        commit: Option<CommitId>,
        /// The guardrails.
        guardrails: Vec<OpenGuardrail>,
        /// The number of guardrails that are left out.
        more: u32,
    }
    /// The work is not integrated.
    NotIntegrated = "not_integrated" {
        /// The task.
        task: TaskName,
        /// The commit that holds the work.
        commit: CommitId,
    }
    /// The actor has no active key, so it cannot work.
    InactiveActor = "inactive_actor" {
        /// The actor.
        actor: ActorName,
    }
    /// Another entry of the actor took effect with this idempotency key.
    IdempotencyKeyUsed = "idempotency_key_used" {
        /// The earlier entry.
        entry: EntryId,
    }
}

/// A guardrail that has not passed at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenGuardrail {
    /// The guardrail.
    pub id: GuardId,
    /// Why.
    pub why: Lack,
    /// The commit of its last result.
    pub last: Option<CommitId>,
}

/// A conflicting claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldClaim {
    /// The holder.
    pub actor: ActorName,
    /// The time of the claim.
    pub since: Timestamp,
    /// The end of the lease.
    pub until: Timestamp,
}

/// Two globs that can match the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The requested glob.
    pub path: Text,
    /// The held glob.
    pub held: Text,
    /// The task whose claim holds it.
    pub by: TaskName,
}

/// The claim that replaced another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The present claim.
    pub claim: HeldClaim,
    /// The overlapping files; none if it took the task itself.
    pub files: Option<Overlap>,
}

/// An open gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenGate {
    /// The actor or role of the gate.
    #[serde(serialize_with = "as_shown_in_json")]
    pub by: Approver,
    /// Whether it was approved for a commit before the last one.
    pub again: bool,
    /// The actors that can approve it; empty if nobody can.
    pub reviewers: Vec<ActorName>,
    /// The number of actors that are left out.
    pub more: u32,
}

impl Refusal {
    /// The refusal of an action that the actor's roles do not permit. An admin is always permitted.
    pub fn not_permitted(
        actor: &ActorName,
        action: Action,
        task: Option<TaskName>,
        roles: &[Role],
    ) -> Self {
        Self::NotPermitted {
            actor: actor.clone(),
            action,
            task,
            roles: roles.iter().copied().chain([Role::Admin]).collect(),
        }
    }
}

/// The first items of a list, and the number of items that are left out.
pub fn listed<T>(items: impl IntoIterator<Item = T>) -> (Vec<T>, u32) {
    let mut items = items.into_iter();
    let first = items.by_ref().take(LISTED_MAX).collect();
    // The rules limit each list to a thousand items.
    (first, items.count() as u32)
}
