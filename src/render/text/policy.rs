//! The policy on a terminal, one setting per line.
//!
//! Not here: the meaning of the settings (`core::plan::rules`).

use crate::core::{values::text::visible, views::snapshot::PolicyDocument};

/// The settings of the policy.
pub fn policy(policy: &PolicyDocument) -> String {
    let lines = policy.settings().into_iter().map(|(name, value)| {
        let (name, value) = match (name.split_once(' '), &*value) {
            (Some((name, paths)), by) => (name, format!("{} review {by}", visible(paths))),
            (None, "") => (&*name, "admins only".to_owned()),
            (None, value) => (&*name, value.to_owned()),
        };
        format!("{name:<16} {value}\n")
    });
    lines.collect()
}
