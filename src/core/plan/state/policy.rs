//! The rules of a team, as events set them.
//!
//! Not here: who may set them (`roster`), and where they bite (`rules`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::values::pairs;
use crate::core::{
    entry::event::roster::PolicyRule,
    values::{
        glob::Glob,
        task::{Approver, Role},
        text::Text,
        time::Span,
    },
};

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How long a claim lasts when its author does not say.
    pub default_lease: Span,
    /// Who, beside an admin, may take a running claim from somebody else.
    pub steal_roles: BTreeSet<Role>,
    /// How many approvals a task with gates needs in all, each by another actor.
    pub approvals_required: u16,
    /// Whether work may be reported on a task that nobody claimed.
    pub unclaimed_work: bool,
    /// Whether only its owners may claim a task that has owners.
    pub owners_only: bool,
    /// Whose review paths need, by glob.
    #[serde(with = "pairs")]
    pub path_reviews: BTreeMap<Text, BTreeSet<Approver>>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            default_lease: Span::from_minutes(240),
            steal_roles: BTreeSet::from([Role::Coordinator]),
            approvals_required: 0,
            unclaimed_work: true,
            owners_only: false,
            path_reviews: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// Whether a glob can name files whose change needs somebody's review.
    pub fn reviews(&self, path: &Text) -> bool {
        let path = Glob::new(path.as_str());
        let mut reviewed = self.path_reviews.keys();
        reviewed.any(|reviewed| Glob::new(reviewed.as_str()).overlaps(&path))
    }
    pub(in crate::core) fn set(&mut self, rule: &PolicyRule) {
        match rule {
            PolicyRule::DefaultLease(lease) => self.default_lease = *lease,
            PolicyRule::StealRoles(roles) => self.steal_roles = roles.iter().copied().collect(),
            PolicyRule::ApprovalsRequired(number) => self.approvals_required = *number,
            PolicyRule::UnclaimedWork(allowed) => self.unclaimed_work = *allowed,
            PolicyRule::OwnersOnly(only) => self.owners_only = *only,
            PolicyRule::PathReview { paths, by } if by.is_empty() => {
                _ = self.path_reviews.remove(paths)
            }
            PolicyRule::PathReview { paths, by } => {
                self.path_reviews
                    .insert(paths.clone(), by.iter().cloned().collect());
            }
        }
    }
}
