//! The rules of the team on a terminal, a line each.
//!
//! Not here: what they mean (`core::plan::rules`).

use crate::core::{
    values::{task::Role, text::visible},
    views::snapshot::PolicyDocument,
};

/// The policy in words.
pub fn policy(policy: &PolicyDocument) -> String {
    let roles: Vec<&str> = policy
        .steal_roles
        .iter()
        .map(|role: &Role| role.as_str())
        .collect();
    let thieves = if roles.is_empty() {
        "admins only".to_owned()
    } else {
        roles.join(", ")
    };
    let mut lines = vec![
        format!("lease            {}", policy.default_lease),
        format!("steal            {thieves}"),
        format!("approvals        {}", policy.approvals_required),
        format!("unclaimed-work   {}", yes_or_no(policy.unclaimed_work)),
        format!("owners-only      {}", yes_or_no(policy.owners_only)),
    ];
    let reviews = policy.path_reviews.iter();
    lines.extend(reviews.map(|review| {
        let paths = visible(review.paths.as_str());
        format!("paths            {paths} review {}", review.by.join(" "))
    }));
    lines.join("\n") + "\n"
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
