//! The policy of a team, as events set it.
//!
//! Not here: the permission to set it (`roster`), and enforcing it (`rules`).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::core::values::pairs;
use crate::core::{
    entry::event::{guardrail::Guarded, roster::PolicyRule},
    values::{
        glob::Glob,
        task::{Approver, Role, WorkingDay},
        text::Text,
        time::Span,
    },
};

/// The most bytes that the globs with reviewers have together. Each path of each task is compared with all of them.
pub const REVIEWED_BYTES_MAX: usize = 8192;

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The length of a lease when the claimant names none.
    pub default_lease: Span,
    /// The roles that may take a running claim from another actor, beside admins.
    pub steal_roles: BTreeSet<Role>,
    /// The total number of approvals that a task with gates needs, each by a different actor.
    pub approvals_required: u16,
    /// Whether actors may report work on an unclaimed task.
    pub unclaimed_work: bool,
    /// Whether only the owners of a task, if it has any, may claim it.
    pub owners_only: bool,
    /// The reviewers that paths need, by glob.
    #[serde(with = "pairs")]
    pub path_reviews: BTreeMap<Glob, BTreeSet<Approver>>,
    #[serde(skip)]
    found: Found,
    /// The longest lease that a claim can have.
    pub max_lease: Span,
    /// The roles that may add a broad path to a task, beside admins.
    pub broad_path_roles: BTreeSet<Role>,
    /// Whether a task can be done only after the tasks that it depends on.
    pub dependencies: bool,
    /// Which ends of tasks the required guardrails guard.
    pub guardrails: Guarded,
    /// Whether a task with a commit can be done only if its work is integrated.
    pub integrated: bool,
    /// How long a working day is, by which estimates in days are read.
    pub working_day: WorkingDay,
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
            found: Found::default(),
            max_lease: Span::from_minutes(24 * 60),
            broad_path_roles: BTreeSet::from([Role::Coordinator]),
            dependencies: true,
            guardrails: Guarded::Done,
            integrated: false,
            working_day: WorkingDay::default(),
        }
    }
}

/// The reviewers of each path that was asked for since `path_reviews` changed: a command asks for the paths of all tasks many
/// times. Copies of the policy share them.
#[derive(Debug, Clone, Default)]
struct Found(Arc<Mutex<HashMap<Text, Arc<BTreeSet<Approver>>>>>);

