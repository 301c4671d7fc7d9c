//! Events of family 1: actors, their keys and roles, and policy.
//!
//! Not here: the roster that they add up to (`core::plan::roster`).

use serde::{Deserialize, Serialize};

use crate::core::values::{
    email::Email,
    id::ActorName,
    key::PublicKey,
    task::{ActorKind, Approver, Role},
    text::Text,
    time::{Span, Timestamp},
};

/// What changed about who may do what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RosterEvent {
    /// 1.0 An actor joined.
    ActorAdded(Box<NewActor>),
    /// 1.1 An actor's address, kind or roles changed.
    ActorEdited {
        /// Whose.
        actor: ActorName,
        /// What changed, in this order.
        facts: Vec<ActorFact>,
    },
    /// 1.2 A key was added to an actor.
    KeyAdded {
        /// Whose.
        actor: ActorName,
        /// The new key.
        key: PublicKey,
    },
    /// 1.3 A key went out of use: what it signed without knowing of this stands.
    KeyRetired {
        /// Whose.
        actor: ActorName,
        /// The key.
        key: PublicKey,
    },
    /// 1.4 A key was compromised: nothing that it signed and that comes later in the order counts.
    KeyRevoked {
        /// Whose.
        actor: ActorName,
        /// The key.
        key: PublicKey,
        /// Since when it may have been in wrong hands; only lists suspects.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// 1.5 The recovery key was replaced or removed; only the recovery key itself can.
    RecoveryKeySet {
        /// The new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<PublicKey>,
    },
    /// 1.6 A rule of the team was set.
    PolicySet(PolicyRule),
}

/// An actor as it joins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewActor {
    /// Its name, and the name of the author of its entries.
    pub name: ActorName,
    /// Whether it is a person.
    pub kind: ActorKind,
    /// Its address, and that of the author of its entries.
    pub email: Email,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Its first key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

/// One thing about an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActorFact {
    /// Its address.
    Email(Email),
    /// Whether it is a person.
    Kind(ActorKind),
    /// It may also do this.
    RoleAdded(Role),
    /// It may no longer do this.
    RoleRemoved(Role),
}

/// A rule of the team, set as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyRule {
    /// How long a claim lasts when its author does not say.
    DefaultLease(Span),
    /// Who may take a running claim from somebody else.
    StealRoles(Vec<Role>),
    /// How many approvals a task with gates needs in all, each by another actor.
    ApprovalsRequired(u16),
    /// Whether work may be reported on a task that nobody claimed.
    UnclaimedWork(bool),
    /// Whether only its owners may claim a task that has owners.
    OwnersOnly(bool),
    /// Whose review a task needs that touches these paths; without approvers the rule goes away.
    PathReview {
        /// A glob.
        paths: Text,
        /// Who has to approve.
        by: Vec<Approver>,
    },
}
