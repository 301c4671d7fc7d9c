//! Events of family 1: actors, their keys and roles, and policy.
//!
//! Not here: the roster that results from them (`core::plan::roster`).

use serde::{Deserialize, Serialize};

use super::guardrail::Guarded;
use crate::core::values::{
    email::Email,
    glob::Glob,
    id::ActorName,
    key::PublicKey,
    task::{ActorKind, Approver, Role, WorkingDay},
    time::{Span, Timestamp},
};

/// An event about actors, keys, roles or policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RosterEvent {
    /// 1.0 An actor joined.
    ActorAdded(Box<NewActor>),
    /// 1.1 An actor's address, kind or roles changed.
    ActorEdited {
        /// The actor.
        actor: ActorName,
        /// The changes, applied in this order.
        facts: Vec<ActorFact>,
    },
    /// 1.2 A key was added to an actor.
    KeyAdded {
        /// The actor.
        actor: ActorName,
        /// The new key.
        key: PublicKey,
    },
    /// 1.3 A key went out of use. Entries that it signed without knowing of this stay valid.
    KeyRetired {
        /// The actor.
        actor: ActorName,
        /// The key.
        key: PublicKey,
    },
    /// 1.4 A key was compromised. Entries that it signed are ignored from here on in the order.
    KeyRevoked {
        /// The actor.
        actor: ActorName,
        /// The key.
        key: PublicKey,
        /// The time since which somebody else may have had the key; used only to list suspect entries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// 1.5 The recovery key was replaced or removed; only the recovery key itself can do that.
    RecoveryKeySet {
        /// The new key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<PublicKey>,
    },
    /// 1.6 A policy rule was set.
    PolicySet(PolicyRule),
}

/// A new actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewActor {
    /// Its name; its entries have it as author name.
    pub name: ActorName,
    /// Whether it is a person.
    pub kind: ActorKind,
    /// Its address; its entries have it as author address.
    pub email: Email,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its first key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

/// One fact about an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActorFact {
    /// Its address.
    Email(Email),
    /// Whether it is a person.
    Kind(ActorKind),
    /// The actor got this role.
    RoleAdded(Role),
    /// The actor lost this role.
    RoleRemoved(Role),
}

/// A policy rule of the team, always set as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyRule {
    /// The length of a lease when the claimant names none.
    DefaultLease(Span),
    /// The roles that may take a running claim from another actor.
    StealRoles(Vec<Role>),
    /// The total number of approvals that a task with gates needs, each by a different actor.
    ApprovalsRequired(u16),
    /// Whether actors may report work on an unclaimed task.
    UnclaimedWork(bool),
    /// Whether only the owners of a task, if it has any, may claim it.
    OwnersOnly(bool),
    /// The reviewers that a task with these paths needs; an empty list removes the rule.
    PathReview {
        /// A glob.
        paths: Glob,
        /// The required reviewers.
        by: Vec<Approver>,
    },
    /// The longest lease that a claim can have; longer ones are cut.
    MaxLease(Span),
    /// The roles that may add a broad path to a task.
    BroadPaths(Vec<Role>),
    /// Whether a task can be done only after the tasks that it depends on.
    Dependencies(bool),
    /// Which ends of tasks the required guardrails guard.
    Guardrails(Guarded),
    /// Whether a task with a commit can be done only if its work is integrated.
    Integrated(bool),
    /// How long a working day is, by which estimates in days are read.
    WorkingDay(WorkingDay),
}