/// They follow from the rest of the policy.
impl PartialEq for Found {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Found {}

impl Policy {
    /// The length of the lease that a claim gets: the wished one, else the default, but not more than the longest.
    pub fn lease(&self, wished: Option<Span>) -> Span {
        wished.unwrap_or(self.default_lease).min(self.max_lease)
    }
    /// The reviewers that the files of a glob need.
    pub fn reviewers_of(&self, path: &Glob) -> Arc<BTreeSet<Approver>> {
        let find = || {
            let rules = self.path_reviews.iter();
            let overlapping = rules.filter(|(reviewed, _)| reviewed.overlaps(path));
            Arc::new(overlapping.flat_map(|(_, by)| by).cloned().collect())
        };
        if self.path_reviews.is_empty() {
            return Arc::default();
        }
        // A thread that panicked left nothing half done in it.
        let mut found = self.found.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = found.entry(path.text().clone());
        known.or_insert_with(find).clone()
    }
    /// Whether a glob can match files that need a review by the policy.
    pub fn reviews(&self, path: &Glob) -> bool {
        !self.reviewers_of(path).is_empty()
    }
    /// Whether the globs with reviewers stay below [`REVIEWED_BYTES_MAX`] with this rule.
    pub fn has_room_for(&self, rule: &PolicyRule) -> bool {
        let PolicyRule::PathReview { paths, by } = rule else {
            return true;
        };
        let others = self.path_reviews.keys().filter(|known| *known != paths);
        let bytes = others.chain([paths]).map(|glob| glob.as_str().len());
        by.is_empty() || bytes.sum::<usize>() <= REVIEWED_BYTES_MAX
    }
    /// The rule that restores what `rule` is about to change.
    pub(super) fn restoring(&self, rule: &PolicyRule) -> PolicyRule {
        match rule {
            PolicyRule::DefaultLease(_) => PolicyRule::DefaultLease(self.default_lease),
            PolicyRule::MaxLease(_) => PolicyRule::MaxLease(self.max_lease),
            PolicyRule::StealRoles(_) => {
                PolicyRule::StealRoles(self.steal_roles.iter().copied().collect())
            }
            PolicyRule::BroadPaths(_) => {
                PolicyRule::BroadPaths(self.broad_path_roles.iter().copied().collect())
            }
            PolicyRule::ApprovalsRequired(_) => {
                PolicyRule::ApprovalsRequired(self.approvals_required)
            }
            PolicyRule::UnclaimedWork(_) => PolicyRule::UnclaimedWork(self.unclaimed_work),
            PolicyRule::OwnersOnly(_) => PolicyRule::OwnersOnly(self.owners_only),
            PolicyRule::Dependencies(_) => PolicyRule::Dependencies(self.dependencies),
            PolicyRule::Guardrails(_) => PolicyRule::Guardrails(self.guardrails),
            PolicyRule::Integrated(_) => PolicyRule::Integrated(self.integrated),
            PolicyRule::WorkingDay(_) => PolicyRule::WorkingDay(self.working_day),
            PolicyRule::PathReview { paths, .. } => {
                let by = self.path_reviews.get(paths).into_iter().flatten();
                PolicyRule::PathReview {
                    paths: paths.clone(),
                    by: by.cloned().collect(),
                }
            }
        }
    }
    pub(in crate::core) fn set(&mut self, rule: &PolicyRule) {
        if matches!(rule, PolicyRule::PathReview { .. }) {
            self.found = Found::default();
        }
        match rule {
            PolicyRule::DefaultLease(lease) => self.default_lease = *lease,
            PolicyRule::MaxLease(lease) => self.max_lease = *lease,
            PolicyRule::StealRoles(roles) => self.steal_roles = roles.iter().copied().collect(),
            PolicyRule::BroadPaths(roles) => {
                self.broad_path_roles = roles.iter().copied().collect();
            }
            PolicyRule::ApprovalsRequired(number) => self.approvals_required = *number,
            PolicyRule::UnclaimedWork(allowed) => self.unclaimed_work = *allowed,
            PolicyRule::OwnersOnly(only) => self.owners_only = *only,
            PolicyRule::Dependencies(first) => self.dependencies = *first,
            PolicyRule::Guardrails(guarded) => self.guardrails = *guarded,
            PolicyRule::Integrated(first) => self.integrated = *first,
            PolicyRule::WorkingDay(day) => self.working_day = *day,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::values::task::Role;

    fn review(paths: &str) -> PolicyRule {
        PolicyRule::PathReview {
            paths: paths.parse().unwrap(),
            by: vec![Approver::Role(Role::Reviewer)],
        }
    }

    #[test]
    fn a_path_is_compared_with_the_policy_once_until_that_changes() {
        let mut policy = Policy::default();
        policy.set(&review("lib/**"));
        let path: Glob = "*/a.rs".parse().unwrap();
        let first = policy.reviewers_of(&path);
        assert_eq!(first.len(), 1);
        let copy = policy.clone();
        assert!(Arc::ptr_eq(&copy.reviewers_of(&path), &first));
        policy.set(&PolicyRule::PathReview {
            paths: "lib/**".parse().unwrap(),
            by: Vec::new(),
        });
        policy.set(&review("docs"));
        assert!(policy.reviewers_of(&"lib/a.rs".parse().unwrap()).is_empty());
        assert!(policy.reviews(&path) && copy.reviews(&path));
    }

    #[test]
    fn the_globs_with_reviewers_have_a_limit_together() {
        let mut policy = Policy::default();
        let rule = |number: usize| review(&format!("{number:0256}"));
        for number in 0..REVIEWED_BYTES_MAX / 256 {
            assert!(policy.has_room_for(&rule(number)), "{number}");
            policy.set(&rule(number));
        }
        assert!(!policy.has_room_for(&review("a")));
        assert!(policy.has_room_for(&rule(3)), "it is there already");
    }
}
