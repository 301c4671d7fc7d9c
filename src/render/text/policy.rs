//! The policy on a terminal, one setting per line.
//!
//! Not here: the meaning of the settings (`core::plan::rules`).

use crate::core::{
    values::{task::Role, text::visible},
    views::snapshot::PolicyDocument,
};

/// The settings of the policy.
pub fn policy(policy: &PolicyDocument) -> String {
    let mut lines = vec![
        format!("lease            {}", policy.default_lease),
        format!("max-lease        {}", policy.max_lease),
        format!("steal            {}", roles(&policy.steal_roles)),
        format!("broad-paths      {}", roles(&policy.broad_path_roles)),
        format!("approvals        {}", policy.approvals_required),
        format!("unclaimed-work   {}", yes_or_no(policy.unclaimed_work)),
        format!("owners-only      {}", yes_or_no(policy.owners_only)),
        format!("dependencies     {}", yes_or_no(policy.dependencies)),
        format!("guardrails       {}", policy.guardrails),
        format!("integrated       {}", yes_or_no(policy.integrated)),
    ];
    let reviews = policy.path_reviews.iter();
    lines.extend(reviews.map(|review| {
        let paths = visible(review.paths.as_str());
        format!("paths            {paths} review {}", review.by.join(" "))
    }));
    lines.join("\n") + "\n"
}

fn roles(roles: &[Role]) -> String {
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    if roles.is_empty() {
        "admins only".to_owned()
    } else {
        roles.join(", ")
    }
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
