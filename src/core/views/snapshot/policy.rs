//! The policy of the team as a document.
//!
//! Not here: enforcing it (`rules`).

use serde::Serialize;

use crate::core::{
    entry::event::guardrail::Guarded,
    plan::state::policy::Policy,
    values::{
        json::as_shown,
        task::{Approver, Role, WorkingDay},
        text::Text,
        time::Span,
    },
};

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyDocument {
    /// The length of a lease when the claimant names none.
    #[serde(serialize_with = "as_shown")]
    pub default_lease: Span,
    /// The longest lease that a claim can have.
    #[serde(serialize_with = "as_shown")]
    pub max_lease: Span,
    /// The roles that may take a running claim, beside admins.
    pub steal_roles: Vec<Role>,
    /// The roles that may add a broad path to a task, beside admins.
    pub broad_path_roles: Vec<Role>,
    /// The total number of approvals that a task with gates needs.
    pub approvals_required: u16,
    /// Whether actors may report work on an unclaimed task.
    pub unclaimed_work: bool,
    /// Whether only the owners of a task, if it has any, may claim it.
    pub owners_only: bool,
    /// Whether a task can be done only after the tasks that it depends on.
    pub dependencies: bool,
    /// Which ends of tasks the required guardrails guard.
    pub guardrails: Guarded,
    /// Whether a task with a commit can be done only if its work is integrated.
    pub integrated: bool,
    /// How long a working day is.
    #[serde(serialize_with = "as_shown")]
    pub working_day: WorkingDay,
    /// The reviewers that paths need, by glob.
    pub path_reviews: Vec<PathReviewDocument>,
}

/// The reviewers that some paths need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathReviewDocument {
    /// The glob.
    pub paths: Text,
    /// The required reviewers: `claude` or `role:reviewer`.
    pub by: Vec<String>,
}

impl From<&Policy> for PolicyDocument {
    fn from(policy: &Policy) -> Self {
        let reviews = policy.path_reviews.iter();
        let reviews = reviews.map(|(paths, by)| PathReviewDocument {
            paths: paths.text().clone(),
            by: by.iter().map(Approver::to_string).collect(),
        });
        Self {
            default_lease: policy.default_lease,
            max_lease: policy.max_lease,
            steal_roles: policy.steal_roles.iter().copied().collect(),
            broad_path_roles: policy.broad_path_roles.iter().copied().collect(),
            approvals_required: policy.approvals_required,
            unclaimed_work: policy.unclaimed_work,
            owners_only: policy.owners_only,
            dependencies: policy.dependencies,
            guardrails: policy.guardrails,
            integrated: policy.integrated,
            working_day: policy.working_day,
            path_reviews: reviews.collect(),
        }
    }
}

impl PolicyDocument {
    /// The settings by the names that `policy` gives them; the value of a list of roles without a role is empty.
    pub fn settings(&self) -> Vec<(String, String)> {
        let roles = |roles: &[Role]| {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            roles.join(", ")
        };
        let flag = |is_set: bool| if is_set { "yes" } else { "no" }.to_owned();
        let settings = [
            ("lease", self.default_lease.to_string()),
            ("max-lease", self.max_lease.to_string()),
            ("steal", roles(&self.steal_roles)),
            ("broad-paths", roles(&self.broad_path_roles)),
            ("approvals", self.approvals_required.to_string()),
            ("unclaimed-work", flag(self.unclaimed_work)),
            ("owners-only", flag(self.owners_only)),
            ("dependencies", flag(self.dependencies)),
            ("guardrails", self.guardrails.to_string()),
            ("integrated", flag(self.integrated)),
            ("working-day", self.working_day.to_string()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        let reviews = self.path_reviews.iter();
        let reviews = reviews.map(|it| (format!("paths {}", it.paths.as_str()), it.by.join(" ")));
        settings.into_iter().chain(reviews).collect()
    }
}
