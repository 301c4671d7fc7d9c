//! Why the rules say no: a code with typed arguments, and never a sentence.
//!
//! One definition gives the canonical CBOR of the state and the JSON of documents. Not here: when the rules say it
//! (`rules`), the sentence for people (`render::refusal`), and the command to try next (`cli::failure::hint`).

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::words::{Action, Ending, Limited, Restricted};
use crate::core::{
    entry::event::CommitId,
    values::{
        id::{ActorName, EntryId, GuardId, TaskId, TaskName},
        task::{Approver, Role, words},
        text::Text,
        time::Timestamp,
    },
};

/// A list in a refusal has at most so many items, so that a small entry cannot make the state grow without bounds.
pub const LISTED_MAX: usize = 10;

/// The codes, and what each refusal holds. Codes and arguments are numbered in order of declaration (decision 0001).
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $word:literal { $($(#[$about:meta])* $argument:ident: $type:ty),+ $(,)? })+) => {
        words!(
            /// The stable word for a refusal, the same in JSON, in anomalies and in the documents.
            Code, "refusal code", "the codes of docs/errors.md" { $($(#[$doc])* $variant = $word),+ }
        );

        /// A refusal by the rules: its code, and what it is about.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "code", content = "arguments", rename_all = "snake_case")]
        pub enum Refusal {
            $($(#[$doc])* $variant { $($(#[$about])* $argument: $type),+ }),+
        }

        impl Refusal {
            /// The stable word for it.
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
        /// Which paths.
        files: Overlap,
        /// The claim that holds them.
        claim: HeldClaim,
    }
    /// The review of the task needs more.
    GateOpen = "gate_open" {
        /// The task.
        task: TaskName,
        /// The open gates.
        gates: Vec<OpenGate>,
        /// How many approvals policy asks for beside those of the gates.
        approvals: u16,
        /// The numbers, from 1, of the checks that nobody ticked.
        checks: Vec<u16>,
        /// How many gates and checks are left out.
        more: u32,
    }
    /// A verdict on work of one's own.
    OwnWork = "own_work" {
        /// The task.
        task: TaskName,
        /// Whose work it is.
        actor: ActorName,
    }
    /// A verdict from an actor whom no gate names and who is not a reviewer.
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
        /// What it would depend on, and what depends on it or is the same task.
        on: TaskName,
    }
    /// No such task at this place.
    UnknownTask = "unknown_task" {
        /// The id in the reference.
        task: TaskId,
    }
    /// The actor's roles do not permit the action.
    NotPermitted = "not_permitted" {
        /// The actor.
        actor: ActorName,
        /// What it tried.
        action: Action,
        /// The task, if the action is about one that exists.
        task: Option<TaskName>,
        /// The roles that permit it, each by itself.
        roles: BTreeSet<Role>,
    }
    /// Policy leaves the task to its owners.
    NotOwner = "not_owner" {
        /// The task.
        task: TaskName,
        /// Who is not one of them.
        actor: ActorName,
        /// The owners.
        owners: Vec<ActorName>,
        /// How many owners are left out.
        more: u32,
    }
    /// The claim that the work names is no longer the task's claim.
    LeaseLost = "lease_lost" {
        /// The task.
        task: TaskName,
        /// Who took over; none if nobody did.
        taken: Option<Taken>,
    }
    /// The task is done or cancelled.
    TaskEnded = "task_ended" {
        /// The task.
        task: TaskName,
        /// How it ended.
        how: Ending,
        /// Who ended it.
        actor: ActorName,
        /// When.
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
        /// The commit that was submitted.
        submitted: Option<CommitId>,
    }
    /// No such step.
    UnknownStep = "unknown_step" {
        /// The task.
        task: TaskName,
        /// Its number as the author saw it, where the event says it.
        number: Option<u16>,
    }
    /// No such open blocker.
    UnknownBlocker = "unknown_blocker" {
        /// The task.
        task: TaskName,
        /// Its number as the author saw it; none if any open blocker would do.
        number: Option<u16>,
    }
    /// No such actor.
    UnknownActor = "unknown_actor" {
        /// The name.
        actor: ActorName,
    }
    /// No such guardrail.
    UnknownGuardrail = "unknown_guardrail" {
        /// The id.
        guardrail: GuardId,
    }
    /// No such attachment in the entry.
    UnknownAttachment = "unknown_attachment" {
        /// The name that the event says.
        name: Text,
    }
    /// An actor of this name exists.
    ActorExists = "actor_exists" {
        /// The name.
        actor: ActorName,
    }
    /// The key belongs to an actor already, or is the recovery key.
    KeyTaken = "key_taken" {
        /// Whose key it is; none if it is the recovery key.
        actor: Option<ActorName>,
    }
    /// The actor has no such key.
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
        /// Who tried.
        actor: ActorName,
    }
    /// The same entry took effect before.
    Repeated = "repeated" {
        /// The entry.
        entry: EntryId,
    }
    /// The event cannot stand at this place.
    Misplaced = "misplaced" {
        /// Which event.
        event: Restricted,
    }
    /// Too many of something.
    TooMany = "too_many" {
        /// The task.
        task: TaskName,
        /// Of what.
        what: Limited,
        /// How many there may be.
        most: u32,
    }
    /// There is no verdict to withdraw.
    NoVerdict = "no_verdict" {
        /// The task.
        task: TaskName,
        /// Who has not given one.
        actor: ActorName,
    }
    /// No such item in the review checklist.
    UnknownCheck = "unknown_check" {
        /// The task.
        task: TaskName,
        /// The item that the event says.
        item: Text,
    }
}

/// A claim that is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldClaim {
    /// Who holds it.
    pub actor: ActorName,
    /// Since when.
    pub since: Timestamp,
    /// When it runs out.
    pub until: Timestamp,
}

/// Two globs that can name the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The glob that was asked for.
    pub path: Text,
    /// The glob that is held.
    pub held: Text,
    /// The task whose claim holds it.
    pub by: TaskName,
}

/// Who took over what a claim held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The claim that is there now.
    pub claim: HeldClaim,
    /// Which files it took; none if it took the task itself.
    pub files: Option<Overlap>,
}

/// A gate that is not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenGate {
    /// Whom it names.
    pub by: Approver,
    /// Whether it was approved, but for an earlier commit than the last.
    pub again: bool,
    /// The actors who can approve for it; none if nobody can.
    pub reviewers: Vec<ActorName>,
    /// How many of them are left out.
    pub more: u32,
}

impl Refusal {
    /// The actor's roles do not permit this action; an admin may always.
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

/// The first items of a list, and how many are left out.
pub fn listed<T>(items: impl IntoIterator<Item = T>) -> (Vec<T>, u32) {
    let mut items = items.into_iter();
    let first = items.by_ref().take(LISTED_MAX).collect();
    // At most a thousand of each kind: the rules refuse more.
    (first, items.count() as u32)
}
