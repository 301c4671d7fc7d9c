//! The rules of the team as a document.
//!
//! Not here: where they bite (`rules`).

use serde::Serialize;

use crate::core::{
    plan::state::policy::Policy,
    values::{
        json::as_shown,
        task::{Approver, Role},
        text::Text,
        time::Span,
    },
};

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyDocument {
    /// How long a claim lasts when its author does not say.
    #[serde(serialize_with = "as_shown")]
    pub default_lease: Span,
    /// Who, beside an admin, may take a running claim.
    pub steal_roles: Vec<Role>,
    /// How many approvals a task with gates needs in all.
    pub approvals_required: u16,
    /// Whether work may be reported on a task that nobody claimed.
    pub unclaimed_work: bool,
    /// Whether only its owners may claim a task that has owners.
    pub owners_only: bool,
    /// Whose review paths need, by glob.
    pub path_reviews: Vec<PathReviewDocument>,
}

/// Whose review some paths need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathReviewDocument {
    /// The glob.
    pub paths: Text,
    /// Who has to approve: `claude` or `role:reviewer`.
    pub by: Vec<String>,
}

impl From<&Policy> for PolicyDocument {
    fn from(policy: &Policy) -> Self {
        let reviews = policy.path_reviews.iter();
        let reviews = reviews.map(|(paths, by)| PathReviewDocument {
            paths: paths.clone(),
            by: by.iter().map(Approver::to_string).collect(),
        });
        Self {
            default_lease: policy.default_lease,
            steal_roles: policy.steal_roles.iter().copied().collect(),
            approvals_required: policy.approvals_required,
            unclaimed_work: policy.unclaimed_work,
            owners_only: policy.owners_only,
            path_reviews: reviews.collect(),
        }
    }
}
